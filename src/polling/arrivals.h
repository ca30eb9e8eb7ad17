// The newest arrivals of one feed's events, and how long the feed may be left alone because of them. It knows nothing
// of polls and stores.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/time.h"
#include "polling/safety.h"

namespace repopulse::polling {

class Arrivals {
 public:
  // All known arrivals, ascending, in the place of what was known before.
  void set_history(std::span<const core::EventTime> history);
  // A new event: it waits in fresh() until learn() or drop_fresh(). One that is ahead of the clock waits beside these
  // until sort_out() finds that its time has come.
  void hear(core::EventTime created_at);
  std::span<const core::EventTime> fresh() const { return fresh_; }  // ascending
  void drop_fresh() { fresh_.clear(); }
  // Before learn(): moves fresh ones that are ahead of `now` aside, and those whose time has come back.
  void sort_out(core::Timestamp now);
  // Takes the fresh ones in. Nothing is missing up to `now`.
  void learn(core::Timestamp now);

  const std::vector<core::EventTime>& recent() const { return recent_; }  // the newest kSafetyArrivals, ascending
  // As safety.h has it, at the last learn(); before: `at_most`.
  core::Millis safe_interval(core::Millis at_most) const;

 private:
  std::vector<core::EventTime> fresh_;
  std::vector<core::EventTime> ahead_;  // ascending
  std::vector<core::EventTime> recent_;
  FillTimes fill_times_;
  ShownRate shown_;
  std::optional<core::Timestamp> learned_at_;
};

}  // namespace repopulse::polling
