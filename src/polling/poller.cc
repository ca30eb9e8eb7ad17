#include "polling/poller.h"

#include <algorithm>
#include <cassert>

#include "core/events_feed.h"
#include "core/feed_name.h"
#include "polling/backoff.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;
using core::EventTime;
using core::FeedState;
using core::Millis;
using core::RepoStatus;
using core::Timestamp;

constexpr Millis kLongestFloor = 1h;       // a floor above that is a broken header
constexpr Millis kShortestSuspicion = 1h;  // 304s may be stuck: a silence that is long for the feed
constexpr Millis kLongestSuspicion = 24h;  // is checked once without a validator
constexpr int kSuspiciousGaps = 30;        // mean gaps of silence
constexpr std::size_t kRecentArrivals = kSafetyArrivals;
constexpr std::string_view kBudgetNote = "poller.budget";
constexpr std::string_view kPortfolioNote = "poller.portfolio";

bool is_trouble(AnswerKind kind) {
  return kind != AnswerKind::kEvents && kind != AnswerKind::kNotModified && kind != AnswerKind::kEndOfFeed &&
         kind != AnswerKind::kRedirect;
}

// Limits and a refused token are nobody's fault: the budget waits for all feeds alike, and no feed backs off.
bool concerns_all(AnswerKind kind) {
  return kind == AnswerKind::kPrimaryLimit || kind == AnswerKind::kSecondaryLimit || kind == AnswerKind::kUnauthorized;
}

RepoStatus status_of(AnswerKind kind) {
  switch (kind) {
    case AnswerKind::kNotFound:
      return RepoStatus::kNotFound;
    case AnswerKind::kBlocked:
    case AnswerKind::kForbidden:
      return RepoStatus::kBlocked;
    default:
      return RepoStatus::kFailing;
  }
}

void set_good_status(FeedState& state) {
  state.failures_in_a_row = 0;
  state.status = state.location.empty() ? RepoStatus::kOk : RepoStatus::kMoved;
  state.status_detail = state.location.empty() ? "" : "GitHub redirects to " + state.location;
}

void remember_arrivals(std::vector<EventTime>& recent, std::span<const EventTime> arrivals) {
  recent.insert(recent.end(), arrivals.begin(), arrivals.end());
  std::ranges::sort(recent);
  if (recent.size() > kRecentArrivals) recent.erase(recent.begin(), recent.end() - kRecentArrivals);
}

Millis suspicious_silence(const std::vector<EventTime>& recent) {
  if (recent.size() < 2) return kLongestSuspicion;
  const Millis mean_gap = Millis(recent.back() - recent.front()) / static_cast<std::int64_t>(recent.size() - 1);
  return std::clamp(kSuspiciousGaps * mean_gap, kShortestSuspicion, kLongestSuspicion);
}

// A policy's memory is marked with its name: another policy starts afresh.
std::string mark(std::string_view policy, const std::string& memory) {
  return memory.empty() ? std::string() : std::string(policy) + "\n" + memory;
}
std::string_view unmark(std::string_view policy, std::string_view marked) {
  if (marked.size() <= policy.size() || !marked.starts_with(policy) || marked[policy.size()] != '\n') return {};
  return marked.substr(policy.size() + 1);
}

}  // namespace

Poller::Poller(std::unique_ptr<Policy> policy, const PollerSettings& settings)
    : policy_(std::move(policy)), settings_(settings), budget_(settings.authenticated) {}

// --- feeds ---

void Poller::add(FeedState state, std::span<const EventTime> history, Timestamp now) {
  assert(!feeds_.contains(state.feed));
  policy_->add(state.feed, history, unmark(policy_->name(), state.policy_state), now);
  enter(std::move(state), history, now);
}

void Poller::announce(FeedState state, std::span<const EventTime> recent, Timestamp now) {
  assert(!feeds_.contains(state.feed));
  policy_->announce(state.feed, recent, unmark(policy_->name(), state.policy_state), now);
  const std::string& name = *untaught_.insert(state.feed).first;
  const std::optional<Timestamp> planned = state.next_poll_at;
  enter(std::move(state), recent, now);
  find(name)->planned = planned;
}

void Poller::enter(FeedState state, std::span<const EventTime> history, Timestamp now) {
  const auto at = feeds_.try_emplace(state.feed).first;
  Feed& feed = at->second;
  feed.state = std::move(state);
  remember_history(feed, history);
  feed.longest = settings_.longest_interval;
  feed.due = feed.state.next_poll_at.value_or(now);
  if (feed.state.failures_in_a_row == 0) {
    if (feed.state.overlap_boundary) feed.due = now;
    feed.last_success = feed.state.last_polled_at;
    // The policy, or the freshness that it aims at, may be another than before the restart.
    if (feed.last_success) feed.due = std::min(feed.due, policy_->next(feed.state.feed, now));
  }
  if (feed.state.last_polled_at) feed.due = std::max(feed.due, *feed.state.last_polled_at + feed.state.floor);
  feed.state.next_poll_at = feed.due;
  schedule_.emplace(feed.due, at->first);
  enlist(feed);
  review(feed.organisation, now);
}

// In the place of what was known of it before.
void Poller::remember_history(Feed& feed, std::span<const EventTime> history) {
  feed.recent_arrivals.clear();
  remember_arrivals(feed.recent_arrivals, history.last(std::min(history.size(), kRecentArrivals)));
  feed.rushes = Rushes();
  feed.rushes.observe(history, history.size());
}

void Poller::teach(std::string_view name, std::span<const EventTime> history, Timestamp now) {
  const auto at = untaught_.find(name);
  if (at == untaught_.end()) return;
  policy_->teach(name, history);
  Feed& feed = *find(name);
  remember_history(feed, history);
  plan_taught(feed, now);
  untaught_.erase(at);  // last: it may hold the very name
}

// As it would have been planned in the first place.
void Poller::plan_taught(Feed& feed, Timestamp now) {
  Feed& asked = feed.served ? *find(feed.organisation) : feed;
  const std::string& name = asked.state.feed;
  if (asking_ == name || walking_ == name || asked.urgent || !asked.last_success) return;
  if (asked.state.failures_in_a_row > 0 || asked.state.overlap_boundary) return;
  const Timestamp wish = feed.served ? std::min(asked.due, organisation_wish(asked, now))
                                     : std::min(policy_->next(name, now), feed.planned.value_or(Timestamp::max()));
  set_due(asked, std::max(wish, *asked.last_success + floor_of(asked.state)));
}

void Poller::remove(std::string_view name, Timestamp now) {
  const auto at = feeds_.find(name);
  if (at == feeds_.end()) return;
  if (const auto untaught = untaught_.find(name); untaught != untaught_.end()) untaught_.erase(untaught);
  delist(at->second, now);
  if (asking_ == name) asking_.reset();
  if (walking_ == name) walking_.reset();
  policy_->remove(name);
  schedule_.erase({at->second.due, at->first});
  feeds_.erase(at);
}

void Poller::set_due(Feed& feed, Timestamp due) {
  const auto at = feeds_.find(feed.state.feed);
  schedule_.erase({feed.due, at->first});
  feed.due = due;
  feed.state.next_poll_at = due;
  schedule_.emplace(due, at->first);
  if (core::is_organisation_feed(at->first)) ++organisations_version_;
}

void Poller::poll_soon(std::string_view name, Timestamp now) {
  const auto at = feeds_.find(name);
  if (at == feeds_.end()) return;
  Feed& feed = at->second;
  const Timestamp floor = feed.state.last_polled_at ? *feed.state.last_polled_at + floor_of(feed.state) : now;
  feed.urgent = true;
  set_due(feed, std::min(feed.due, std::max(now, floor)));
  review(feed.organisation, now);
}

Poller::Feed* Poller::find(std::string_view name) {
  const auto at = feeds_.find(name);
  return at == feeds_.end() ? nullptr : &at->second;
}

const FeedState* Poller::state(std::string_view name) const {
  const auto at = feeds_.find(name);
  return at == feeds_.end() ? nullptr : &at->second.state;
}

// --- asking ---

core::Validator Poller::validator_for(const Feed& feed, Timestamp now) const {
  const auto page = static_cast<std::size_t>(feed.walk.page());
  if (page > feed.state.validators.size()) return {};
  const bool stuck = feed.state.not_modified_in_a_row > 0 && feed.state.last_full_at &&
                     now - *feed.state.last_full_at >= suspicious_silence(feed.recent_arrivals);
  return stuck ? core::Validator{} : feed.state.validators[page - 1];
}

Decision Poller::next(Timestamp now) {
  assert(!asking_);
  if (schedule_.empty()) return Wait{Timestamp::max()};
  const std::string_view name = walking_ ? std::string_view(*walking_) : schedule_.begin()->second;
  Feed& feed = feeds_.find(name)->second;
  const Timestamp earliest = std::max(feed.due, budget_.earliest(now, walking_.has_value()));
  if (earliest > now) return Wait{earliest};
  asking_ = feed.state.feed;
  feed.stored = feed.state;
  if (core::is_organisation_feed(*asking_)) ask_organisation(feed);
  return Ask{feed.state.feed, feed.state.location, feed.walk.page(), validator_for(feed, now)};
}

// --- answers ---

Step Poller::absorb(const core::Answer& answer, const Known& known, Timestamp now) {
  assert(asking_);
  Feed& feed = feeds_.find(*asking_)->second;
  budget_.absorb(answer, now);
  const bool organisation = core::is_organisation_feed(feed.state.feed);
  if (organisation) ++organisations_version_;
  if (!walking_ && organisation) begin_organisation_poll(feed);
  FeedState& state = feed.state;
  Step step;
  step.first_contact = !state.last_full_at;
  state.last_polled_at = now;
  if (answer.poll_interval) state.floor = std::clamp<Millis>(*answer.poll_interval, 1s, kLongestFloor);
  ++state.counters.requests;
  if (budget_.charged(answer.kind)) ++state.counters.quota_spent;
  if (is_trouble(answer.kind)) ++state.counters.failures;

  if (is_trouble(answer.kind) || (answer.kind == AnswerKind::kEndOfFeed && feed.walk.page() == 1)) {
    absorb_trouble(feed, answer, step, now);
    if (organisation) organisation_troubled(feed, answer.kind, now);
  } else if (answer.kind == AnswerKind::kRedirect) {
    absorb_redirect(feed, answer, step, now);
  } else if (organisation) {
    absorb_organisation(feed, answer, known, step, now);
  } else if (answer.kind == AnswerKind::kEvents) {
    absorb_page(feed, answer, known, step, now);
  } else if (answer.kind == AnswerKind::kNotModified) {
    absorb_unchanged(feed, answer, known, step, now);
  } else {
    absorb_end(feed, answer, known, step, now);
  }
  walking_ = step.poll_finished ? std::nullopt : asking_;
  if (!step.poll_finished) set_due(feed, now);
  if (step.poll_finished && !organisation) review(feed.organisation, now);
  step.state = state;
  return step;
}

void Poller::absorb_page(Feed& feed, const core::Answer& answer, const Known& known, Step& step, Timestamp now) {
  assert(known.sequences.size() == answer.events.size());
  FeedState& state = feed.state;
  for (std::size_t i = 0; i < answer.events.size(); ++i) {
    if (known.sequences[i]) continue;
    step.fresh.push_back(i);
    feed.fresh_arrivals.push_back(answer.events[i].key.created_at);
  }
  const auto page = static_cast<std::size_t>(feed.walk.page());
  const std::int64_t boundary = state.overlap_boundary.value_or(known.last_sequence);
  switch (feed.walk.take(answer, known.sequences, boundary, feed.last_success)) {
    case PageWalk::Verdict::kGoOn:
      // Its events are stored now. Should the walk break off here, the boundary remembers that they prove nothing, and
      // the page is asked for again without a validator.
      if (!state.overlap_boundary) state.overlap_newest = known.newest;
      state.overlap_boundary = boundary;
      if (page <= state.validators.size()) state.validators[page - 1] = {};
      return;
    case PageWalk::Verdict::kEnd:
      absorb_end(feed, answer, known, step, now);
      return;
    case PageWalk::Verdict::kOverlap:
      finish(feed, answer, known, step, now);
      return;
  }
}

void Poller::absorb_unchanged(Feed& feed, const core::Answer& answer, const Known& known, Step& step, Timestamp now) {
  if (take_unchanged(feed)) finish(feed, answer, known, step, now);
}

// Nothing is new. But a further page is read when all of the page before it was new: it cannot be what it was, so that
// such a 304 is stuck, and the page is asked for again without a validator. False: it goes on with that.
bool Poller::take_unchanged(Feed& feed) {
  ++feed.state.counters.not_modified;
  const auto page = static_cast<std::size_t>(feed.walk.page());
  if (page > 1 && page <= feed.state.validators.size()) {
    feed.state.validators[page - 1] = {};
    return false;
  }
  ++feed.state.not_modified_in_a_row;
  return true;
}

// The feed ended before anything known was met. Events lie unseen in between, unless this is the first contact, or the
// feed was read whole and what was known has simply grown too old for it.
void Poller::absorb_end(Feed& feed, const core::Answer& answer, const Known& known, Step& step, Timestamp now) {
  if (!step.first_contact && feed.walk.oldest()) {
    const std::optional<EventTime> newest_before =
        feed.state.overlap_boundary ? feed.state.overlap_newest : known.newest;
    const bool asked_lately = feed.last_success && now - *feed.last_success < core::kFeedAge;
    const bool outgrown = !newest_before || now - core::to_timestamp(*newest_before) > core::kFeedAge;
    const bool whole = feed.walk.entries() < core::kFeedDepthAtLeast && asked_lately && outgrown;
    const EventTime from = newest_before.value_or(core::to_event_time(*feed.state.last_full_at));
    if (!whole && from < *feed.walk.oldest()) step.gap = core::Gap{from, *feed.walk.oldest()};
  }
  finish(feed, answer, known, step, now);
}

void Poller::absorb_redirect(Feed& feed, const core::Answer& answer, Step& step, Timestamp now) {
  FeedState& state = feed.state;
  const bool elsewhere = answer.location.empty();
  if (elsewhere || answer.location == state.location || !feed.walk.hop()) {
    core::Answer refused = answer;
    refused.message =
        elsewhere ? "GitHub redirects to another host, which is not followed" : "GitHub's redirects lead in a circle";
    state.location.clear();
    absorb_trouble(feed, refused, step, now);
    return;
  }
  state.location = answer.location;
  state.validators.clear();  // they belong to the old address
}

void Poller::absorb_trouble(Feed& feed, const core::Answer& answer, Step& step, Timestamp now) {
  FeedState& state = feed.state;
  step.poll_finished = true;
  feed.walk = PageWalk();
  feed.fresh_arrivals.clear();
  state.status_detail = answer.message.empty() ? std::string(core::to_string(answer.kind)) : answer.message;
  Millis rest = state.floor;  // only a floor that GitHub told holds here
  if (concerns_all(answer.kind)) {
    if (answer.kind == AnswerKind::kUnauthorized) state.status = RepoStatus::kFailing;
  } else {
    ++state.failures_in_a_row;
    state.status = status_of(answer.kind);
    rest = std::max(rest, rest_after(answer.kind, state.failures_in_a_row, state.feed, settings_.seed));
    if (answer.retry_after) rest = std::max(rest, *answer.retry_after);
    if (answer.kind == AnswerKind::kNotFound && !state.location.empty()) {
      state.location.clear();  // the remembered address is gone: the usual one is asked next
      state.validators.clear();
    }
  }
  set_due(feed, now + rest);
}

// The poll is over, and all went well: the state of what was asked.
void Poller::keep_pages_read(Feed& feed, Timestamp now) {
  FeedState& state = feed.state;
  const std::vector<core::Validator>& read = feed.walk.validators();
  if (!read.empty()) {
    if (state.validators.size() < read.size()) state.validators.resize(read.size());
    std::ranges::copy(read, state.validators.begin());
    state.last_full_at = now;
    state.not_modified_in_a_row = 0;
  }
  state.overlap_boundary.reset();
  state.overlap_newest.reset();
  set_good_status(state);
  feed.walk = PageWalk();
}

// All arrivals of a repository up to now are known, by whichever feed.
void Poller::observe(Feed& feed, bool complete, bool first_contact, Timestamp now) {
  std::ranges::sort(feed.fresh_arrivals);
  untaught_.erase(feed.state.feed);
  policy_->observe(feed.state.feed, {now, feed.last_success, feed.fresh_arrivals, complete, first_contact});
  remember_arrivals(feed.recent_arrivals, feed.fresh_arrivals);
  feed.rushes.observe(feed.recent_arrivals, feed.fresh_arrivals.size());
  feed.fresh_arrivals.clear();
  feed.last_success = now;
  feed.longest = std::min(settings_.longest_interval, safe_interval(feed.recent_arrivals, feed.rushes, now));
  feed.state.policy_state = mark(policy_->name(), policy_->save(feed.state.feed));
  moved_.insert(policy_->moved().begin(), policy_->moved().end());
}

void Poller::finish(Feed& feed, const core::Answer& answer, const Known& known, Step& step, Timestamp now) {
  step.poll_finished = true;
  keep_pages_read(feed, now);
  finish_own_read(feed, answer, known, step, now);
  observe(feed, !step.gap.has_value(), step.first_contact, now);
  feed.urgent = false;
  set_due(feed, own_due(feed, now));
  reconsider_moved(now);
}

// What the policy wishes, within the floor and what is safe.
Timestamp Poller::wished(const Feed& feed, Timestamp now) {
  const Millis floor = floor_of(feed.state);
  const Timestamp earliest = *feed.last_success + floor;
  const Timestamp latest = *feed.last_success + std::max(feed.longest, floor);
  return std::min(std::max(policy_->next(feed.state.feed, now), earliest), latest);
}

// What one feed brought may tell of others.
void Poller::reconsider_moved(Timestamp now) {
  for (const std::string& name : std::exchange(moved_, {})) {
    const Feed* moved = find(name);
    if (moved == nullptr) continue;
    Feed* feed = find(moved->served ? moved->organisation : name);
    if (feed->state.failures_in_a_row > 0 || !feed->last_success || feed->urgent) continue;
    set_due(*feed, moved->served ? organisation_wish(*feed, now) : own_due(*feed, now));
  }
}

void Poller::confirm() {
  assert(asking_);
  asking_.reset();
}

void Poller::abandon(Timestamp now) {
  walking_.reset();
  if (!asking_) return;
  Feed& feed = feeds_.find(*asking_)->second;
  asking_.reset();
  if (core::is_organisation_feed(feed.state.feed)) abandon_organisation(feed, now);
  feed.state = feed.stored;
  feed.walk = PageWalk();
  feed.fresh_arrivals.clear();
  set_due(feed, now + floor_of(feed.state));
}

// --- over a restart ---

std::vector<std::pair<std::string, std::string>> Poller::save() const {
  return {{std::string(kBudgetNote), budget_.save()},
          {std::string(kPortfolioNote), mark(policy_->name(), policy_->save_portfolio())}};
}

void Poller::restore(std::span<const std::pair<std::string, std::string>> notes) {
  for (const auto& [name, text] : notes) {
    if (name == kBudgetNote) budget_.restore(text);
    if (name == kPortfolioNote) policy_->restore_portfolio(unmark(policy_->name(), text));
  }
}

}  // namespace repopulse::polling
