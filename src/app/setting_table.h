// Every setting there is: its names, what it means, what it takes. Parsing, --help and docs/settings.md come from here.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "app/settings.h"

namespace repopulse::app {

struct Setting {
  std::string_view name{};         // the flag without its dashes, and the key in a file
  std::string_view environment{};  // variable
  std::string_view fallback{};     // a further variable, asked last of the environment; empty: none
  std::string_view placeholder{};  // of the value in --help
  std::string_view preset{};       // the default as text
  std::string_view meaning{};
  std::string_view asking{};    // what it means to a subcommand that asks a server; empty: the same
  std::string_view accepted{};  // completes "expected …"
  bool secret = false;          // the value is never shown
  bool list = false;            // may be given more than once; values are split at blanks and commas
  // Takes one value over; false when it is not accepted.
  bool (*apply)(Settings& settings, std::string_view value) = nullptr;
};

std::span<const Setting> setting_table();
// By name; nullptr when there is none. In files, `max_active` is `max-active`.
const Setting* find_setting(std::string_view name);

// `mongodb://user:***@host/db` for a URI that carries a password; other text as it is.
std::string without_password(std::string_view text);

}  // namespace repopulse::app
