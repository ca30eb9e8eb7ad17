#include "polling/poller.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/events_feed.h"
#include "polling/fixed_policy.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Answer;
using core::AnswerKind;
using core::Millis;
using core::RepoStatus;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'700'000'000)};
const std::string kFeed = "repos/o/r";

core::Event event(std::uint64_t id) {
  core::Event made;
  made.key = {id, core::to_event_time(kStart) - 100'000s + std::chrono::seconds(id)};
  made.type = "PushEvent";
  return made;
}

// A page of the events `newest`, `newest` - 1, … down to `oldest`.
Answer page(std::uint64_t newest, std::uint64_t oldest, bool has_next) {
  Answer answer;
  answer.kind = AnswerKind::kEvents;
  answer.status = 200;
  for (std::uint64_t id = newest; id >= oldest && id > 0; --id) answer.events.push_back(event(id));
  answer.page_entries = answer.events.size();
  answer.has_next = has_next;
  answer.validator.etag = "W/\"" + std::to_string(newest) + "-" + std::to_string(oldest) + "\"";
  answer.poll_interval = 60s;
  return answer;
}

Answer of_kind(AnswerKind kind) {
  Answer answer;
  answer.kind = kind;
  return answer;
}

// A poller with a store that holds one feed: enough to play rounds.
class PollerTest : public testing::Test {
 protected:
  PollerTest() : poller_(make()) { poller_.add(new_feed(), {}, now_); }

  static Poller make() { return Poller(std::make_unique<FixedPolicy>(PolicySettings{300s, {}}), {true, 1, 6h}); }
  static core::FeedState new_feed() {
    core::FeedState state;
    state.feed = kFeed;
    return state;
  }

  Ask ask() {
    Decision decision = poller_.next(now_);
    EXPECT_TRUE(std::holds_alternative<Ask>(decision)) << "nothing is due";
    return std::holds_alternative<Ask>(decision) ? std::get<Ask>(decision) : Ask{};
  }
  Timestamp due() {
    const Decision decision = poller_.next(now_);
    EXPECT_TRUE(std::holds_alternative<NothingDue>(decision)) << "something is due";
    return std::holds_alternative<NothingDue>(decision) ? std::get<NothingDue>(decision).until : now_;
  }
  Known known(const Answer& answer) const {
    Known out;
    for (const core::Event& e : answer.events) {
      const auto at = stored_.find(e.key);
      out.sequences.push_back(at == stored_.end() ? std::nullopt : std::optional(at->second));
    }
    out.last_sequence = static_cast<std::int64_t>(stored_.size());
    for (const auto& [key, sequence] : stored_)
      out.newest = std::max(out.newest.value_or(key.created_at), key.created_at);
    return out;
  }
  // Answers the ask under way, and stores what is to be stored.
  Step answer(const Answer& answer) {
    Step step = poller_.absorb(answer, known(answer), now_);
    for (const std::size_t i : step.fresh) {
      stored_.emplace(answer.events[i].key, static_cast<std::int64_t>(stored_.size()) + 1);
    }
    state_ = step.state;
    poller_.confirm();
    return step;
  }
  // First contact with a feed that holds the events up to `newest`, on one page.
  void first_contact(std::uint64_t newest) {
    ask();
    answer(page(newest, newest > 99 ? newest - 99 : 1, false));
    now_ = due();
  }
  void restart() {
    poller_ = make();
    poller_.add(state_, {}, now_);
  }

  Timestamp now_ = kStart;
  Poller poller_;
  std::map<core::EventKey, std::int64_t> stored_;
  core::FeedState state_;
};

TEST_F(PollerTest, reads_as_deep_as_the_feed_goes_at_first_contact) {
  EXPECT_EQ(ask().page, 1);
  EXPECT_FALSE(answer(page(300, 201, true)).poll_finished);
  EXPECT_EQ(ask().page, 2);
  EXPECT_FALSE(answer(page(200, 101, true)).poll_finished);
  EXPECT_EQ(ask().page, 3);
  const Step last = answer(page(100, 1, false));
  EXPECT_TRUE(last.poll_finished);
  EXPECT_FALSE(last.gap);
  EXPECT_EQ(stored_.size(), 300u);
  EXPECT_EQ(last.state.validators.size(), 3u);
  EXPECT_EQ(last.state.status, RepoStatus::kOk);
  EXPECT_EQ(due(), now_ + 600s);
}

Answer unlinked(Answer answer) {
  answer.linked = false;
  answer.has_next = false;
  return answer;
}

TEST_F(PollerTest, where_no_page_has_a_link_full_ones_have_others_behind_them_as_deep_as_githubs_feeds_go) {
  ask();
  EXPECT_FALSE(answer(unlinked(page(500, 401, false))).poll_finished);
  EXPECT_EQ(ask().page, 2);
  EXPECT_FALSE(answer(unlinked(page(400, 301, false))).poll_finished);
  EXPECT_EQ(ask().page, 3);
  EXPECT_TRUE(answer(unlinked(page(300, 201, false))).poll_finished);
  now_ = due();
  ask();
  EXPECT_FALSE(answer(unlinked(page(620, 521, false))).poll_finished);
  EXPECT_EQ(ask().page, 2);
  EXPECT_TRUE(answer(unlinked(page(520, 421, false))).poll_finished) << "known events";
  EXPECT_EQ(stored_.size(), 420u);
}

TEST_F(PollerTest, where_other_pages_had_links_a_page_without_one_is_the_last) {
  ask();
  EXPECT_FALSE(answer(page(200, 101, true)).poll_finished);
  EXPECT_EQ(ask().page, 2);
  EXPECT_TRUE(answer(unlinked(page(100, 1, false))).poll_finished);
}

TEST_F(PollerTest, a_page_that_is_not_full_and_has_no_link_is_the_last) {
  ask();
  EXPECT_TRUE(answer(unlinked(page(99, 1, false))).poll_finished);
}

TEST_F(PollerTest, takes_422_for_the_end_of_the_feed) {
  ask();
  answer(page(200, 101, true));
  ask();
  answer(page(100, 1, true));
  EXPECT_EQ(ask().page, 3);
  const Step step = answer(of_kind(AnswerKind::kEndOfFeed));
  EXPECT_TRUE(step.poll_finished);
  EXPECT_EQ(step.state.status, RepoStatus::kOk);
  EXPECT_EQ(step.state.counters.failures, 0u);
}

TEST_F(PollerTest, asks_with_the_validator_and_reads_no_further_page_once_it_meets_a_known_event) {
  first_contact(100);
  const Ask again = ask();
  EXPECT_EQ(again.validator.etag, "W/\"100-1\"");
  const Step step = answer(page(150, 51, true));
  EXPECT_TRUE(step.poll_finished);
  EXPECT_EQ(step.fresh.size(), 50u);
  EXPECT_EQ(stored_.size(), 150u);
}

TEST_F(PollerTest, a_304_changes_nothing_and_keeps_the_validator) {
  first_contact(100);
  ask();
  const Step step = answer(of_kind(AnswerKind::kNotModified));
  EXPECT_TRUE(step.poll_finished);
  EXPECT_EQ(step.state.counters.not_modified, 1u);
  EXPECT_EQ(step.state.counters.quota_spent, 1u) << "only the first contact was charged";
  now_ = due();
  EXPECT_EQ(ask().validator.etag, "W/\"100-1\"");
}

TEST_F(PollerTest, goes_on_to_the_page_where_the_known_events_begin) {
  first_contact(100);
  ask();
  EXPECT_FALSE(answer(page(250, 151, true)).poll_finished);
  EXPECT_EQ(ask().page, 2);
  EXPECT_TRUE(answer(page(150, 51, true)).poll_finished);
  EXPECT_EQ(stored_.size(), 250u);
}

TEST_F(PollerTest, a_page_that_ends_inside_the_second_of_the_last_reading_may_hide_what_came_in_the_rest_of_it) {
  constexpr std::uint64_t kNow = 100'000;  // this event, and all that the test moves there, happened at kStart
  ask();
  answer(page(kNow, kNow - 9, false));
  now_ = due();
  ask();
  Answer first = page(kNow + 99, kNow, true);  // its last event is known
  Answer second = page(kNow, kNow - 9, false);
  second.events.front() = event(kNow);
  second.events.front().key.id = kNow + 200;  // in the same second, and listed behind it
  EXPECT_FALSE(answer(first).poll_finished);
  EXPECT_EQ(ask().page, 2);
  const Step step = answer(second);
  EXPECT_TRUE(step.poll_finished);
  EXPECT_EQ(step.fresh.size(), 1u);
  EXPECT_FALSE(step.gap);
}

TEST_F(PollerTest, one_known_event_at_the_end_of_a_page_is_enough_when_its_second_was_over_at_the_last_reading) {
  first_contact(100);
  ask();
  EXPECT_TRUE(answer(page(199, 100, true)).poll_finished);
}

TEST_F(PollerTest, events_that_the_walk_itself_stored_prove_no_overlap_when_pages_drift) {
  first_contact(100);
  ask();
  answer(page(300, 201, true));
  ask();
  // Fifty events came in between: page 2 begins with fifty that page 1 had.
  const Step drifted = answer(page(250, 151, true));
  EXPECT_FALSE(drifted.poll_finished) << "150 to 101 have not been seen yet";
  EXPECT_EQ(ask().page, 3);
  EXPECT_TRUE(answer(page(150, 51, true)).poll_finished);
  EXPECT_EQ(stored_.size(), 300u);
}

TEST_F(PollerTest, a_walk_that_broke_off_is_begun_anew_and_still_looks_for_what_was_known_before_it) {
  first_contact(100);
  ask();
  answer(page(300, 201, true));
  ask();
  EXPECT_TRUE(answer(of_kind(AnswerKind::kServerError)).poll_finished);
  now_ = due();
  for (const bool restarted : {false, true}) {
    if (restarted) restart();
    const Ask again = ask();
    EXPECT_EQ(again.page, 1);
    EXPECT_TRUE(again.validator.empty()) << "its answer must come in full";
    EXPECT_FALSE(answer(page(300, 201, true)).poll_finished) << "they came with the broken walk";
    ask();
    if (!restarted) {
      answer(of_kind(AnswerKind::kNoAnswer));
      now_ = due();
    }
  }
  EXPECT_FALSE(answer(page(200, 101, true)).poll_finished);
  ask();
  const Step step = answer(page(100, 1, false));
  EXPECT_TRUE(step.poll_finished);
  EXPECT_FALSE(step.gap);
  EXPECT_EQ(stored_.size(), 300u);
}

TEST_F(PollerTest, a_page_that_the_store_refuses_does_not_undo_the_pages_that_it_took) {
  first_contact(100);
  ask();
  answer(page(300, 201, true));
  ask();
  poller_.absorb(page(200, 101, true), known(page(200, 101, true)), now_);
  poller_.abandon(now_);
  now_ = due();
  ask();
  EXPECT_FALSE(answer(page(300, 201, true)).poll_finished) << "200 to 101 have not been stored yet";
  ask();
  answer(page(200, 101, true));
  EXPECT_EQ(stored_.size(), 300u);
}

TEST_F(PollerTest, the_end_of_the_feed_without_a_known_event_is_a_gap) {
  first_contact(100);
  ask();
  answer(page(900, 801, true));
  ask();
  answer(page(800, 701, true));
  ask();
  const Step step = answer(page(700, 601, false));
  ASSERT_TRUE(step.gap);
  EXPECT_EQ(step.gap->from, event(100).key.created_at);
  EXPECT_EQ(step.gap->to, event(601).key.created_at);
}

TEST_F(PollerTest, a_quiet_feed_whose_old_events_have_left_has_no_gap) {
  ask();
  answer(page(3, 1, false));
  while (now_ < kStart + std::chrono::days(50)) {
    now_ = due() + 24h;
    ask();
    answer(of_kind(AnswerKind::kNotModified));
  }
  now_ = due();
  ask();
  Answer fresh = page(1, 1, false);
  fresh.events[0].key = {77, core::to_event_time(now_)};
  const Step step = answer(fresh);
  EXPECT_EQ(step.fresh.size(), 1u);
  EXPECT_FALSE(step.gap);
}

TEST_F(PollerTest, a_quiet_feed_that_was_not_asked_for_longer_than_it_reaches_back_has_a_gap) {
  first_contact(3);
  now_ += std::chrono::days(50);
  ask();
  Answer fresh = page(1, 1, false);
  fresh.events[0].key = {77, core::to_event_time(now_)};
  EXPECT_TRUE(answer(fresh).gap);
}

// Events that an import brought, which no poll has seen.
TEST_F(PollerTest, imported_events_end_no_walk_and_hide_no_gap) {
  first_contact(100);
  const Answer first = page(1100, 1001, true);
  for (const core::Event& e : first.events) stored_.emplace(e.key, static_cast<std::int64_t>(stored_.size()) + 1);
  ask();
  EXPECT_FALSE(answer(first).poll_finished) << "all of it is known, and proves nothing";
  now_ += 60s;
  restart();
  ask();
  EXPECT_FALSE(answer(first).poll_finished) << "nor after a restart";
  ask();
  const Step end = answer(page(1000, 901, false));
  EXPECT_EQ(end.fresh.size(), 100u);
  EXPECT_EQ(end.gap, (core::Gap{event(100).key.created_at, event(901).key.created_at}));
  now_ = due();
  ask();
  const Step next = answer(page(1101, 1002, true));
  EXPECT_TRUE(next.poll_finished) << "from then on they are known by a poll";
  EXPECT_FALSE(next.gap);
}

TEST_F(PollerTest, a_first_contact_after_an_import_of_older_events_has_a_gap_between_the_two) {
  for (std::uint64_t id = 1; id <= 50; ++id) stored_.emplace(event(id).key, static_cast<std::int64_t>(id));
  ask();
  const Answer shown = page(300, 201, false);
  Known what = known(shown);
  what.newest_unshown = event(50).key.created_at;
  const Step step = poller_.absorb(shown, what, now_);
  EXPECT_TRUE(step.first_contact);
  EXPECT_EQ(step.gap, (core::Gap{event(50).key.created_at, event(201).key.created_at}));
}

TEST_F(PollerTest, an_event_ahead_of_the_clock_is_stored_and_hides_no_gap) {
  for (const std::chrono::seconds ahead : {120s, 86'400s}) {
    poller_ = make();
    stored_.clear();
    poller_.add(new_feed(), {}, now_);
    ask();
    Answer with_future = page(100, 81, false);
    core::Event future = event(99'999);
    future.key.created_at = core::to_event_time(now_) + ahead;
    with_future.events.insert(with_future.events.begin(), future);
    ++with_future.page_entries;
    EXPECT_EQ(answer(with_future).fresh.size(), 21u);
    now_ = due();
    ask();
    Answer flood = page(1100, 1001, false);
    flood.events.insert(flood.events.begin(), future);
    flood.page_entries = core::kFeedDepth;
    const Step step = answer(flood);
    EXPECT_EQ(step.gap, (core::Gap{event(100).key.created_at, event(1001).key.created_at}));
    now_ = due();
  }
}

TEST_F(PollerTest, a_feed_that_shows_nothing_but_events_ahead_of_the_clock_invents_no_gap) {
  Answer only = page(1, 1, false);
  only.events[0].key.created_at = core::to_event_time(now_) + 86'400s;
  ask();
  EXPECT_FALSE(answer(only).gap);
  now_ = due();
  Answer more = page(2, 2, false);
  more.events.push_back(only.events[0]);
  more.page_entries = 2;
  ask();
  const Step step = answer(more);
  EXPECT_TRUE(step.poll_finished);
  EXPECT_FALSE(step.gap);
}

// --- the clock goes back ---

TEST_F(PollerTest, is_asked_again_as_soon_as_the_floor_permits_after_the_clock_went_back) {
  const std::vector<Answer> answers = {page(100, 1, false), of_kind(AnswerKind::kNotFound),
                                       of_kind(AnswerKind::kServerError), of_kind(AnswerKind::kUnauthorized),
                                       of_kind(AnswerKind::kForbidden)};
  for (const bool restarted : {false, true}) {
    for (const Answer& given : answers) {
      poller_ = make();
      stored_.clear();
      const Timestamp ahead = kStart + 30 * 24h;
      now_ = ahead;
      poller_.add(new_feed(), {}, now_);
      ask();
      answer(given);
      due();
      const auto notes = poller_.save();
      now_ = kStart;
      if (restarted) {
        poller_ = make();
        poller_.restore(notes);
        poller_.add(state_, {}, now_);
      }
      const Decision next = poller_.next(now_);
      const auto* wait = std::get_if<NothingDue>(&next);
      EXPECT_LE(wait == nullptr ? 0s : wait->until - kStart, 75s)
          << core::to_string(given.kind) << (restarted ? ", restarted" : "");
      EXPECT_LE(*poller_.state(kFeed)->last_polled_at, kStart);
    }
  }
}

TEST_F(PollerTest, what_was_planned_before_the_clock_was_ahead_and_went_back_stays_planned) {
  first_contact(100);  // now_ is the due time
  const Timestamp planned = now_;
  now_ -= 300s;
  due();
  now_ += 299s;
  due();
  now_ -= 200s;
  EXPECT_LE(due(), planned);
  EXPECT_GE(due(), now_);
}

TEST_F(PollerTest, the_clock_goes_back_in_the_middle_of_a_walk) {
  first_contact(100);
  const Timestamp before = now_;
  now_ += 30 * 24h;
  ask();
  answer(page(400, 301, true));
  now_ = before + 60s;
  EXPECT_EQ(ask().page, 2);
  now_ -= 3600s;
  const Step step = answer(page(300, 201, false));
  EXPECT_TRUE(step.poll_finished);
  EXPECT_EQ(step.gap, (core::Gap{event(100).key.created_at, event(201).key.created_at}));
  EXPECT_LE(due() - now_, 11min);
}

TEST_F(PollerTest, the_floor_holds_whatever_the_policy_wishes) {
  ask();
  Answer first = page(10, 1, false);
  first.poll_interval = 900s;
  answer(first);
  EXPECT_EQ(due(), now_ + 900s);
  now_ = due();
  ask();
  EXPECT_TRUE(answer(of_kind(AnswerKind::kNotModified)).poll_finished);
  EXPECT_EQ(due(), now_ + 900s) << "a 304 without the header leaves the last known floor";
}

TEST_F(PollerTest, trouble_of_one_feed_does_not_delay_another) {
  core::FeedState other;
  other.feed = "repos/o/s";
  poller_.add(other, {}, now_);
  EXPECT_EQ(ask().feed, kFeed);
  answer(of_kind(AnswerKind::kServerError));
  EXPECT_EQ(ask().feed, "repos/o/s");
  answer(page(5, 1, false));
}

TEST_F(PollerTest, troubles_in_a_row_rest_ever_longer_and_a_good_answer_ends_them) {
  core::Millis before{0};
  for (int i = 0; i < 5; ++i) {
    ask();
    const Step step = answer(of_kind(AnswerKind::kBadAnswer));
    EXPECT_EQ(step.state.status, RepoStatus::kFailing);
    const core::Millis rest = due() - now_;
    EXPECT_GT(rest, before);
    before = rest;
    now_ += rest;
  }
  ask();
  EXPECT_EQ(answer(page(5, 1, false)).state.failures_in_a_row, 0);
}

TEST_F(PollerTest, limits_hold_all_feeds_and_blame_none) {
  ask();
  Answer limited = of_kind(AnswerKind::kSecondaryLimit);
  limited.retry_after = 90s;
  const Step step = answer(limited);
  EXPECT_EQ(step.state.failures_in_a_row, 0);
  EXPECT_EQ(step.state.status, RepoStatus::kPending);
  EXPECT_EQ(due(), now_ + 90s);
}

TEST_F(PollerTest, follows_a_redirect_at_once_and_remembers_it) {
  first_contact(10);
  ask();
  Answer moved = of_kind(AnswerKind::kRedirect);
  moved.location = "/repositories/42/events";
  moved.permanent = true;
  EXPECT_FALSE(answer(moved).poll_finished);
  const Ask followed = ask();
  EXPECT_EQ(followed.location, "/repositories/42/events");
  EXPECT_TRUE(followed.validator.empty()) << "a validator belongs to its address";
  const Step step = answer(page(12, 1, false));
  EXPECT_EQ(step.state.status, RepoStatus::kMoved);
  now_ = due();
  restart();
  EXPECT_EQ(ask().location, "/repositories/42/events");
  EXPECT_EQ(answer(of_kind(AnswerKind::kNotFound)).state.location, "") << "the remembered address is gone";
}

TEST_F(PollerTest, does_not_run_in_circles) {
  ask();
  for (int i = 0; i < 10; ++i) {
    Answer moved = of_kind(AnswerKind::kRedirect);
    moved.location = i % 2 == 0 ? "/a" : "/b";
    moved.permanent = i < 5;
    if (answer(moved).poll_finished) {
      EXPECT_EQ(state_.status, RepoStatus::kFailing);
      return;
    }
    ask();
  }
  FAIL() << "still following";
}

TEST_F(PollerTest, follows_a_redirect_that_is_not_permanent_for_one_poll) {
  first_contact(10);
  const core::Validator usual = state_.validators.front();
  ask();
  Answer aside = of_kind(AnswerKind::kRedirect);
  aside.location = "/repositories/42/events";
  EXPECT_FALSE(answer(aside).poll_finished);
  const Ask followed = ask();
  EXPECT_EQ(followed.location, "/repositories/42/events");
  EXPECT_TRUE(followed.validator.empty()) << "a validator belongs to its address";
  Answer further = of_kind(AnswerKind::kRedirect);
  further.location = "/repositories/43/events";
  further.permanent = true;  // of that address, not of the feed's
  EXPECT_FALSE(answer(further).poll_finished);
  EXPECT_EQ(ask().location, "/repositories/43/events");
  const Step step = answer(page(12, 1, false));
  EXPECT_EQ(step.state.status, RepoStatus::kOk);
  EXPECT_EQ(step.state.location, "");
  EXPECT_EQ(step.state.validators.front(), usual) << "of the usual address";
  now_ = due();
  const Ask next = ask();
  EXPECT_EQ(next.location, "");
  EXPECT_EQ(next.validator, usual);
}

TEST_F(PollerTest, keeps_its_address_where_a_redirect_for_one_poll_leads_nowhere) {
  ask();
  Answer moved = of_kind(AnswerKind::kRedirect);
  moved.location = "/repositories/42/events";
  moved.permanent = true;
  answer(moved);
  ask();
  moved.location = "/elsewhere";
  moved.permanent = false;
  answer(moved);
  ask();
  EXPECT_EQ(answer(of_kind(AnswerKind::kNotFound)).state.location, "/repositories/42/events");
}

TEST_F(PollerTest, another_token_wakes_what_rests_because_of_the_last_one) {
  for (const AnswerKind kind : {AnswerKind::kNotFound, AnswerKind::kForbidden, AnswerKind::kBlocked}) {
    ask();
    Answer refused = of_kind(kind);
    refused.poll_interval = 5s;
    answer(refused);
    EXPECT_GT(due(), now_ + 5min);
    poller_.renew_token(now_ + 1s);
    EXPECT_EQ(due(), now_ + 5s) << "not before the floor";
    EXPECT_EQ(poller_.state(kFeed)->next_poll_at, now_ + 5s);
    now_ += 5s;
  }
  ask();
  answer(of_kind(AnswerKind::kServerError));
  const Timestamp rests = due();
  poller_.renew_token(now_ + 1s);
  EXPECT_EQ(due(), rests) << "that has nothing to do with the token";
}

TEST_F(PollerTest, refuses_a_redirect_to_another_host) {
  ask();
  Answer elsewhere = of_kind(AnswerKind::kRedirect);
  elsewhere.message = "GitHub redirects to https://evil.example";
  const Step step = answer(elsewhere);
  EXPECT_EQ(step.state.status_detail, elsewhere.message);
  EXPECT_TRUE(step.poll_finished);
  EXPECT_EQ(step.state.status, RepoStatus::kFailing);
  EXPECT_EQ(step.state.counters.failures, 1u);
}

TEST_F(PollerTest, doubts_a_304_that_lasts_too_long) {
  first_contact(100);  // an event a second: any hour of silence is suspicious
  const Timestamp full = state_.last_full_at.value();
  bool doubted = false;
  while (now_ < full + 3h && !doubted) {
    doubted = ask().validator.empty();
    answer(doubted ? page(100, 1, false) : of_kind(AnswerKind::kNotModified));
    now_ = due();
  }
  EXPECT_TRUE(doubted);
  EXPECT_GE(now_, full + 1h);
  EXPECT_FALSE(ask().validator.empty()) << "one look is enough for a while";
}

TEST_F(PollerTest, goes_on_with_its_schedule_after_a_restart) {
  first_contact(100);
  now_ = kStart + 100s;
  restart();
  EXPECT_EQ(due(), kStart + 600s);
}

TEST_F(PollerTest, keeps_the_floor_over_a_restart_in_the_middle_of_a_walk) {
  ask();
  answer(page(300, 201, true));
  restart();
  EXPECT_EQ(due(), kStart + 60s);
}

TEST_F(PollerTest, a_round_that_could_not_be_stored_leaves_the_feed_as_it_was) {
  first_contact(100);
  const core::FeedState before = *poller_.state(kFeed);
  ask();
  const Answer fresh = page(150, 51, true);
  poller_.absorb(fresh, known(fresh), now_);
  poller_.abandon(now_);
  EXPECT_EQ(poller_.state(kFeed)->validators, before.validators);
  EXPECT_EQ(due(), now_ + 60s);
}

TEST_F(PollerTest, a_feed_that_is_removed_while_it_is_asked_awaits_no_answer) {
  ask();
  poller_.remove(kFeed, now_);
  EXPECT_FALSE(poller_.awaits_answer());
  EXPECT_EQ(due(), Timestamp::max());
}

TEST_F(PollerTest, a_feed_that_stalls_while_another_is_answered_rests_longer) {
  poller_ = Poller(std::make_unique<FixedPolicy>(PolicySettings{30s, {}}), {true, 1, 6h});
  poller_.add(new_feed(), {}, now_);
  first_contact(100);
  core::FeedState other = new_feed();
  other.feed = "repos/o/stalls";
  poller_.add(other, {}, now_);
  std::vector<Millis> limits;
  Millis spent{0};
  int healthy = 0;
  bool told = false;
  for (const Timestamp end = now_ + 2h; now_ < end;) {
    const Decision decision = poller_.next(now_);
    if (const auto* wait = std::get_if<NothingDue>(&decision)) {
      now_ = wait->until;
      continue;
    }
    const auto& asked = std::get<Ask>(decision);
    if (asked.feed == kFeed) {
      ++healthy;
      if (answer(of_kind(AnswerKind::kNotModified)).moved == std::vector{other.feed}) told = true;
      continue;
    }
    limits.push_back(asked.time_limit);
    Answer none = of_kind(AnswerKind::kNoAnswer);
    none.took = asked.time_limit;
    now_ += none.took;
    spent += none.took;
    poller_.absorb(none, {}, now_);
    poller_.confirm();
  }
  ASSERT_GE(limits.size(), 4u);
  EXPECT_EQ(limits[0], 30s);
  EXPECT_EQ(limits[1], 10s);
  EXPECT_LE(limits[2], 10s);
  EXPECT_EQ(std::ranges::count(limits, 60s), 1) << "once an hour";
  EXPECT_LE(spent, 40s + Millis(2h) / 20) << "two time-outs, until it is known that it stalls, and a twentieth";
  EXPECT_TRUE(told);
  EXPECT_GE(healthy, 110) << "every minute, for two hours";
  EXPECT_EQ(poller_.state(kFeed)->failures_in_a_row, 0);
}

TEST_F(PollerTest, polls_soon_as_far_as_the_floor_permits) {
  first_contact(100);
  now_ = kStart + 10s;
  poller_.poll_soon(kFeed, now_);
  EXPECT_EQ(due(), kStart + 60s);
}

}  // namespace
}  // namespace repopulse::polling
