"""Makes sarima_reference.txt: a series, and what statsmodels says of it. Needs numpy and statsmodels.

The likelihood of statsmodels is exact, ours is conditional on the first observations: on a series of 1,200 hours the
two differ in the third digit.
"""
import warnings

import numpy as np
from statsmodels.tsa.statespace.sarimax import SARIMAX

warnings.simplefilter("ignore")
random = np.random.default_rng(20241112)
n, burn = 1200, 400
noise = random.normal(0, 0.5, n + burn)
y = np.zeros(n + burn)
for t in range(25, n + burn):
    y[t] = 0.5 * y[t - 1] + 0.4 * y[t - 24] - 0.2 * y[t - 25] + noise[t] + 0.3 * noise[t - 1]
y = y[burn:] + 1.5
model = SARIMAX(y, order=(1, 0, 1), seasonal_order=(1, 0, 0, 24), trend=None, exog=np.ones(n)).fit(disp=False)
named = dict(zip(model.model.param_names, model.params))
forecast = model.get_forecast(30, exog=np.ones(30))
with open("sarima_reference.txt", "w", encoding="ascii") as out:
    print(named["ar.L1"], named["ma.L1"], named["ar.S.L24"], named["const"], named["sigma2"], file=out)
    print(*(f"{v:.6f}" for v in forecast.predicted_mean), file=out)
    print(*(f"{v:.6f}" for v in forecast.var_pred_mean), file=out)
    print(*(f"{v:.5f}" for v in y), file=out)
