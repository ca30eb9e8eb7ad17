// Activity of a repository for the simulated GitHub: generated from a seed, or read from a recording. Draws no random
// numbers but from the seed, and reads no file itself.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/event.h"
#include "core/result.h"
#include "core/time.h"

namespace repopulse::sim {

// An event before the simulated GitHub gives it an id.
struct Draft {
  core::EventTime created_at{};
  std::string type;
  std::string actor;
  std::optional<core::Millis> latency;  // from created_at until the feed shows it; nullopt: the simulator chooses
  std::optional<std::uint64_t> id;      // nullopt: the simulator chooses
  std::string json;                     // the recorded event; empty: the simulator generates one
};

// The rhythm of generated activity.
struct Rhythm {
  double events_per_hour = 1;
  double burstiness = 0;   // 0 to below 1: the share of events that another event triggers within minutes
  double daily_swing = 0;  // 0 to 1: how much quieter the night (around 3:00 UTC) is than the day
};

// A Poisson process with the bursts and nights of `rhythm`, in order of time, from ≤ t < until. The same seed gives the
// same activity.
std::vector<Draft> synthetic_activity(const Rhythm& rhythm, core::EventTime from, core::EventTime until,
                                      std::uint64_t seed);

// A trace, CSV of `unix_time,kind`: kinds are event types, or `push`, `merge`, `release`. In order of time.
core::Result<std::vector<Draft>> read_trace(std::string_view csv);

// Lines of GH Archive, by repository, each in order of time. Lines that are not events are skipped.
std::map<std::string, std::vector<Draft>> read_archive(std::string_view ndjson);

}  // namespace repopulse::sim
