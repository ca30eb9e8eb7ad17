// How long calls of a store take, and how many fail: for /metrics. It measures; it knows no store.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "core/duration_histogram.h"
#include "core/result.h"

namespace repopulse::store {

// Any thread may call anything at any time.
class CallTimes {
 public:
  using Duration = core::DurationHistogram::Duration;
  using Clock = std::function<Duration()>;  // since any moment; never goes back

  explicit CallTimes(Clock clock) : clock_(std::move(clock)) {}

  struct Operation {
    std::string_view name;
    core::DurationHistogram::View latency;
    std::uint64_t failures = 0;  // kUnavailable and kCorrupt: the store's own, not mistakes of its caller
  };
  std::vector<Operation> operations() const;  // by name; those that were called

  // Calls `call`, which returns a core::Result, and counts it under `name`, which must be a constant.
  template <typename Call>
  auto measure(std::string_view name, const Call& call) {
    const Duration begin = clock_();
    auto result = call();
    const Duration took = clock_() - begin;
    note(name, took, result ? nullptr : &result.error());
    return result;
  }

 private:
  struct Measure {
    Measure();
    core::DurationHistogram latency;
    std::uint64_t failures = 0;
  };
  void note(std::string_view name, Duration took, const core::Error* error);

  const Clock clock_;
  mutable std::mutex mutex_;
  std::map<std::string_view, Measure> measures_;  // guarded by mutex_
};

}  // namespace repopulse::store
