// `repopulse alerts`: lists the alerts of a running server, and has it send a test message to every target.
#include <boost/json.hpp>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include "api/pagination.h"
#include "app/clock.h"
#include "app/command.h"
#include "app/http_client.h"
#include "app/json_fields.h"
#include "app/printable.h"
#include "app/setting_flags.h"
#include "app/table.h"

namespace repopulse::app {
namespace {

struct WantedAlerts {
  std::string state;
  bool json = false;
};

core::Result<boost::json::array> array_in(std::string_view json) {
  boost::system::error_code code;
  boost::json::value parsed = boost::json::parse(json, code);
  if (code || !parsed.is_array()) {
    return core::fail(core::ErrorKind::kCorrupt, "the answer is not one of this version of repopulse");
  }
  return std::move(parsed.get_array());
}

int print_alerts(std::string_view json) {
  const auto alerts = array_in(json);
  if (!alerts) return report(alerts.error());
  const core::Timestamp now = clock_now();
  Table table({{"ID", Align::kRight},
               {"STATE"},
               {"RULE"},
               {"REPOSITORY", Align::kLeft, true},
               {"SINCE", Align::kRight},
               {"RESOLVED", Align::kRight},
               {"SUMMARY"}});
  for (const auto& element : *alerts) {
    const auto* one = element.if_object();
    if (one == nullptr) continue;
    const std::string state = text_in(*one, "state");
    const std::string repository = text_in(*one, "repository");
    table.add({count_cell(*one, "id"),
               {state, state == "firing" ? Tint::kBad : Tint::kGood},
               text_in(*one, "rule"),
               repository.empty() ? "-" : repository,
               moment_cell(*one, "since", now),
               moment_cell(*one, "resolved_at", now),
               text_in(*one, "summary")});
  }
  table.print(std::cout, look_of_output());
  return kSuccess;
}

int list(HttpClient& client, const WantedAlerts& wanted) {
  if (!wanted.state.empty() && wanted.state != "firing" && wanted.state != "resolved") {
    return report(
        {core::ErrorKind::kBadInput, "--state '" + printable(wanted.state) + "': expected firing or resolved"});
  }
  std::string path = "/api/alerts/?per_page=" + std::to_string(api::Page::kMaxSize);
  if (!wanted.state.empty()) path += "&state=" + wanted.state;
  const auto answer = client.ask("GET", path);
  if (!answer) return report(answer.error());
  if (!wanted.json) return print_alerts(answer->body);
  std::cout << answer->body << '\n';
  return kSuccess;
}

// Fails where a target did not take its message.
int test(HttpClient& client, const WantedAlerts& wanted) {
  const auto answer = client.ask("POST", "/api/alerts/test");
  if (!answer) return report(answer.error());
  const auto targets = array_in(answer->body);
  if (!targets) return report(targets.error());
  Table table({{"TARGET"}, {"SENT"}, {"DETAIL"}});
  bool all = true;
  for (const auto& element : *targets) {
    const auto* one = element.if_object();
    if (one == nullptr) continue;
    const bool sent = flag_in(*one, "sent");
    all = all && sent;
    table.add(
        {text_in(*one, "target"), {sent ? "yes" : "no", sent ? Tint::kGood : Tint::kBad}, text_in(*one, "detail")});
  }
  if (wanted.json) {
    std::cout << answer->body << '\n';
  } else {
    table.print(std::cout, look_of_output());
  }
  if (targets->empty())
    return report({core::ErrorKind::kNotFound, "the server has no targets: [[notify]] in its settings file"});
  return all ? kSuccess : report({core::ErrorKind::kUnavailable, "not every target took the test message"});
}

}  // namespace

void declare_alerts(CLI::App& program, Work& work) {
  CLI::App* command = program.add_subcommand("alerts", "List the newest 100 alerts of a running server.");
  const auto wanted = std::make_shared<WantedAlerts>();
  command->add_option("--state", wanted->state, "only those that hold, or those that have ended")
      ->type_name("firing|resolved");
  command->add_flag("--json", wanted->json, "print the JSON answer of the server unchanged");
  const auto flags =
      std::make_shared<SettingFlags>(*command, std::initializer_list<std::string_view>{"server", "api-key", "ca-file"});
  command->footer("Examples:\n  repopulse alerts\n  repopulse alerts --state firing\n  repopulse alerts test");
  command->require_subcommand(0, 1);
  const auto work_of = [flags, wanted](auto act) -> Work {
    return [flags, wanted, act] {
      const auto settings = flags->read();
      if (!settings) return report(settings.error());
      HttpClient client(client_settings(*settings));
      return act(client, *wanted);
    };
  };
  CLI::App* tests =
      command->add_subcommand("test", "Send a test message to every target, and show what each answered (admin key).")
          ->fallthrough();
  tests->footer("The options of `repopulse alerts` work here too: --server, --api-key, --ca-file, --config, --json.");
  tests->callback([&work, this_work = work_of(&test)] { work = this_work; });
  command->callback([&work, command, this_work = work_of(&list)] {
    if (command->get_subcommands().empty()) work = this_work;
  });
}

}  // namespace repopulse::app
