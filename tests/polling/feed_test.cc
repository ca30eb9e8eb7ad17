// One feed by itself: its walk through pages, its overlap and its gaps, without schedule and policy.
#include "polling/feed.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Answer;
using core::AnswerKind;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'700'000'000)};
constexpr std::size_t kPage = 100;

core::FeedState named(const std::string& feed = "repos/o/r") {
  core::FeedState state;
  state.feed = feed;
  return state;
}

core::Event event(std::uint64_t id) {
  core::Event made;
  made.key = {id, core::to_event_time(kStart) - 100'000s + std::chrono::seconds(id)};
  return made;
}

// Page `page` of a feed that shows the events `newest` down to `oldest`.
Answer page_of(std::uint64_t newest, std::uint64_t oldest, int page) {
  Answer answer;
  answer.kind = AnswerKind::kEvents;
  const std::uint64_t skip = kPage * static_cast<std::uint64_t>(page - 1);
  for (std::uint64_t id = newest; id >= oldest && id > 0; --id) {
    if (newest - id < skip) continue;
    if (answer.events.size() == kPage) {
      answer.has_next = true;
      break;
    }
    answer.events.push_back(event(id));
  }
  answer.page_entries = answer.events.size();
  answer.validator.etag = std::to_string(newest) + "/" + std::to_string(page);
  return answer;
}

Answer of_kind(AnswerKind kind) {
  Answer answer;
  answer.kind = kind;
  return answer;
}

// What a store holds, as a poller would fill it.
struct Stored {
  std::map<core::EventKey, std::int64_t> events;

  Known known(const Answer& answer) const {
    Known out;
    out.last_sequence = static_cast<std::int64_t>(events.size());
    for (const core::Event& e : answer.events) {
      const auto at = events.find(e.key);
      out.sequences.push_back(at == events.end() ? std::nullopt : std::optional(at->second));
    }
    for (const auto& [key, sequence] : events) {
      out.newest = std::max(out.newest.value_or(key.created_at), key.created_at);
    }
    return out;
  }
  void keep(const Answer& answer) {
    for (const core::Event& e : answer.events) events.emplace(e.key, static_cast<std::int64_t>(events.size()) + 1);
  }
};

Progress take(Feed& feed, const Answer& answer, Stored& stored, Timestamp now = kStart) {
  feed.ask(now);
  const Progress progress = feed.take(answer, stored.known(answer), true, 1, now);
  stored.keep(answer);
  return progress;
}

TEST(Feed, walks_until_it_meets_an_event_that_was_stored_before_the_walk) {
  core::FeedState read_before = named();
  read_before.last_full_at = kStart - 24h;
  read_before.overlap_newest = event(50).key.created_at;
  Feed feed(read_before);
  Stored stored;
  stored.keep(page_of(50, 1, 1));
  EXPECT_EQ(take(feed, page_of(250, 1, 1), stored), Progress::kMore);
  EXPECT_EQ(feed.ask(kStart).page, 2);
  EXPECT_EQ(take(feed, page_of(250, 1, 2), stored), Progress::kMore);
  EXPECT_EQ(take(feed, page_of(250, 1, 3), stored), Progress::kOverlap);
  feed.end_poll(kStart);
  EXPECT_EQ(feed.ask(kStart).page, 1);
  EXPECT_FALSE(feed.state().overlap_boundary);
}

TEST(Feed, that_stops_in_the_middle_of_a_walk_remembers_what_proves_nothing) {
  Feed feed(named());
  Stored stored;
  stored.keep(page_of(50, 1, 1));
  take(feed, page_of(250, 1, 1), stored);
  EXPECT_EQ(feed.state().overlap_boundary, 50);
  EXPECT_EQ(feed.take(of_kind(AnswerKind::kServerError), {}, true, 1, kStart), Progress::kTrouble);
  EXPECT_EQ(feed.state().overlap_boundary, 50) << "over trouble";
  Feed restarted(feed.state());
  EXPECT_EQ(take(restarted, page_of(250, 1, 1), stored), Progress::kMore) << "its events came with the broken walk";
}

TEST(Feed, has_no_gap_at_first_contact_and_one_where_the_feed_ends_above_what_was_known) {
  Feed feed(named());
  Stored stored;
  EXPECT_EQ(take(feed, page_of(10, 1, 1), stored), Progress::kEnd);
  EXPECT_FALSE(feed.gap_at_end({}, kStart));
  feed.end_poll(kStart);
  feed.learn(kStart);
  const Known before = stored.known({});
  EXPECT_EQ(take(feed, page_of(400, 301, 1), stored, kStart + 1h), Progress::kEnd);
  const auto gap = feed.gap_at_end(before, kStart + 1h);
  ASSERT_TRUE(gap);
  EXPECT_EQ(gap->from, event(10).key.created_at);
  EXPECT_EQ(gap->to, event(301).key.created_at);
}

TEST(Feed, goes_back_to_the_question_when_its_answer_cannot_be_stored) {
  Feed feed(named());
  Stored stored;
  take(feed, page_of(10, 1, 1), stored);
  feed.end_poll(kStart);
  feed.learn(kStart);
  const core::FeedState before = feed.state();
  feed.ask(kStart + 1h);
  feed.arrivals().hear(event(11).key.created_at);
  feed.take(page_of(11, 1, 1), stored.known(page_of(11, 1, 1)), true, 1, kStart + 1h);
  feed.abandon();
  EXPECT_EQ(feed.state(), before);
  EXPECT_TRUE(feed.arrivals().fresh().empty());
}

TEST(Feed, rests_longer_after_each_trouble_of_its_own_and_not_after_a_limit) {
  Feed feed(named());
  core::Millis before{0};
  for (int i = 0; i < 4; ++i) {
    feed.ask(kStart);
    EXPECT_EQ(feed.take(of_kind(AnswerKind::kBadAnswer), {}, true, 1, kStart), Progress::kTrouble);
    EXPECT_GT(feed.rest(), before);
    before = feed.rest();
  }
  const int failures = feed.state().failures_in_a_row;
  feed.take(of_kind(AnswerKind::kSecondaryLimit), {}, false, 1, kStart);
  EXPECT_EQ(feed.state().failures_in_a_row, failures);
  EXPECT_EQ(feed.rest(), 0s);
}

TEST(Feed, that_another_feed_left_open_reads_itself_back_to_what_was_known_before) {
  Feed feed(named());
  Stored stored;
  take(feed, page_of(100, 1, 1), stored);
  feed.end_poll(kStart);
  feed.learn(kStart);
  feed.own_read(page_of(100, 1, 1), kStart);
  // Another feed stores the newest fifty of a hundred and fifty new ones.
  feed.arrivals().hear(event(250).key.created_at);
  EXPECT_TRUE(feed.leave_open(100, event(100).key.created_at));
  EXPECT_FALSE(feed.leave_open(150, event(250).key.created_at)) << "the first boundary holds";
  stored.keep(page_of(250, 201, 1));
  EXPECT_TRUE(feed.ask(kStart + 1h).validator.empty());
  EXPECT_EQ(take(feed, page_of(250, 1, 1), stored, kStart + 1h), Progress::kMore) << "fifty known ones prove nothing";
  EXPECT_EQ(take(feed, page_of(250, 1, 2), stored, kStart + 1h), Progress::kOverlap);
}

// Whatever happened, a poll that ends with an overlap has brought everything, and a gap is told where it has not.
RC_GTEST_PROP(Feed, loses_nothing_without_telling_a_gap, ()) {
  Feed feed(named());
  Stored stored;
  std::uint64_t newest = *rc::gen::inRange<std::uint64_t>(1, 200);
  Timestamp now = kStart;
  std::uint64_t lost = 0, told = 0;
  std::uint64_t read_to = 0;
  for (int poll = *rc::gen::inRange(1, 12); poll > 0; --poll) {
    const std::uint64_t oldest = newest > 300 ? newest - 299 : 1;
    const bool first = !feed.state().last_full_at;
    Progress progress = Progress::kAgain;
    Known known;
    while (progress == Progress::kAgain || progress == Progress::kMore) {
      const int page = feed.ask(now).page;
      const bool fails = *rc::gen::inRange(0, 8) == 0;
      const Answer answer = fails ? of_kind(AnswerKind::kNoAnswer) : page_of(newest, oldest, page);
      known = stored.known(answer);
      progress = feed.take(answer, known, true, 1, now);
      stored.keep(answer);
    }
    if (progress != Progress::kTrouble) {
      const auto gap = progress == Progress::kEnd ? feed.gap_at_end(known, now) : std::nullopt;
      if (!first && oldest > read_to) ++lost;  // or may be lost: nothing overlaps
      if (gap) ++told;
      read_to = newest;
      feed.end_poll(now);
      feed.learn(now);
    }
    newest += *rc::gen::inRange<std::uint64_t>(0, 450);
    now += 1h;
  }
  RC_ASSERT(told == lost);
}

// --- pages that are too large ---

// GitHub with events of some size, and a reader that takes no more than `limit` a page. Stores what comes.
class LargePages {
 public:
  LargePages(std::uint64_t newest, std::size_t limit) : newest_(newest), limit_(limit) {}

  void set_size(std::uint64_t id, std::size_t size) { sizes_[id] = size; }

  Progress poll(Feed& feed, Timestamp now) {
    for (int requests = 0; requests < 400; ++requests) {
      const Ask ask = feed.ask(now);
      asked_.push_back(ask);
      const Answer answer = of(ask);
      const Known known = stored_.known(answer);
      const Progress progress = feed.take(answer, known, true, 1, now);
      for (std::size_t i = 0; i < answer.events.size(); ++i) {
        if (!known.sequences[i]) stored_.events[answer.events[i].key] = std::ssize(stored_.events) + 1;
      }
      const bool over = progress != Progress::kAgain && progress != Progress::kMore;
      for (const core::Gap& gap : feed.take_unread(over, answer, known, now)) gaps_.push_back(gap);
      if (!over) continue;
      if (progress != Progress::kTrouble) {
        feed.end_poll(now);
        feed.learn(now);
      }
      return progress;
    }
    return Progress::kTrouble;
  }

  void grow(std::uint64_t newest) { newest_ = newest; }
  std::size_t stored() const { return stored_.events.size(); }
  const std::vector<core::Gap>& gaps() const { return gaps_; }
  std::vector<Ask> take_asked() { return std::exchange(asked_, {}); }

 private:
  Answer of(const Ask& ask) const {
    Answer answer;
    answer.kind = AnswerKind::kEvents;
    const std::uint64_t shown = std::min<std::uint64_t>(newest_, 300);
    std::size_t bytes = 0;
    const std::uint64_t first = ask.per_page * static_cast<std::uint64_t>(ask.page - 1);
    for (std::uint64_t at = first; at < std::min<std::uint64_t>(first + ask.per_page, shown); ++at) {
      answer.events.push_back(event(newest_ - at));
      const auto size = sizes_.find(newest_ - at);
      bytes += size == sizes_.end() ? 1 : size->second;
    }
    answer.page_entries = answer.events.size();
    answer.has_next = first + ask.per_page < shown;
    answer.validator.etag = std::to_string(ask.per_page) + "/" + std::to_string(ask.page);
    if (bytes <= limit_) return answer;
    Answer large;
    large.too_large = true;
    return large;
  }

  std::uint64_t newest_;
  std::size_t limit_;
  std::map<std::uint64_t, std::size_t> sizes_;
  Stored stored_;
  std::vector<core::Gap> gaps_;
  std::vector<Ask> asked_;
};

TEST(FeedWithLargePages, asks_for_smaller_ones_and_misses_nothing) {
  LargePages github(300, 60);  // each page of 100 is too large
  Feed feed(named());
  EXPECT_EQ(github.poll(feed, kStart), Progress::kEnd);
  EXPECT_EQ(github.stored(), 300u);
  EXPECT_TRUE(github.gaps().empty());
  EXPECT_EQ(feed.state().status, core::RepoStatus::kOk);
  EXPECT_EQ(feed.state().failures_in_a_row, 0);
  EXPECT_EQ(github.take_asked().size(), 9u);
  for (const core::Validator& validator : feed.state().validators) EXPECT_TRUE(validator.empty());
  // Nothing new: as deep as ever, and no deeper.
  EXPECT_EQ(github.poll(feed, kStart + 300s), Progress::kOverlap);
  EXPECT_EQ(github.take_asked().size(), 3u);
}

TEST(FeedWithLargePages, passes_over_an_event_that_is_too_large_alone_and_tells_it_once) {
  LargePages github(300, 200);
  github.set_size(293, 1000);  // the eighth
  Feed feed(named());
  EXPECT_EQ(github.poll(feed, kStart), Progress::kEnd);
  EXPECT_EQ(github.stored(), 299u);
  const core::Gap around{event(292).key.created_at, event(294).key.created_at};
  EXPECT_EQ(github.gaps(), std::vector{around});
  const std::vector<Ask> asked = github.take_asked();
  std::vector<std::pair<std::size_t, int>> pages;
  for (const Ask& ask : asked) pages.emplace_back(ask.per_page, ask.page);
  const std::vector<std::pair<std::size_t, int>> expected = {{100, 1}, {50, 1}, {25, 1}, {5, 1},   {5, 2},  {1, 6},
                                                             {1, 7},   {1, 8},  {1, 9},  {1, 10},  {5, 3},  {5, 4},
                                                             {5, 5},   {25, 2}, {50, 2}, {100, 2}, {100, 3}};
  EXPECT_EQ(pages, expected);

  github.grow(310);
  EXPECT_EQ(github.poll(feed, kStart + 300s), Progress::kOverlap);
  EXPECT_EQ(github.stored(), 309u);
  EXPECT_EQ(github.gaps().size(), 1u);
}

TEST(FeedWithLargePages, passes_over_the_last_and_the_only_one) {
  LargePages github(10, 5);
  github.set_size(1, 1000);
  Feed feed(named());
  EXPECT_EQ(github.poll(feed, kStart), Progress::kEnd);
  EXPECT_EQ(github.stored(), 9u);
  EXPECT_EQ(github.gaps().size(), 1u);

  LargePages alone(1, 5);
  alone.set_size(1, 1000);
  Feed other(named());
  EXPECT_EQ(alone.poll(other, kStart), Progress::kEnd);
  EXPECT_EQ(other.state().status, core::RepoStatus::kOk);
  ASSERT_EQ(alone.gaps().size(), 1u);
  EXPECT_EQ(alone.gaps().front().to, core::to_event_time(kStart));
}

TEST(FeedWithLargePages, gives_up_where_nothing_is_small_enough) {
  LargePages github(300, 0);
  Feed feed(named());
  EXPECT_EQ(github.poll(feed, kStart), Progress::kTrouble);
  EXPECT_LE(github.take_asked().size(), 20u);
  EXPECT_EQ(feed.state().failures_in_a_row, 1);
  EXPECT_EQ(feed.ask(kStart).per_page, 100u);
}

TEST(FeedWithLargePages, loses_nothing_else_wherever_large_events_stand) {
  std::uint64_t seed = 7;
  const auto random = [&seed](std::uint64_t below) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (seed >> 33) % below;
  };
  for (int round = 0; round < 200; ++round) {
    const std::uint64_t newest = 1 + random(299);
    LargePages github(newest, 40 + random(100));
    std::set<std::uint64_t> large;
    for (std::uint64_t n = random(4); n > 0; --n) large.insert(1 + random(newest));
    for (const std::uint64_t id : large) github.set_size(id, 1000);
    Feed feed(named());
    EXPECT_NE(github.poll(feed, kStart), Progress::kTrouble);
    ASSERT_EQ(github.stored(), newest - large.size()) << "round " << round;
    EXPECT_EQ(github.gaps().empty(), large.empty());
  }
}

// --- entries that cannot be read ---

TEST(FeedWithUnreadEntries, says_between_which_times_they_stand) {
  Feed feed(named());
  Stored stored;
  feed.ask(kStart);
  Answer answer = page_of(50, 1, 1);
  answer.unread = {{0, 1}, {10, 2}, {10, 3}, {50, 4}};
  EXPECT_EQ(feed.take(answer, stored.known(answer), true, 1, kStart), Progress::kEnd);
  const auto gaps = feed.take_unread(true, answer, stored.known(answer), kStart);
  ASSERT_EQ(gaps.size(), 3u);
  EXPECT_EQ(gaps[0], (core::Gap{event(50).key.created_at, core::to_event_time(kStart)}));
  EXPECT_EQ(gaps[1], (core::Gap{event(40).key.created_at, event(41).key.created_at}));
  EXPECT_EQ(gaps[2], (core::Gap{core::to_event_time(kStart - core::kFeedAge), event(1).key.created_at}));
  feed.end_poll(kStart);

  feed.ask(kStart + 300s);
  answer = page_of(52, 1, 1);
  answer.unread = {{2, 1}, {12, 2}, {12, 3}, {52, 4}};
  feed.take(answer, stored.known(answer), true, 1, kStart + 300s);
  EXPECT_TRUE(feed.take_unread(true, answer, stored.known(answer), kStart + 300s).empty());
}

}  // namespace
}  // namespace repopulse::polling
