// `repopulse serve`: runs the service until a signal stops it, and reads its settings again at SIGHUP.
#include <sys/resource.h>

#include <cstdlib>
#include <initializer_list>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/command.h"
#include "app/serve_settings.h"
#include "app/service.h"
#include "app/service_manager.h"
#include "app/setting_changes.h"
#include "app/setting_flags.h"
#include "app/setting_table.h"
#include "app/signals.h"
#include "app/version.h"
#include "base/join.h"

namespace repopulse::app {
namespace {

constexpr const char* kServeAbout =
    "Run the service: poll GitHub, store events, and serve statistics, events and a dashboard over HTTP.\n"
    "\n"
    "Each setting can be a flag, an environment variable (in brackets), or a key of a TOML file (--config) with the "
    "name "
    "of the flag without its dashes: max-active = 5. A flag beats the environment, which beats the file.\n"
    "\n"
    "SIGTERM or SIGINT stops it: open requests are finished within 10 s. A second signal stops it at once.\n"
    "\n"
    "SIGHUP reads the settings file again. One line of the log says what has changed, and what needs a restart; a file "
    "with a wrong value changes nothing. To a service manager it speaks as sd_notify(3) describes (NOTIFY_SOCKET, "
    "WATCHDOG_USEC).";

constexpr const char* kServeExamples =
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

void warn_of(const core::Status& told, Log& log) {
  if (told) return;
  log.write(LogLevel::kWarn, "cannot tell the service manager", {{"error", told.error().message}});
}

// At SIGHUP. One line says what has changed, or why nothing has.
void read_again(const SettingFlags& flags, ServeSettings& running, Service& service, Log& log) {
  constexpr std::string_view kRefused = "the settings were read again, and nothing has changed";
  const auto read = flags.read_serve();
  if (!read) return log.write(LogLevel::kError, kRefused, {{"error", read.error().message}});
  const SettingChanges changes = compare(running, *read);
  ServeSettings wished = take_over(running, *read);
  if (const auto changed = service.change(wished.values); !changed) {
    return log.write(LogLevel::kError, kRefused, {{"error", changed.error().message}});
  }
  running = std::move(wished);
  if (!log.wants(LogLevel::kInfo)) log.set_level(running.values.log_level);
  log.write(LogLevel::kInfo, "the settings were read again",
            {{"changed", changes.reloaded.empty() ? "nothing" : base::join(changes.reloaded, ", ")},
             {"need_restart", base::join(changes.need_restart, ", ")}});
  log.set_level(running.values.log_level);
}

int serve(const SettingFlags& flags) {
  auto running = flags.read_serve();
  if (!running) return report(running.error());
  const Settings settings = running->values;
  allow_many_files();
  const ServiceSignals signals;
  Log log(settings.log_level, settings.log_format);
  ServiceManager manager(&process_environment);
  const auto service = Service::make(settings, manager, log);
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
  warn_of(manager.ready(), log);
  const int number = signals.wait([&] {
    warn_of(manager.reloading(), log);
    read_again(flags, *running, **service, log);
    warn_of(manager.ready(), log);
  });
  log.write(LogLevel::kInfo, "stopping", {{"signal", number}});
  warn_of(manager.stopping(), log);
  (*service)->stop();
  log.write(LogLevel::kInfo, "stopped");
  return kSuccess;
}

}  // namespace

void declare_serve(CLI::App& program, Work& work) {
  CLI::App* command = program.add_subcommand("serve", kServeAbout);
  command->footer(kServeExamples);
  const auto flags = std::make_shared<SettingFlags>(*command, serve_settings());
  command->callback([flags, &work] { work = [flags] { return serve(*flags); }; });
}

}  // namespace repopulse::app
