// The events of one repository, or one type of them, as far as rules judge them: how long a silence may be, and how
// many events an hour may bring, before chance does not explain it. It knows times alone: no repository, no rule, no
// clock.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>

#include "core/time.h"
#include "forecast/self_exciting.h"

namespace repopulse::alerts {

// How far back the history of a series goes: as far as the model remembers.
inline constexpr core::Millis kHistory = std::chrono::days(60);
// Fewer events say nothing of what is usual.
inline constexpr std::size_t kFewestEvents = 5;

// Not copyable, not thread-safe; deterministic. Takes some 20 kB, and 8 bytes for each event of the last 60 days.
class Series {
 public:
  // `history`: ascending, at least one.
  explicit Series(std::span<const core::EventTime> history);

  // What came since, ascending, none older than newest().
  void add(std::span<const core::EventTime> arrivals);
  core::EventTime newest() const { return newest_; }

  // After newest(): the shortest silence that chance brings with less than this probability. nullopt: too little is
  // known, or the silence would be longer than kHistory.
  std::optional<core::Seconds> allowed_silence(double probability) const;
  // Of one pause between two events, so that chance brings such a pause less often than once in two months.
  double rare_probability() const;

  // An hour by the clock.
  struct Hour {
    core::EventTime from{};
    std::int64_t events = 0;
    std::int64_t usual_most = 0;  // the most that an hour of the 30 days before brought
    double expected = 0;          // as known at its beginning
    double dispersion = 1;
    // Chance brings more with less than this probability. At least kFewestEvents - 1.
    std::int64_t allowed(double probability) const;
  };
  // nullptr: nothing came in that hour, or it is older than the history that was given.
  const Hour* hour(core::EventTime from) const;

 private:
  void begin_hour(core::EventTime from);
  void look_ahead();
  std::optional<core::Seconds> compute_allowed(double probability) const;

  forecast::SelfExcitingModel model_;
  // What allowed_silence() gave, by probability; of the present silence_.
  mutable std::map<double, std::optional<core::Seconds>> allowed_;
  forecast::Outlook silence_{};  // expected events per second after newest_, as long as nothing comes
  core::EventTime newest_{};
  std::map<core::EventTime, std::int64_t> gaps_;   // by day: pauses between two events that ended in it
  std::map<core::EventTime, std::int64_t> hours_;  // of the last 30 days, by beginning: events
  std::map<core::EventTime, Hour> judged_;         // those that began since the history ended; the newest few
};

}  // namespace repopulse::alerts
