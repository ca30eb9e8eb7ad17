#include "sim/server/admin.h"

#include <boost/json.hpp>
#include <exception>
#include <stdexcept>

#include "github/event_parser.h"

namespace repopulse::sim {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

std::string text_of(const object& json, std::string_view name, std::string_view otherwise) {
  const value* found = json.if_contains(name);
  return found ? std::string(found->as_string()) : std::string(otherwise);
}

std::string time_text(core::Timestamp at) {
  return core::format_rfc3339(core::to_event_time(at));
}

value time_value(const std::optional<core::Timestamp>& at) {
  return at ? value(time_text(*at)) : value(nullptr);
}

Draft to_draft(const value& json, core::Timestamp now) {
  const object& fields = json.as_object();
  Draft draft;
  if (fields.contains("id")) {
    const std::string text = boost::json::serialize(json);
    auto event = github::EventParser().event(text);
    if (!event) throw std::runtime_error("the event has no valid id, type or created_at");
    draft.id = event->key.id;
    draft.created_at = event->key.created_at;
    draft.type = event->type;
    draft.actor = event->actor;
    draft.json = text;
  } else {
    const auto at = core::parse_rfc3339(text_of(fields, "created_at", time_text(now)));
    if (!at) throw std::runtime_error("created_at is not a time");
    draft.created_at = *at;
    draft.type = text_of(fields, "type", "PushEvent");
    draft.actor = text_of(fields, "actor", "octocat");
  }
  const value* latency = fields.if_contains("latency_seconds");
  draft.latency = latency ? core::Seconds(latency->to_number<std::int64_t>()) : core::Seconds(0);
  return draft;
}

object add_events(GitHubSimulator& github, std::string_view name, const value& json) {
  std::vector<Draft> drafts;
  if (json.is_array()) {
    for (const value& element : json.as_array()) drafts.push_back(to_draft(element, github.now()));
  } else {
    drafts.push_back(to_draft(json, github.now()));
  }
  const std::size_t added = drafts.size();
  github.add_events(name, std::move(drafts));
  return {{"added", added}};
}

array list_shown(const GitHubSimulator& github, std::string_view name) {
  array list;
  for (const Shown& event : github.shown(name)) {
    list.push_back(object{{"id", std::to_string(event.key.id)},
                          {"created_at", core::format_rfc3339(event.key.created_at)},
                          {"type", event.type},
                          {"from", time_text(event.from)},
                          {"until", time_value(event.until)},
                          {"served", event.served}});
  }
  return list;
}

array list_requests(const GitHubSimulator& github) {
  array list;
  for (const LoggedRequest& request : github.log().requests()) {
    list.push_back(object{{"at", static_cast<double>(core::unix_millis(request.at)) / 1000},
                          {"target", request.target},
                          {"feed", request.feed},
                          {"page", request.page},
                          {"conditional", request.conditional},
                          {"authenticated", !request.token.empty()},
                          {"status", request.status},
                          {"fault", request.fault},
                          {"charged", request.charged},
                          {"points", request.points}});
  }
  return list;
}

object counters(const GitHubSimulator& github) {
  const RequestLog& log = github.log();
  array breaches;
  for (const std::string& breach : log.breaches()) breaches.push_back(value(breach));
  return {{"requests", log.requests().size()},
          {"not_modified", log.not_modified()},
          {"charged", log.charged()},
          {"probes", log.probes()},
          {"points", log.points()},
          {"breaches", std::move(breaches)}};
}

Fault fault_named(const value& name) {
  const auto fault = parse_fault(std::string(name.as_string()));
  if (!fault) throw std::runtime_error("unknown fault " + std::string(name.as_string()));
  return *fault;
}

Lie lie_named(const value& name) {
  const auto lie = parse_lie(std::string(name.as_string()));
  if (!lie) throw std::runtime_error("unknown lie " + std::string(name.as_string()));
  return *lie;
}

AccountFault account_fault_named(const value& name) {
  const auto fault = parse_account_fault(std::string(name.as_string()));
  if (!fault) throw std::runtime_error("unknown fault " + std::string(name.as_string()));
  return *fault;
}

AdminAnswer good(const value& json, int status = 200) {
  return {status, boost::json::serialize(json)};
}
AdminAnswer done(bool found) {
  return found ? good(object{{"done", true}}) : good(object{{"message", "Not Found"}}, 404);
}

AdminAnswer change_repository(GitHubSimulator& github, std::string_view name, std::string_view verb,
                              const value& json) {
  if (verb == "events") return good(add_events(github, name, json), 201);
  if (verb == "move") return done(github.move_repository(name, std::string(json.at("to").as_string())));
  if (verb == "block") return done(github.block_repository(name, json.at("status").to_number<int>()));
  if (verb == "lie") return done(github.lie_about(name, lie_named(json.at("kind"))));
  return done(false);
}

double number_of(const object& json, std::string_view name) {
  const value* found = json.if_contains(name);
  return found ? found->to_number<double>() : 0;
}

AdminAnswer set_webhooks(Webhooks& webhooks, const value& json) {
  const object& fields = json.as_object();
  WebhookSettings settings;
  settings.url = text_of(fields, "url", "");
  settings.secret = text_of(fields, "secret", "");
  settings.delay_max = core::Millis(static_cast<std::int64_t>(number_of(fields, "delay_seconds") * 1000));
  settings.twice = number_of(fields, "twice");
  settings.lost = number_of(fields, "lost");
  webhooks.set(std::move(settings));
  return done(true);
}

object counts_of(const Webhooks& webhooks) {
  object answers;
  for (const auto& [status, count] : webhooks.counts().answers) answers[std::to_string(status)] = count;
  return {{"made", webhooks.counts().made}, {"lost", webhooks.counts().lost}, {"answers", std::move(answers)}};
}

// `rest`: what follows `/_sim/repos/`.
AdminAnswer on_repository(GitHubSimulator& github, std::string_view method, std::string_view rest, const value& json) {
  const auto slash = rest.find('/');
  const auto end = slash == std::string_view::npos ? slash : rest.find('/', slash + 1);
  const std::string_view name = rest.substr(0, end);
  if (end != std::string_view::npos && method == "POST") {
    return change_repository(github, name, rest.substr(end + 1), json);
  }
  if (end != std::string_view::npos || !github.has_repository(name)) return done(false);
  if (method == "DELETE") return done(github.delete_repository(name));
  return good(list_shown(github, name));
}

// `rest`: what follows `/_sim/accounts/`.
AdminAnswer change_account(GitHubSimulator& github, std::string_view rest, const value& json) {
  const std::string_view login = rest.substr(0, rest.find('/'));
  const std::string_view verb = rest.substr(std::min(login.size() + 1, rest.size()));
  const std::string repository = text_of(json.as_object(), "repository", "");
  if (verb == "watch" && repository.empty()) github.watch_all(login);
  if (verb == "watch") return done(repository.empty() || github.watch(login, repository));
  if (verb == "unwatch") return done(github.unwatch(login, repository));
  if (verb == "spoil") return done(github.spoil_account(login, account_fault_named(json.at("kind"))));
  return done(false);
}

AdminAnswer change_app(GitHubSimulator& github, const value& json) {
  if (!github.has_app()) return done(false);
  const object& fields = json.as_object();
  if (fields.contains("refuse")) github.app().refuse(fields.at("refuse").to_number<int>());
  if (fields.contains("public_key")) github.app().set_public_key(text_of(fields, "public_key", ""));
  if (fields.contains("token_life_seconds")) {
    github.app().set_token_life(core::Seconds(fields.at("token_life_seconds").to_number<std::int64_t>()));
  }
  if (fields.contains("revoke") && fields.at("revoke").as_bool()) github.app().revoke_all();
  return good(object{{"tokens", github.app().made()}});
}

AdminAnswer change_trouble(GitHubSimulator& github, std::string_view what, const value& json) {
  if (what == "faults") {
    std::vector<Fault> faults;
    if (const value* kinds = json.as_object().if_contains("kinds")) {
      for (const value& kind : kinds->as_array()) faults.push_back(fault_named(kind));
    }
    github.set_faults(json.at("rate").to_number<double>(), std::move(faults));
    return done(true);
  }
  if (what == "faults/next") {
    const value* times = json.as_object().if_contains("times");
    const value* graphql = json.as_object().if_contains("graphql");
    const Fault fault = fault_named(json.at("kind"));
    const int how_often = times ? times->to_number<int>() : 1;
    if (graphql && graphql->as_bool()) {
      github.inject_into_graphql(fault, how_often);
    } else {
      github.inject(fault, how_often);
    }
    return done(true);
  }
  if (what == "poll-interval") {
    github.set_poll_interval(core::Seconds(json.at("seconds").to_number<std::int64_t>()));
    return done(true);
  }
  if (what == "remaining") {
    github.set_remaining(json.at("remaining").to_number<std::int64_t>());
    return done(true);
  }
  if (what == "points") {
    github.set_remaining_points(json.at("remaining").to_number<std::int64_t>());
    return done(true);
  }
  return done(false);
}

}  // namespace

AdminAnswer administer(GitHubSimulator& github, Webhooks& webhooks, std::string_view method, std::string_view path,
                       std::string_view body) {
  constexpr std::string_view kRoot = "/_sim/", kRepositories = "repos/", kAccounts = "accounts/";
  std::string_view what = path.substr(std::min(kRoot.size(), path.size()));
  while (what.ends_with('/')) what.remove_suffix(1);
  try {
    const value json = body.empty() ? value(object{}) : boost::json::parse({body.data(), body.size()});
    if (what.starts_with(kRepositories)) {
      return on_repository(github, method, what.substr(kRepositories.size()), json);
    }
    if (method == "POST" && what.starts_with(kAccounts)) {
      return change_account(github, what.substr(kAccounts.size()), json);
    }
    if (what == "webhooks") return method == "POST" ? set_webhooks(webhooks, json) : good(counts_of(webhooks));
    if (what == "app") return change_app(github, json);
    if (method == "POST") return change_trouble(github, what, json);
    if (what == "requests") return good(list_requests(github));
    if (what == "counters") return good(counters(github));
    if (what != "repos") return done(false);
    array names;
    for (const std::string& name : github.repositories()) names.push_back(value(name));
    return good(names);
  } catch (const std::exception& error) {
    return good(object{{"message", error.what()}}, 422);
  }
}

}  // namespace repopulse::sim
