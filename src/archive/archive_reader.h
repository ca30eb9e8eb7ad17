// Reads the wanted events of one GH Archive file and hands each to a callback. Reads only; stores nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "archive/event_filter.h"
#include "archive/hour_proof.h"
#include "core/event.h"
#include "core/feed_state.h"
#include "core/result.h"

namespace repopulse::archive {

// The hour of a path that ends in the name of a file of GH Archive: `2026-01-31-9.json.gz` or `2026-01-31-9.json`,
// hours without a leading zero, and no other form.
std::optional<core::Gap> hour_of_file(const std::string& path);

// What a file held.
struct FileReport {
  std::uint64_t lines = 0;                  // that are not blank
  std::uint64_t events = 0;                 // wanted by the filter
  std::uint64_t broken = 0;                 // lines that are not an event
  std::vector<std::uint64_t> broken_lines;  // line numbers of the first few
};

struct ReadCallbacks {
  // For each wanted event. An error ends the reading and is returned.
  std::function<core::Status(core::Event)> on_event;
  // From time to time, with the bytes and lines read so far. May be empty.
  std::function<void(std::uint64_t bytes, std::uint64_t lines)> on_progress;
};

// Reads one file, or standard input for `-`. A line that is not an event is counted and skipped. Errors as ByteSource
// gives them, and kCorrupt when the file is in a format that cannot be read; the events before the error have been
// handed over. With a `proof` every line is parsed and told to it, otherwise only the lines of wanted repositories.
core::Result<FileReport> read_archive(const std::string& path, const EventFilter& filter,
                                      const ReadCallbacks& callbacks, HourProof* proof = nullptr);

}  // namespace repopulse::archive
