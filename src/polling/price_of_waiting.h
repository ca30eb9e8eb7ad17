// The price of waiting, one for all feeds. It is steered so that the mean wait of events comes out as the freshness
// that was asked for. Arithmetic alone: it knows no feed and no model.
#pragma once

#include <string>
#include <string_view>

#include "core/time.h"

namespace repopulse::polling {

// How long the events of one poll really waited.
struct Waiting {
  double events = 0;
  double seconds = 0;  // summed over the events
  bool priced = true;  // the price decided when to ask, not a floor, a bound or a failure
};

// Mean waiting is proportional to 1/√price. So the waiting of events that was seen gives the right price directly,
// whatever the price was at that time; the mean over about ten days is the price from now on. Past errors are not made
// up for: a loop that follows the error of each day makes nights dear and bursts cheap, and costs 2.5 % more requests,
// 10 % at worst. Where something else than the price decided when to ask, waiting says nothing about the price. What
// such polls miss the goal by, the other feeds make up for, up to a factor of two: a busy feed that must be read often
// should not leave other feeds alone for a day.
class PriceOfWaiting {
 public:
  explicit PriceOfWaiting(core::Millis freshness);
  // Another one is asked for from now on. What was learned stays: it is relative to the freshness, as over a restart.
  void set_freshness(core::Millis freshness);

  // `rates`: expected events per second over all feeds; `root_rates`: sum over the feeds of the square root of theirs.
  // With constant rates and no correction this price makes the mean wait the freshness.
  double value(double rates, double root_rates) const;
  void learn(const Waiting& waiting, core::Timestamp now);

  std::string save() const;
  void restore(std::string_view saved);

 private:
  void correct();

  double goal_ = 1;        // seconds
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
