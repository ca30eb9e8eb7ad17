// Text from outside, made fit for one line of a terminal or of a log.
#pragma once

#include <string>
#include <string_view>

namespace repopulse::app {

// Control characters (C0, DEL, C1, line and paragraph separators, marks that turn the direction of writing) become
// `\n`, `\t`, `\x1b` or `\u2028`; bytes that are no UTF-8 become `\xff`.
std::string printable(std::string_view text);

// The same as a JSON string, quotes included; bytes that are no UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

}  // namespace repopulse::app
