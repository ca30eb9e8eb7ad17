// `repopulse config`: the settings of `serve`, checked and shown, without a start.
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>

#include "app/command.h"
#include "app/serve_settings.h"
#include "app/setting_flags.h"
#include "app/setting_table.h"

namespace repopulse::app {
namespace {

constexpr const char* kShowFooter =
    R"(Prints a settings file with every setting of `serve`, its value, and where the value comes from. Secrets and
passwords are ***. Settings without a value are comments, which say what holds then. The tables [[alert]] and
[[notify]] are counted.

Examples:
  repopulse config show --config /etc/repopulse/repopulse.toml
  repopulse config show --freshness 2m)";
constexpr const char* kCheckFooter =
    R"(Reads flags, environment and settings file as `serve` does, with the files that they name, and starts nothing.
Exit status 0: `serve` would take them. 2: one line on stderr says which one is wrong, and what is accepted.

Example:
  repopulse config check --config /etc/repopulse/repopulse.toml)";

// A string of TOML.
std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return out + "\"";
}

std::string value_text(const SettingInUse& setting) {
  if (!setting.list) return toml_text(setting.values.front());
  std::string text = "[";
  for (const std::string& value : setting.values) text.append(text.size() > 1 ? ", " : "").append(toml_text(value));
  return text + "]";
}

std::string setting_line(const SettingInUse& setting) {
  if (setting.values.empty()) {
    return "# " + std::string(setting.name) + ": " + std::string(shown_default(*find_setting(setting.name))) + "\n";
  }
  return std::string(setting.name) + " = " + value_text(setting) + "  # " + setting.origin + "\n";
}

int show(const SettingFlags& flags) {
  const auto settings = flags.read();
  if (!settings) return report(settings.error());
  const auto all = flags.in_use();
  if (!all) return report(all.error());
  for (const SettingInUse& setting : *all) std::cout << setting_line(setting);
  std::cout << "# [[alert]]: " << settings->alert_rules.size() << ", [[notify]]: " << settings->targets.size() << '\n';
  return std::cout.flush() ? kSuccess : report({core::ErrorKind::kUnavailable, "cannot write to standard output"});
}

int check(const SettingFlags& flags) {
  const auto settings = flags.read();
  if (!settings) return report(settings.error());
  std::cerr << "the settings are valid\n";
  return kSuccess;
}

void declare_one(CLI::App& config, Work& work, const char* name, const char* about, const char* footer,
                 int (*run)(const SettingFlags&)) {
  CLI::App* command = config.add_subcommand(name, about);
  const auto flags = std::make_shared<SettingFlags>(*command, serve_settings());
  command->footer(footer);
  command->callback([flags, run, &work] { work = [flags, run] { return run(*flags); }; });
}

}  // namespace

void declare_config(CLI::App& program, Work& work) {
  CLI::App* config = program.add_subcommand("config", "Check or show the settings of `serve`, without a start.");
  config->require_subcommand(1);
  declare_one(*config, work, "check", "Say whether `serve` would take the settings.", kCheckFooter, check);
  declare_one(*config, work, "show", "Print all settings, their values, and where these come from.", kShowFooter, show);
}

}  // namespace repopulse::app
