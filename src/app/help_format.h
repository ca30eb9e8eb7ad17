// How --help looks: one placeholder for each option, descriptions in lines of 100 columns at most. Changes the parser's
// formatter and nothing else.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace repopulse::app {

// Call this before subcommands are declared, since they inherit it. Errors of the command line become one line.
void set_help_format(CLI::App& program);

// The word that --help shows for the option's value, such as FILE; empty for a flag without a value.
std::string placeholder_of(const CLI::Option& option);

}  // namespace repopulse::app
