// How --help looks: options with one placeholder each, descriptions wrapped to the width of a terminal.
#pragma once

#include <CLI/App.hpp>

namespace repopulse::app {

// For the program before its subcommands are declared: they take it over. Errors become one line.
void set_help_format(CLI::App& program);

}  // namespace repopulse::app
