// How far this machine's clock is from GitHub's, as GitHub's answers tell: each says the time in its `Date`.
//
// It measures, and says by which time events are to be judged and what may be deleted. It reads no clock and sends no
// request: times come in. Thread-compatible.
#pragma once

#include <optional>
#include <vector>

#include "core/time.h"

namespace repopulse::core {

// `now` by GitHub's clock, where ours is known to be wrong by more than kClockTolerance (core/clock.h); else `now`
// itself. `skew`: how far ours is ahead.
Timestamp corrected(std::optional<Millis> skew, Timestamp now);

class ClockSkew {
 public:
  // What our clock shows. To be called at least every few minutes: where the clock has jumped since the last call, what
  // was measured by it is forgotten. A machine that slept looks the same. True: something was forgotten.
  bool see(Timestamp now);
  // An answer to a request that left at `sent` and came at `received`, by our clock, with this `Date`. One that took
  // too long to tell anything is passed over.
  void take(Timestamp sent, Timestamp received, EventTime date);

  // How far our clock is ahead, in whole seconds; below 0: behind. Never more than is certain: 0 where the time of the
  // request and the second of `Date` explain the difference. The middle of the last few answers, so that one odd
  // answer, such as one of a cache, changes nothing. nullopt: not known.
  std::optional<Millis> skew() const;
  Timestamp corrected(Timestamp now) const { return core::corrected(skew(), now); }
  // The time that had come with the last answer by our clock, and by GitHub's as each of the last few answers told it.
  // nullopt: no answer of the last hour has told it, so nothing may be deleted by the clock.
  std::optional<Timestamp> confirmed(Timestamp now) const;

 private:
  std::vector<Millis> measured_;  // the newest last
  std::optional<Timestamp> seen_;
  Timestamp measured_at_{};
};

}  // namespace repopulse::core
