// Accounts of the simulated GitHub: which repositories they watch, and what they receive.
#include "base/text.h"
#include "core/events_feed.h"
#include "core/feed_name.h"
#include "sim/exchange.h"
#include "sim/github_simulator.h"

namespace repopulse::sim {
namespace {

constexpr std::uint64_t kLeftOutOf = 3;

}  // namespace

bool GitHubSimulator::Account::receives(const Record& record) const {
  if (fault == AccountFault::kSilent || !watched.contains(record.repository)) return false;
  if (fault == AccountFault::kLeavesOut && Random(record.key.id).below(kLeftOutOf) == 0) return false;
  return core::is_received(record.type);
}

GitHubSimulator::Account& GitHubSimulator::account(std::string_view login) {
  const auto [at, added] = accounts_.try_emplace(base::to_lower(login));
  if (added) {
    at->second.feed.name = core::received_feed(login);
    at->second.feed.id_path = "/user/" + std::to_string(7000 + accounts_.size()) + "/received_events";
  }
  return at->second;
}

bool GitHubSimulator::watch(std::string_view login, std::string_view full_name) {
  const auto repository = present(full_name);
  if (repository) account(login).watched.insert(*repository);
  return repository.has_value();
}

void GitHubSimulator::watch_all(std::string_view login) {
  Account& watching = account(login);
  watching.watches_all = true;
  for (std::size_t i = 0; i < repositories_.size(); ++i) watching.watched.insert(i);
}

bool GitHubSimulator::unwatch(std::string_view login, std::string_view full_name) {
  const auto at = accounts_.find(base::to_lower(login));
  const auto repository = present(full_name);
  return at != accounts_.end() && repository && at->second.watched.erase(*repository) > 0;
}

bool GitHubSimulator::is_watched(std::string_view login, std::string_view full_name) const {
  const auto at = accounts_.find(base::to_lower(login));
  const auto name = names_.find(base::to_lower(full_name));
  return at != accounts_.end() && name != names_.end() && at->second.watched.contains(name->second.repository);
}

bool GitHubSimulator::spoil_account(std::string_view login, AccountFault fault) {
  const auto at = accounts_.find(base::to_lower(login));
  if (at == accounts_.end()) return false;
  at->second.fault = fault;
  at->second.feed.stuck_until.reset();
  if (fault == AccountFault::kStuck) at->second.feed.stuck_until = core::Timestamp::max();
  return true;
}

// `path`: of the request, in lower case.
void GitHubSimulator::answer_account(Exchange& exchange, std::string_view path) {
  for (auto& [login, account] : accounts_) {
    if (path != account.feed.id_path && path != "/users/" + login + "/received_events") continue;
    if (account.fault != AccountFault::kMissing) return answer_feed(exchange, account.feed);
    exchange.feed = account.feed.name;
    break;
  }
  exchange.refuse(404, "Not Found");
}

}  // namespace repopulse::sim
