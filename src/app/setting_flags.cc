#include "app/setting_flags.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "app/setting_table.h"

namespace repopulse::app {
namespace {

std::string describe(const Setting& setting, bool asks, std::string_view default_text) {
  std::string text(asks && !setting.client_meaning.empty() ? setting.client_meaning : setting.meaning);
  text.append(" [").append(setting.environment);
  if (!setting.fallback.empty()) text.append(", else ").append(setting.fallback);
  if (!default_text.empty()) text.append("; default: ").append(default_text);
  return text.append("]");
}

}  // namespace

const char* process_environment(const char* name) {
  return std::getenv(name);
}

SettingFlags::SettingFlags(CLI::App& command, std::vector<std::string_view> names) : names_(std::move(names)) {
  const bool asks = std::ranges::find(names_, "server") != names_.end();
  const bool listens = std::ranges::find(names_, "listen") != names_.end();
  for (const std::string_view name : names_) {
    const Setting& setting = *find_setting(name);
    const std::string_view shown = name == "server" && listens ? "the address of --listen" : shown_default(setting);
    command.add_option("--" + std::string(name), given_[std::string(name)], describe(setting, asks, shown))
        ->type_name(std::string(setting.placeholder))
        ->allow_extra_args(false);
  }
  command.add_option("--config", config_, "TOML file with settings [REPOPULSE_CONFIG]")->type_name("FILE");
}

core::Result<Settings> SettingFlags::read(std::initializer_list<std::string_view> others) const {
  std::vector<std::string_view> names = names_;
  names.insert(names.end(), others);
  return read_settings(names, given_, config_, process_environment);
}

core::Result<std::vector<SettingInUse>> SettingFlags::in_use() const {
  return settings_in_use(names_, given_, config_, process_environment);
}

core::Result<ServeSettings> SettingFlags::read_serve() const {
  auto values = read();
  if (!values) return tl::unexpected(values.error());
  auto all = in_use();
  if (!all) return tl::unexpected(all.error());
  return ServeSettings{*std::move(values), *std::move(all)};
}

bool SettingFlags::given(std::string_view name) const {
  const auto found = given_.find(name);
  return found != given_.end() && !found->second.empty();
}

}  // namespace repopulse::app
