// How many events of a feed come on average, by the hour of the week, and how far an hour may be from that. It needs no
// model, so it says from the first hours on what is known and how little that is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/time.h"
#include "forecast/count_distribution.h"
#include "forecast/season.h"

namespace repopulse::forecast {

// What a SeasonalMean expects. A value.
struct SeasonalForecast {
  Season season;
  double rate = 0;        // events per second, before the season
  double dispersion = 1;  // variance over mean of an hour's events around the season
  double known_for = 0;   // seconds
  // By the hour of the day, on weekdays and at weekends: how many hours were watched.
  std::array<std::array<double, Season::kHours>, 2> watched{};

  // Of the events of the hour that begins at `from`, within about a day. `modelled`: what a model of the feed expects;
  // the more is known, the more it counts.
  CountDistribution hour(core::Timestamp from, double modelled) const;
};

// Follows one feed. Deterministic. Thread-compatible. Some 3 kB.
class SeasonalMean {
 public:
  // Everything that arrived up to `until` is known now. `arrivals`, ascending, are the new ones; some may be older than
  // arrivals of earlier calls. The first call brings the history.
  void learn(std::span<const core::EventTime> arrivals, core::Timestamp until);
  // nullopt: too little is known to say anything. It needs ten events that came in at least four different stretches of
  // ten minutes, and two hours.
  std::optional<SeasonalForecast> forecast() const;

 private:
  // Σ count² over stretches of equal length, by which it is seen how events crowd together.
  struct Squares {
    std::int64_t stretch = 0;   // the one under way
    double count = 0;           // of its events
    double sum = 0;             // fading
    std::size_t stretches = 0;  // in which something came
    void add(std::int64_t in_stretch, double weight);
  };
  double weight(double at) const;  // of what happened then
  void pass_time(double until);
  double unseen_quiet() const;

  double known_since_ = 0;           // unix seconds
  double known_until_ = 0;           // unix seconds; 0: nothing learned yet
  SeasonEvidence by_hour_;           // fading: events, and seconds that were watched
  double events_ = 0, watched_ = 0;  // their sums
  std::size_t learned_ = 0;          // events, none of which fades
  Squares minutes_, hours_;
};

}  // namespace repopulse::forecast
