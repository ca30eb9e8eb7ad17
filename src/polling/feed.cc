#include "polling/feed.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "core/clock.h"
#include "core/events_feed.h"
#include "core/feed_name.h"
#include "polling/backoff.h"
#include "polling/failed_status.h"
#include "polling/feed_memory.h"
#include "polling/numbers.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;
using core::EventTime;
using core::FeedState;
using core::Millis;
using core::RepoStatus;
using core::Timestamp;

constexpr Millis kLongestFloor = 1h;  // a floor above that is a broken header
// So many events that are too large by themselves are passed over in one poll: whatever GitHub sends, a poll ends.
constexpr std::size_t kMostPassedOver = 10;
// 304s may be stuck: a silence of so many mean gaps is checked once without a validator, within these bounds.
constexpr int kGapsOfDoubt = 30;
constexpr Millis kShortestDoubt = 1h;
constexpr Millis kLongestDoubt = 24h;
// That a name was given to another repository is told for as long as a feed may show events of both.
constexpr Millis kReplacedIsTold = core::kFeedAge;
// Sequence numbers begin above it: with this boundary, no stored event proves an overlap.
constexpr std::int64_t kNothingBefore = 0;
constexpr double kMostSequence = 9e15;  // that a saved text may hold

bool is_trouble(AnswerKind kind) {
  return kind != AnswerKind::kEvents && kind != AnswerKind::kNotModified && kind != AnswerKind::kEndOfFeed &&
         kind != AnswerKind::kRedirect;
}

// Limits and a refused token concern all feeds alike: the budget waits, and no feed backs off.
bool concerns_all(AnswerKind kind) {
  return kind == AnswerKind::kPrimaryLimit || kind == AnswerKind::kSecondaryLimit || kind == AnswerKind::kUnauthorized;
}

void set_good_status(FeedState& state, Timestamp now) {
  state.failures_in_a_row = 0;
  state.status = state.location.empty() ? RepoStatus::kOk : RepoStatus::kMoved;
  state.status_detail = state.location.empty() ? "" : "GitHub redirects to " + state.location;
  if (!state.replaced_at || now - *state.replaced_at >= kReplacedIsTold) return;
  state.status = RepoStatus::kReplaced;
  std::string detail = "The name was given to another repository (GitHub's number " + std::to_string(state.github_id) +
                       ", before it " + std::to_string(state.replaced_id) + "), seen at " +
                       core::format_rfc3339(core::to_event_time(*state.replaced_at)) + "; the window began anew";
  if (!state.location.empty()) detail += "; " + state.status_detail;
  state.status_detail = std::move(detail);
}

// How long 304s are believed without a check.
Millis longest_trust(const std::vector<EventTime>& recent) {
  if (recent.size() < 2) return kLongestDoubt;
  const Millis mean_gap = Millis(recent.back() - recent.front()) / static_cast<std::int64_t>(recent.size() - 1);
  return std::clamp(kGapsOfDoubt * mean_gap, kShortestDoubt, kLongestDoubt);
}

}  // namespace

Timestamp answered_at(const core::Answer& answer, Timestamp now) {
  return answer.date ? std::min(now, core::to_timestamp(*answer.date)) : now;
}

Timestamp told_at(const core::Answer& answer, Timestamp now) {
  return answer.date ? core::to_timestamp(*answer.date) : now;
}

bool waits_for_token(const FeedState& state) {
  return state.status == RepoStatus::kNotFound || state.status == RepoStatus::kForbidden ||
         state.status == RepoStatus::kBlocked;
}

Feed::Feed(FeedState state) : state_(std::move(state)) {
  state_.floor = std::clamp<Millis>(state_.floor, 0ms, kLongestFloor);  // whatever the store holds
  const FeedMemory memory = split_memory(state_.policy_state);
  late_events_.restore(memory.late_events);
  if (const auto above = split_numbers<1>(memory.partly)) {
    partly_above_ = static_cast<std::int64_t>(std::clamp(above->front(), 0.0, kMostSequence));
  }
  if (state_.last_polled_at) own_read_at_ = *state_.last_polled_at;
  if (state_.failures_in_a_row > 0) return;
  read_at_ = state_.last_polled_at;
  if (!state_.overlap_boundary) whole_at_ = state_.last_full_at;
}

// --- a poll ---

core::Validator Feed::validator(Timestamp now) const {
  if (!walk_.detour().empty()) return {};  // it belongs to the usual address
  const auto page = walk_.full_page();
  if (!page || *page >= state_.validators.size()) return {};
  const bool stuck = state_.not_modified_in_a_row > 0 && state_.last_full_at &&
                     now - *state_.last_full_at >= longest_trust(arrivals_.recent());
  return stuck ? core::Validator{} : state_.validators[*page];
}

Ask Feed::ask(Timestamp now) {
  mark();
  late_stored_ = late_events_;
  if (looking()) {
    const bool known = look_page_ <= state_.validators.size();
    return {state_.feed, state_.location, static_cast<int>(look_page_),
            known ? state_.validators[look_page_ - 1] : core::Validator{}};
  }
  const std::string& location = walk_.detour().empty() ? state_.location : walk_.detour();
  return {state_.feed, location, walk_.page(), validator(now), walk_.page_size()};
}

Progress Feed::take(const core::Answer& answer, const Known& known, bool charged, std::uint64_t seed, Timestamp now) {
  state_.last_polled_at = now;
  told_at_ = told_at(answer, now);
  if (answer.poll_interval) state_.floor = std::clamp<Millis>(*answer.poll_interval, 1s, kLongestFloor);
  ++state_.counters.requests;
  if (charged) ++state_.counters.quota_spent;
  passed_over_ = false;
  if (answer.too_large) return take_too_large(answer, known, seed);

  if (is_trouble(answer.kind) || (answer.kind == AnswerKind::kEndOfFeed && walk_.offset() == 0)) {
    return take_trouble(answer.kind, answer.message, answer.retry_after, seed);
  }
  if (answer.kind == AnswerKind::kRedirect) return take_redirect(answer, seed);
  if (answer.kind == AnswerKind::kNotModified) return take_unchanged();
  if (answer.kind == AnswerKind::kEndOfFeed) return go_on(walk_.end(), std::nullopt, known);
  return take_page(answer, known, now);
}

std::optional<EventTime> Feed::whole_until() const {
  if (state_.overlap_newest) return state_.overlap_newest;
  if (!state_.last_full_at) return std::nullopt;
  return core::to_event_time(read_at_.value_or(*state_.last_full_at));
}

Progress Feed::take_page(const core::Answer& answer, const Known& known, Timestamp now) {
  REPOPULSE_CHECK(known.sequences.size() == answer.events.size());
  if (const std::uint64_t shown = core::github_id_of(answer.events); shown != 0 && state_.github_id == 0) {
    state_.github_id = shown;
  }
  for (const core::Event& event : answer.events) {
    if (event.github_id != state_.github_id) continue;
    anew_oldest_ = std::min(anew_oldest_.value_or(event.key.created_at), event.key.created_at);
  }
  if (std::exchange(walk_restarts_, false)) {
    walk_ = PageWalk();
    return Progress::kAgain;
  }
  const std::optional<std::size_t> page = walk_.full_page();
  const std::int64_t boundary = overlap_until(known.last_sequence);
  // In a shared feed each repository's events prove something for that repository alone: see SharedFeed::covers(). Of
  // what an account receives, none proves anything: the repositories' own polls may have brought it.
  const bool shared = core::is_shared_feed(state_.feed);
  EventTime until = whole_until().value_or(EventTime::min());
  if (shared) until = core::is_received_feed(state_.feed) ? EventTime::min() : EventTime::max();
  if (!shared) learn_late(answer, known, boundary, now);
  return go_on(walk_.take(answer, known.sequences, {boundary, until, read_at_}, told_at_), page, known);
}

// Validators belong to pages of full size.
Progress Feed::take_too_large(const core::Answer& answer, const Known& known, std::uint64_t seed) {
  if (const auto page = walk_.full_page(); page && *page < state_.validators.size()) state_.validators.resize(*page);
  if (walk_.shrink()) return Progress::kAgain;
  if (walk_.passed_over() == kMostPassedOver) {
    return take_trouble(answer.kind, answer.message, answer.retry_after, seed);
  }
  passed_over_ = true;
  return go_on(walk_.skip(), std::nullopt, known);
}

// `page`: the one of full size that was taken.
Progress Feed::go_on(PageWalk::Verdict verdict, std::optional<std::size_t> page, const Known& known) {
  switch (verdict) {
    case PageWalk::Verdict::kOverlap:
      return Progress::kOverlap;
    case PageWalk::Verdict::kEnd:
      return Progress::kEnd;
    case PageWalk::Verdict::kGoOn:
      break;
  }
  // Its events are stored now. Should the walk break off here, the boundary remembers that they prove nothing, and the
  // page is asked for again without a validator.
  if (!state_.overlap_boundary) state_.overlap_boundary = overlap_until(known.last_sequence);
  if (page && *page < state_.validators.size()) state_.validators[*page] = {};
  return Progress::kMore;
}

// Nothing is new. But a further page is read only when all of the page before it was new: it cannot be what it was, so
// such a 304 is stuck, and the page is asked for again without a validator.
Progress Feed::take_unchanged() {
  ++state_.counters.not_modified;
  const auto page = walk_.full_page();
  if (page && *page > 0 && *page < state_.validators.size()) {
    state_.validators[*page] = {};
    return Progress::kAgain;
  }
  ++state_.not_modified_in_a_row;
  return Progress::kUnchanged;
}

// A permanent redirect is remembered. Another one leads this poll alone; what follows it is not remembered either.
Progress Feed::take_redirect(const core::Answer& answer, std::uint64_t seed) {
  const bool remembered = answer.permanent && walk_.detour().empty();
  const std::string& asked = walk_.detour().empty() ? state_.location : walk_.detour();
  if (answer.location.empty() || answer.location == asked || !walk_.hop()) {
    if (remembered) forget_location();
    const std::string why = answer.location.empty() ? "GitHub redirects to an address that cannot be followed"
                                                    : "GitHub's redirects lead in a circle";
    return take_trouble(answer.kind, answer.message.empty() ? why : answer.message, answer.retry_after, seed);
  }
  if (!remembered) {
    walk_.take_detour(answer.location);
    return Progress::kAgain;
  }
  state_.location = answer.location;
  state_.validators.clear();  // they belong to the old address
  return Progress::kAgain;
}

void Feed::forget_location() {
  if (state_.location.empty()) return;
  state_.location.clear();
  state_.validators.clear();
}

Progress Feed::take_trouble(AnswerKind kind, const std::string& message, std::optional<Millis> retry_after,
                            std::uint64_t seed) {
  ++state_.counters.failures;
  const bool usual_address = walk_.detour().empty();
  walk_ = PageWalk();
  anew_oldest_.reset();
  unread_.forget();
  arrivals_.drop_fresh();
  state_.status_detail = message.empty() ? std::string(core::to_string(kind)) : message;
  rest_ = state_.floor;  // only a floor that GitHub told holds here
  if (concerns_all(kind)) {
    if (kind == AnswerKind::kUnauthorized) state_.status = RepoStatus::kFailing;
    return Progress::kTrouble;
  }
  REPOPULSE_CHECK(is_trouble(kind) || kind == AnswerKind::kRedirect || kind == AnswerKind::kEndOfFeed);
  ++state_.failures_in_a_row;
  state_.status = status_of(kind);
  rest_ = std::max(rest_, rest_after(kind, state_.failures_in_a_row, state_.feed, seed));
  if (retry_after) rest_ = std::max(rest_, *retry_after);
  // The remembered address is gone: the usual one is asked next.
  if (kind == AnswerKind::kNotFound && usual_address) forget_location();
  return Progress::kTrouble;
}

// Events lie unseen between what was known and what the feed shows, unless nothing was known, or the feed was read
// whole and what was known has simply grown too old for it. At a first contact the store may have what an import
// brought.
std::optional<core::Gap> Feed::gap_at_end(const Known& known, Timestamp now) const {
  if (begins_anew()) return gap_between_repositories(now);
  if (!walk_.oldest()) return std::nullopt;
  const bool first_contact = !state_.last_full_at;
  const bool short_feed = walk_.entries() < core::kFeedDepthAtLeast;
  const EventTime too_old = core::to_event_time(told_at_ - core::kFeedAge);
  if (first_contact) {
    if (!known.newest_unshown || *known.newest_unshown >= *walk_.oldest()) return std::nullopt;
    const bool shows_all_later = short_feed && *known.newest_unshown < too_old;
    return core::Gap{*known.newest_unshown, shows_all_later ? std::min(too_old, *walk_.oldest()) : *walk_.oldest()};
  }
  std::optional<EventTime> newest_before = state_.overlap_newest;
  if (newest_before == EventTime{}) newest_before.reset();
  if (!state_.overlap_newest && known.newest && *known.newest <= *whole_until()) newest_before = known.newest;
  const bool asked_lately =
      (read_at_ && now - *read_at_ < core::kFeedAge) || (read_told_ && told_at_ - *read_told_ < core::kFeedAge);
  const bool outgrown = !newest_before || *newest_before < too_old;
  const EventTime from = newest_before.value_or(core::to_event_time(*state_.last_full_at));
  if ((short_feed && asked_lately && outgrown) || from >= *walk_.oldest()) return std::nullopt;
  return core::Gap{from, *walk_.oldest()};
}

bool Feed::raise_newest(std::optional<EventTime> newest) {
  if (!newest || (state_.overlap_newest && *state_.overlap_newest >= *newest)) return false;
  state_.overlap_newest = newest;
  return true;
}

// --- another repository under the same name ---

bool Feed::shows_another(const core::Answer& answer, const Known& known) const {
  if (answer.kind != AnswerKind::kEvents) return false;
  const std::uint64_t shown = core::github_id_of(answer.events);
  const std::uint64_t before = state_.github_id != 0 ? state_.github_id : known.github_id;
  if (shown == 0 || before == 0 || shown == before) return false;
  // A page may hold events of both for a while: that does not give the name back to the one before.
  const bool still_there =
      std::ranges::any_of(answer.events, [&](const core::Event& event) { return event.github_id == state_.github_id; });
  return !(shown == state_.replaced_id && still_there);
}

void Feed::begin_anew(const core::Answer& answer, const Known& known, Timestamp now) {
  state_.replaced_id = state_.github_id != 0 ? state_.github_id : known.github_id;
  state_.replaced_at = now;
  state_.github_id = core::github_id_of(answer.events);
  REPOPULSE_CHECK(state_.github_id != 0 && state_.github_id != state_.replaced_id);
  state_.validators.clear();
  state_.overlap_boundary = kNothingBefore;
  if (state_.overlap_newest.value_or(EventTime{}) == EventTime{}) state_.overlap_newest = known.newest;
  arrivals_ = Arrivals();
  late_events_ = LateEvents();
  anew_oldest_.reset();
  walk_restarts_ = walk_.offset() > 0;  // the pages before were the other repository's
  read_at_.reset();
  read_told_.reset();
  whole_at_.reset();
  own_sequence_.reset();
  partly_above_.reset();
}

bool Feed::begins_anew() const {
  return state_.replaced_at && state_.overlap_boundary == kNothingBefore;
}

// Both may have events that nobody saw: the one before in its last days, this one where its feed is not whole.
std::optional<core::Gap> Feed::gap_between_repositories(Timestamp now) const {
  if (!state_.overlap_newest || !anew_oldest_) return std::nullopt;
  const EventTime from = *state_.overlap_newest;
  const EventTime to = from < *anew_oldest_ ? *anew_oldest_ : core::to_event_time(now);
  return from < to ? std::optional(core::Gap{from, to}) : std::nullopt;
}

std::vector<core::Gap> Feed::take_unread(bool over, const core::Answer& answer, const Known& known, Timestamp now) {
  const EventTime answered = core::to_event_time(answered_at(answer, now));
  if (answer.kind == AnswerKind::kEvents) unread_.take(answer, answered);
  if (answer.too_large && passed_over_) unread_.take_too_large(answered);
  if (over) {
    const bool polled_before = state_.overlap_newest.value_or(EventTime{}) != EventTime{};
    const auto before = polled_before ? state_.overlap_newest : known.newest;
    unread_.end(before.value_or(answered - std::chrono::duration_cast<core::Seconds>(core::kFeedAge)));
  }
  return unread_.found();
}

void Feed::end_poll(Timestamp now) {
  const std::vector<core::Validator>& read = walk_.validators();
  REPOPULSE_CHECK(read.empty() || walk_.read_any());
  const bool deeper = walk_.offset() > core::kEventsPerPage || walk_.may_go_on();
  late_events_.polled(walk_.read_any() ? std::optional(deeper) : std::nullopt);
  if (walk_.read_any()) {
    if (walk_.detour().empty()) {
      if (state_.validators.size() < read.size()) state_.validators.resize(read.size());
      std::ranges::copy(read, state_.validators.begin());
    }
    state_.last_full_at = now;
    state_.not_modified_in_a_row = 0;
    partly_above_.reset();
    if (begins_anew()) state_.overlap_newest.reset();  // it was the other repository's
    raise_newest(walk_.newest().value_or(EventTime{}));
  }
  state_.overlap_boundary.reset();
  read_told_ = told_at_;
  set_good_status(state_, now);
  walk_ = PageWalk();
  anew_oldest_.reset();
}

void Feed::mark() {
  stored_ = state_;
  partly_stored_ = partly_above_;
}

void Feed::abandon() {
  state_ = stored_;
  partly_above_ = partly_stored_;
  late_events_ = late_stored_;
  look_page_ = 0;
  walk_ = PageWalk();
  unread_.forget();
  arrivals_.drop_fresh();
}

// --- a look behind the first page ---

// The time in which the last hundred events came: what stands on page 2 is on page 3 after it.
Millis Feed::crossing(Timestamp now) const {
  const std::vector<EventTime>& recent = arrivals_.recent();
  if (recent.size() < core::kEventsPerPage) return Millis::max();
  return now - core::to_timestamp(recent[recent.size() - core::kEventsPerPage]);
}

bool Feed::begin_look(LateEvents::Pace pace, Timestamp now) {
  pace.crossing = crossing(now);
  const bool may = !state_.overlap_boundary && state_.failures_in_a_row == 0;
  if (!late_events_.due(pace, now) || !may) return false;
  const bool has_last = state_.validators.size() == core::kFeedDepth / core::kEventsPerPage;
  look_from_ = has_last && !late_events_.second_page_due(pace, now) ? state_.validators.size() : 2;
  look_page_ = look_from_;
  return true;
}

bool Feed::take_look(const core::Answer& answer, const Known& known, bool charged, LateEvents::Pace pace,
                     Timestamp now) {
  state_.last_polled_at = now;
  told_at_ = told_at(answer, now);
  if (answer.poll_interval) state_.floor = std::clamp<Millis>(*answer.poll_interval, 1s, kLongestFloor);
  ++state_.counters.requests;
  if (charged) ++state_.counters.quota_spent;
  const std::size_t page = look_page_;
  const bool good = answer.kind == AnswerKind::kEvents && !answer.too_large && !shows_another(answer, known);
  bool more = false;
  if (answer.kind == AnswerKind::kNotModified) {
    ++state_.counters.not_modified;
    more = page < state_.validators.size();  // known pages behind it are asked too: each has its own validator
  } else if (good) {
    learn_late(answer, known, known.last_sequence, now);
    if (state_.validators.size() < page) state_.validators.resize(page);
    state_.validators[page - 1] = answer.validator;
    more = answer.has_next || (!answer.linked && answer.page_entries >= core::kEventsPerPage);
  } else if (is_trouble(answer.kind)) {
    ++state_.counters.failures;
  } else if (answer.kind == AnswerKind::kEndOfFeed && state_.validators.size() >= page) {
    state_.validators.resize(page - 1);
  }
  more = more && page * core::kEventsPerPage < core::kFeedDepth;
  look_page_ = more ? page + 1 : 0;
  if (more) return true;
  pace.crossing = crossing(now);
  const bool whole = good || answer.kind == AnswerKind::kNotModified || answer.kind == AnswerKind::kEndOfFeed;
  whole ? late_events_.looked(pace, look_from_, now) : late_events_.broke_off(pace, now);
  return whole;
}

void Feed::compare_late_with(Timestamp reach, Timestamp now) {
  for (const EventTime at : arrivals_.fresh()) {
    if (core::to_timestamp(at) < reach) late_events_.came_elsewhere(now);
  }
}

// What is newer than the last poll teaches nothing. Behind as many events an event stood when it became visible as are
// known of those above it: others may have come after it. A look sees what no poll saw, so that all above it was there.
void Feed::learn_late(const core::Answer& answer, const Known& known, std::int64_t boundary, Timestamp now) {
  const EventTime newest = whole_until().value_or(EventTime::min());
  std::size_t behind = looking() ? (look_page_ - 1) * core::kEventsPerPage : 0;
  const Millis unseen = looking() || !read_at_ ? Millis(0) : now - *read_at_;
  for (std::size_t i = 0; i < answer.events.size(); ++i) {
    const EventTime at = answer.events[i].key.created_at;
    const bool is_known = known.sequences[i] && *known.sequences[i] <= boundary;
    if (!known.sequences[i] && at <= newest && behind > 0) {
      late_events_.came(std::max(Millis(0), told_at_ - core::to_timestamp(at) - unseen), behind, now);
    }
    behind += is_known ? 1 : 0;
  }
}

// --- its events, and how far it is known ---

void Feed::learn(Timestamp now) {
  arrivals_.learn(now);
  read_at_ = now;
}

void Feed::own_read(const core::Answer& answer, Timestamp now) {
  // A 304 may be stuck: what was proven remains as it was.
  const bool unchanged = answer.kind == AnswerKind::kNotModified && whole_at_;
  if (!unchanged) whole_at_ = answered_at(answer, now);
  own_read_at_ = now;
  heard_elsewhere_ = 0;
}

bool Feed::seen_elsewhere(Timestamp at) {
  const std::span<const EventTime> fresh = arrivals_.fresh();
  heard_elsewhere_ += fresh.size();
  const auto come = std::ranges::upper_bound(fresh, core::to_event_time(at));
  const bool newer = come != fresh.begin() && raise_newest(*std::prev(come));
  const bool closed = state_.overlap_boundary.has_value();
  state_.overlap_boundary.reset();
  return newer || closed;
}

bool Feed::leave_open(std::int64_t boundary, std::optional<EventTime> newest) {
  if (state_.overlap_boundary) return false;
  state_.overlap_boundary = boundary;
  if (!state_.overlap_newest && newest) {
    REPOPULSE_CHECK(whole_until());
    state_.overlap_newest = std::min(*newest, *whole_until());
  }
  // Where an event was heard of, its first page cannot be what it was. Else "not modified" proves as much as a page.
  if (!arrivals_.fresh().empty() && !state_.validators.empty()) state_.validators.front() = {};
  return true;
}

void Feed::set_own_sequence(std::int64_t last) {
  own_sequence_ = last;
  own_newest_ = state_.overlap_newest;
}

bool Feed::can_be_informed() const {
  return state_.last_full_at && read_at_ && state_.failures_in_a_row == 0 && state_.location.empty() &&
         (state_.status == core::RepoStatus::kOk || state_.status == core::RepoStatus::kReplaced);
}

bool Feed::distrust_elsewhere() {
  if (state_.overlap_boundary) return false;
  REPOPULSE_CHECK(own_sequence_);
  state_.overlap_newest = own_newest_;
  return leave_open(*own_sequence_, std::nullopt);
}

void Feed::abandon_elsewhere() {
  abandon_partly();
  whole_at_.reset();
}

void Feed::hear_partly(std::int64_t boundary) {
  partly_above_ = std::min(partly_above_.value_or(boundary), boundary);
}

void Feed::learn_partly(Timestamp now) {
  heard_elsewhere_ += arrivals_.fresh().size();
  arrivals_.learn(now);
}

void Feed::abandon_partly() {
  state_ = stored_;
  partly_above_ = partly_stored_;
  arrivals_.drop_fresh();
}

std::string Feed::save_partly() const {
  return partly_above_ ? std::to_string(*partly_above_) : std::string();
}

std::int64_t Feed::overlap_until(std::int64_t last) const {
  return std::min(state_.overlap_boundary.value_or(last), partly_above_.value_or(last));
}

void Feed::fail(const std::string& why) {
  ++state_.failures_in_a_row;
  state_.status = RepoStatus::kFailing;
  state_.status_detail = why;
}

// --- the clock ---

bool Feed::remembers_ahead(Timestamp now) const {
  return state_.last_polled_at && core::went_back(*state_.last_polled_at, now);
}

bool Feed::clock_went_back(Timestamp now) {
  const bool polled_ahead = remembers_ahead(now);
  const auto bring_back = [now](std::optional<Timestamp>& at) {
    if (at) at = std::min(*at, now);
  };
  for (FeedState* state : {&state_, &stored_}) {
    bring_back(state->last_polled_at);
    bring_back(state->last_full_at);
    bring_back(state->replaced_at);
    if (polled_ahead) state->next_poll_at.reset();
  }
  late_events_.clock_went_back(now);
  bring_back(read_at_);
  bring_back(whole_at_);
  own_read_at_ = std::min(own_read_at_, now);
  return polled_ahead;
}

}  // namespace repopulse::polling
