// `repopulse stats OWNER/REPO`: shows statistics of a running server.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "app/clock.h"
#include "app/command.h"
#include "app/http_client.h"
#include "app/setting_flags.h"
#include "app/table.h"
#include "app/tables.h"

namespace repopulse::app {
namespace {

struct Wanted {
  std::string repository;
  std::vector<std::string> types;
  bool json = false;
};

bool is_type(const std::string& text) {
  return !text.empty() && text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_,") ==
                              std::string::npos;
}

int show(const Settings& settings, const Wanted& wanted) {
  const auto name = core::RepoName::parse(wanted.repository);
  if (!name) return report(name.error());
  std::string path = "/api/repos/" + name->full_name() + "/events/stats/";
  for (const std::string& type : wanted.types) {
    if (!is_type(type)) {
      return report({core::ErrorKind::kBadInput, "--type '" + type + "': expected a type such as PushEvent"});
    }
    path.append(path.find('?') == std::string::npos ? "?" : "&").append("type=").append(type);
  }
  HttpClient client(client_settings(settings));
  const auto answer = client.ask("GET", path);
  if (!answer) return report({answer.error().kind, name->full_name() + ": " + answer.error().message});
  if (wanted.json) {
    std::cout << answer->body << '\n';
    return kSuccess;
  }
  const auto printed = print_statistics(answer->body, clock_now(), wants_colours(), std::cout);
  return printed ? kSuccess : report(printed.error());
}

}  // namespace

void declare_stats(CLI::App& program, Work& work) {
  CLI::App* command = program.add_subcommand(
      "stats", "Show the statistics of one repository of a running server: the time between events, by type.");
  const auto wanted = std::make_shared<Wanted>();
  command->add_option("OWNER/REPO", wanted->repository, "the repository, or its GitHub URL")->required()->type_name("");
  command->add_option("--type", wanted->types, "only this type of event, such as PushEvent; repeatable")
      ->type_name("TYPE")
      ->allow_extra_args(false);
  command->add_flag("--json", wanted->json, "print the JSON answer of the server unchanged");
  const auto flags =
      std::make_shared<SettingFlags>(*command, std::initializer_list<std::string_view>{"server", "api-key", "ca-file"});
  command->footer("Examples:\n  repopulse stats cli/cli\n  repopulse stats cli/cli --type PushEvent --json");
  command->callback([flags, wanted, &work] {
    work = [flags, wanted] {
      const auto settings = flags->read();
      return settings ? show(*settings, *wanted) : report(settings.error());
    };
  });
}

}  // namespace repopulse::app
