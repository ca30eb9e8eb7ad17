// Sums by the hour, of which old hours can be forgotten. A value without a clock.
#pragma once

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "core/time.h"

namespace repopulse::monitor {

// `Value` adds up with +=, and a new one is nothing.
template <class Value>
class Hourly {
 public:
  using Hour = std::chrono::sys_time<std::chrono::hours>;
  static Hour hour_of(core::Timestamp at) { return std::chrono::floor<std::chrono::hours>(at); }

  void add(core::Timestamp at, const Value& value) {
    const Hour hour = hour_of(at);
    auto found = std::ranges::lower_bound(hours_, hour, {}, &std::pair<Hour, Value>::first);
    if (found == hours_.end() || found->first != hour) found = hours_.insert(found, {hour, Value{}});
    found->second += value;
  }
  // The hour of `at` stays whole.
  void forget_before(core::Timestamp at) {
    const auto end = std::ranges::lower_bound(hours_, hour_of(at), {}, &std::pair<Hour, Value>::first);
    hours_.erase(hours_.begin(), end);
  }
  bool empty() const { return hours_.empty(); }
  Value sum() const {
    Value sum{};
    for (const auto& [hour, value] : hours_) sum += value;
    return sum;
  }

 private:
  std::vector<std::pair<Hour, Value>> hours_;  // ascending
};

}  // namespace repopulse::monitor
