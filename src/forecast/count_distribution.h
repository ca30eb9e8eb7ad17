// The distribution of the number of events around the expected number. A value.
#pragma once

#include <cstdint>

namespace repopulse::forecast {

// Negative binomial: counts that vary more than independent events would. A dispersion of 1 is the Poisson
// distribution.
struct CountDistribution {
  double mean = 0;
  double dispersion = 1;  // variance over mean, at least 1

  // The smallest count that is not exceeded with that probability, 0 < probability < 1. O(count).
  std::int64_t quantile(double probability) const;
};

}  // namespace repopulse::forecast
