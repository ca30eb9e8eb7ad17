// How --help looks: options with one placeholder each, descriptions wrapped to the width of a terminal.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace repopulse::app {

// For the program before its subcommands are declared: they take it over. Errors become one line.
void set_help_format(CLI::App& program);

// What --help says a value is, such as FILE; empty for a flag that takes none.
std::string placeholder_of(const CLI::Option& option);

}  // namespace repopulse::app
