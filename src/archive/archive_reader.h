// Reads the events of an archive file that matter.
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
  std::uint64_t events = 0;                 // that the filter wanted
  std::uint64_t broken = 0;                 // lines that are no event
  std::vector<std::uint64_t> broken_lines;  // numbers of the first of them
  std::optional<core::Gap> hour;            // that its name tells, if it was read whole: it holds all events of it
};

struct ReadCallbacks {
  // An event that is wanted. An error ends the reading, and is returned.
  std::function<core::Status(core::Event)> on_event;
  // From time to time: bytes and lines of the file read so far. May be empty.
  std::function<void(std::uint64_t bytes, std::uint64_t lines)> on_progress;
};

// One file, or standard input for `-`. A line that is no event is counted and passed over. Errors as ByteSource; what
// came before has been handed over by then.
core::Result<FileReport> read_archive(const std::string& path, const EventFilter& filter,
                                      const ReadCallbacks& callbacks);

}  // namespace repopulse::archive
