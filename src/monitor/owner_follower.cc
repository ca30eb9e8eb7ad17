#include "monitor/owner_follower.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "core/feed_name.h"
#include "github/owner_listing.h"
#include "monitor/additions.h"
#include "monitor/owner_changes.h"
#include "monitor/spending_account.h"
#include "monitor/store_health.h"
#include "polling/backoff.h"

namespace repopulse::monitor {
namespace {

using core::ErrorKind;
using core::Millis;
using core::Timestamp;

bool is_ours(const Board::Locked& board, const FollowedOwner& owner) {
  return board->shards.polls_feed(core::organisation_feed(owner.stored.name.key()));
}

Timestamp due_of(const FollowedOwner& owner, Timestamp now) {
  return owner.listing.is_due(now) ? now : owner.listing.due();
}

// GitHub's numbers of the repositories on the list. One whose name is gone may be followed under another.
std::set<std::uint64_t> numbers_on(const Board::Locked& board) {
  std::set<std::uint64_t> numbers;
  for (const RepositoryBook::View& view : board->book.all()) {
    if (!view->repository.active || !is_gone(view->feed.status)) numbers.insert(view->feed.github_id);
  }
  return numbers;
}

}  // namespace

// The one that has waited longest, or that is due first; nullptr: there is none.
const FollowedOwner* OwnerFollower::next(const Board::Locked& board, Timestamp now) const {
  const auto order = [now](const FollowedOwner& owner) { return std::pair(due_of(owner, now), owner.listing.due()); };
  const FollowedOwner* found = nullptr;
  for (const auto& [key, owner] : board->owners.all()) {
    if (is_ours(board, owner) && (found == nullptr || order(owner) < order(*found))) found = &owner;
  }
  return found;
}

Timestamp OwnerFollower::due(const Board::Locked& board, Timestamp now) const {
  const FollowedOwner* owner = next(board, now);
  if (owner == nullptr) return Timestamp::max();
  return std::max(due_of(*owner, now), board->poller.budget().earliest(now));
}

std::string OwnerFollower::feed_of_next(const Board::Locked& board, Timestamp now) const {
  return core::organisation_feed(next(board, now)->stored.name.key());
}

github::HttpRequest OwnerFollower::ask(Board::Locked& board, const github::ApiRoot& root, Timestamp now) {
  const FollowedOwner* owner = next(board, now);
  asked_ = owner->stored.name.key();
  const std::string login = owner->stored.name.login();
  board->owners.change(asked_, [&](polling::OwnerListing& listing) { asked_page_ = listing.ask(now); });
  return github::listing_request(root, login, asked_page_.location, asked_page_.page, asked_page_.validator,
                                 polling::OwnerListing::kPerPage);
}

void OwnerFollower::take(Board::Locked& board, core::ListingPage page, Millis took, Timestamp now, News& news) {
  board->poller.heed_answer(page.answer, now);
  pending_.emplace(Pending{std::move(page), took});
  retry(board, now, news);
}

std::optional<Timestamp> OwnerFollower::retry_at() const {
  return pending_ ? std::optional(pending_->retry_at) : std::nullopt;
}

void OwnerFollower::retry(Board::Locked& board, Timestamp now, News& news) {
  const core::Status done = settle(board, now, news);
  const bool again =
      !done && (done.error().kind == ErrorKind::kUnavailable || done.error().kind == ErrorKind::kCorrupt);
  if (!again) {
    pending_.reset();
    return;
  }
  note_not_written(board, done.error());
  ++pending_->failures;
  pending_->retry_at = now + polling::exponential(kFirstStoreRetry, pending_->failures, kLongestStoreRetry);
}

// The repositories first, then what is remembered of the list: a crash in between costs a request.
core::Status OwnerFollower::settle(Board::Locked& board, Timestamp now, News& news) {
  const FollowedOwner* owner = board->owners.find(asked_);
  if (owner == nullptr || !is_ours(board, *owner)) return {};  // removed meanwhile, or another server asks for it
  polling::OwnerListing preview = owner->listing;
  if (preview.ask(now) != asked_page_) return {};  // it is read anew meanwhile
  const auto step = preview.absorb(pending_->page, terms(board, *owner), now);
  if (const auto added = add(board, *owner, step.taken, now); !added) return added;
  const core::PollCounters before = owner->listing.counters();
  const auto written = change_owner(board, store_, asked_, [&](FollowedOwner& changed) {
    if (changed.listing.ask(now) != asked_page_) return;
    changed.listing.absorb(pending_->page, terms(board, changed), now);
    for (const std::string& key : pending_->added) {
      if (!pending_->activated.contains(key)) changed.listing.hold(key);
    }
  });
  note_write(board, written, now);
  if (!written) return written;
  account_for_list(board, before, board->owners.find(asked_)->listing.counters(), now);
  report(*board->owners.find(asked_), now, news);
  return {};
}

// What is on the list already stays as people have it, under an earlier name, too.
core::Status OwnerFollower::add(Board::Locked& board, const FollowedOwner& owner,
                                std::span<const core::ListedRepository> repositories, Timestamp now) {
  std::size_t room = owner.stored.active ? active_room(board) : 0;
  const std::set<std::uint64_t> there = repositories.empty() ? std::set<std::uint64_t>() : numbers_on(board);
  std::vector<store::NewRepository> wanted;
  for (const core::ListedRepository& repository : repositories) {
    if (board->book.find(repository.name.key()) || there.contains(repository.github_id)) continue;
    wanted.push_back({repository.name, room > 0});
    if (room > 0) --room;
  }
  if (wanted.empty()) return {};
  const auto added = put_on_list(board, store_, loader_, wanted, now);
  if (!added) return tl::unexpected(added.error());
  for (const store::AddedRepository& one : *added) {
    if (!one.created) continue;
    pending_->added.insert(one.repository.name.key());
    if (one.repository.active) pending_->activated.insert(one.repository.name.key());
  }
  return {};
}

polling::OwnerListing::Terms OwnerFollower::terms(const Board::Locked& board, const FollowedOwner& owner) const {
  const bool named = board->poller.state(core::organisation_feed(owner.stored.name.key())) != nullptr;
  const bool few = board->token.text.empty();
  return {.archived = owner.stored.archived,
          .forks = owner.stored.forks,
          .interval = named || few ? kRareListingInterval : kListingInterval,
          .charged = board->poller.budget().charged(pending_->page.answer.kind)};
}

void OwnerFollower::report(const FollowedOwner& owner, Timestamp now, News& news) const {
  OwnerReport report;
  report.owner = owner.stored.name.full_name();
  report.at = now;
  report.outcome = std::string(core::to_string(pending_->page.answer.kind));
  report.status = pending_->page.answer.status;
  report.added = pending_->added.size();
  report.activated = pending_->activated.size();
  report.over_limit = owner.stored.active ? report.added - report.activated : 0;
  report.malformed = pending_->page.answer.malformed;
  report.detail = owner.listing.status_detail();
  report.next_at = owner.listing.due();
  report.took = pending_->took;
  news.owners.push_back(std::move(report));
}

bool hear_of_repository(Board::Locked& board, std::string_view full_name, std::uint64_t github_id, Timestamp now) {
  const std::string key = base::to_lower(full_name);
  const std::string owner = key.substr(0, key.find('/'));
  const FollowedOwner* known = board->owners.find(owner);
  if (known == nullptr || !is_ours(board, *known) || board->book.find(key)) return false;
  if (!known->listing.is_news(github_id)) return false;
  board->owners.change(owner, [&](polling::OwnerListing& listing) { listing.hear(github_id, now); });
  return true;
}

void renew_token_of_owners(Board::Locked& board, Timestamp now) {
  const OwnerBook::Views views = board->owners.views();
  for (const OwnerView& owner : *views) {
    board->owners.change(owner.name.key(), [now](polling::OwnerListing& listing) { listing.renew_token(now); });
  }
}

void hear_of_repositories(Board::Locked& board, std::span<const core::Event> events, Timestamp now) {
  if (board->owners.empty()) return;
  for (const core::Event& event : events) hear_of_repository(board, event.repository, event.github_id, now);
}

}  // namespace repopulse::monitor
