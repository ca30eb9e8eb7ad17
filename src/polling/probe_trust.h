// What polls have taught of change probes as a whole: whether they are to be believed. A value without a clock.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "core/time.h"
#include "polling/distrust.h"

namespace repopulse::polling {

// A probe is believed after it has told of some events before they were read.
class ProbeTrust {
 public:
  // A feed was read: a probe had told of `announced` of its events before, and not of `missed` ones. True: probes have
  // told of too little since they are asked, and are to be distrusted.
  bool read(std::size_t announced, std::size_t missed);
  // Probes tell the wrong thing.
  void distrust(core::Timestamp now);
  bool believed(core::Timestamp now) const;  // nothing speaks against them
  bool proven() const { return proof_ >= kProof; }
  void clock_went_back(core::Millis step);

  static constexpr std::size_t kNumbers = 3;
  std::array<double, kNumbers> save() const;
  void restore(std::span<const double, kNumbers> saved);

 private:
  static constexpr std::size_t kProof = 5;  // events
  static constexpr std::size_t kRefutation = 8;
  std::size_t missed_ = 0;  // events, before there was proof
  std::size_t proof_ = 0;   // at most kProof
  Distrust distrust_;
};

}  // namespace repopulse::polling
