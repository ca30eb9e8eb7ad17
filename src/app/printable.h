// Escapes text from outside so that it is safe in one line of a terminal or a log, and says what needs no escape. Pure.
#pragma once

#include <string>
#include <string_view>

namespace repopulse::app {

// Control characters (C0, DEL, C1, line and paragraph separators, marks that change the direction of writing) are
// written as
// `\n`, `\t`, `\x1b` or `\u2028`, and bytes that are not UTF-8 as `\xff`.
std::string printable(std::string_view text);

// Whether it is visible ASCII characters without a space, and not empty.
bool is_visible_word(std::string_view text);

// The same as a JSON string, quotes included; bytes that are not UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

}  // namespace repopulse::app
