// Generates pages of documentation from the same texts as --help. Writes no file.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace repopulse::manual {

std::string settings_page(const CLI::App& program);  // Markdown
std::string man_page(const CLI::App& program);       // roff, of the macros man(7)

// The subcommands in the order of --help.
inline std::vector<const CLI::App*> subcommands_of(const CLI::App& command) {
  return command.get_subcommands([](const CLI::App*) { return true; });
}

}  // namespace repopulse::manual
