// The reference of all settings.
#include <string_view>

#include "app/setting_table.h"
#include "tools/manual/pages.h"

namespace repopulse::manual {
namespace {

constexpr std::string_view kHead = R"(# Settings

Made by `./dev docs` from the table that the executable itself reads; a test keeps it current.

A setting is given as a flag, as an environment variable or as a key of a TOML file, in this order of precedence. The
file is the one that `--config FILE` or `REPOPULSE_CONFIG` names; there is none by default.

```toml
listen = "0.0.0.0:8080"
repo = ["cli/cli", "redis/redis"]
freshness = "2m"
window-days = 14
```

- A key may be written with `_` for `-`; `repos` is another name of `repo`. An unknown key is refused.
- An environment variable that is empty counts as not set. A flag that is given twice counts as it is given last,
  unless the setting is a list.
- Values of lists are separated by blanks or commas, or are the elements of a TOML array.
- A wrong value ends the program with status 2 and one line: the setting as it was given, the value, and what is
  accepted. A secret's value is never shown, nor is the password in a database's URI.

)";

// In a cell of a table a bar would end the cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out.append(c == '|' ? "\\|" : std::string(1, c));
  return out;
}

std::string preset_of(const app::Setting& setting) {
  if (setting.preset.empty() && !setting.list) return "see its meaning";
  if (setting.preset.empty() || setting.preset == "none") return "none";
  if (setting.preset.find(' ') != std::string_view::npos) return std::string(setting.preset);
  return "`" + std::string(setting.preset) + "`";
}

// Another option may have the same name (`import --repo`); a setting tells its variable.
bool takes(const CLI::App& command, const app::Setting& setting) {
  const CLI::Option* option = command.get_option_no_throw("--" + std::string(setting.name));
  return option != nullptr && option->get_description().find(setting.environment) != std::string::npos;
}

// Commas between the names of the subcommands that take the setting.
std::string takers(const CLI::App& command, const app::Setting& setting, const std::string& prefix) {
  std::string names;
  for (const CLI::App* below : subcommands_of(command)) {
    const std::string name = prefix + below->get_name();
    const std::string found = takes(*below, setting) ? "`" + name + "`" : takers(*below, setting, name + " ");
    if (!found.empty()) names.append(names.empty() ? "" : ", ").append(found);
  }
  return names;
}

std::string section(const CLI::App& program, const app::Setting& setting) {
  const std::string name(setting.name);
  std::string text = "## " + name + "\n\n" + cell(setting.meaning) + ".";
  if (!setting.asking.empty()) text.append(" Where a server is asked: ").append(setting.asking).append(".");
  text.append("\n\n| | |\n| --- | --- |\n");
  text.append("| flag | `--" + name + " ").append(setting.placeholder).append("`");
  text.append(setting.list ? ", repeatable |\n" : " |\n");
  text.append("| environment | `").append(setting.environment).append("`");
  if (!setting.fallback.empty()) text.append(", else `").append(setting.fallback).append("`");
  text.append(" |\n| in a file | `" + name + "` |\n");
  text.append("| default | " + preset_of(setting) + " |\n");
  text.append("| accepted | " + cell(setting.accepted) + " |\n");
  text.append("| taken by | " + takers(program, setting, "") + " |\n");
  if (setting.secret) text.append("| secret | never logged, never shown |\n");
  text[text.find("\n\n") + 2] = static_cast<char>(std::toupper(text[text.find("\n\n") + 2]));
  return text + "\n";
}

}  // namespace

std::string settings_page(const CLI::App& program) {
  std::string text(kHead);
  text.append("| flag | environment | default | meaning |\n| --- | --- | --- | --- |\n");
  for (const app::Setting& setting : app::setting_table()) {
    const std::string name(setting.name);
    text.append("| [`--").append(name).append("`](#").append(name).append(") | `");
    text.append(setting.environment).append("` | ");
    text.append(preset_of(setting) + " | " + cell(setting.meaning) + " |\n");
  }
  text.append("\n");
  for (const app::Setting& setting : app::setting_table()) text.append(section(program, setting));
  text.pop_back();
  return text;
}

}  // namespace repopulse::manual
