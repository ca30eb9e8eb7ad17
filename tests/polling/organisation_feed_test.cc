// One request for several repositories of one owner, against a small GitHub that shows at once what happened.
#include "polling/shared_feed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>

#include "core/feed_name.h"
#include "polling/fixed_policy.h"
#include "polling/mean_policy.h"
#include "polling/poller.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Answer;
using core::AnswerKind;
using core::Millis;
using core::RepoStatus;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'700'000'000)};
constexpr Millis kInterval = 10min;
constexpr Millis kFloor = 60s;
const std::string kOrg = "orgs/o";
const std::string kA = "repos/o/a";
const std::string kB = "repos/o/b";
const std::string kC = "repos/o/c";

struct GitHub {
  void happen(const std::string& feed, Timestamp at, const std::string& type = "PushEvent") {
    core::Event made;
    made.key = {++ids, core::to_event_time(at)};
    made.type = type;
    made.repository = feed.substr(std::string("repos/").size());
    events[feed].push_back(std::move(made));
  }

  // Newest first.
  std::vector<core::Event> shown(const std::string& feed, Timestamp now) const {
    std::vector<core::Event> out;
    for (const auto& [name, all] : events) {
      if (name != feed && core::organisation_feed_of(name) != feed) continue;
      for (const core::Event& event : all) {
        const bool hidden = core::is_organisation_feed(feed) && event.type == hidden_type;
        if (core::to_timestamp(event.key.created_at) <= now && !hidden) out.push_back(event);
      }
    }
    std::ranges::sort(out, std::greater(), [](const core::Event& e) { return std::pair(e.key.created_at, e.key.id); });
    constexpr std::size_t kDepth = 300;
    if (out.size() > kDepth) out.resize(kDepth);
    return out;
  }

  Answer answer(const Ask& ask, Timestamp now) const {
    constexpr std::size_t kPage = 100;
    Answer answer;
    answer.poll_interval = kFloor;
    answer.date = core::to_event_time(now);
    if (const auto kind = instead.find(ask.feed); kind != instead.end()) {
      answer.kind = kind->second;
      return answer;
    }
    if (const auto moved = renamed.find(ask.feed); moved != renamed.end() && ask.location.empty()) {
      answer.kind = AnswerKind::kRedirect;
      answer.location = "/repositories/42/events";
      answer.permanent = true;
      return answer;
    }
    const auto moved = renamed.find(ask.feed);
    const std::vector<core::Event> all = shown(moved == renamed.end() ? ask.feed : moved->second, now);
    const std::size_t from = std::min(all.size(), kPage * static_cast<std::size_t>(ask.page - 1));
    const std::size_t to = std::min(all.size(), from + kPage);
    answer.validator.etag = std::to_string(all.empty() ? 0 : all[from].key.id) + "-" + std::to_string(to);
    if (answer.validator == ask.validator) {
      answer.kind = AnswerKind::kNotModified;
      return answer;
    }
    answer.kind = AnswerKind::kEvents;
    answer.status = 200;
    const auto begin = all.begin();
    answer.events.assign(begin + static_cast<std::ptrdiff_t>(from), begin + static_cast<std::ptrdiff_t>(to));
    answer.page_entries = answer.events.size();
    answer.has_next = to < all.size();
    return answer;
  }

  std::uint64_t ids = 0;
  std::map<std::string, std::vector<core::Event>> events;  // by feed
  std::map<std::string, AnswerKind> instead;               // feeds that answer something else
  std::map<std::string, std::string> renamed;              // redirects, and to which feed
  std::string hidden_type;                                 // missing in the organisation's feed
};

// A poller with its GitHub and a store.
class OrganisationTest : public testing::Test {
 protected:
  static std::unique_ptr<Poller> make(std::unique_ptr<Policy> policy) {
    return std::make_unique<Poller>(std::move(policy), PollerSettings{true, 1, 24h});
  }
  static std::unique_ptr<Poller> make() {
    return make(std::make_unique<FixedPolicy>(PolicySettings{kInterval / 2, {}}));
  }

  void watch(const std::string& feed) {
    watched_.insert(feed);
    if (!states_.contains(feed)) states_[feed].feed = feed;
    poller_->add(states_[feed], arrivals(feed), now_);
  }
  void unwatch(const std::string& feed) {
    watched_.erase(feed);
    poller_->remove(feed, now_);
  }
  void watch_two() {
    for (const std::string& feed : {kA, kB}) {
      for (int i = 1; i <= 3; ++i) github_.happen(feed, kStart - i * 1h);
      watch(feed);
    }
  }
  // The process ends and begins again: what was not stored is lost.
  void restart() {
    if (poller_->awaits_answer()) asked_at_.erase(poller_->asked_feed());  // nobody knows that it was asked
    poller_ = make();
    for (const auto& [feed, state] : states_) {
      if (core::is_organisation_feed(feed)) poller_->remember(state);
    }
    for (const std::string& feed : watched_) poller_->add(states_[feed], arrivals(feed), now_);
  }
  std::vector<core::EventTime> arrivals(const std::string& feed) const {
    std::vector<core::EventTime> out;
    const auto at = stored_.find(feed);
    if (at == stored_.end()) return out;
    for (const auto& [key, sequence] : at->second) out.push_back(key.created_at);
    std::ranges::sort(out);
    return out;
  }

  std::string owner_of(const std::string& asked, const core::Event& event) const {
    const std::string feed = core::is_organisation_feed(asked) ? core::repository_feed(event.repository) : asked;
    return watched_.contains(feed) ? feed : std::string();
  }
  Known known(const std::string& asked, const Answer& answer) const {
    Known out;
    out.last_sequence = last_sequence_;
    for (const core::Event& event : answer.events) {
      out.sequences.emplace_back();
      const auto at = stored_.find(owner_of(asked, event));
      if (at == stored_.end()) continue;
      const auto found = at->second.find(event.key);
      if (found != at->second.end()) out.sequences.back() = found->second;
    }
    if (const auto all = arrivals(asked); !all.empty()) out.newest = all.back();
    for (const std::string& feed : poller_->repositories_of(asked)) {
      if (const auto all = arrivals(feed); !all.empty()) out.newest_by_feed[feed] = all.back();
    }
    return out;
  }
  // Whoever keeps a copy of the organisations takes it anew when their version moves.
  void check_version() {
    std::vector<core::FeedState> all = poller_->shared_feeds();
    if (seen_by_ == poller_.get() && seen_version_ == poller_->shared_feeds_version()) {
      EXPECT_EQ(seen_, all) << "an organisation's state changed, and the version did not";
    }
    seen_ = std::move(all);
    seen_version_ = poller_->shared_feeds_version();
    seen_by_ = poller_.get();
  }
  // The request that is due now.
  Ask ask() {
    check_version();
    const Decision decision = poller_->next(now_);
    EXPECT_TRUE(std::holds_alternative<Ask>(decision)) << "nothing is due";
    if (!std::holds_alternative<Ask>(decision)) return {};
    const Ask& ask = std::get<Ask>(decision);
    if (ask.page == 1 && ask.location.empty()) {
      const auto before = asked_at_.find(ask.feed);
      if (before != asked_at_.end()) {
        EXPECT_GE(now_ - before->second, kFloor) << ask.feed << " is asked below its floor";
      }
      asked_at_[ask.feed] = now_;
    }
    log_.push_back(ask.feed);
    return ask;
  }
  Step absorb(const Ask& ask) {
    answer_ = github_.answer(ask, now_);
    check_version();
    Step step = poller_->absorb(answer_, known(ask.feed, answer_), now_);
    check_version();
    return step;
  }
  void keep(const Ask& ask, const Step& step) {
    for (const std::size_t i : step.fresh) {
      const std::string feed = owner_of(ask.feed, answer_.events[i]);
      ASSERT_FALSE(feed.empty()) << "an event of a repository that nobody watches is to be stored";
      ASSERT_TRUE(stored_[feed].emplace(answer_.events[i].key, ++last_sequence_).second) << "stored twice";
    }
    if (step.gap) ++gaps_;
    states_[step.state.feed] = step.state;
    for (const core::FeedState& state : step.others) states_[state.feed] = state;
    poller_->confirm();
  }
  Step round() {
    const Ask now = ask();
    Step step = absorb(now);
    keep(now, step);
    return step;
  }
  Timestamp due() {
    const Decision decision = poller_->next(now_);
    EXPECT_TRUE(std::holds_alternative<NothingDue>(decision)) << "something is due";
    return std::holds_alternative<NothingDue>(decision) ? std::get<NothingDue>(decision).until : now_;
  }
  void run(Millis span) {
    const Timestamp end = now_ + span;
    int rounds = 0;
    while (true) {
      for (const Decision decision = poller_->next(now_); std::holds_alternative<NothingDue>(decision);) {
        now_ = std::min(end, std::get<NothingDue>(decision).until);
        break;
      }
      if (poller_->awaits_answer()) {  // next() is asked again by round(): the same question
        poller_->confirm();
        round();
        ASSERT_LT(++rounds, 5000) << "it asks and asks: " << log_.back();
      } else if (now_ >= end) {
        return;
      }
    }
  }
  // New events of `a` and `b`, and so many of another repository that the organisation's pages end soon before them.
  void flood(Timestamp at) {
    github_.happen(kA, at + 5s);
    github_.happen(kB, at + 5s);
    for (int i = 0; i < 290; ++i) github_.happen(kC, at + 10s);
    for (int i = 0; i < 20; ++i) github_.happen(kC, at - 11min);
  }
  std::size_t asked(const std::string& feed) const { return static_cast<std::size_t>(std::ranges::count(log_, feed)); }
  std::vector<std::string> taken_log() { return std::exchange(log_, {}); }
  // All that happened long enough ago to have been read.
  void expect_all_stored(const std::string& feed) {
    std::set<core::EventKey> missing;
    for (const core::Event& event : github_.events[feed]) {
      if (core::to_timestamp(event.key.created_at) + kInterval + kFloor <= now_ && !stored_[feed].contains(event.key)) {
        missing.insert(event.key);
      }
    }
    EXPECT_EQ(missing.size(), 0u) << "events of " << feed << " are missing, the first with id "
                                  << (missing.empty() ? 0 : missing.begin()->id);
  }

  Timestamp now_ = kStart;
  GitHub github_;
  std::unique_ptr<Poller> poller_ = make();
  std::set<std::string> watched_;
  std::map<std::string, std::map<core::EventKey, std::int64_t>> stored_;  // by the repository's feed
  std::map<std::string, core::FeedState> states_;
  std::int64_t last_sequence_ = 0;
  std::map<std::string, Timestamp> asked_at_;
  std::vector<std::string> log_;  // feeds, in the order in which they were asked
  Answer answer_;
  int gaps_ = 0;

  std::vector<core::FeedState> seen_;
  std::uint64_t seen_version_ = 0;
  const Poller* seen_by_ = nullptr;
};

// --- when it is opened ---

TEST_F(OrganisationTest, is_asked_as_soon_as_two_repositories_of_one_owner_were_read_to_the_end) {
  watch_two();
  github_.happen("repos/p/x", kStart - 1h);
  watch("repos/p/x");
  run(0s);
  EXPECT_EQ(log_, (std::vector<std::string>{kA, kB, kOrg, "repos/p/x"}));
  EXPECT_EQ(poller_->repositories_of(kOrg), (std::vector<std::string>{kA, kB}));
}

TEST_F(OrganisationTest, is_not_asked_for_one_repository_that_can_be_read) {
  watch_two();
  github_.instead[kB] = AnswerKind::kNotFound;
  run(3h);
  EXPECT_EQ(asked(kOrg), 0u);
  EXPECT_GE(asked(kA), 18u);
}

TEST_F(OrganisationTest, is_not_asked_where_the_policy_sees_no_gain) {
  poller_ = make(std::make_unique<MeanPolicy>(PolicySettings{}));
  watch_two();
  run(6h);
  EXPECT_EQ(asked(kOrg), 0u);
}

TEST_F(OrganisationTest, is_not_asked_where_it_is_switched_off) {
  poller_ =
      std::make_unique<Poller>(std::make_unique<FixedPolicy>(PolicySettings{}), PollerSettings{true, 1, 24h, false});
  watch_two();
  run(6h);
  EXPECT_EQ(asked(kOrg), 0u);
}

// --- while it serves ---

TEST_F(OrganisationTest, one_request_then_serves_both_and_both_were_polled_and_will_be) {
  watch_two();
  run(0s);
  for (Timestamp at = kStart; at < kStart + 6h; at += 7min)
    github_.happen(at.time_since_epoch() % 2min == 0s ? kA : kB, at);
  taken_log();
  run(6h - 1s);
  EXPECT_EQ(log_.size(), 6u * 6 - 1) << "one request each ten minutes";
  EXPECT_EQ(asked(kOrg), log_.size());
  for (const std::string& feed : {kA, kB}) {
    EXPECT_EQ(poller_->shown_state(feed).last_polled_at, asked_at_[kOrg]) << feed;
    EXPECT_EQ(poller_->shown_state(feed).next_poll_at, asked_at_[kOrg] + kInterval) << feed;
  }
  expect_all_stored(kA);
  expect_all_stored(kB);
}

TEST_F(OrganisationTest, passes_over_events_of_repositories_that_nobody_watches) {
  watch_two();
  run(1h);
  for (int i = 0; i < 20; ++i) github_.happen(kC, now_ + 1s);
  github_.happen(kA, now_ + 2s);
  run(2 * kInterval);
  expect_all_stored(kA);
  EXPECT_FALSE(stored_.contains(kC));
}

TEST_F(OrganisationTest, a_repository_that_is_added_is_first_read_by_its_own_feed_and_joins_then) {
  watch_two();
  run(1h + 5min);
  for (int i = 0; i < 150; ++i) github_.happen(kC, kStart - 5h);
  taken_log();
  watch(kC);
  EXPECT_EQ(poller_->repositories_of(kOrg), (std::vector<std::string>{kA, kB}));
  run(1s);
  EXPECT_EQ(log_, (std::vector<std::string>{kC, kC})) << "to the end";
  EXPECT_EQ(poller_->repositories_of(kOrg), (std::vector<std::string>{kA, kB, kC}));
  run(1h);
  EXPECT_EQ(asked(kC), 2u);
  EXPECT_EQ(asked(kA) + asked(kB), 0u);
  expect_all_stored(kC);
}

TEST_F(OrganisationTest, reads_the_own_feed_of_a_repository_that_it_left_open_and_no_other) {
  watch_two();
  run(55min);
  github_.happen(kA, now_);
  run(10min);
  flood(now_);
  taken_log();
  run(kInterval);
  EXPECT_EQ(log_, (std::vector<std::string>{kOrg, kOrg, kOrg, kB}));
  expect_all_stored(kA);
  expect_all_stored(kB);
}

TEST_F(OrganisationTest, reads_an_own_feed_weekly_where_its_pages_go_back_far) {
  for (const std::string& feed : {kA, kB}) {
    for (int i = 1; i <= 3; ++i) github_.happen(feed, kStart - i * std::chrono::days(3));
    watch(feed);
  }
  run(0s);
  taken_log();
  run(std::chrono::days(15));
  EXPECT_EQ(asked(kA), 2u);
  EXPECT_EQ(asked(kB), 2u);
}

TEST_F(OrganisationTest, reads_an_own_feed_at_once_after_many_events_that_came_the_other_way) {
  watch_two();
  run(1h + 5min);
  taken_log();
  for (int i = 0; i < 59; ++i) github_.happen(kA, now_);
  run(kInterval);
  EXPECT_EQ(asked(kA), 0u);
  github_.happen(kA, now_);
  run(kInterval);
  EXPECT_EQ(asked(kA), 1u);
  EXPECT_EQ(asked(kB), 0u);
}

TEST_F(OrganisationTest, one_that_is_polled_soon_is_asked_itself) {
  watch_two();
  run(1h + 5min);
  taken_log();
  poller_->poll_soon(kB, now_);
  run(1s);
  EXPECT_EQ(asked(kB), 1u);
  EXPECT_EQ(asked(kA), 0u);
  EXPECT_EQ(poller_->repositories_of(kOrg), (std::vector<std::string>{kA, kB})) << "and is served again afterwards";
}

// --- what ends it ---

TEST_F(OrganisationTest, a_feed_that_is_not_there_is_tried_again_only_after_days_over_restarts_too) {
  github_.instead[kOrg] = AnswerKind::kNotFound;
  watch_two();
  run(std::chrono::hours(71));
  EXPECT_EQ(asked(kOrg), 1u);
  EXPECT_GE(asked(kA), 71u * 6 - 2) << "the repositories are read as if it were not";
  restart();
  run(1h);
  EXPECT_EQ(asked(kOrg), 1u) << "a restart is no reason";
  run(1h);
  EXPECT_EQ(asked(kOrg), 2u);
  run(std::chrono::days(6) - 1h);
  EXPECT_EQ(asked(kOrg), 2u) << "rests longer the second time";
  EXPECT_EQ(poller_->shared_feeds().at(0).status, RepoStatus::kNotFound);
  github_.instead.clear();
  run(2h);
  taken_log();
  run(1h);
  EXPECT_EQ(asked(kOrg), log_.size()) << "it is there now, and serves";
}

TEST_F(OrganisationTest, three_failures_in_a_row_end_it_and_two_do_not) {
  watch_two();
  run(1h + 5min);
  github_.instead[kOrg] = AnswerKind::kServerError;
  taken_log();
  while (asked(kOrg) < 2) {
    now_ = due();
    round();
  }
  EXPECT_EQ(log_.size(), 2u);
  EXPECT_EQ(poller_->repositories_of(kOrg).size(), 2u);
  run(2h);
  EXPECT_GE(asked(kA), 9u);
  EXPECT_GE(asked(kB), 9u);
}

TEST_F(OrganisationTest, a_flood_by_other_repositories_ends_it_for_longer_each_time_and_loses_nothing) {
  watch_two();
  const auto flood_for = [&](Millis span) {
    for (const Timestamp end = now_ + span; now_ < end; run(kInterval)) {
      github_.events[kC].clear();
      for (int i = 0; i < 600; ++i) github_.happen(kC, now_ + i * 2s);
      github_.happen(kA, now_ + 4min);
    }
  };
  run(5min);
  flood_for(2h);
  taken_log();
  flood_for(3h);
  EXPECT_EQ(asked(kOrg), 0u);
  EXPECT_NE(poller_->shared_feeds().at(0).status_detail.find("fill it"), std::string::npos);
  EXPECT_EQ(poller_->shared_feeds().at(0).status, RepoStatus::kFailing);
  run(std::chrono::days(3) - 8h);
  EXPECT_EQ(asked(kOrg), 0u);
  flood_for(6h);
  EXPECT_GE(asked(kOrg), 1u) << "tried again";
  EXPECT_LE(asked(kOrg), 3u) << "one poll of all its pages is enough";
  taken_log();
  run(std::chrono::days(6) - 8h);
  EXPECT_EQ(asked(kOrg), 0u) << "rests longer the second time";
  run(8h);
  EXPECT_GE(asked(kOrg), 1u);
  expect_all_stored(kA);
  EXPECT_EQ(gaps_, 0);
}

TEST_F(OrganisationTest, one_that_leaves_events_out_is_distrusted_and_what_it_left_out_is_read_back) {
  watch_two();
  run(1s);
  github_.hidden_type = "IssueCommentEvent";
  for (int i = 0; i < 4 * 24 * 4; ++i) {
    github_.happen(i % 2 == 0 ? kA : kB, now_ + i * 15min, i % 3 == 0 ? "IssueCommentEvent" : "PushEvent");
  }
  run(std::chrono::hours(50));
  EXPECT_EQ(poller_->shared_feeds().at(0).status, RepoStatus::kFailing);
  EXPECT_NE(poller_->shared_feeds().at(0).status_detail.find("does not show"), std::string::npos);
  expect_all_stored(kA);
  expect_all_stored(kB);
  EXPECT_EQ(gaps_, 0);
  taken_log();
  run(24h);
  EXPECT_EQ(asked(kOrg), 0u);
}

TEST_F(OrganisationTest, a_renamed_repository_is_found_out_by_its_silence_and_read_where_it_went) {
  watch_two();
  for (int i = 0; i < 60; ++i) github_.happen(kA, kStart - i * 1min);
  run(1h);
  github_.renamed[kA] = "repos/o/new";
  github_.events["repos/o/new"] = github_.events[kA];
  github_.events.erase(kA);
  for (int i = 0; i < 48; ++i) github_.happen("repos/o/new", now_ + i * 30min);
  run(24h);
  EXPECT_EQ(poller_->state(kA)->status, RepoStatus::kMoved);
  EXPECT_EQ(stored_[kA].size(), 60u + 3 + 48);
  EXPECT_EQ(gaps_, 0);
  taken_log();
  run(3h);
  EXPECT_EQ(asked(kOrg), 0u) << "one alone is not served";
}

// --- changes in the middle ---

// `change` at each moment of the organisation's poll: while a page is under way, when it is absorbed, when it is
// stored.
class OrganisationChangeTest : public OrganisationTest {
 protected:
  enum class Moment { kAsked, kAbsorbed, kStored };

  void at_each_moment(const std::function<void()>& change, const std::function<void()>& check) {
    for (const int page : {1, 2, 3}) {
      for (const Moment moment : {Moment::kAsked, Moment::kAbsorbed, Moment::kStored}) {
        SCOPED_TRACE("page " + std::to_string(page) + ", moment " + std::to_string(static_cast<int>(moment)));
        begin();
        for (int before = 1; before < page; ++before) round();
        walk(moment, change);
        run(2h);
        for (const std::string& feed : watched_) expect_all_stored(feed);
        EXPECT_EQ(gaps_, 0);
        check();
      }
    }
  }

 private:
  void begin() {
    github_ = GitHub();
    poller_ = make();
    watched_.clear();
    stored_.clear();
    states_.clear();
    asked_at_.clear();
    now_ = kStart;
    watch_two();
    run(55min);
    github_.happen(kA, now_);
    run(10min);
    // 150 of `b`, of which page 1 shows the newest, then others.
    flood(now_);
    for (int i = 0; i < 150; ++i) github_.happen(kB, now_ + 20s + i * 1s);
    now_ = due();
    taken_log();
  }
  void walk(Moment moment, const std::function<void()>& change) {
    const Ask asked = ask();
    EXPECT_EQ(asked.feed, kOrg);
    if (moment == Moment::kAsked) change();
    if (!poller_->awaits_answer()) return;
    const Step step = absorb(asked);
    if (moment == Moment::kAbsorbed) change();
    if (!poller_->awaits_answer()) return;
    keep(asked, step);
    if (moment == Moment::kStored) change();
  }
};

TEST_F(OrganisationChangeTest, loses_nothing_when_a_repository_is_removed_and_the_other_goes_on_alone) {
  at_each_moment([&] { unwatch(kA); }, [&] { EXPECT_GE(asked(kB), 10u); });
}

TEST_F(OrganisationChangeTest, loses_nothing_when_a_repository_is_added) {
  at_each_moment([&] { watch("repos/o/d"); }, [&] { EXPECT_EQ(poller_->repositories_of(kOrg).size(), 3u); });
}

TEST_F(OrganisationChangeTest, loses_nothing_when_a_repository_is_removed_and_added_again) {
  at_each_moment(
      [&] {
        unwatch(kB);
        watch(kB);
      },
      [&] { EXPECT_EQ(poller_->repositories_of(kOrg).size(), 2u); });
}

TEST_F(OrganisationChangeTest, loses_nothing_when_the_process_begins_anew) {
  at_each_moment([&] { restart(); }, [&] { EXPECT_EQ(poller_->repositories_of(kOrg).size(), 2u); });
}

TEST_F(OrganisationChangeTest, loses_nothing_when_the_store_refuses_a_page) {
  at_each_moment([&] { poller_->abandon(now_); }, [&] { EXPECT_EQ(poller_->repositories_of(kOrg).size(), 2u); });
}

// Its floor holds then too: a repository that is gone from the store makes the store refuse the organisation's page.
TEST_F(OrganisationChangeTest,
       loses_nothing_when_the_store_refuses_a_page_and_a_repository_is_removed_and_added_again) {
  at_each_moment(
      [&] {
        poller_->abandon(now_);
        unwatch(kB);
        watch(kB);
      },
      [&] { EXPECT_EQ(poller_->repositories_of(kOrg).size(), 2u); });
}

TEST_F(OrganisationTest, may_lose_a_repository_while_it_is_asked_for_the_very_first_time) {
  watch_two();
  round();
  round();
  EXPECT_EQ(ask().feed, kOrg);
  unwatch(kA);
  EXPECT_FALSE(poller_->awaits_answer());
  taken_log();
  run(1h);
  EXPECT_EQ(asked(kOrg), 0u);
  EXPECT_GE(asked(kB), 5u);
}

TEST_F(OrganisationTest, restarts_at_every_request_neither_ask_more_nor_lose_anything) {
  watch_two();
  for (Timestamp at = kStart; at < kStart + 49h; at += 3min) github_.happen(github_.ids % 3 == 0 ? kA : kB, at);
  run(5min);
  taken_log();
  run(24h);
  const std::size_t without = taken_log().size();
  const Timestamp end = now_ + 24h;
  while (now_ < end) {
    restart();
    const Timestamp planned = due();
    now_ = planned - (planned - now_) / 3;
    restart();
    EXPECT_EQ(due(), planned) << "the plan is kept";
    now_ = planned;
    round();
    while (std::holds_alternative<Ask>(poller_->next(now_))) {
      poller_->confirm();
      round();
    }
  }
  EXPECT_LE(log_.size(), without + without / 20);
  EXPECT_GE(log_.size(), without - without / 20);
  expect_all_stored(kA);
  expect_all_stored(kB);
}

}  // namespace
}  // namespace repopulse::polling
