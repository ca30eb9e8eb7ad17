#include "core/duration_histogram.h"

#include <algorithm>

namespace repopulse::core {

DurationHistogram::DurationHistogram(std::span<const Duration> bounds)
    : bounds_(bounds), counts_(std::make_unique<std::atomic<std::uint64_t>[]>(bounds.size() + 1)) {}

void DurationHistogram::add(Duration duration) {
  const auto bucket = std::ranges::lower_bound(bounds_, duration) - bounds_.begin();
  counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(duration.count(), std::memory_order_relaxed);
}

DurationHistogram::View DurationHistogram::view() const {
  View view;
  view.bounds = bounds_;
  for (std::size_t i = 0; i <= bounds_.size(); ++i) {
    view.counts.push_back(counts_[i].load(std::memory_order_relaxed));
    view.count += view.counts.back();
  }
  view.sum_seconds = std::chrono::duration<double>(Duration(sum_.load(std::memory_order_relaxed))).count();
  return view;
}

}  // namespace repopulse::core
