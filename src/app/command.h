// A subcommand declares itself to the parser; the one that was chosen leaves its work to be done.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "core/result.h"

namespace repopulse::app {

// Exit status. Exceptions and errors become one line on stderr.
inline constexpr int kSuccess = 0;
inline constexpr int kFailure = 1;
inline constexpr int kWrongUsage = 2;

// Done after the whole command line has been read; returns the exit status.
using Work = std::function<int()>;

// Writes the error's line to stderr, and says which exit status it is: wrong usage for kBadInput, else failure.
int report(const core::Error& error);

void declare_serve(CLI::App& program, Work& work);
void declare_keys(CLI::App& program, Work& work);
void declare_repos(CLI::App& program, Work& work);
void declare_stats(CLI::App& program, Work& work);
void declare_health(CLI::App& program, Work& work);
void declare_export(CLI::App& program, Work& work);
void declare_import(CLI::App& program, Work& work);
void declare_migrate(CLI::App& program, Work& work);
void declare_backtest(CLI::App& program, Work& work);

}  // namespace repopulse::app
