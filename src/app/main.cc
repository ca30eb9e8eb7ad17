// The executable `repopulse`: parses the command line and runs the chosen subcommand.
#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "app/program.h"

int main(int argc, char** argv) {
  using namespace repopulse::app;
  CLI::App program({}, kProgramName);
  Work work;
  declare_program(program, work);
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
