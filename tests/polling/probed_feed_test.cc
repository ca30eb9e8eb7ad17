#include "polling/probed_feed.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::Millis;
using core::ProbedRepository;
using core::Signal;
using core::SignalValue;
using core::Timestamp;
using Told = ProbedFeed::Told;

constexpr Timestamp kStart{std::chrono::seconds(1'700'000'000)};

EventTime at(Millis after) {
  return core::to_event_time(kStart + after);
}

core::FeedState state() {
  core::FeedState state;
  state.feed = "repos/o/r";
  state.github_id = 42;
  return state;
}

ProbedRepository told_of_nothing() {
  ProbedRepository told;
  told.finding = core::ProbeFinding::kTold;
  told.github_id = 42;
  told.full_name = "o/r";
  told.signals[static_cast<std::size_t>(Signal::kPushes)] = SignalValue{{}, at(-1h)};
  told.signals[static_cast<std::size_t>(Signal::kIssues)] = SignalValue{5, at(-2h)};
  told.signals[static_cast<std::size_t>(Signal::kPullRequests)] = SignalValue{3, at(-3h)};
  told.signals[static_cast<std::size_t>(Signal::kStars)] = SignalValue{100, {}};
  told.signals[static_cast<std::size_t>(Signal::kForks)] = SignalValue{10, {}};
  return told;
}

// One feed, with clocks that agree, and a GitHub that says what a test wants.
class ProbedFeedTest : public testing::Test {
 protected:
  SignalValue& signal(Signal which) { return *repository_.signals[static_cast<std::size_t>(which)]; }
  Told probe(Millis after) { return feed_.take(repository_, state(), kStart + after, kStart + after); }
  ProbedFeed::Read read(Millis after, Millis lag = 0ms) {
    return feed_.finish_read(kStart + after, lag, kStart + after);
  }
  // A probe and a read after it: from now on the two go together.
  void begin() {
    EXPECT_EQ(probe(0s), Told::kUnknown);
    EXPECT_FALSE(feed_.informed());
    read(1min);
    EXPECT_TRUE(feed_.informed());
  }

  ProbedRepository repository_ = told_of_nothing();
  ProbedFeed feed_;
};

TEST_F(ProbedFeedTest, the_first_answer_has_nothing_to_be_compared_with) {
  EXPECT_EQ(probe(0s), Told::kUnknown);
  EXPECT_EQ(probe(10min), Told::kUnknown) << "no read has shown what was there before";
  EXPECT_FALSE(feed_.informed());
  read(20min);
  EXPECT_TRUE(feed_.informed());
  EXPECT_EQ(probe(30min), Told::kNothingNew);
}

TEST_F(ProbedFeedTest, a_read_before_the_first_answer_compares_nothing) {
  read(-1min);
  EXPECT_EQ(probe(0s), Told::kUnknown);
  EXPECT_EQ(probe(1min), Told::kUnknown);
  EXPECT_FALSE(feed_.informed());
}

TEST_F(ProbedFeedTest, a_read_that_may_not_show_yet_what_the_first_answer_counted_compares_nothing) {
  probe(0s);
  read(5min, 10min);
  EXPECT_FALSE(feed_.informed());
  read(11min, 10min);
  EXPECT_TRUE(feed_.informed());
}

TEST_F(ProbedFeedTest, what_changes_is_news_once) {
  begin();
  signal(Signal::kPushes).at = at(5min);
  EXPECT_EQ(probe(10min), Told::kNews);
  EXPECT_TRUE(feed_.has_news());
  EXPECT_EQ(feed_.news_since(), kStart + 10min);
  EXPECT_EQ(feed_.news_happened(), kStart + 5min) << "as it was told";
  EXPECT_EQ(probe(20min), Told::kNothingNew);
  EXPECT_TRUE(feed_.has_news()) << "nobody has read it";
  signal(Signal::kStars).count = 101;
  EXPECT_EQ(probe(30min), Told::kNews);
}

TEST_F(ProbedFeedTest, what_a_read_has_shown_meanwhile_is_no_news) {
  begin();
  signal(Signal::kPushes).at = at(5min);
  signal(Signal::kStars).count = 102;
  feed_.hear("PushEvent", at(5min));
  feed_.hear("WatchEvent", at(6min));
  feed_.hear("WatchEvent", at(7min));
  EXPECT_EQ(read(8min).events, 3u);
  EXPECT_EQ(probe(10min), Told::kNothingNew);
  EXPECT_FALSE(feed_.has_news());
}

TEST_F(ProbedFeedTest, of_stars_that_changed_those_that_reads_have_shown_are_no_news_and_the_others_are) {
  begin();
  signal(Signal::kStars).count = 103;
  feed_.hear("WatchEvent", at(6min));
  feed_.hear("WatchEvent", at(7min));
  read(8min);
  EXPECT_EQ(probe(10min), Told::kNews);
}

TEST_F(ProbedFeedTest, a_push_after_the_one_that_was_read_is_news) {
  begin();
  feed_.hear("PushEvent", at(5min));
  read(6min);
  signal(Signal::kPushes).at = at(7min);
  EXPECT_EQ(probe(10min), Told::kNews);
}

TEST_F(ProbedFeedTest, github_may_stamp_what_happened_a_moment_after_its_event) {
  begin();
  feed_.hear("PushEvent", at(5min));
  read(5min + 1s);
  signal(Signal::kPushes).at = at(5min + 2s);
  EXPECT_EQ(probe(10min), Told::kNothingNew);
}

TEST_F(ProbedFeedTest, a_star_that_is_given_and_taken_back_cancels_out) {
  begin();
  EXPECT_EQ(probe(10min), Told::kNothingNew) << "101, and 100 again";
  feed_.hear("WatchEvent", at(5min));
  const ProbedFeed::Read found = read(20min);
  EXPECT_EQ(found.events, 1u);
  EXPECT_EQ(found.missed, 1u) << "no probe told of it";
  EXPECT_TRUE(feed_.informed()) << "one is no reason for distrust";
}

TEST_F(ProbedFeedTest, fewer_stars_are_no_news) {
  begin();
  signal(Signal::kStars).count = 90;
  EXPECT_EQ(probe(10min), Told::kNothingNew);
  signal(Signal::kStars).count = 91;
  EXPECT_EQ(probe(20min), Told::kNews);
}

TEST_F(ProbedFeedTest, times_that_go_back_are_no_news) {
  begin();
  signal(Signal::kIssues) = {4, at(-5h)};  // the last one was deleted
  EXPECT_EQ(probe(10min), Told::kNothingNew);
}

TEST_F(ProbedFeedTest, a_read_tells_which_events_were_announced_and_which_could_not_be) {
  begin();
  signal(Signal::kPushes).at = at(5min);
  probe(10min);
  feed_.hear("PushEvent", at(5min));
  feed_.hear("GollumEvent", at(6min));  // no probe sees it
  feed_.hear("WatchEvent", at(7min));   // this one it should have seen
  feed_.hear("ForkEvent", at(11min));   // after the probe
  const ProbedFeed::Read found = read(12min);
  EXPECT_EQ(found.events, 4u);
  EXPECT_EQ(found.announced, 1u);
  EXPECT_EQ(found.missed, 1u);
  EXPECT_EQ(found.unannounced, 2u);
  EXPECT_TRUE(found.had_news);
  EXPECT_TRUE(found.found_news);
  EXPECT_EQ(found.news_age, 7min);
  EXPECT_FALSE(feed_.has_news());
}

TEST_F(ProbedFeedTest, a_comment_may_be_one_on_an_issue_or_on_a_pull_request) {
  for (const Signal which : {Signal::kIssues, Signal::kPullRequests}) {
    feed_ = {};
    begin();
    signal(which).at = at(5min);
    EXPECT_EQ(probe(10min), Told::kNews);
    feed_.hear("IssueCommentEvent", at(5min));
    const ProbedFeed::Read found = read(12min);
    EXPECT_EQ(found.announced, 1u);
    EXPECT_EQ(found.missed, 0u);
    EXPECT_FALSE(feed_.has_news());
    repository_ = told_of_nothing();
  }
}

// --- the feed lags behind ---

TEST_F(ProbedFeedTest, news_that_a_read_does_not_show_is_awaited_further) {
  begin();
  signal(Signal::kPushes).at = at(9min);
  probe(10min);
  for (int vain = 0; vain < 3; ++vain) {
    const ProbedFeed::Read found = read(11min + vain * 1min, 5min);
    EXPECT_TRUE(found.had_news);
    EXPECT_FALSE(found.found_news);
    EXPECT_EQ(found.reads_before, vain);
    EXPECT_EQ(feed_.reads_in_vain(), vain + 1);
    EXPECT_EQ(feed_.last_in_vain(), kStart + 11min + vain * 1min);
  }
  feed_.hear("PushEvent", at(9min));
  const ProbedFeed::Read found = read(15min, 5min);
  EXPECT_TRUE(found.found_news);
  EXPECT_EQ(found.announced, 1u);
  EXPECT_FALSE(feed_.has_news());
}

TEST_F(ProbedFeedTest, an_older_event_is_not_what_is_awaited) {
  begin();
  signal(Signal::kPushes).at = at(9min);
  probe(10min);
  feed_.hear("PushEvent", at(3min));
  read(11min);
  EXPECT_TRUE(feed_.has_news());
}

TEST_F(ProbedFeedTest, each_star_that_was_told_of_is_awaited) {
  begin();
  signal(Signal::kStars).count = 102;
  probe(10min);
  feed_.hear("WatchEvent", at(6min));
  EXPECT_TRUE(read(11min).found_news);
  EXPECT_TRUE(feed_.has_news()) << "there are two";
  feed_.hear("WatchEvent", at(7min));
  read(13min);
  EXPECT_FALSE(feed_.has_news());
}

TEST_F(ProbedFeedTest, what_became_visible_late_was_not_missed_by_the_probe) {
  begin();
  signal(Signal::kPushes).at = at(30min);
  EXPECT_EQ(probe(1h), Told::kNews);
  read(2h, 10min);
  feed_.give_news_up();
  feed_.hear("PushEvent", at(30min));
  const ProbedFeed::Read found = read(3h, 10min);
  EXPECT_EQ(found.missed, 0u);
}

TEST_F(ProbedFeedTest, what_is_not_stored_was_not_heard) {
  begin();
  feed_.hear("GollumEvent", at(5min));
  feed_.forget_heard();
  EXPECT_EQ(read(6min).events, 0u);
}

TEST_F(ProbedFeedTest, news_that_is_given_up_is_not_awaited_and_nothing_of_it_is_left) {
  begin();
  signal(Signal::kStars).count = 105;
  probe(10min);
  feed_.give_news_up();
  EXPECT_FALSE(feed_.has_news());
  signal(Signal::kStars).count = 106;
  EXPECT_EQ(probe(20min), Told::kNews);
  feed_.hear("WatchEvent", at(15min));
  read(30min);
  EXPECT_FALSE(feed_.has_news());
}

// --- what a probe cannot tell ---

TEST_F(ProbedFeedTest, a_repository_that_is_not_told_of_is_not_informed_until_there_is_something_to_compare_again) {
  for (const auto finding :
       {core::ProbeFinding::kNotFound, core::ProbeFinding::kForbidden, core::ProbeFinding::kNotTold}) {
    feed_ = {};
    begin();
    repository_.finding = finding;
    EXPECT_EQ(probe(10min), Told::kUnknown);
    EXPECT_FALSE(feed_.informed());
    read(15min);
    EXPECT_FALSE(feed_.informed()) << "nothing was told that it could be compared with";
    repository_ = told_of_nothing();
    EXPECT_EQ(probe(20min), Told::kUnknown);
    read(30min);
    EXPECT_EQ(probe(40min), Told::kNothingNew);
    EXPECT_TRUE(feed_.believed(kStart + 40min));
  }
}

TEST_F(ProbedFeedTest, a_renamed_repository_is_not_informed) {
  begin();
  repository_.full_name = "o/renamed";
  EXPECT_EQ(probe(10min), Told::kUnknown);
  EXPECT_FALSE(feed_.informed());
}

TEST_F(ProbedFeedTest, the_case_of_a_name_does_not_matter) {
  begin();
  repository_.full_name = "O/R";
  EXPECT_EQ(probe(10min), Told::kNothingNew);
}

TEST_F(ProbedFeedTest, another_repository_is_news_and_told_twice_a_reason_for_distrust) {
  begin();
  repository_.github_id = 7;
  EXPECT_EQ(probe(10min), Told::kNews) << "its feed will show it";
  EXPECT_TRUE(feed_.believed(kStart + 10min));
  EXPECT_EQ(probe(20min), Told::kUnknown);
  EXPECT_FALSE(feed_.believed(kStart + 20min));
  EXPECT_FALSE(feed_.informed());
  EXPECT_FALSE(feed_.has_news());
}

TEST_F(ProbedFeedTest, the_same_wrong_number_is_one_too_many_the_second_time_whatever_was_told_between) {
  begin();
  repository_.github_id = 7;
  EXPECT_EQ(probe(10min), Told::kNews);
  read(11min);
  repository_.github_id = 42;
  EXPECT_EQ(probe(20min), Told::kNothingNew);
  repository_.github_id = 7;
  EXPECT_EQ(probe(30min), Told::kUnknown);
  EXPECT_FALSE(feed_.believed(kStart + 30min));
}

TEST_F(ProbedFeedTest, a_number_that_is_not_told_or_not_known_says_nothing) {
  begin();
  repository_.github_id = 0;
  EXPECT_EQ(probe(10min), Told::kNothingNew);
  core::FeedState unknown = state();
  unknown.github_id = 0;
  repository_.github_id = 7;
  EXPECT_EQ(feed_.take(repository_, unknown, kStart + 20min, kStart + 20min), Told::kNothingNew);
}

TEST_F(ProbedFeedTest, a_signal_that_is_missing_in_one_answer_compares_nothing_in_the_next) {
  begin();
  const auto pushes = static_cast<std::size_t>(Signal::kPushes);
  repository_.signals[pushes].reset();
  EXPECT_EQ(probe(10min), Told::kNothingNew);
  repository_.signals[pushes] = SignalValue{{}, at(15min)};
  EXPECT_NE(probe(20min), Told::kNews);
}

// --- trust ---

TEST_F(ProbedFeedTest, several_events_that_no_probe_told_of_end_the_trust_for_a_day_and_longer_each_time) {
  Millis begin = 0ms;
  Millis distrusted = 0ms;
  for (int time = 0; time < 3; ++time) {
    feed_.take(repository_, state(), kStart + begin, kStart + begin);
    read(begin + 1min);
    probe(begin + 20min);
    for (int i = 1; i <= 3; ++i) feed_.hear("PushEvent", at(begin + 5min + i * 1min));
    EXPECT_EQ(read(begin + 21min).missed, 3u);
    EXPECT_FALSE(feed_.informed());
    Millis days = 0ms;
    while (!feed_.believed(kStart + begin + 21min + days)) days += 1h;
    EXPECT_GE(days, std::max<Millis>(24h, 2 * distrusted));
    distrusted = days;
    begin += 22min + days;
  }
}

TEST_F(ProbedFeedTest, is_believed_again_after_it_has_told_of_events_before_they_were_read) {
  begin();
  feed_.distrust(kStart + 2min);
  const Millis again = 25h;
  probe(again);
  read(again + 1min);
  EXPECT_TRUE(feed_.believed(kStart + again));
  EXPECT_FALSE(feed_.informed()) << "it has proved nothing yet";
  for (int i = 1; i <= 3; ++i) {
    EXPECT_FALSE(feed_.informed());
    signal(Signal::kPushes).at = at(again + i * 10min);
    EXPECT_EQ(probe(again + i * 10min + 1min), Told::kNews);
    feed_.hear("PushEvent", at(again + i * 10min));
    read(again + i * 10min + 2min);
  }
  EXPECT_TRUE(feed_.informed());
}

TEST_F(ProbedFeedTest, news_that_is_never_found_ends_the_trust) {
  begin();
  Millis now = 10min;
  for (int i = 0; feed_.believed(kStart + now) && i < 100; ++i, now += 10min) {
    ++*signal(Signal::kStars).count;
    probe(now);
    read(now + 5min);
  }
  EXPECT_FALSE(feed_.believed(kStart + now - 10min));
  EXPECT_LE(now, 10min + 20 * 10min);
}

TEST_F(ProbedFeedTest, no_news_from_before_is_awaited_after_a_time_of_distrust) {
  begin();
  signal(Signal::kStars).count = 104;
  probe(10min);
  feed_.distrust(kStart + 11min);
  EXPECT_FALSE(feed_.has_news());
  signal(Signal::kStars).count = 105;
  EXPECT_EQ(probe(30h), Told::kNews);
  feed_.hear("WatchEvent", at(29h));
  read(31h);
  EXPECT_FALSE(feed_.has_news());
}

// --- over a restart ---

ProbedFeed restarted(const ProbedFeed& feed) {
  ProbedFeed again;
  again.restore(feed.save());
  return again;
}

TEST_F(ProbedFeedTest, a_new_one_has_nothing_to_keep) {
  EXPECT_EQ(feed_.save(), "");
  EXPECT_FALSE(restarted(feed_).informed());
}

TEST_F(ProbedFeedTest, what_was_told_and_read_before_a_restart_is_known_after_it) {
  begin();
  feed_.hear("WatchEvent", at(5min));
  read(6min);
  feed_ = restarted(feed_);
  EXPECT_TRUE(feed_.informed());
  ++*signal(Signal::kStars).count;
  EXPECT_EQ(probe(10min), Told::kNothingNew) << "it was read before the restart";
  ++*signal(Signal::kStars).count;
  EXPECT_EQ(probe(20min), Told::kNews);
}

TEST_F(ProbedFeedTest, news_waits_over_a_restart) {
  begin();
  signal(Signal::kPushes).at = at(9min);
  probe(10min);
  read(11min, 5min);
  feed_ = restarted(feed_);
  EXPECT_TRUE(feed_.has_news());
  EXPECT_EQ(feed_.news_happened(), kStart + 9min);
  EXPECT_EQ(feed_.reads_in_vain(), 1);
  EXPECT_EQ(feed_.last_in_vain(), kStart + 11min);
  feed_.hear("PushEvent", at(9min));
  const ProbedFeed::Read found = read(15min, 5min);
  EXPECT_TRUE(found.found_news);
  EXPECT_EQ(found.announced, 1u);
  EXPECT_FALSE(feed_.has_news());
}

TEST_F(ProbedFeedTest, distrust_lasts_over_a_restart_and_moves_with_the_clock) {
  begin();
  feed_.distrust(kStart + 2min);
  feed_ = restarted(feed_);
  EXPECT_FALSE(feed_.believed(kStart + 24h));
  EXPECT_TRUE(feed_.believed(kStart + 24h + 2min));
  feed_.clock_went_back(10h);
  EXPECT_FALSE(feed_.believed(kStart + 14h));
  EXPECT_TRUE(feed_.believed(kStart + 14h + 2min));
}

TEST_F(ProbedFeedTest, what_cannot_be_read_counts_as_nothing) {
  begin();
  const std::string saved = feed_.save();
  std::vector<std::string> broken = {"x", " ", saved + " 1", saved.substr(saved.find(' ') + 1), "nan" + saved};
  for (const char* number : {"nan", "inf", "-inf", "1e300", "-7"}) {
    for (std::size_t at = 0; at != std::string::npos; at = saved.find(' ', at + 1)) {
      const std::size_t from = at == 0 ? 0 : at + 1;
      const std::size_t end = std::min(saved.size(), saved.find(' ', from));
      broken.push_back(saved.substr(0, from) + number + saved.substr(end));
    }
  }
  for (const std::string& text : broken) {
    ProbedFeed feed;
    feed.restore(text);
    EXPECT_FALSE(feed.informed()) << text;
    EXPECT_FALSE(feed.has_news()) << text;
  }
}

RC_GTEST_PROP(ProbedFeed, any_numbers_can_be_restored, ()) {
  ProbedFeed whole;
  (void)whole.take(told_of_nothing(), state(), kStart, kStart);
  const std::string saved = whole.save();
  std::string text;
  for (auto left = 1 + std::ranges::count(saved, ' '); left > 0; --left) {
    text += std::to_string(*rc::gen::arbitrary<std::int64_t>() >> *rc::gen::inRange(0, 63)) + (left > 1 ? " " : "");
  }
  ProbedFeed feed;
  feed.restore(text);
  (void)feed.take(told_of_nothing(), state(), kStart, kStart);
  feed.hear("PushEvent", at(1min));
  feed.hear("WatchEvent", at(-1min));
  (void)feed.finish_read(kStart, 10min, kStart);
  feed.restore(feed.save());
}

// --- a repository whose signals are true ---

struct Happening {
  std::string kind;
  Signal signal = Signal::kPushes;
  bool seen = true;
};
const Happening kHappenings[] = {
    {"PushEvent", Signal::kPushes},
    {"CreateEvent", Signal::kPushes},
    {"IssuesEvent", Signal::kIssues},
    {"IssueCommentEvent", Signal::kIssues},
    {"IssueCommentEvent", Signal::kPullRequests},
    {"PullRequestReviewEvent", Signal::kPullRequests},
    {"WatchEvent", Signal::kStars},
    {"ForkEvent", Signal::kForks},
    {"GollumEvent", Signal::kPushes, false},
};

// Events, probes and reads in any order, at least 10 s apart. What happened is visible after `lag`.
class TrueRepository {
 public:
  TrueRepository(Millis lag, bool restarts) : lag_(lag), restarts_(restarts) {}

  void happen(const Happening& happening, Millis now) {
    events_.push_back({happening, now});
    if (!happening.seen) return;
    SignalValue& value = *told_.signals[static_cast<std::size_t>(happening.signal)];
    if (happening.signal == Signal::kStars || happening.signal == Signal::kForks) {
      ++*value.count;
    } else {
      value.at = at(now);
    }
  }

  void probe(Millis now) {
    bool came = false;
    for (Event& event : events_) {
      came = came || (event.happening.seen && !event.told && !event.read && event.at <= now);
      event.told = true;
    }
    const bool informed = feed.informed();
    const Told told = feed.take(told_, state(), kStart + now, kStart + now);
    if (!std::exchange(probed_, true)) {
      RC_ASSERT(told == Told::kUnknown);
      for (Event& event : events_) event.before = true;
      return;
    }
    RC_ASSERT((told == Told::kNews) == came);
    RC_ASSERT((told == Told::kNothingNew) == (!came && informed));
    check();
  }

  void read(Millis now) {
    std::size_t fresh = 0, unseen = 0;
    for (Event& event : events_) {
      if (event.read || event.at + lag_ > now) continue;
      event.read = true;
      ++fresh;
      if (!event.happening.seen && probed_ && !event.before) ++unseen;
      feed.hear(event.happening.kind, at(event.at));
    }
    const ProbedFeed::Read found = feed.finish_read(kStart + now, lag_, kStart + now);
    RC_ASSERT(found.events == fresh);
    RC_ASSERT(found.missed == 0u);
    RC_ASSERT(found.unannounced == unseen);
    if (probed_) check();
    if (restarts_) feed = restarted(feed);  // what is remembered is stored with each read
  }

  // News waits as long as something waits that a probe has told of.
  void check() {
    bool waits = false;
    for (const Event& event : events_) {
      waits = waits || (event.happening.seen && event.told && !event.before && !event.read);
    }
    RC_ASSERT(feed.has_news() == waits);
  }

  ProbedFeed feed;

 private:
  struct Event {
    Happening happening;
    Millis at;
    bool told = false;
    bool read = false;
    bool before = false;  // the first probe
  };
  Millis lag_;
  bool restarts_;
  std::vector<Event> events_;
  ProbedRepository told_ = told_of_nothing();
  bool probed_ = false;
};

void live(Millis lag, bool restarts = false) {
  TrueRepository repository(lag, restarts);
  Millis now = 0ms;
  const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 30));
  for (const int step : steps) {
    now += 10s * *rc::gen::inRange(1, 10);
    if (step < 12) {
      repository.happen(kHappenings[*rc::gen::inRange<std::size_t>(0, std::size(kHappenings))], now);
    } else if (step < 21) {
      repository.probe(now);
    } else {
      repository.read(now);
    }
    if (!repository.feed.believed(kStart + now)) return;  // reads in vain, as a poller would not do them
  }
}

RC_GTEST_PROP(ProbedFeed, tells_news_if_and_only_if_something_came_that_was_not_read, ()) {
  live(0ms);
}

RC_GTEST_PROP(ProbedFeed, does_so_where_the_feed_lags_behind, ()) {
  live(*rc::gen::inRange(1, 20) * 7s);
}

RC_GTEST_PROP(ProbedFeed, does_so_over_restarts, ()) {
  live(*rc::gen::inRange(0, 20) * 7s, true);
}

}  // namespace
}  // namespace repopulse::polling
