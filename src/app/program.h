// The command line as a whole: every subcommand, declared.
#pragma once

#include <CLI/CLI.hpp>

#include "app/command.h"

namespace repopulse::app {

inline constexpr const char* kProgramName = "repopulse";

// `program` is new, and named kProgramName; the chosen subcommand leaves its work in `work`.
void declare_program(CLI::App& program, Work& work);

}  // namespace repopulse::app
