#include "polling/late_events.h"

#include "polling/feed_memory.h"

#include <gtest/gtest.h>

#include <map>

#include "core/events_feed.h"
#include "polling/fixed_policy.h"
#include "polling/poller.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'700'000'000)};

constexpr LateEvents::Pace kUsual{.within = 500min, .crossing = 2h};

// Polls and looks every `poll` for `span`; returns the number of looks.
std::size_t looks_in(LateEvents& late, const LateEvents::Pace& pace, Millis poll, Timestamp& now, Millis span) {
  std::size_t looks = 0;
  for (const Timestamp end = now + span; now < end; now += poll) {
    late.polled(std::nullopt);
    if (!late.due(pace, now)) continue;
    ++looks;
    late.looked(pace, 2, now);
  }
  return looks;
}

TEST(LateEvents, cost_a_hundredth_of_the_polls_where_none_come) {
  LateEvents late;
  late.polled(true);
  Timestamp now = kStart;
  EXPECT_LE(looks_in(late, kUsual, 5min, now, 48h), 7u) << "more of them at first";
  EXPECT_LE(looks_in(late, kUsual, 5min, now, 30 * 24h), 31u) << "daily";
  EXPECT_LE(looks_in(late, kUsual, 15min, now, 30 * 24h), 15u) << "after two hundred polls";
  EXPECT_FALSE(late.wanted_at());
  const std::size_t rarely = looks_in(late, kUsual, 6h, now, 28 * 24h);
  EXPECT_GE(rarely, 3u) << "weekly";
  EXPECT_LE(rarely, 4u);
}

TEST(LateEvents, are_hardly_looked_for_where_a_page_holds_more_than_a_day) {
  constexpr LateEvents::Pace slow{.within = 500min, .crossing = 30h};
  LateEvents late;
  late.polled(true);
  Timestamp now = kStart;
  EXPECT_LE(looks_in(late, slow, 5min, now, 30 * 24h), 5u) << "at first";
  EXPECT_LE(looks_in(late, slow, 5min, now, 365 * 24h), 13u) << "monthly";
  EXPECT_GE(looks_in(late, kUsual, 5min, now, 3 * 24h), 2u) << "daily again where the feed becomes busier";
  late.came(3h, 150, now);
  EXPECT_GE(looks_in(late, slow, 5min, now, 20h), 4u) << "in time while they come";
}

TEST(LateEvents, are_never_looked_for_where_one_page_holds_all) {
  LateEvents late;
  late.polled(false);
  EXPECT_FALSE(late.due(kUsual, kStart));
  late.came(1h, 80, kStart);
  EXPECT_FALSE(late.due(kUsual, kStart + 24h * 365));
  EXPECT_FALSE(late.wanted_at());
}

TEST(LateEvents, are_looked_for_in_time_while_they_come) {
  LateEvents late;
  late.polled(true);
  EXPECT_FALSE(late.due({.within = 100min, .crossing = Millis::max()}, kStart));
  late.came(3h, 150, kStart);
  late.looked({.within = 100min, .crossing = Millis::max()}, 2, kStart);
  EXPECT_EQ(late.wanted_at(), kStart + 50min) << "half of the time";
  late.looked({.within = 100min, .crossing = 1min}, 2, kStart);
  EXPECT_EQ(late.wanted_at(), kStart + 30s) << "before page 2 is page 3";
  late.looked({.within = 100min, .crossing = 1min, .sparing = true}, 2, kStart);
  EXPECT_EQ(late.wanted_at(), kStart + 50min) << "where requests are scarce";
  late.looked({.within = 100min, .crossing = 1min, .charged = true}, 2, kStart);
  EXPECT_EQ(late.wanted_at(), kStart + 5min) << "without a token";
  EXPECT_TRUE(late.due({.within = 100min, .crossing = 6h}, kStart + 50min));
  late.looked({.within = 100min, .crossing = 6h}, 2, kStart + 25h);
  EXPECT_FALSE(late.wanted_at()) << "a day after the last one";
}

TEST(LateEvents, are_expected_deeper_where_the_feed_becomes_busier) {
  LateEvents late;
  late.polled(true);
  late.due(kUsual, kStart);
  late.came(50min, 20, kStart);
  EXPECT_FALSE(late.due(kUsual, kStart + 1min)) << "of this age they stand on the first page";
  EXPECT_FALSE(late.wanted_at());
  late.due({.within = 500min, .crossing = 90min}, kStart + 2min);
  EXPECT_TRUE(late.wanted_at());
  late.due({.within = 500min, .crossing = 90min}, kStart + 25h);
  EXPECT_FALSE(late.wanted_at()) << "no more lately";
}

TEST(LateEvents, are_looked_for_more_often_the_more_come_on_the_last_page) {
  LateEvents few;
  LateEvents many;
  for (LateEvents* late : {&few, &many}) {
    late->polled(true);
    late->due(kUsual, kStart);
    late->came(3h, 150, kStart);
  }
  for (int i = 0; i < 20; ++i) many.came(5h, 250, kStart);
  few.looked(kUsual, 2, kStart + 1h);
  many.looked(kUsual, 2, kStart + 1h);
  EXPECT_GE(*few.wanted_at(), kStart + 1h + 10min);
  EXPECT_LE(*many.wanted_at(), kStart + 1h + 2min);
}

TEST(LateEvents, wait_no_longer_because_the_clock_went_back) {
  LateEvents late;
  late.polled(true);
  late.came(3h, 150, kStart + 24h * 30);
  late.due(kUsual, kStart + 24h * 30);
  late.clock_went_back(kStart);
  EXPECT_TRUE(late.due(kUsual, kStart + 250min));
}

TEST(LateEvents, are_remembered_beside_the_policys_memory) {
  LateEvents late;
  late.polled(true);
  late.due(kUsual, kStart);
  late.came(3h, 250, kStart);
  late.looked(kUsual, 2, kStart + 1h);
  const std::string line = late.save();
  const std::string text = join_memory({.late_events = line, .probes = "1 2", .policy = "adaptive\nmemory"});
  EXPECT_EQ(split_memory(text).policy, "adaptive\nmemory");
  EXPECT_EQ(split_memory(text).probes, "1 2");
  EXPECT_EQ(split_memory("adaptive\nmemory").policy, "adaptive\nmemory");
  EXPECT_EQ(split_memory("adaptive\nmemory").late_events, "");
  EXPECT_EQ(split_memory("late-events 1").policy, "late-events 1");
  for (const char* impossible :
       {"1 1 0 9223372036854775807 60000 1 1 0 0 0 0 0 0", "1 1 0 0 60000 1 1 0 0 0 -9 0 0", "x"}) {
    LateEvents damaged;
    damaged.restore(impossible);
    EXPECT_EQ(damaged.save(), "") << impossible;
  }
  LateEvents again;
  again.restore(split_memory(text).late_events);
  EXPECT_EQ(again.save(), late.save());
  EXPECT_EQ(again.count(), 1u);
  EXPECT_EQ(again.oldest(), 3h);
  EXPECT_EQ(again.wanted_at(), late.wanted_at());
  again.restore("nonsense");
  EXPECT_EQ(again.save(), late.save());
}

// A feed of 300 events, ten minutes apart, that shows no new ones; its validators change with what its pages show.
class DeepFeed : public testing::Test {
 protected:
  DeepFeed()
      : poller_(std::make_unique<FixedPolicy>(PolicySettings{5min, {}}),
                {.authenticated = true, .late_within = 500min}) {
    for (std::uint64_t i = 1; i <= 200; ++i) show(2 * i, kStart - 10min * (201 - static_cast<int>(i)));
    core::FeedState state;
    state.feed = "repos/o/r";
    poller_.add(std::move(state), {}, now_);
  }
  void show(std::uint64_t id, Timestamp at) { shown_[core::to_event_time(at)] = id; }

  core::Answer page(const Ask& ask) const {
    core::Answer answer;
    std::size_t i = 0;
    const std::size_t first = core::kEventsPerPage * static_cast<std::size_t>(ask.page - 1);
    for (auto at = shown_.rbegin(); at != shown_.rend(); ++at, ++i) {
      if (i < first || i >= first + core::kEventsPerPage) continue;
      core::Event event;
      event.key = {at->second, at->first};
      answer.events.push_back(event);
      answer.validator.etag += std::to_string(at->second) + ",";
    }
    answer.kind = core::AnswerKind::kEvents;
    answer.page_entries = answer.events.size();
    answer.has_next = first + core::kEventsPerPage < shown_.size();
    answer.linked = true;
    answer.poll_interval = 60s;
    answer.date = core::to_event_time(now_);
    if (answer.validator != ask.validator) return answer;
    core::Answer unchanged;
    unchanged.kind = core::AnswerKind::kNotModified;
    unchanged.date = answer.date;
    return unchanged;
  }

  void run(Millis span) {
    const Timestamp end = now_ + span;
    while (now_ < end) {
      const Decision decision = poller_.next(now_);
      if (const auto* wait = std::get_if<NothingDue>(&decision)) {
        now_ = wait->until;
        continue;
      }
      const Ask& ask = std::get<Ask>(decision);
      const core::Answer answer = page(ask);
      if (ask.page > 1) ++deep_requests_;
      if (ask.page > 1 && answer.kind == core::AnswerKind::kEvents) ++deep_charged_;
      Known known;
      for (const core::Event& event : answer.events) {
        const auto at = stored_.find(event.key);
        known.sequences.push_back(at == stored_.end() ? std::nullopt : std::optional(at->second));
      }
      known.last_sequence = static_cast<std::int64_t>(stored_.size());
      const Step step = poller_.absorb(answer, known, now_);
      EXPECT_FALSE(step.gap);
      for (const std::size_t fresh : step.fresh) {
        stored_.emplace(answer.events[fresh].key, static_cast<std::int64_t>(stored_.size()) + 1);
      }
      poller_.confirm();
    }
  }

  Timestamp now_ = kStart;
  Poller poller_;
  std::map<core::EventTime, std::uint64_t> shown_;
  std::map<core::EventKey, std::int64_t> stored_;
  std::size_t deep_requests_ = 0;
  std::size_t deep_charged_ = 0;
};

TEST_F(DeepFeed, costs_no_quota_and_few_requests_while_nothing_comes_late) {
  run(24h);
  const std::size_t charged = deep_charged_;
  const std::size_t before = deep_requests_;
  run(30 * 24h);
  EXPECT_EQ(deep_charged_ - charged, 0u);
  EXPECT_LE(deep_requests_ - before, 62u);
  EXPECT_EQ(stored_.size(), 200u);
}

TEST_F(DeepFeed, shows_what_became_visible_late_behind_a_first_page_that_does_not_change) {
  run(1h);
  show(1001, kStart - 10min * 150 + 1min);
  run(25h);
  ASSERT_EQ(stored_.size(), 201u) << "found by the rare look";
  EXPECT_EQ(poller_.state("repos/o/r")->overlap_boundary, std::nullopt);
  for (int i = 0; i < 5; ++i) {
    show(1002 + static_cast<std::uint64_t>(i), kStart - 10min * (120 + i) + 2min);
    run(500min);
    EXPECT_EQ(stored_.size(), 202u + static_cast<std::size_t>(i)) << "found in time while they come";
  }
}

}  // namespace
}  // namespace repopulse::polling
