// One price of waiting for all feeds, steered so that events wait as long as was asked for, and no shorter.
#pragma once

#include <string>
#include <string_view>

#include "core/time.h"

namespace repopulse::polling {

// What one poll taught: how long events really waited, and what the model had expected since the poll before.
struct Waiting {
  double seen_events = 0;
  double seen_seconds = 0;  // summed over the events
  double expected_events = 0;
  double expected_seconds = 0;
};

// Two loops. The quick one works on what the models expect, which has little noise: it moves the price until expected
// waiting is the freshness asked for. The slow one compares what was seen with what was expected over a week or so, and
// corrects the goal of the quick one.
class PriceOfWaiting {
 public:
  explicit PriceOfWaiting(core::Millis freshness);

  // `rates`: expected events per second over all feeds; `root_rates`: sum over the feeds of the square root of theirs.
  // With constant rates and no correction this price makes the mean wait the freshness.
  double value(double rates, double root_rates) const;
  void learn(const Waiting& waiting, double rates, core::Timestamp now);

  std::string save() const;
  void restore(std::string_view saved);

 private:
  double goal_;            // seconds
  double correction_ = 0;  // natural logarithm of a factor
  Waiting lately_;         // fading sums
  core::Timestamp faded_at_{};
};

}  // namespace repopulse::polling
