// `repopulse repos`: lists and changes the repositories of a running server.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "api/pagination.h"
#include "app/clock.h"
#include "app/command.h"
#include "app/http_client.h"
#include "app/printable.h"
#include "app/repository_names.h"
#include "app/setting_flags.h"
#include "app/table.h"
#include "app/tables.h"
#include "github/events_api.h"

namespace repopulse::app {
namespace {

struct WantedRepositories {
  std::vector<std::string> names;
  bool json = false;
  bool active = false;
  bool archived = false;  // of owners
  bool forks = false;
};

int show(const std::string& json, bool unchanged) {
  if (unchanged) {
    std::cout << json << '\n';
    return kSuccess;
  }
  const auto printed = print_repositories(json, clock_now(), look_of_output(), std::cout);
  return printed ? kSuccess : report(printed.error());
}

// The text between the brackets of a JSON array; empty when it is not an array.
std::string_view elements_of(std::string_view json) {
  const auto first = json.find('[');
  const auto last = json.rfind(']');
  if (first == std::string_view::npos || last == std::string_view::npos || last < first) return {};
  return json.substr(first + 1, last - first - 1);
}

int list_all(HttpClient& client, std::string path, const WantedRepositories& wanted) {
  std::string json = "[";
  path.append("?per_page=").append(std::to_string(api::Page::kMaxSize));
  while (!path.empty()) {
    const auto answer = client.ask("GET", path);
    if (!answer) return report(answer.error());
    const std::string_view elements = elements_of(answer->body);
    if (json.size() > 1 && !elements.empty()) json += ",";
    json += elements;
    // Only the query of the link: behind a proxy the server may name another address than the one that reaches it.
    const std::string next = github::next_link(answer->link).value_or("");
    const auto query = next.find('?');
    path = query == std::string::npos ? std::string() : path.substr(0, path.find('?')) + next.substr(query);
  }
  return show(json + "]", wanted.json);
}

int list_repositories(HttpClient& client, const WantedRepositories& wanted) {
  return list_all(client, wanted.active ? "/api/repos/active/" : "/api/repos/", wanted);
}

int list_owners(HttpClient& client, const WantedRepositories& wanted) {
  return list_all(client, "/api/owners/", wanted);
}

int add(HttpClient& client, const WantedRepositories& wanted) {
  const auto names = parse_full_names(wanted.names);
  if (!names) return report(names.error());
  std::string body;
  for (const std::string& name : *names) {
    body.append(body.empty() ? "" : ",").append("{\"full_name\":").append(json_string(name));
    body.append(",\"active\":").append(wanted.active ? "true" : "false");
    if (wanted.archived) body.append(",\"archived\":true");
    if (wanted.forks) body.append(",\"forks\":true");
    body.append("}");
  }
  if (names->size() > 1) body = "[" + body + "]";
  const auto answer = client.ask("POST", "/api/repos/", body);
  return answer ? show(answer->body, wanted.json) : report(answer.error());
}

// One request for each name. When one fails, the requests before it stay done.
int for_each(HttpClient& client, const WantedRepositories& wanted, const std::string& method, const std::string& verb) {
  const auto names = parse_full_names(wanted.names);
  if (!names) return report(names.error());
  std::string json;
  for (const std::string& name : *names) {
    const auto answer = client.ask(method, std::string("/api/repos/").append(name).append(verb));
    if (!answer) return report({answer.error().kind, name + ": " + answer.error().message});
    if (!answer->body.empty()) json.append(json.empty() ? "" : ",").append(answer->body);
  }
  if (json.empty()) return kSuccess;
  return show(names->size() > 1 ? "[" + json + "]" : json, wanted.json);
}

using Act = std::function<int(HttpClient& client, const WantedRepositories& wanted)>;

// The flags that name the server belong to `repos`, so they may stand before or after the subcommand.
class Subcommands {
 public:
  Subcommands(CLI::App& parent, Work& work)
      : parent_(parent),
        work_(work),
        flags_(std::make_shared<SettingFlags>(parent,
                                              std::initializer_list<std::string_view>{"server", "api-key", "ca-file"})),
        wanted_(std::make_shared<WantedRepositories>()) {
    parent.add_flag("--json", wanted_->json, "print the JSON answer of the server unchanged");
    parent.footer(
        "Examples:\n"
        "  repopulse repos\n"
        "  repopulse repos add --active cli/cli redis/redis\n"
        "  repopulse repos add --active --forks 'octocat/*'\n"
        "  repopulse repos deactivate cli/cli --server https://pulse.example --api-key rp_…");
    parent.callback([this_work = work_of(&list_repositories), &parent, &work] {
      if (parent.get_subcommands().empty()) work = this_work;
    });
  }

  CLI::App* declare(const std::string& name, const std::string& about, Act act) {
    CLI::App* command = parent_.add_subcommand(name, about)->fallthrough();
    command->footer(
        "The options of `repopulse repos` work here too: --server, --api-key, --ca-file, --config, --json.");
    command->callback([this_work = work_of(std::move(act)), &work = work_] { work = this_work; });
    return command;
  }

  CLI::App* declare_with_names(const std::string& name, const std::string& about, Act act) {
    CLI::App* command = declare(name, about, std::move(act));
    command
        ->add_option(
            "OWNER/REPO", wanted_->names,
            "the repository, or its GitHub URL; 'OWNER/*': all public repositories of an owner, later ones too")
        ->required()
        ->type_name("");
    return command;
  }

  WantedRepositories& wanted() { return *wanted_; }

 private:
  Work work_of(Act act) const {
    return [flags = flags_, wanted = wanted_, act = std::move(act)] {
      const auto settings = flags->read();
      if (!settings) return report(settings.error());
      HttpClient client(client_settings(*settings));
      return act(client, *wanted);
    };
  }

  CLI::App& parent_;
  Work& work_;
  std::shared_ptr<SettingFlags> flags_;
  std::shared_ptr<WantedRepositories> wanted_;
};

}  // namespace

void declare_repos(CLI::App& program, Work& work) {
  CLI::App* repos = program.add_subcommand("repos", "List and change the repositories of a running server.");
  repos->require_subcommand(0, 1);
  Subcommands subcommands(*repos, work);
  WantedRepositories& wanted = subcommands.wanted();
  subcommands.declare("list", "List the repositories. `repopulse repos` alone does the same.", &list_repositories)
      ->add_flag("--active", wanted.active, "only active repositories");
  subcommands.declare("owners", "List the owners whose repositories are followed ('OWNER/*').", &list_owners);
  CLI::App* add_command =
      subcommands.declare_with_names("add", "Add repositories: all of them, or none if one cannot be added.", &add);
  add_command->add_flag("--active,--activate", wanted.active, "activate them too, which starts polling at once");
  add_command->add_flag("--archived", wanted.archived, "of 'OWNER/*': archived repositories too");
  add_command->add_flag("--forks", wanted.forks, "of 'OWNER/*': forks too");
  subcommands.declare_with_names(
      "remove", "Remove repositories and delete their events; follow 'OWNER/*' no more, whose repositories stay.",
      [](HttpClient& client, const WantedRepositories& names) { return for_each(client, names, "DELETE", ""); });
  subcommands.declare_with_names(
      "activate", "Start polling repositories; of 'OWNER/*', those that were added without being activated.",
      [](HttpClient& client, const WantedRepositories& names) { return for_each(client, names, "POST", "/activate"); });
  subcommands.declare_with_names(
      "poll", "Ask GitHub for the events of repositories, or for the list of 'OWNER/*', as soon as it permits.",
      [](HttpClient& client, const WantedRepositories& names) { return for_each(client, names, "POST", "/poll"); });
  subcommands.declare_with_names(
      "deactivate",
      "Stop polling repositories; their events are kept. Of 'OWNER/*', add later ones without polling them.",
      [](HttpClient& client, const WantedRepositories& names) {
        return for_each(client, names, "POST", "/deactivate");
      });
}

}  // namespace repopulse::app
