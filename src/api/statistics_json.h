// Renders the statistics of a repository's window as the API shows them.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "api/json_writer.h"
#include "core/time.h"
#include "core/window.h"
#include "monitor/snapshot.h"

namespace repopulse::api {

// `types`: only these types; empty: all. Returns the position in `json.out()` of the 20 characters of `as_of`;
// everything else changes only when an event is stored or leaves the window.
std::size_t write_statistics(JsonWriter& json, const monitor::RepositoryView& view, std::span<const std::string> types,
                             core::Timestamp now);

// Statistics of a stretch that the client chose, in the same form.
struct StretchOfStatistics {
  std::optional<core::EventTime> since;  // as the client asked: nullopt where it named none
  std::optional<core::EventTime> until;
  core::WindowStatistics statistics;
  bool complete = false;
};
// As write_statistics().
std::size_t write_stretch(JsonWriter& json, const core::RepoName& repository, const StretchOfStatistics& stretch,
                          std::span<const std::string> types, core::Timestamp now);

// `7 days or 500 events, whichever is less`
std::string rule_text(const core::WindowRule& rule);

}  // namespace repopulse::api
