// The interface of arrival models: how many events of a feed are expected, judged by its past. A model knows arrivals
// and times alone: no poll, no request, no store.
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

// Expected events per second in each cell of the horizon, after a moment, as long as nothing more is learned.
using Outlook = std::array<double, Horizon::kCells>;

// Expected events from `from` to `to`, in seconds after the outlook's moment.
double expected_events(const Outlook& outlook, double from, double to);
// Seconds after the outlook's moment until so many events have been expected; the horizon's end where that is later.
double expected_within(const Outlook& outlook, double events);
// The same outlook, seen from a moment `passed` seconds later. What lies behind the horizon is as in its last cell.
Outlook seen_later(const Outlook& outlook, double passed);
// Adds `factor` times the outlook of a moment `later` seconds after that of `sum`.
void add_outlook(const Outlook& outlook, double later, double factor, Outlook& sum);

// A model of one feed's arrivals. Deterministic. Thread-compatible.
class ArrivalModel {
 public:
  virtual ~ArrivalModel() = default;

  // Everything that arrived up to `until` is known now. `arrivals`, ascending, are the new ones; some may be older than
  // arrivals of earlier calls. The first call brings the history. `until` never decreases.
  virtual void learn(std::span<const core::EventTime> arrivals, core::Timestamp until) = 0;
  // What is expected from `from` on, which is no earlier than the last `until`. `supposed`: arrivals after the last
  // `until` that somebody told of, ascending. They count for this prediction alone; a model may leave them out.
  virtual void predict(core::Timestamp from, std::span<const core::EventTime> supposed, Outlook& outlook) = 0;
  void predict(core::Timestamp from, Outlook& outlook) { predict(from, {}, outlook); }
  // The last prediction on the condition that nothing has arrived up to each moment; null where arrivals tell nothing.
  virtual const Outlook* predicted_silence() const { return nullptr; }
  // Events of other feeds have made the last prediction outdated.
  virtual bool outdated() const { return false; }
  // Names of the other feeds whose predictions may depend on events of this one.
  virtual std::vector<std::string> listeners() const { return {}; }
};

}  // namespace repopulse::forecast
