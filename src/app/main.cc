// repopulse: finds the subcommand and does its work.
#include <CLI/App.hpp>
#include <exception>
#include <iostream>

#include "app/command.h"
#include "app/help_format.h"
#include "app/version.h"

int main(int argc, char** argv) {
  using namespace repopulse::app;
  CLI::App program("Watches GitHub repositories and tells their pulse.", "repopulse");
  program.set_version_flag("--version", std::string("repopulse ") + kVersion);
  program.require_subcommand(1);
  set_help_format(program);
  Work work;
  declare_serve(program, work);
  declare_keys(program, work);
  declare_repos(program, work);
  declare_stats(program, work);
  declare_health(program, work);
  declare_export(program, work);
  declare_import(program, work);
  declare_backtest(program, work);
  declare_migrate(program, work);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? kSuccess : kWrongUsage;
  }
  try {
    return work();
  } catch (const std::exception& error) {
    std::cerr << "repopulse: " << error.what() << '\n';
    return kFailure;
  }
}
