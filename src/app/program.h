// The whole command line of `repopulse`: its description and all subcommands. Declares them and runs nothing.
#pragma once

#include <CLI/CLI.hpp>

#include "app/command.h"

namespace repopulse::app {

inline constexpr const char* kProgramName = "repopulse";

// `program` must be new and named kProgramName. The chosen subcommand leaves its work in `work`, which must outlive
// parsing.
void declare_program(CLI::App& program, Work& work);

}  // namespace repopulse::app
