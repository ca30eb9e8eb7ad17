// The GraphQL API of the simulated GitHub: what it knows of repositories, its quota, its faults and its lies. An
// executor answers the queries themselves.
#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"
#include "sim/exchange.h"
#include "sim/github_simulator.h"

namespace repopulse::sim {
namespace {

using namespace std::chrono_literals;
using boost::json::array;
using boost::json::object;
using boost::json::value;

constexpr std::uint64_t kBetweenIds = 7;     // a number of GitHub's that is no simulated repository's
constexpr core::Seconds kSecondaryWait{60};  // GitHub's documentation: at least a minute
constexpr std::string_view kOutOfOrder =
    R"({"data":null,"errors":[{"message":"Something went wrong while executing your query. This may be the result )"
    R"(of a timeout, or it could be a GitHub bug."}]})";

value to_json(const std::optional<core::EventTime>& at) {
  return at ? value(core::format_rfc3339(*at)) : value(nullptr);
}

object to_json(const Stock& stock) {
  return {{"count", stock.count}, {"updated_at", to_json(stock.updated_at)}};
}

object to_json(const ProbeState& state) {
  return {{"pushed_at", to_json(state.pushed_at)},
          {"stars", state.stars},
          {"forks", state.forks},
          {"issues", to_json(state.issues)},
          {"pull_requests", to_json(state.pull_requests)},
          {"releases", to_json(state.releases)},
          {"discussions", to_json(state.discussions)},
          {"commit_comments", to_json(state.commit_comments)}};
}

object error(std::string_view type, std::string_view message) {
  return {{"type", type}, {"message", message}};
}

// `index`: of the repository.
void fail_in_part(object& repository, std::size_t index, const std::optional<Fault>& fault) {
  if (fault == Fault::kResourceLimits && index % 2 == 1) {
    repository["fails"] =
        object{{"issues", error("RESOURCE_LIMITS_EXCEEDED", "Resource limits for this query exceeded.")}};
  }
  if (fault == Fault::kPartialErrors && index % 3 == 1) {
    object forbidden = error("FORBIDDEN", "Resource protected by organization SAML enforcement.");
    forbidden["saml_failure"] = true;
    repository["refused"] = std::move(forbidden);
  }
  if (fault == Fault::kPartialErrors && index % 3 == 2) {
    repository["fails"] = object{{"pushedAt", error("SERVICE_UNAVAILABLE", "Something went wrong.")}};
  }
}

}  // namespace

bool GitHubSimulator::lie_about(std::string_view full_name, Lie lie) {
  const auto at = names_.find(base::to_lower(full_name));
  if (at == names_.end()) return false;
  Repository& repository = repositories_[at->second.repository];
  repository.lie = lie;
  repository.frozen = repository.state;
  return true;
}

void GitHubSimulator::inject_into_graphql(Fault fault, int times) {
  injected_graphql_.insert(injected_graphql_.begin(), static_cast<std::size_t>(times), fault);
}

void GitHubSimulator::set_remaining_points(std::int64_t remaining) {
  points("");
  for (auto& [token, left] : points_) left.used = std::max<std::int64_t>(left.limit - remaining, 0);
}

GitHubSimulator::Quota& GitHubSimulator::points(const std::string& token) {
  Quota& found = points_[token];
  found.limit = settings_.limit_of_points;
  if (core::to_timestamp(found.reset) <= now_) {
    found.used = 0;
    found.reset = core::to_event_time(now_) + 1h;
  }
  return found;
}

// What the executor gets: the request, and all that may be asked about.
std::string GitHubSimulator::task_for(const Exchange& exchange) {
  array repositories;
  std::vector<std::size_t> places(repositories_.size());
  for (std::size_t i = 0; i < repositories_.size(); ++i) {
    const Repository& repository = repositories_[i];
    const bool changes = repository.lie == Lie::kChanges;
    ProbeState state = repository.lie == Lie::kStuck ? repository.frozen : repository.state;
    if (changes) state.pushed_at = core::to_event_time(now_);
    if (changes) state.stars += ++lies_told_;
    object told = to_json(state);
    told["id"] = repository.facts.id + (repository.lie == Lie::kOtherId ? kBetweenIds : 0);
    told["full_name"] = repository.facts.full_name;
    told["names"] = array{};
    if (repository.blocked != 0) told["refused"] = error("FORBIDDEN", "Repository access blocked");
    fail_in_part(told, i, exchange.fault);
    repositories.push_back(std::move(told));
  }
  for (const auto& [name, at] : names_) {
    const Repository& repository = repositories_[at.repository];
    if (repository.gone || repository.lie == Lie::kMissing) continue;
    array& names = repositories[at.repository].as_object()["names"].as_array();
    names.insert(at.moved ? names.end() : names.begin(), value(name));
  }
  const Quota& left = points(exchange.account);
  const object quota{{"limit", left.limit}, {"used", left.used}, {"reset_at", core::format_rfc3339(left.reset)}};
  const object task{{"request", boost::json::parse(*exchange.query.body)},
                    {"world", object{{"quota", quota}, {"repositories", std::move(repositories)}}}};
  return boost::json::serialize(task);
}

void GitHubSimulator::answer_graphql(Exchange& exchange) {
  if (exchange.query.token.empty()) {
    return exchange.refuse(401, "This endpoint requires you to be authenticated.");
  }
  exchange.response.status = 200;
  std::string& body = exchange.response.body;
  const Quota& left = points(exchange.account);
  if (left.used >= left.limit) {
    body = R"({"errors":[{"type":"RATE_LIMIT","code":"graphql_rate_limit",)"
           R"("message":"API rate limit already exceeded for user ID 1."}]})";
    exchange.told.nothing_before = core::to_timestamp(left.reset);
    exchange.told.of_quota = true;
    return;
  }
  if (exchange.fault == Fault::kQuotaInBody) {
    body = R"({"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded for user ID 1."}]})";
    return;
  }
  if (exchange.fault == Fault::kSecondaryInBody) {
    body = R"({"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."})";
    exchange.told.nothing_before = now_ + kSecondaryWait;
    return;
  }
  if (exchange.fault == Fault::kNullData) {
    body = kOutOfOrder;
    return;
  }
  boost::system::error_code failed;
  boost::json::parse(*exchange.query.body, failed);
  if (failed) return exchange.refuse(400, "Problems parsing JSON");
  const auto done = executor_(task_for(exchange));
  const value told = done ? boost::json::parse(*done, failed) : value(nullptr);
  if (failed || !told.is_object() || !told.as_object().contains("cost") || !told.as_object().contains("body")) {
    exchange.response.status = 502;
    body = kOutOfOrder;
    return;
  }
  exchange.points = told.at("cost").to_number<std::int64_t>();
  body = boost::json::serialize(told.at("body"));
}

}  // namespace repopulse::sim
