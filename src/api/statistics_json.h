// Renders the statistics of a repository's window as the API shows them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/json_writer.h"
#include "core/actors.h"
#include "core/time.h"
#include "core/window.h"
#include "monitor/snapshot.h"

namespace repopulse::api {

// What of the statistics is wanted.
struct StatisticsChoice {
  std::vector<std::string> types{};  // only these; empty: all
  core::Actors actors = core::Actors::kAll;
};

// `actors` and `bots`, where not everybody's events count.
void write_actors(JsonWriter& json, core::Actors actors, const core::BotPatterns& bots);

// Returns the position in `json.out()` of the 20 characters of `as_of`; everything else changes only when an event is
// stored or leaves the window, and now and then where the time watched grows. `bots` must be those of the window.
std::size_t write_statistics(JsonWriter& json, const monitor::RepositoryView& view, const StatisticsChoice& choice,
                             const core::BotPatterns& bots, core::Timestamp now);

// Statistics of a stretch that the client chose, in the same form.
struct StretchOfStatistics {
  std::optional<core::EventTime> since;  // as the client asked: nullopt where it named none
  std::optional<core::EventTime> until;
  core::WindowStatistics statistics;
  bool complete = false;
  core::Seconds watched{0};  // how much of it
};
// As write_statistics().
std::size_t write_stretch(JsonWriter& json, const core::RepoName& repository, const StretchOfStatistics& stretch,
                          const StatisticsChoice& choice, const core::BotPatterns& bots, core::Timestamp now);

// `7 days or 500 events, whichever is less`
std::string rule_text(const core::WindowRule& rule);

}  // namespace repopulse::api
