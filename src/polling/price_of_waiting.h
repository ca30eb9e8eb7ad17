// One price of waiting for all feeds, steered so that events wait as long as was asked for, and no shorter.
#pragma once

#include <string>
#include <string_view>

#include "core/time.h"

namespace repopulse::polling {

// What one poll taught: how long events really waited.
struct Waiting {
  double events = 0;
  double seconds = 0;  // summed over the events
  bool priced = true;  // it was the price that decided when to ask, not a floor, a bound or a failure
};

// Waiting goes with the inverse root of the price. So what events waited tells, whatever the price was at that time,
// which price would have been right; their mean over ten days or so is the price from now on. Nothing is made up for: a
// loop that follows the error of a day makes nights dear and bursts cheap, which costs 2.5 % more requests, a tenth at
// worst. Where something else than the price decided when to ask, waiting says nothing of the price, but what it is off
// the goal the rest makes good, up to a factor of two: a busy feed that must be read often should not leave others
// alone for a day.
class PriceOfWaiting {
 public:
  explicit PriceOfWaiting(core::Millis freshness);

  // `rates`: expected events per second over all feeds; `root_rates`: sum over the feeds of the square root of theirs.
  // With constant rates and no correction this price makes the mean wait the freshness.
  double value(double rates, double root_rates) const;
  void learn(const Waiting& waiting, core::Timestamp now);

  std::string save() const;
  void restore(std::string_view saved);

 private:
  void correct();

  double goal_;            // seconds
  double correction_ = 0;  // natural logarithm of a factor
  // Fading sums over what was seen lately; waiting in units of the goal.
  struct Seen {
    double priced_events = 0;
    double priced_waiting = 0;  // as it would have been without correction
    double other_events = 0;
    double other_waiting = 0;
  } seen_;
  core::Timestamp faded_at_{};
};

}  // namespace repopulse::polling
