#include "app/program.h"

#include <string>

#include "app/help_format.h"
#include "app/version.h"

namespace repopulse::app {
namespace {

constexpr const char* kProgramAbout =
    "Polls GitHub repositories and shows their pulse: the mean time between events, for each repository and type of "
    "event, over a rolling window.\n"
    "\n"
    "`repopulse serve` is the service. `repos`, `stats` and `health` ask a running server; `keys`, `import`, `export`, "
    "`backup` and `migrate` work on its store; `config`, `backtest` and `completion` need neither.";

constexpr const char* kProgramFooter =
    "Exit status: 0 success, 1 failure, 2 wrong usage or a wrong setting. One line on stderr gives the reason.\n"
    "\n"
    "Examples:\n"
    "  repopulse serve --repo cli/cli --repo redis/redis\n"
    "  repopulse stats cli/cli\n"
    "  repopulse serve --help";

}  // namespace

void declare_program(CLI::App& program, Work& work) {
  program.description(kProgramAbout);
  program.footer(kProgramFooter);
  program.set_help_flag("-h,--help", "print this help");
  program.set_version_flag("--version", std::string(kProgramName) + " " + kVersion, "print the version");
  program.require_subcommand(1);
  set_help_format(program);
  declare_serve(program, work);
  declare_config(program, work);
  declare_keys(program, work);
  declare_repos(program, work);
  declare_stats(program, work);
  declare_alerts(program, work);
  declare_health(program, work);
  declare_export(program, work);
  declare_import(program, work);
  declare_backtest(program, work);
  declare_backup(program, work);
  declare_migrate(program, work);
  declare_completion(program, work);
}

}  // namespace repopulse::app
