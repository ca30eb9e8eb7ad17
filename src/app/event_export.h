// The formats of `repopulse export`: lines of JSON, and the gap table as CSV. Only text; reads no store and writes no
// file.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/event.h"
#include "core/feed_state.h"

namespace repopulse::app {

// The event's JSON without line breaks. JSON allows them only between tokens, so the value stays the same.
std::string one_line(std::string_view json);

// A field of a CSV line (RFC 4180), quoted where that is needed. Text that a spreadsheet would run as a formula gets an
// apostrophe in front (OWASP, CSV injection).
std::string csv_field(std::string_view text);

// One CSV line for each gap between two consecutive events of one type. Lines end with CR LF.
class GapTable {
 public:
  // `lost`: stretches in which events of the repository may be missing, ascending.
  GapTable(std::string repository, std::span<const core::Gap> lost) : repository_(std::move(repository)), lost_(lost) {}

  static std::string head_line();
  // Events must come oldest first. Empty for the first event of a type, which ends no gap.
  std::string line(const core::Event& event);

 private:
  std::string repository_;
  std::span<const core::Gap> lost_;
  std::map<std::string, core::EventTime, std::less<>> previous_;  // by type
};

}  // namespace repopulse::app
