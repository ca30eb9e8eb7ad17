// Counts durations in fixed buckets, for metrics. Thread-safe; never allocates after its construction.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace repopulse::core {

// add() costs two uncontended atomic additions and a short search. A view that is taken during an add() may contain its
// count without its sum, or the other way round.
class DurationHistogram {
 public:
  using Duration = std::chrono::nanoseconds;

  // Upper bounds, inclusive, ascending; they must outlive this (a constant).
  explicit DurationHistogram(std::span<const Duration> bounds);

  void add(Duration duration);

  struct View {
    std::span<const Duration> bounds;
    std::vector<std::uint64_t> counts;  // of each bucket alone; the last one, beyond all bounds, has no bound
    std::uint64_t count = 0;
    double sum_seconds = 0;
  };
  View view() const;

 private:
  std::span<const Duration> bounds_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> counts_;
  std::atomic<std::int64_t> sum_{0};  // nanoseconds: enough for 292 years
};

}  // namespace repopulse::core
