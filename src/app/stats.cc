// `repopulse stats OWNER/REPO`: shows statistics of a running server.
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/clock.h"
#include "app/command.h"
#include "app/http_client.h"
#include "app/printable.h"
#include "app/setting_flags.h"
#include "app/table.h"
#include "app/tables.h"
#include "core/actors.h"
#include "core/calendar.h"

namespace repopulse::app {
namespace {

struct WantedStatistics {
  std::string repository;
  std::vector<std::string> types;
  std::string actors;
  std::string since;
  std::string until;
  std::string history;  // by what it is counted; empty: statistics
  std::string time_zone;
  bool json = false;
};

constexpr std::string_view kWordCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

bool consists_of(const std::string& text, const std::string& characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string::npos;
}

core::Error wrong(std::string_view flag, const std::string& value, std::string_view expected) {
  return {core::ErrorKind::kBadInput,
          std::string(flag).append(" '").append(printable(value)).append("': expected ").append(expected)};
}

// What is wrong with the command line itself; the server looks at the rest.
std::optional<core::Error> mistake(const WantedStatistics& wanted) {
  const std::string words(kWordCharacters);
  for (const std::string& type : wanted.types) {
    if (!consists_of(type, words + ",")) return wrong("--type", type, "a type such as PushEvent");
  }
  if (!wanted.actors.empty() && !core::parse_actors(wanted.actors)) {
    return wrong("--actors", wanted.actors, core::kActorsChoice);
  }
  for (const auto& [flag, value] : {std::pair("--since", wanted.since), std::pair("--until", wanted.until)}) {
    if (!value.empty() && !consists_of(value, "0123456789TtZz:.+-")) {
      return wrong(flag, value, "a time such as 2024-11-12T20:13:10Z, or a date");
    }
  }
  if (!wanted.history.empty() && !core::parse_calendar_unit(wanted.history)) {
    return wrong("--history", wanted.history, "hour, day or week");
  }
  if (wanted.time_zone.empty()) return std::nullopt;
  if (wanted.history.empty()) return core::Error{core::ErrorKind::kBadInput, "--time-zone belongs to --history"};
  if (consists_of(wanted.time_zone, words + "+-/")) return std::nullopt;
  return wrong("--time-zone", wanted.time_zone, "a name such as Europe/Berlin");
}

std::string path_of(const core::RepoName& name, const WantedStatistics& wanted) {
  std::string path = "/api/repos/" + name.full_name() + "/events/stats/";
  if (!wanted.history.empty()) path += "history/";
  char separator = '?';
  const auto add = [&](std::string_view parameter, const std::string& value) {
    if (value.empty()) return;
    path.append(1, std::exchange(separator, '&')).append(parameter).append("=");
    for (const char c : value) path += c == '+' ? "%2B" : std::string(1, c);
  };
  add("by", wanted.history);
  for (const std::string& type : wanted.types) add("type", type);
  add("actors", wanted.actors);
  add("since", wanted.since);
  add("until", wanted.until);
  add("time_zone", wanted.time_zone);
  return path;
}

int show(const Settings& settings, const WantedStatistics& wanted) {
  const auto name = core::RepoName::parse(wanted.repository);
  if (!name) return report(name.error());
  if (const auto error = mistake(wanted)) return report(*error);
  HttpClient client(client_settings(settings));
  const auto answer = client.ask("GET", path_of(*name, wanted));
  if (!answer) return report({answer.error().kind, name->full_name() + ": " + answer.error().message});
  if (wanted.json) {
    std::cout << answer->body << '\n';
    return kSuccess;
  }
  const auto printed = wanted.history.empty() ? print_statistics(answer->body, clock_now(), look_of_output(), std::cout)
                                              : print_history(answer->body, look_of_output(), std::cout);
  return printed ? kSuccess : report(printed.error());
}

}  // namespace

void declare_stats(CLI::App& program, Work& work) {
  CLI::App* command = program.add_subcommand(
      "stats",
      "Show the statistics of one repository of a running server: the time between events, by type. With --since or "
      "--until, those of that stretch instead of the rolling window.");
  const auto wanted = std::make_shared<WantedStatistics>();
  command->add_option("OWNER/REPO", wanted->repository, "the repository, or its GitHub URL")->required()->type_name("");
  command->add_option("--type", wanted->types, "only this type of event, such as PushEvent; repeatable")
      ->type_name("TYPE")
      ->allow_extra_args(false);
  command->add_option("--actors", wanted->actors, "only events of people, or only those of robots; all unless given")
      ->type_name("people|bots|all");
  command
      ->add_option("--since", wanted->since,
                   "only events at this time or later, such as 2024-11-12T20:13:10Z; or a date")
      ->type_name("TIME");
  command
      ->add_option("--until", wanted->until,
                   "only events at this time or earlier; the end of the history's last bucket")
      ->type_name("TIME");
  command->add_option("--history", wanted->history, "count the events of each hour, day or week instead")
      ->type_name("hour|day|week");
  command
      ->add_option("--time-zone", wanted->time_zone,
                   "whose hours, days and weeks, such as Europe/Berlin; UTC unless given")
      ->type_name("ZONE");
  command->add_flag("--json", wanted->json, "print the JSON answer of the server unchanged");
  const auto flags =
      std::make_shared<SettingFlags>(*command, std::initializer_list<std::string_view>{"server", "api-key", "ca-file"});
  command->footer(
      "Examples:\n  repopulse stats cli/cli\n  repopulse stats cli/cli --type PushEvent --json\n"
      "  repopulse stats cli/cli --actors people\n"
      "  repopulse stats cli/cli --since 2024-11-01\n"
      "  repopulse stats cli/cli --history week --time-zone Europe/Berlin");
  command->callback([flags, wanted, &work] {
    work = [flags, wanted] {
      const auto settings = flags->read();
      return settings ? show(*settings, *wanted) : report(settings.error());
    };
  });
}

}  // namespace repopulse::app
