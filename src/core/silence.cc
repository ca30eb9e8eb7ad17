#include "core/silence.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/quantile.h"

namespace repopulse::core {

std::optional<double> silence_ratio(const Window& window, Timestamp now) {
  constexpr double kShare = 0.99;
  const auto last = window.newest(now);
  if (!last) return std::nullopt;
  std::vector<EventTime> arrivals = window.arrivals(now);
  if (arrivals.size() < 2) arrivals = window.arrivals(to_timestamp(*last));
  if (arrivals.size() < 2) return std::nullopt;
  std::vector<std::int64_t> gaps;
  gaps.reserve(arrivals.size() - 1);
  for (std::size_t i = 1; i < arrivals.size(); ++i) gaps.push_back((arrivals[i] - arrivals[i - 1]).count());
  const double silence = std::chrono::duration<double>(now - to_timestamp(*last)).count();
  // Events of the same second have gaps of 0.
  return std::max(0.0, silence) / std::max(1.0, quantile(gaps, kShare));
}

}  // namespace repopulse::core
