// How long events waited at GitHub before they were stored: a summary of the newest ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/time.h"

namespace repopulse::monitor {

class Staleness {
 public:
  explicit Staleness(std::size_t remembered = 1000) : remembered_(remembered) {}

  void add(core::Millis waited);
  std::uint64_t count() const { return count_; }  // of all that were ever added
  double mean_seconds() const;                    // 0 when there is none
  double p95_seconds() const;

 private:
  std::size_t remembered_;
  std::uint64_t count_ = 0;
  std::vector<double> seconds_;  // a ring
};

}  // namespace repopulse::monitor
