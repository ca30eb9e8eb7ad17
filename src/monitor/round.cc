#include "monitor/round.h"

#include <algorithm>
#include <cassert>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/feed_name.h"
#include "github/origin.h"
#include "github/owner_listing.h"
#include "monitor/fold.h"
#include "monitor/identity.h"
#include "monitor/lookup.h"
#include "monitor/notes.h"
#include "monitor/polled_feeds.h"
#include "monitor/probing.h"
#include "monitor/second_names.h"
#include "monitor/spending_account.h"
#include "monitor/store_health.h"
#include "monitor/tokens.h"
#include "polling/backoff.h"
#include "store/limits.h"

namespace repopulse::monitor {
namespace {

using namespace std::chrono_literals;
using core::ErrorKind;
using core::Millis;
using core::Timestamp;

constexpr Millis kLeaseCheck = 500ms;  // how soon it is seen that a lease was renewed
constexpr Millis kLeastPause = 100ms;  // before a list is asked that a poll went before

// What GitHub refused to a token that was replaced meanwhile says nothing about the present one.
template <class Answer>
void doubt_refusal(const github::HttpRequest& asked, const Token& token, Answer& answer) {
  using core::AnswerKind;
  const bool refused = answer.kind == AnswerKind::kUnauthorized || answer.kind == AnswerKind::kForbidden ||
                       answer.kind == AnswerKind::kNotFound || answer.kind == AnswerKind::kBlocked;
  const std::string present = token.text.empty() ? "" : "Bearer " + token.text;
  if (!refused || github::header(asked.headers, "Authorization") == present) return;
  answer.kind = AnswerKind::kNoAnswer;
  answer.message = "The token was replaced while GitHub was asked";
}

// Does the answer come from GitHub itself? A proxy's cache has an old `Date`, and what a proxy answers by itself, such
// as errors and redirects, has that of the proxy, which may be this very machine.
template <class Answer>
bool tells_time(const github::HttpResult& result, const Answer& answer) {
  const bool from_github = answer.kind == core::AnswerKind::kEvents || answer.kind == core::AnswerKind::kNotModified;
  if (!result || !answer.date || !from_github) return false;
  const std::string_view age = github::header(result->headers, "Age");
  return age.empty() || age == "0";
}

// Up to which time the stored events of the asked feed are, or may be, another repository's.
std::optional<std::pair<core::RepoId, core::EventTime>> others_in_store(const Board::Locked& board,
                                                                        const std::string& feed) {
  if (core::is_shared_feed(feed)) return std::nullopt;
  const store::Repository& repository = board->book.find(core::subject_of(feed))->repository;
  const PendingAnswer& pending = *board->pending;
  auto until = pending.others_until;
  if (pending.step->replaced) until = std::max(until, repository.last_event_at);
  return until ? std::optional(std::pair(repository.id, *until)) : std::nullopt;
}

// What goes into the store for the pending answer. Moves its events.
void build_commit(Board::Locked& board, const std::string& feed) {
  const polling::Step& step = *board->pending->step;
  std::vector<core::Event>& events = board->pending->answer.events;
  store::PollCommit& commit = board->pending->commit;
  commit.feeds = step.others;
  commit.feeds.push_back(step.state);
  commit.notes = notes_of(board);
  if (step.gap) commit.gaps.emplace_back(board->book.find(core::subject_of(feed))->repository.id, *step.gap);
  if (const auto others = others_in_store(board, feed)) commit.others.push_back(*others);
  for (const core::Gap& gap : step.unread) {
    commit.gaps.emplace_back(board->book.find(core::subject_of(feed))->repository.id, gap);
  }
  for (const auto& [repository, indices] : by_repository(board->book, feed, events)) {
    store::RepositoryEvents batch{repository, {}};
    const std::uint64_t number = github_id_of(board, *board->book.find(repository));
    for (const std::size_t i : indices) {
      if (!std::ranges::binary_search(step.fresh, i)) continue;
      if (!is_of(events[i].github_id, number)) commit.others.emplace_back(repository, events[i].key.created_at);
      batch.events.push_back(std::move(events[i]));
    }
    if (!batch.events.empty()) commit.events.push_back(std::move(batch));
  }
}

// Everything that a report says beside the events that were stored.
void describe(const Board::Locked& board, Timestamp now, PollReport& report) {
  const PendingAnswer& pending = *board->pending;
  report.feed = pending.step->state.feed;
  if (!core::is_shared_feed(report.feed)) {
    const auto view = board->book.find(core::subject_of(report.feed));
    if (view) report.repository = view->repository.name.full_name();
  }
  report.at = now;
  report.outcome = std::string(core::to_string(pending.answer.kind));
  report.status = pending.answer.status;
  report.malformed = pending.answer.malformed + (pending.step->passed_over ? 1 : 0);
  report.not_modified = pending.answer.kind == core::AnswerKind::kNotModified;
  const core::FeedState* state = board->poller.state(report.feed);  // nullptr: it is not polled any more
  if (state != nullptr) report.next_poll_at = next_poll_of(*state, board->poller.budget().view(now));
  report.detail = pending.answer.too_large ? pending.answer.message : pending.step->state.status_detail;
  report.took = pending.took;
}

}  // namespace

Round::Round(const Means& means, github::ApiRoot github)
    : means_(means), github_(std::move(github)), learning_(means.store) {}

void Round::look_at_clock(Timestamp now) {
  Board::Locked board = means_.board.lock();
  look_at_clock(board, now);
}

void Round::look_at_clock(Board::Locked& board, Timestamp now) {
  if (board->clock.see(now)) board.publish(now);
  (void)renew_windows(board, means_.store, now);  // where the store fails, the next look tries again
}

Action Round::next(Timestamp other_work, Timestamp now) {
  News news;
  Action action;
  bool untold = false;
  bool settled = false;
  {
    Board::Locked board = means_.board.lock();
    if (board->pending && core::is_due(board->pending->retry_at, kLongestStoreRetry, now)) {
      settle(board, now, news);
      rest_second_names(board, now);
      board.publish(now);
      settled = true;
    }
    settled = retry_listing(board, now, news) || settled;
    if (board->poller.watch_clock(now)) {
      show_all_feeds(board);
      board.publish(now);
    }
    // The store may have taken long: whether the leases still last must be seen by the time after that.
    action = settled && means_.leases != nullptr ? CallAgain{now} : decide(board, other_work, now);
    untold = !board->untold.empty();
  }
  means_.subscribers.tell(news);
  if (untold) means_.stored.raise();
  return action;
}

void Round::absorb(const github::HttpResult& result, Timestamp now) {
  if (probing_) return absorb_probe(result, now);
  if (std::exchange(asks_token_, false)) return absorb_token(result, now);
  if (std::exchange(asks_listing_, false)) return absorb_listing(result, now);
  core::Answer answer = understand(result, now);
  // Where GitHub's address is that of a proxy, the answers tell which root it stands for.
  if (result && github_.replaces.empty() && !answer.events.empty()) {
    github_.replaces = github::replaced_root(github::header(result->headers, "Link"), answer.events.front().json);
  }
  News news;
  bool untold = false;
  {
    Board::Locked board = means_.board.lock();
    assert(!board->pending);
    board->clock.see(now);  // what the answer tells counts from here
    if (tells_time(result, answer)) board->clock.take(asked_at_, now, *answer.date);
    look_at_clock(board, now);
    see_token(board, answer, now);
    hear_of_repositories(board, answer.events, now);
    board->pending.emplace();
    board->pending->answer = std::move(answer);
    board->pending->took = now - asked_at_;
    settle(board, now, news);
    lift_refusal(board, now);
    rest_second_names(board, now);
    board.publish(now);
    untold = !board->untold.empty();
  }
  means_.subscribers.tell(news);
  if (untold) means_.stored.raise();
}

void Round::absorb_probe(const github::HttpResult& result, Timestamp now) {
  const polling::AskProbe ask = *std::exchange(probing_, std::nullopt);
  core::ProbeAnswer answer = understand_probe(asked_, ask, result, now, now - asked_at_);
  News news;
  {
    Board::Locked board = means_.board.lock();
    assert(!board->pending);
    board->clock.see(now);
    if (tells_time(result, answer)) board->clock.take(asked_at_, now, *answer.date);
    look_at_clock(board, now);
    doubt_refusal(asked_, board->token, answer);
    see_token(board, answer, now);
    if (board->poller.awaits_answer()) {
      take_probe(board, ask, answer, now, news);
      save_notes(board, now);
    }
    lift_refusal(board, now);
    board.publish(now);
  }
  means_.subscribers.tell(news);
}

void Round::absorb_token(const github::HttpResult& result, Timestamp now) {
  const github::InstallationToken answer = understand_token(asked_, result, now);
  News news;
  {
    Board::Locked board = means_.board.lock();
    board->clock.see(now);
    if (tells_time(result, answer)) board->clock.take(asked_at_, now, *answer.date);
    look_at_clock(board, now);
    take_token(board, answer, now, now - asked_at_, news);
    if (answer.kind == core::AnswerKind::kSecondaryLimit) save_notes(board, now);  // it holds after a restart, too
    board.publish(now);
  }
  means_.subscribers.tell(news);
}

void Round::absorb_listing(const github::HttpResult& result, Timestamp now) {
  core::ListingPage page = github::interpret_listing(github_, asked_, result, now);
  News news;
  {
    Board::Locked board = means_.board.lock();
    board->clock.see(now);
    if (tells_time(result, page.answer)) board->clock.take(asked_at_, now, *page.answer.date);
    look_at_clock(board, now);
    doubt_refusal(asked_, board->token, page.answer);
    see_token(board, page.answer, now);
    const core::AnswerKind kind = page.answer.kind;
    means_.owners.take(board, std::move(page), now - asked_at_, now, news);
    const bool limited = kind == core::AnswerKind::kPrimaryLimit || kind == core::AnswerKind::kSecondaryLimit;
    if (limited) save_notes(board, now);  // it holds after a restart, too
    if (!means_.owners.retry_at() && means_.leases != nullptr) means_.leases->end_request();
    lift_refusal(board, now);
    board.publish(now);
  }
  means_.subscribers.tell(news);
}

// True: the store was called.
bool Round::retry_listing(Board::Locked& board, Timestamp now, News& news) {
  const auto at = means_.owners.retry_at();
  if (!at || !core::is_due(*at, kLongestStoreRetry, now)) return false;
  means_.owners.retry(board, now, news);
  if (!means_.owners.retry_at() && means_.leases != nullptr) means_.leases->end_request();
  board.publish(now);
  return true;
}

// An answer that the memory does not suffice for is refused like one that is too large.
core::Answer Round::understand(const github::HttpResult& result, Timestamp now) const {
  try {
    core::Answer answer = github::interpret(github_, asked_, result, now);
    // What no store can hold must not keep the rest of the page from being stored.
    answer.malformed += std::erase_if(answer.events, [](const auto& event) { return store::refusal(event); });
    return answer;
  } catch (const std::bad_alloc&) {
    return refused_for_memory(now);
  }
}

core::Answer Round::refused_for_memory(Timestamp now) const {
  const github::TransportError refused{github::TransportFailure::kTooLarge, "not enough memory for the answer"};
  return github::interpret(github_, asked_, tl::unexpected(refused), now);
}

Action Round::decide(Board::Locked& board, Timestamp other_work, Timestamp now) {
  if (board->pending) return CallAgain{board->pending->retry_at};
  if (save_notes_at_ && core::is_due(*save_notes_at_, kFirstStoreRetry, now)) save_notes(board, now);
  if (save_notes_at_) return CallAgain{*save_notes_at_};
  if (const auto at = means_.owners.retry_at()) return CallAgain{*at};
  if (!may_ask(board, now)) return CallAgain{now + kLeaseCheck};
  const bool listing = wants_listing(board, now);
  switch (token_for_next(board, listing, now)) {
    case NextToken::kReady:
      break;
    case NextToken::kMake:
      return ask_token(board, now);
    case NextToken::kWait:
      return wait_until(board, std::min(board->app->next_try(), other_work), now);
  }
  if (listing) return ask_listing(board, now);
  const polling::Decision decision = board->poller.next(now);
  listed_last_ = false;
  if (const auto* wait = std::get_if<polling::NothingDue>(&decision)) {
    const Timestamp list = std::max(means_.owners.due(board, now), now + kLeastPause);
    return wait_until(board, std::min({wait->until, list, other_work}), now);
  }
  if (const auto* probe = std::get_if<polling::AskProbe>(&decision)) return ask_probe(board, *probe, now);
  const auto& ask = std::get<polling::Ask>(decision);
  learning_.learn_before_asking(board, ask.feed, now);
  // Last: whatever waits for the store comes before this.
  if (means_.leases != nullptr && !means_.leases->begin_request(board->shards.shard_of_feed(ask.feed), now)) {
    board->poller.abandon(now);
    return CallAgain{now + kLeaseCheck};
  }
  asked_at_ = now;
  const std::string path = ask.location.empty() ? github::feed_path(ask.feed) : ask.location;
  github::ApiRoot root = github_;
  root.token = board->token.text;
  asked_ = github::events_request(root, path, ask.page, ask.validator, ask.per_page);
  asked_.time_limit = ask.time_limit;
  return asked_;
}

// What is still to be learned uses the time.
Action Round::wait_until(Board::Locked& board, Timestamp until, Timestamp now) {
  return CallAgain{until <= now ? until : std::min(until, learning_.learn_one(board, now))};
}

// Nothing of its answer is written to the store, so it needs no lease.
Action Round::ask_token(Board::Locked& board, Timestamp now) {
  asked_at_ = now;
  asked_ = board->app->request(github_, board->clock.skew(), now);
  asks_token_ = true;
  return asked_;
}

// A store that is away is tried again; one that refuses the fence has notes of another server.
void Round::save_notes(Board::Locked& board, Timestamp now) {
  const core::Status written = monitor::save_notes(board, means_.store);
  note_write(board, written, now);
  const bool again =
      !written && (written.error().kind == ErrorKind::kUnavailable || written.error().kind == ErrorKind::kCorrupt);
  save_notes_at_ = again ? std::optional(now + kFirstStoreRetry) : std::nullopt;
}

// Where polls are due too, they take turns; nothing comes between the pages of a feed.
bool Round::wants_listing(Board::Locked& board, Timestamp now) {
  if (board->poller.walks() || means_.owners.due(board, now) > now) return false;
  return !listed_last_ || !board->poller.wants_to_ask(now);
}

Action Round::ask_listing(Board::Locked& board, Timestamp now) {
  if (means_.leases != nullptr &&
      !means_.leases->begin_request(board->shards.shard_of_feed(means_.owners.feed_of_next(board, now)), now)) {
    return CallAgain{now + kLeaseCheck};
  }
  asked_at_ = now;
  github::ApiRoot root = github_;
  root.token = board->token.text;
  asked_ = means_.owners.ask(board, root, now);
  asks_listing_ = listed_last_ = true;
  return asked_;
}

// Nothing of its answer is written about a feed, so a lease that ends meanwhile does no harm: the answer is then not
// looked at for the feeds that another server polls.
Action Round::ask_probe(Board::Locked& board, const polling::AskProbe& ask, Timestamp now) {
  asked_at_ = now;
  github::ApiRoot root = github_;
  root.token = board->token.text;
  asked_ = probe_request(root, ask);
  probing_ = ask;
  return asked_;
}

// All leases last for a moment yet: a request takes a while, and its answer must still be ours to store.
bool Round::may_ask(const Board::Locked& board, Timestamp now) const {
  return means_.leases == nullptr || std::ranges::all_of(board->shards.fences(), [&](const auto& shard) {
           return means_.leases->may_ask(shard.first, now);
         });
}

// Brings the pending answer into the store, then into the windows. It stays pending if the store is away. One that the
// memory does not suffice for is refused, or asked for again if it is too late for that.
void Round::settle(Board::Locked& board, Timestamp now, News& news) {
  settle_or_refuse(board, now, news);
  if (!board->pending && means_.leases != nullptr) means_.leases->end_request();
}

void Round::settle_or_refuse(Board::Locked& board, Timestamp now, News& news) {
  try {
    return try_settle(board, now, news);
  } catch (const std::bad_alloc&) {
    if (board->pending->step) {
      board->poller.abandon(now);
      board->pending.reset();
      return;
    }
    board->pending->answer = refused_for_memory(now);
  }
  try_settle(board, now, news);
}

void Round::try_settle(Board::Locked& board, Timestamp now, News& news) {
  if (!board->poller.awaits_answer()) {  // the feed was removed while GitHub was asked
    board->pending.reset();
    board->store_trouble.clear();  // nothing waits for the store; the next trial write tells
    return;
  }
  if (const auto made = make_step(board, now); !made) {
    store_failed(board, made.error(), now);
    return;
  }
  follow_fence(board, board->poller.asked_feed());
  board->shards.stamp(board->pending->commit, board->poller.asked_feed());
  const auto receipt = means_.store.commit(board->pending->commit);
  if (!receipt) {
    store_failed(board, receipt.error(), now);
    return;
  }
  board->poller.confirm();
  report(board, *receipt, now, news);
  for (const std::string& reused : board->pending->reused) board->poller.poll_soon(reused, now);
  board->pending.reset();
  note_written(board, now);
}

// While the answer waited for the store, the lease may have ended, and this server may have got the next one. Follower
// finds that a little later, too.
void Round::follow_fence(Board::Locked& board, const std::string& feed) {
  if (means_.leases == nullptr) return;
  const int shard = board->shards.shard_of_feed(feed);
  const auto fence = means_.leases->fence(shard);
  if (fence) (void)board->shards.renew(shard, *fence);  // where another server was in between, the store refuses
}

// Has polling say what the pending answer changes, once.
core::Status Round::make_step(Board::Locked& board, Timestamp now) {
  PendingAnswer& pending = *board->pending;
  if (pending.step) return {};
  const std::string feed = board->poller.asked_feed();
  if (core::is_shared_feed(feed)) set_aside_reused(board);
  auto known = look_up(board, means_.store, feed, pending.answer.events, means_.retention.oldest_kept(board, now));
  if (!known) return tl::unexpected(known.error());
  doubt_refusal(asked_, board->token, pending.answer);
  if (const auto learned = learn_number(board, feed, *known); !learned) return learned;
  pending.answer.took = pending.took;
  if (const core::FeedState* state = board->poller.state(feed)) pending.counted_before = state->counters;
  pending.step = board->poller.absorb(pending.answer, *known, now);
  build_commit(board, feed);
  return {};
}

// A repository whose number is not known, with events in the store: of an older version, or imported. Are they its own?
// And where the name was given to another one, which are of the one before? The store tells, since a commit that failed
// half done may have stored events that are not known here yet.
core::Status Round::learn_number(Board::Locked& board, const std::string& feed, polling::Known& known) {
  PendingAnswer& pending = *board->pending;
  const std::uint64_t shown = core::github_id_of(pending.answer.events);
  if (core::is_shared_feed(feed) || shown == 0) return {};
  const std::uint64_t number = board->poller.state(feed)->github_id;
  const auto view = board->book.find(core::subject_of(feed));
  if (number == 0 ? !view->repository.last_event_at.has_value() : number == shown) return {};
  const auto stored = numbers_of_stored(means_.store, view->repository.id, shown, view->window.rule().max_events);
  if (!stored) return tl::unexpected(stored.error());
  if (number == 0) known.github_id = stored->newest;
  pending.others_until = stored->others_until;
  return {};
}

void Round::report(Board::Locked& board, const store::CommitReceipt& receipt, Timestamp now, News& news) {
  PollReport report;
  const polling::Step& step = *board->pending->step;
  for (const auto& [repository, until] : board->pending->commit.others) {
    const auto view = board->book.find(repository);
    board->book.change(view->repository.name.key(), [&, others = until](RepositoryView& changed) {
      changed.repository.others_until = std::max(changed.repository.others_until.value_or(others), others);
    });
  }
  if (step.replaced || board->pending->others_until) {
    const auto view = board->book.find(core::subject_of(step.state.feed));
    renew_window(board, means_.store, view->repository.id, now);
  }
  fold_commit(board, receipt, now, report, news);
  for (const std::string& feed : informed_feeds(board, step.state.feed)) {
    if (step.poll_finished) {
      show_feed_and_forecast(board, feed, now);
    } else {
      show_feed(board, feed);
    }
  }
  account_for_poll(board, receipt, now);
  for (const std::string& moved : step.moved) show_feed(board, moved);
  // What the poll has made of the feed belongs to what is told of its statistics.
  for (auto& view : news.statistics) view = board->book.find(view->repository.id);
  describe(board, now, report);
  news.polls.push_back(std::move(report));
}

void Round::store_failed(Board::Locked& board, const core::Error& error, Timestamp now) {
  note_not_written(board, error);
  PendingAnswer& pending = *board->pending;
  if (error.kind == ErrorKind::kUnavailable || error.kind == ErrorKind::kCorrupt) {
    ++pending.failures;
    pending.retry_at = now + polling::exponential(kFirstStoreRetry, pending.failures, kLongestStoreRetry);
    return;
  }
  // The store will never take it, or never tell what it knows of it.
  const std::string feed = board->poller.awaits_answer() ? board->poller.asked_feed() : std::string();
  if (!feed.empty()) board->poller.abandon(now);
  board->pending.reset();
  board->store_trouble.clear();  // the store answered, and nothing waits for it
  if (error.kind == ErrorKind::kStale && !feed.empty()) lease_lost(board, feed, now);
}

// The store refused the fence of a write about the feed: another server polls it.
void Round::lease_lost(Board::Locked& board, const std::string& feed, Timestamp now) {
  if (means_.leases == nullptr) return;
  const int shard = board->shards.shard_of_feed(feed);
  means_.leases->lost(shard);
  give_up_shards(board, {shard}, now);
}

}  // namespace repopulse::monitor
