// What the service knows at one moment. Immutable: readers hold a pointer to it for as long as they like, and wait for
// nobody. Values alone: no store, no lock.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/actors.h"
#include "core/clock_skew.h"
#include "core/feed_state.h"
#include "core/window.h"
#include "monitor/app_token.h"
#include "monitor/owner_view.h"
#include "monitor/repository_list.h"
#include "monitor/spending_view.h"
#include "polling/budget.h"
#include "polling/change_probes.h"
#include "polling/policy.h"
#include "polling/shared_sources.h"
#include "store/store.h"

namespace repopulse::monitor {

struct RepositoryView {
  store::Repository repository;  // name, active, added_at, events_stored, last_event_at, gaps
  core::FeedState feed;          // status, counters, next poll
  core::Window window;
  std::uint64_t version = 0;                    // grows with every change of this repository
  std::uint64_t events_version = 0;             // grows whenever its stored events change
  std::vector<polling::HourForecast> forecast;  // empty where the policy has none
  std::string same_as;  // the name under which this repository is polled, after a rename; empty: under its own
};

enum class PollerCondition { kOk, kRateLimited, kBadToken, kBackingOff, kStoreAway, kFollowing };
std::string_view to_string(PollerCondition condition);

struct PollerView {
  std::string policy;
  core::Millis freshness{0};
  polling::Budget::View budget;
  polling::ProbesView probes;
  polling::ReceivedView received;
  polling::HintsView hints;
  polling::Budget::View probe_budget;  // of GraphQL, in points
  core::PollCounters counters;         // of all feeds, since they were added
  std::optional<AppToken::View> app;   // of a GitHub App; nullopt: requests carry another token, or none
  PollerCondition condition = PollerCondition::kOk;
  std::string detail;
  // How far this machine's clock is ahead of GitHub's; nullopt: GitHub has not told its time. Windows are cut by
  // core::corrected() of it.
  std::optional<core::Millis> clock_skew;
  core::Timestamp started_at{};
  // Events whose wait at GitHub was measured, from created_at until they were stored; without those of first contacts.
  std::uint64_t staleness_count = 0;
  double staleness_mean_seconds = 0;  // over the newest of them, as the next
  double staleness_p95_seconds = 0;
};

// When the feed is polled next: as planned, or when requests may be sent again, if that is later.
inline std::optional<core::Timestamp> next_poll_of(const core::FeedState& feed, const polling::Budget::View& budget) {
  return feed.next_poll_at ? std::max(feed.next_poll_at, budget.blocked_until) : std::nullopt;
}

struct Snapshot {
  std::uint64_t version = 0;
  bool ready = false;              // windows are loaded
  bool store_ok = true;            // the last write to the store did not fail
  bool polls_first_shard = false;  // what one server alone must do falls to this one: it polls all, or the first shard
  RepositoryList repositories;     // ascending by name.key()
  std::shared_ptr<const std::vector<OwnerView>> owners;  // whose repositories are followed, ascending; never null
  std::shared_ptr<const std::vector<core::FeedState>> shared_feeds;  // never null
  std::shared_ptr<const SpendingView> spending;                      // never null
  std::shared_ptr<const core::BotPatterns> bots;                     // whose events are those of robots; never null
  PollerView poller;

  // By `owner/name` in any case; nullptr when unknown. O(log n).
  std::shared_ptr<const RepositoryView> find(std::string_view full_name) const;
  // By `owner` in any case; nullptr when unknown.
  const OwnerView* find_owner(std::string_view login) const;
  // The organisation's feed by which the repository is polled now; empty: by its own feed.
  std::string_view served_by(const RepositoryView& repository) const;
};

}  // namespace repopulse::monitor
