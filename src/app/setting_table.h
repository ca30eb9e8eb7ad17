// The table of all settings: names, meaning, default, accepted values. Parsing, --help and docs/settings.md are made
// from it; nothing about a setting is said anywhere else. Reads no file and no environment.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "app/settings.h"

namespace repopulse::app {

struct Setting {
  std::string_view name{};           // the flag without its dashes, and the key in a settings file
  std::string_view environment{};    // variable
  std::string_view fallback{};       // another variable, used when the first one is not set; empty: none
  std::string_view placeholder{};    // for the value in --help
  std::string_view default_value{};  // a text that apply() accepts; empty: the setting has no value by default
  std::string_view default_note{};   // what to show as the default when there is no default_value
  std::string_view meaning{};
  std::string_view client_meaning{};  // for subcommands that ask a server; empty: the same
  std::string_view accepted{};        // completes "expected …"
  bool secret = false;                // the value is never shown
  bool list = false;                  // repeatable; values are split at spaces and commas
  // Stores one value; false when it is not accepted.
  bool (*apply)(Settings& settings, std::string_view value) = nullptr;
  // Takes over what was read at SIGHUP: the server works by it from then on. nullptr: a change needs a restart.
  void (*reload)(Settings& running, const Settings& read) = nullptr;
};

std::span<const Setting> setting_table();
// By name; nullptr when there is none.
const Setting* find_setting(std::string_view name);

// What is shown as the default: default_value, or the note.
std::string_view shown_default(const Setting& setting);
// Each setting that has a default_value has that; the others are empty.
Settings default_settings();

// `mongodb://user:***@host/db` for a URI with a password; any other text unchanged.
std::string without_password(std::string_view text);

}  // namespace repopulse::app
