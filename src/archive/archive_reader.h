// Reads the wanted events of one GH Archive file and hands each to a callback. Reads only; stores nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "archive/event_filter.h"
#include "core/event.h"
#include "core/feed_state.h"
#include "core/result.h"

namespace repopulse::archive {

// A GH Archive file is named by its hour: `2026-01-31-9.json.gz`, hours without a leading zero.
std::optional<core::Gap> hour_of_file(const std::string& path);

// What a file held.
struct FileReport {
  std::uint64_t lines = 0;
  std::uint64_t events = 0;                 // wanted by the filter
  std::uint64_t broken = 0;                 // lines that are not an event
  std::vector<std::uint64_t> broken_lines;  // line numbers of the first few
  std::optional<core::Gap>
      hour;  // from the file's name, if the file was read to its end: it has all events of that hour
};

struct ReadCallbacks {
  // For each wanted event. An error ends the reading and is returned.
  std::function<core::Status(core::Event)> on_event;
  // From time to time, with the bytes and lines read so far. May be empty.
  std::function<void(std::uint64_t bytes, std::uint64_t lines)> on_progress;
};

// Reads one file, or standard input for `-`. A line that is not an event is counted and skipped. Errors as ByteSource
// gives them; the events before the error have been handed over.
core::Result<FileReport> read_archive(const std::string& path, const EventFilter& filter,
                                      const ReadCallbacks& callbacks);

}  // namespace repopulse::archive
