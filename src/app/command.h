// The subcommands of the executable. Each declares its options to the parser; the chosen one leaves its work to be done
// after the whole command line was read. Nothing is opened, read or sent while options are declared.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "core/result.h"

namespace repopulse::app {

// Exit statuses. Whatever fails also writes one line to stderr.
inline constexpr int kSuccess = 0;
inline constexpr int kFailure = 1;
inline constexpr int kWrongUsage = 2;

// What the chosen subcommand does; returns the exit status.
using Work = std::function<int()>;

// Writes the error as one line to stderr. Returns the exit status: wrong usage for kBadInput, failure for all else.
int report(const core::Error& error);

void declare_serve(CLI::App& program, Work& work);
void declare_config(CLI::App& program, Work& work);
void declare_keys(CLI::App& program, Work& work);
void declare_repos(CLI::App& program, Work& work);
void declare_stats(CLI::App& program, Work& work);
void declare_alerts(CLI::App& program, Work& work);
void declare_health(CLI::App& program, Work& work);
void declare_export(CLI::App& program, Work& work);
void declare_import(CLI::App& program, Work& work);
void declare_backup(CLI::App& program, Work& work);
void declare_migrate(CLI::App& program, Work& work);
void declare_backtest(CLI::App& program, Work& work);
void declare_completion(CLI::App& program, Work& work);

}  // namespace repopulse::app
