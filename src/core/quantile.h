// Quantiles of whole numbers. Pure arithmetic.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

namespace repopulse::core {

// Hyndman & Fan (1996), type 7: linear interpolation, by selection instead of sorting. `values` is not empty and is
// reordered; `q` is from 0 to 1. O(n) expected.
inline double quantile(std::span<std::int64_t> values, double q) {
  assert(!values.empty());
  const double position = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(values.begin(), nth, values.end());
  const double low = static_cast<double>(*nth);
  const double fraction = position - static_cast<double>(below);
  if (fraction == 0) return low;
  const double high = static_cast<double>(*std::min_element(nth + 1, values.end()));
  return low + fraction * (high - low);
}

}  // namespace repopulse::core
