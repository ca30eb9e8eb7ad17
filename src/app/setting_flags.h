// The flags of settings on a subcommand.
#pragma once

#include <CLI/CLI.hpp>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"

namespace repopulse::app {

// Declares a flag for each of the settings named (see setting_table.h), and `--config`; read() after the command line
// has been parsed. Keep it alive until then.
class SettingFlags {
 public:
  SettingFlags(CLI::App& command, std::initializer_list<std::string_view> names);
  SettingFlags(const SettingFlags&) = delete;
  SettingFlags& operator=(const SettingFlags&) = delete;

  core::Result<Settings> read() const { return read({}); }
  // And others, which have no flag here: from the environment and the file.
  core::Result<Settings> read(std::initializer_list<std::string_view> others) const;
  // Was it given as a flag?
  bool given(std::string_view name) const;

 private:
  std::vector<std::string_view> names_;
  GivenFlags given_;
  std::string config_;
};

}  // namespace repopulse::app
