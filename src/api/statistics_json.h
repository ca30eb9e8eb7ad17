// Renders the statistics of a repository's window as the API shows them.
#pragma once

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

// `7 days or 500 events, whichever is less`
std::string rule_text(const core::WindowRule& rule);

}  // namespace repopulse::api
