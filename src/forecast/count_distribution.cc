#include "forecast/count_distribution.h"

#include <algorithm>
#include <cmath>

namespace repopulse::forecast {
namespace {

constexpr double kNearlyPoisson = 1.0001;
constexpr std::int64_t kMostCount = 1'000'000;

}  // namespace

// Each probability follows from the one before it: p(k + 1) / p(k) = (a + b·k) / (k + 1) holds for both distributions.
std::int64_t CountDistribution::quantile(double probability) const {
  if (!(mean > 0)) return 0;
  const bool poisson = dispersion < kNearlyPoisson;
  const double size = poisson ? 0 : mean / (dispersion - 1);  // the negative binomial's r
  const double share = poisson ? 0 : 1 - 1 / dispersion;      // of its failures
  const double log_first = poisson ? -mean : size * std::log(1 - share);
  // Far from 0 the first probabilities underflow: they are carried as logarithms.
  double log_p = log_first, sum = 0;
  for (std::int64_t k = 0; k < kMostCount; ++k) {
    sum += std::exp(log_p);
    if (sum >= probability) return k;
    const auto count = static_cast<double>(k);
    log_p += std::log((poisson ? mean : share * (size + count)) / (count + 1));
  }
  return kMostCount;
}

}  // namespace repopulse::forecast
