#include "monitor/staleness.h"

#include <algorithm>
#include <numeric>

namespace repopulse::monitor {

void Staleness::add(core::Millis waited) {
  const double seconds = std::max(0.0, std::chrono::duration<double>(waited).count());
  if (seconds_.size() < remembered_) {
    seconds_.push_back(seconds);
  } else {
    seconds_[static_cast<std::size_t>(count_ % remembered_)] = seconds;
  }
  ++count_;
}

double Staleness::mean_seconds() const {
  if (seconds_.empty()) return 0;
  return std::accumulate(seconds_.begin(), seconds_.end(), 0.0) / static_cast<double>(seconds_.size());
}

double Staleness::p95_seconds() const {
  if (seconds_.empty()) return 0;
  std::vector<double> sorted = seconds_;
  const auto nth = sorted.begin() + static_cast<std::ptrdiff_t>((sorted.size() - 1) * 95 / 100);
  std::ranges::nth_element(sorted, nth);
  return *nth;
}

}  // namespace repopulse::monitor
