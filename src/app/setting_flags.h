// Gives a subcommand the flags of its settings, and reads their values. What a setting means is in the table of
// settings.
#pragma once

#include <CLI/CLI.hpp>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/setting_changes.h"
#include "app/settings.h"

namespace repopulse::app {

// The environment of this process.
const char* process_environment(const char* name);

// Declares `--config` and a flag for each named setting. Keep it alive while the command line is parsed; call read()
// after that.
class SettingFlags {
 public:
  SettingFlags(CLI::App& command, std::vector<std::string_view> names);
  SettingFlags(const SettingFlags&) = delete;
  SettingFlags& operator=(const SettingFlags&) = delete;

  core::Result<Settings> read() const { return read({}); }
  // Also settings without a flag on this subcommand, from the environment and the settings file.
  core::Result<Settings> read(std::initializer_list<std::string_view> others) const;
  // All of them with their values and where these come from. As read() where one is wrong.
  core::Result<std::vector<SettingInUse>> in_use() const;
  // What serve() runs with, and reads again at SIGHUP.
  core::Result<ServeSettings> read_serve() const;
  // Whether the flag was given on the command line.
  bool given(std::string_view name) const;

 private:
  std::vector<std::string_view> names_;
  GivenFlags given_;
  std::string config_;
};

}  // namespace repopulse::app
