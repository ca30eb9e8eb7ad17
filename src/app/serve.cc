// `repopulse serve`: runs the service until a signal stops it.
#include <sys/resource.h>

#include <initializer_list>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include "app/command.h"
#include "app/serve_settings.h"
#include "app/service.h"
#include "app/setting_flags.h"
#include "app/setting_table.h"
#include "app/signals.h"
#include "app/version.h"

namespace repopulse::app {
namespace {

constexpr const char* kAbout =
    "Run the service: poll GitHub, store events, and serve statistics, events and a dashboard over HTTP.\n"
    "\n"
    "Each setting can be a flag, an environment variable (in brackets), or a key of a TOML file (--config) with the "
    "name "
    "of the flag without its dashes: max-active = 5. A flag beats the environment, which beats the file.\n"
    "\n"
    "SIGTERM or SIGINT stops it: open requests are finished within 10 s. A second signal stops it at once.";

constexpr const char* kExamples =
    "Examples:\n"
    "  repopulse serve --repo cli/cli --repo redis/redis\n"
    "  repopulse serve --config /etc/repopulse/repopulse.toml\n"
    "  REPOPULSE_STORE=mongodb://db.example/repopulse repopulse serve --listen 0.0.0.0:8080";

// As many connections as the system allows: the usual soft limit of 1,024 files is below our own limit.
void allow_many_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int serve(const Settings& settings) {
  allow_many_files();
  const StopSignals signals;
  Log log(settings.log_level, settings.log_format);
  const auto service = Service::make(settings, log);
  if (!service) return report(service.error());  // nothing else was written
  log.write(LogLevel::kInfo, "starting",
            {{"version", kVersion},
             {"store", without_password(settings.store)},
             {"github", settings.github_url},
             {"token", !settings.github_token.empty()},
             {"github_app", settings.github_app_id},
             {"policy", settings.policy},
             {"freshness", core::format_duration(settings.freshness)},
             {"window_days", settings.window.days},
             {"window_events", settings.window.max_events},
             {"max_active", settings.max_active}});
  (*service)->start();
  const std::string listening = "listening on " + (*service)->url();
  if (settings.log_format == LogFormat::kJson) {
    log.announce(listening);
  } else {
    std::cerr << listening + "\n";
  }
  const int number = signals.wait();
  log.write(LogLevel::kInfo, "stopping", {{"signal", number}});
  (*service)->stop();
  log.write(LogLevel::kInfo, "stopped");
  return kSuccess;
}

}  // namespace

void declare_serve(CLI::App& program, Work& work) {
  CLI::App* command = program.add_subcommand("serve", kAbout);
  command->footer(kExamples);
  const auto flags = std::make_shared<SettingFlags>(*command, serve_settings());
  command->callback([flags, &work] {
    work = [flags] {
      const auto settings = flags->read();
      return settings ? serve(*settings) : report(settings.error());
    };
  });
}

}  // namespace repopulse::app
