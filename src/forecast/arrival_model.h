// What is expected of a feed: how many events will come, as far as its past tells.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/time.h"

namespace repopulse::forecast {

// Cells of time after a moment, short at first and ever longer: enough detail for the next minute, and cheap for the
// next week.
struct Horizon {
  static constexpr std::size_t kCells = 160;
  static std::span<const double> edges();  // kCells + 1 seconds, ascending, from 0 to a week
};

// Expected events per second in each cell of the horizon, from a moment on in which nobody looks.
using Outlook = std::array<double, Horizon::kCells>;

// Expected events from `from` to `to`, in seconds after the outlook's moment.
double expected_events(const Outlook& outlook, double from, double to);

// A model of one feed's arrivals. Deterministic. Thread-compatible.
class ArrivalModel {
 public:
  virtual ~ArrivalModel() = default;

  // All of what arrived up to `until` is known now: `arrivals`, ascending, are those that are new; some may be older
  // than what came before. The first call brings the history. `until` must not fall.
  virtual void learn(std::span<const core::EventTime> arrivals, core::Timestamp until) = 0;
  // What is expected from `from` on, which is no earlier than the last `until`.
  virtual void predict(core::Timestamp from, Outlook& outlook) = 0;
  // The same as the last prediction, should nothing have arrived up to then; null where arrivals tell nothing new.
  virtual const Outlook* predicted_silence() const { return nullptr; }
  // Variance over mean of the number of events in an hour of the next day for which `expected` are expected: 1 for
  // events that come independently.
  virtual double hourly_dispersion(double expected) const = 0;
  // What other feeds have brought since the last prediction makes it another.
  virtual bool outdated() const { return false; }
  // Names of the other feeds whose models listen to any of those that this one belongs with.
  virtual std::vector<std::string> listeners() const { return {}; }
};

}  // namespace repopulse::forecast
