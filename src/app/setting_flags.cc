#include "app/setting_flags.h"

#include <cstdlib>

#include "app/setting_table.h"

namespace repopulse::app {
namespace {

constexpr std::size_t kDescriptionColumns = 70;

std::string describe(const Setting& setting) {
  std::string text(setting.meaning);
  text.append(" [").append(setting.environment);
  if (!setting.fallback.empty()) text.append(", else ").append(setting.fallback);
  if (!setting.preset.empty()) text.append("; default: ").append(setting.preset);
  return wrap(text.append("]"), kDescriptionColumns);
}

}  // namespace

SettingFlags::SettingFlags(CLI::App& command, std::initializer_list<std::string_view> names) : names_(names) {
  for (const std::string_view name : names_) {
    const Setting& setting = *find_setting(name);
    command.add_option("--" + std::string(name), given_[std::string(name)], describe(setting))
        ->type_name(std::string(setting.placeholder))
        ->allow_extra_args(false);
  }
  command.add_option("--config", config_, wrap("settings from a TOML file [REPOPULSE_CONFIG]", kDescriptionColumns))
      ->type_name("FILE");
}

core::Result<Settings> SettingFlags::read() const {
  return read_settings(names_, given_, config_, [](const char* name) { return std::getenv(name); });
}

bool SettingFlags::given(std::string_view name) const {
  const auto found = given_.find(name);
  return found != given_.end() && !found->second.empty();
}

std::string wrap(std::string_view text, std::size_t columns) {
  std::string out;
  while (text.size() > columns) {
    const auto blank = text.rfind(' ', columns);
    const auto cut = blank == std::string_view::npos ? text.find(' ') : blank;
    if (cut == std::string_view::npos) break;
    out.append(text.substr(0, cut)).append("\n");
    text.remove_prefix(cut + 1);
  }
  return out.append(text);
}

}  // namespace repopulse::app
