// Follows owners: has the lists of their repositories asked when they are due and the budget permits, and puts on the
// list of repositories what is new by an answer, as far as the limit permits. Of several servers, the one asks that
// polls the shard of the owner.
//
// An answer that the store does not take is kept and tried again, and nothing more is asked meanwhile. On the poller's
// thread alone, under the board's lock; it publishes nothing.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "core/event.h"
#include "core/listing_page.h"
#include "core/time.h"
#include "github/events_api.h"
#include "monitor/board.h"
#include "monitor/loader.h"
#include "monitor/subscribers.h"
#include "polling/owner_listing.h"
#include "store/store.h"

namespace repopulse::monitor {

// From the end of a reading to the next, where nothing else names new repositories: with a token most of these requests
// are one that finds little. Else, or where requests without a token are few, the longer one.
inline constexpr core::Millis kListingInterval = std::chrono::hours(1);
inline constexpr core::Millis kRareListingInterval = std::chrono::hours(6);

class OwnerFollower {
 public:
  // Both must outlive this.
  OwnerFollower(store::Store& store, const Loader& loader) : store_(store), loader_(loader) {}

  // When a list may be asked next; the latest time there is: never. `now`: at once.
  core::Timestamp due(const Board::Locked& board, core::Timestamp now) const;
  // The feed under whose lease the next list is asked. To be called when one is due.
  std::string feed_of_next(const Board::Locked& board, core::Timestamp now) const;
  // The request for the list that is due.
  github::HttpRequest ask(Board::Locked& board, const github::ApiRoot& root, core::Timestamp now);

  // The answer to it.
  void take(Board::Locked& board, core::ListingPage page, core::Millis took, core::Timestamp now, News& news);
  // When the store is to be tried again with an answer; nullopt: none waits.
  std::optional<core::Timestamp> retry_at() const;
  void retry(Board::Locked& board, core::Timestamp now, News& news);

 private:
  struct Pending {
    core::ListingPage page;
    core::Millis took{0};
    std::set<std::string> added = {};      // by earlier tries
    std::set<std::string> activated = {};  // of those
    int failures = 0;                      // of the store, in a row
    core::Timestamp retry_at{};
  };
  const FollowedOwner* next(const Board::Locked& board, core::Timestamp now) const;
  core::Status settle(Board::Locked& board, core::Timestamp now, News& news);
  core::Status add(Board::Locked& board, const FollowedOwner& owner,
                   std::span<const core::ListedRepository> repositories, core::Timestamp now);
  polling::OwnerListing::Terms terms(const Board::Locked& board, const FollowedOwner& owner) const;
  void report(const FollowedOwner& owner, core::Timestamp now, News& news) const;

  store::Store& store_;
  const Loader& loader_;
  std::string asked_;  // the owner's key
  polling::OwnerListing::Ask asked_page_;
  std::optional<Pending> pending_;
};

// A stored or shown event may name a repository of a followed owner that is not on the list: then that list is asked
// soon. True: one is.
bool hear_of_repository(Board::Locked& board, std::string_view full_name, std::uint64_t github_id, core::Timestamp now);
// Another token is used: owners that the last one did not show are asked again.
void renew_token_of_owners(Board::Locked& board, core::Timestamp now);
void hear_of_repositories(Board::Locked& board, std::span<const core::Event> events, core::Timestamp now);

}  // namespace repopulse::monitor
