// How long events waited at GitHub, from `created_at` until they were stored: a summary of the newest ones. A value
// without a clock: it is given what others have measured.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/time.h"

namespace repopulse::monitor {

class Staleness {
 public:
  // Mean and percentile are those of the newest `remembered` events.
  explicit Staleness(std::size_t remembered = 1000) : remembered_(remembered) {}

  void add(core::Millis waited);                  // below 0, by a clock that differs, counts as 0
  std::uint64_t count() const { return count_; }  // of all events that were ever added
  double mean_seconds() const;                    // 0 without events
  double p95_seconds() const;                     // 95th percentile, O(remembered); 0 without events

 private:
  std::size_t remembered_;
  std::uint64_t count_ = 0;
  std::vector<double> seconds_;  // a ring buffer
};

}  // namespace repopulse::monitor
