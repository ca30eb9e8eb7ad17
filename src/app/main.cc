// The executable `repopulse`: parses the command line and runs the chosen subcommand.
#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <iostream>

#include "app/certificates.h"
#include "app/program.h"
#include "app/standard_output.h"

int main(int argc, char** argv) {
  using namespace repopulse::app;
  occupy_standard_files();
  choose_certificates();
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow (`ulimit -f`): the write fails, and whoever wrote says so
  CLI::App program({}, kProgramName);
  Work work;
  declare_program(program, work);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? finish_output(kSuccess) : kWrongUsage;
  }
  try {
    return finish_output(work());
  } catch (const std::exception& error) {
    std::cerr << "repopulse: " << error.what() << '\n';
    return kFailure;
  }
}
