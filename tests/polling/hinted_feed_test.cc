#include "polling/hinted_feed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'700'000'000)};

class HintedFeedTest : public testing::Test {
 protected:
  // An event, a hint of it and a read, one after the other.
  void live(int events, const std::string& kind = "PushEvent", bool hinted = true) {
    for (int i = 0; i < events; ++i) {
      now_ += 1h;
      if (hinted) feed_.take({.kind = kind}, now_);
      read({kind});
    }
  }
  HintedFeed::Read read(const std::vector<std::string>& kinds) {
    const core::EventTime created = core::to_event_time(now_);
    feed_.begin_read();
    now_ += 1min;
    for (const std::string& kind : kinds) feed_.hear(kind, created);
    return feed_.finish_read(now_, now_);
  }

  Timestamp now_ = kStart;
  HintedFeed feed_{kStart};
};

TEST_F(HintedFeedTest, is_trusted_when_some_events_have_come_with_hints) {
  live(4);
  EXPECT_FALSE(feed_.trusted());
  live(1);
  EXPECT_TRUE(feed_.trusted());
}

TEST_F(HintedFeedTest, is_not_trusted_where_many_kinds_come_without_hints) {
  for (int i = 0; i < 30; ++i) {
    live(1);
    live(1, "WatchEvent", false);
  }
  EXPECT_FALSE(feed_.trusted());
}

TEST_F(HintedFeedTest, is_trusted_where_a_rare_kind_comes_without_hints) {
  for (int i = 0; i < 30; ++i) {
    live(9);
    live(1, "ForkEvent", false);
  }
  EXPECT_TRUE(feed_.trusted()) << "reads for unseen kinds are the policy's";
}

TEST_F(HintedFeedTest, ends_its_trust_with_the_first_event_that_should_have_come_with_a_hint) {
  live(20);
  ASSERT_TRUE(feed_.trusted());
  now_ += 1h;
  EXPECT_TRUE(read({"PushEvent"}).misled);
  EXPECT_FALSE(feed_.trusted());
  EXPECT_TRUE(feed_.failed_at());
  feed_.take({.kind = "PushEvent"}, now_);
  EXPECT_FALSE(feed_.failed_at()) << "hints come again";
}

TEST_F(HintedFeedTest, asks_for_more_proof_each_time) {
  const auto until_trusted = [&] {
    int events = 0;
    while (!feed_.trusted() && ++events < 100) live(1);
    return events;
  };
  const int first = until_trusted();
  live(1, "PushEvent", false);
  const int second = until_trusted();
  live(1, "PushEvent", false);
  EXPECT_GT(second, first);
  EXPECT_GT(until_trusted(), second);
}

TEST_F(HintedFeedTest, one_hint_that_is_lost_among_others_ends_no_trust) {
  live(20);
  now_ += 1h;
  feed_.take({.kind = "PushEvent"}, now_);
  const HintedFeed::Read read = this->read({"PushEvent", "IssuesEvent"});
  EXPECT_EQ(read.unannounced, 1u);
  EXPECT_FALSE(read.misled);
  EXPECT_TRUE(feed_.trusted());
}

TEST_F(HintedFeedTest, takes_a_hint_that_comes_after_the_event_was_read_for_its_hint) {
  live(20);
  now_ += 1h;
  feed_.hear("PushEvent", core::to_event_time(now_));
  const HintedFeed::Read read = feed_.finish_read(now_ + 5s, now_ + 5s);
  EXPECT_EQ(read.unannounced, 0u);
  EXPECT_TRUE(feed_.take({.kind = "PushEvent"}, now_ + 20s)) << "it may be another one's";
  feed_.begin_read();
  EXPECT_FALSE(feed_.finish_read(now_ + 1h, now_ + 1h).misled);
  EXPECT_TRUE(feed_.trusted());
}

TEST_F(HintedFeedTest, takes_an_event_whose_hint_never_comes_for_one_without) {
  live(20);
  now_ += 1h;
  feed_.hear("PushEvent", core::to_event_time(now_));
  EXPECT_FALSE(feed_.finish_read(now_ + 5s, now_ + 5s).misled) << "the hint may be under way";
  EXPECT_TRUE(feed_.finish_read(now_ + 1h, now_ + 1h).misled);
}

TEST_F(HintedFeedTest, counts_hints_of_two_webhooks_as_one) {
  live(20);
  now_ += 1h;
  EXPECT_TRUE(feed_.take({.kind = "PushEvent"}, now_));
  EXPECT_FALSE(feed_.take({.kind = "PushEvent"}, now_ + 2s));
  EXPECT_TRUE(feed_.take({.kind = "IssuesEvent"}, now_ + 2s)) << "of another kind";
  EXPECT_EQ(read({"PushEvent", "PushEvent", "IssuesEvent"}).unannounced, 0u);
  EXPECT_FALSE(feed_.first_fresh());
  EXPECT_FALSE(feed_.newest_in_vain());
}

TEST_F(HintedFeedTest, takes_a_second_hint_of_one_webhook_for_another_event_once_a_read_has_begun) {
  feed_.take({.kind = "PushEvent", .webhook = "1"}, now_);
  EXPECT_FALSE(feed_.take({.kind = "PushEvent", .webhook = "1"}, now_ + 1s)) << "the next read shows both";
  feed_.begin_read();
  EXPECT_FALSE(feed_.take({.kind = "PushEvent", .webhook = "2"}, now_ + 2s)) << "it tells of the same event";
  EXPECT_TRUE(feed_.take({.kind = "PushEvent", .webhook = "1"}, now_ + 2s));
  feed_.hear("PushEvent", core::to_event_time(now_));
  EXPECT_TRUE(feed_.finish_read(now_ + 3s, now_ + 3s).found);
  EXPECT_EQ(feed_.first_fresh(), now_ + 2s) << "the read began before it";
  EXPECT_FALSE(feed_.take({.kind = "PushEvent", .webhook = "3"}, now_ + 4s)) << "a third one, slower than the read";
  EXPECT_EQ(read({"PushEvent"}).unannounced, 0u);
  EXPECT_FALSE(feed_.first_fresh());
  EXPECT_FALSE(feed_.newest_in_vain());
}

TEST_F(HintedFeedTest, counts_no_read_in_vain_that_began_before_the_hint) {
  feed_.begin_read();
  feed_.take({.kind = "PushEvent"}, now_);
  feed_.finish_read(now_ + 1s, now_ + 1s);
  EXPECT_EQ(feed_.first_fresh(), now_);
  EXPECT_FALSE(feed_.newest_in_vain());
}

TEST_F(HintedFeedTest, a_hint_without_a_kind_tells_of_any_event) {
  for (int i = 0; i < 10; ++i) {
    now_ += 1h;
    feed_.take({}, now_);
    EXPECT_EQ(read({"ReleaseEvent"}).unannounced, 0u);
  }
  EXPECT_TRUE(feed_.trusted());
}

TEST_F(HintedFeedTest, waits_for_the_event_of_a_hint_through_some_reads) {
  feed_.take({.kind = "PushEvent"}, now_);
  EXPECT_EQ(feed_.first_fresh(), now_);
  for (int reads = 1; reads < HintedFeed::kReads; ++reads) {
    const HintedFeed::Read read = this->read({});
    EXPECT_EQ(read.reads_before, reads - 1);
    EXPECT_FALSE(read.found);
    ASSERT_TRUE(feed_.newest_in_vain());
    EXPECT_EQ(feed_.newest_in_vain()->reads, reads);
    EXPECT_FALSE(feed_.first_fresh());
  }
  read({});
  EXPECT_FALSE(feed_.newest_in_vain()) << "it is given up";
}

TEST_F(HintedFeedTest, learns_what_share_of_the_hints_is_true) {
  live(30);
  EXPECT_GT(feed_.true_share(), 0.9);
  for (int i = 0; i < 60; ++i) {
    now_ += 1h;
    feed_.take({.kind = "IssuesEvent"}, now_);
    for (int reads = 0; reads < HintedFeed::kReads; ++reads) read({});
  }
  EXPECT_LT(feed_.true_share(), 0.3);
}

TEST_F(HintedFeedTest, judges_nothing_by_what_came_before_it_listened) {
  for (int i = 0; i < 30; ++i) feed_.hear("PushEvent", core::to_event_time(kStart - std::chrono::minutes(i + 1)));
  EXPECT_EQ(feed_.finish_read(now_, now_).unannounced, 0u);
  live(5);
  EXPECT_TRUE(feed_.trusted());
}

TEST_F(HintedFeedTest, compares_times_by_the_clock_of_github) {
  const auto github = [](Timestamp at) { return at + 3min; };
  for (int i = 0; i < 6; ++i) {
    now_ += 1h;
    feed_.take({.kind = "PushEvent"}, now_);
    feed_.hear("PushEvent", core::to_event_time(github(now_)));
    EXPECT_EQ(feed_.finish_read(github(now_ + 1min), now_ + 1min).unannounced, 0u);
  }
  EXPECT_TRUE(feed_.trusted());
}

TEST_F(HintedFeedTest, forgets_what_was_heard_where_it_is_not_stored) {
  live(20);
  now_ += 1h;
  feed_.hear("PushEvent", core::to_event_time(now_));
  feed_.forget_heard();
  EXPECT_FALSE(feed_.finish_read(now_ + 1min, now_ + 1min).misled);
}

TEST_F(HintedFeedTest, is_trusted_after_a_restart_when_it_was_read) {
  live(20);
  HintedFeed restarted(now_);
  restarted.restore(feed_.save());
  EXPECT_FALSE(restarted.trusted()) << "hints may have come meanwhile, and nobody heard them";
  restarted.finish_read(now_ + 1min, now_ + 1min);
  EXPECT_TRUE(restarted.trusted());
  restarted.hear("PushEvent", core::to_event_time(now_ + 1h));
  EXPECT_TRUE(restarted.finish_read(now_ + 2h, now_ + 2h).misled) << "it knows which kinds come with hints";
  EXPECT_EQ(restarted.save().find('\n'), std::string::npos);
}

TEST_F(HintedFeedTest, restores_anything_without_harm) {
  std::mt19937 random(1);
  const std::string good = [&] {
    live(20);
    return feed_.save();
  }();
  for (int i = 0; i < 3000; ++i) {
    std::string text = good;
    for (int change = 0; change < 5; ++change) text[random() % text.size()] = static_cast<char>(random());
    HintedFeed feed(now_);
    feed.restore(text);
    feed.finish_read(now_ + 1h, now_ + 1h);
    EXPECT_GE(feed.true_share(), 0);
    EXPECT_LE(feed.true_share(), 1);
  }
}

// A GitHub that shows each event at once and stamps it with whole seconds, one webhook whose deliveries come late and
// out of order, and a reader who reads when a hint is to be read for, once a second at most.
class HintedReader {
 public:
  explicit HintedReader(unsigned seed) : random_(seed) {}

  // How long the event waited that waited longest for the read after its hint had come.
  core::Millis longest_wait(unsigned one_in, core::Millis latest_hint) {
    for (const Timestamp end = now_ + 10min; now_ < end; now_ += 10ms) step(now_ < end - 10s ? one_in : 0, latest_hint);
    core::Millis longest{0};
    for (const Happened& event : events_) longest = std::max(longest, event.read_at - event.hinted_at);
    return longest;
  }
  // Reads that brought nothing, and were for a hint whose event no read had shown, as far as was known.
  int in_vain() const { return in_vain_; }

 private:
  struct Happened {
    std::string kind;
    Timestamp at{};
    Timestamp hinted_at{};
    Timestamp read_at = Timestamp::max();
  };
  core::Millis up_to(core::Millis most) { return core::Millis(random_() % static_cast<unsigned>(most.count() + 1)); }

  void step(unsigned one_in, core::Millis latest_hint) {
    if (one_in > 0 && random_() % one_in == 0) {
      events_.push_back({random_() % 3 == 0 ? "IssuesEvent" : "PushEvent", now_, now_ + up_to(latest_hint)});
      under_way_.emplace(events_.back().hinted_at, events_.back().kind);
    }
    for (; !under_way_.empty() && under_way_.begin()->first <= now_; under_way_.erase(under_way_.begin())) {
      if (!feed_) feed_.emplace(now_);
      wanted_ = feed_->take({.kind = under_way_.begin()->second, .webhook = "1"}, now_) || wanted_;
    }
    if (absorbs_at_ && *absorbs_at_ <= now_) absorb();
    if (!absorbs_at_ && wanted_ && now_ >= read_at_ + 1s) {
      feed_->begin_read();
      answered_at_ = now_ + up_to(30ms);
      absorbs_at_ = answered_at_ + up_to(30ms);
    }
  }
  void absorb() {
    bool found = false;
    for (Happened& event : events_) {
      if (event.at > answered_at_ || event.read_at != Timestamp::max()) continue;
      found = true;
      event.read_at = now_;
      feed_->hear(event.kind, core::to_event_time(event.at));
    }
    feed_->finish_read(core::to_timestamp(core::to_event_time(answered_at_)), now_);
    in_vain_ += feed_->was_for_unread() && !found ? 1 : 0;
    wanted_ = feed_->first_fresh().has_value();
    read_at_ = now_;
    absorbs_at_.reset();
  }

  std::mt19937 random_;
  Timestamp now_ = kStart + 400ms;
  std::optional<HintedFeed> feed_;
  std::vector<Happened> events_;
  std::multimap<Timestamp, std::string> under_way_;
  bool wanted_ = false;
  int in_vain_ = 0;
  Timestamp read_at_{};
  Timestamp answered_at_{};
  std::optional<Timestamp> absorbs_at_;
};

TEST(HintedReads, every_event_is_read_soon_after_its_hint) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    for (const unsigned one_in : {20u, 100u, 300u, 2000u}) {
      for (const core::Millis latest : {core::Millis(20), core::Millis(3000)}) {
        const std::string world = "seed " + std::to_string(seed) + ", an event in " + std::to_string(one_in * 10) +
                                  " ms, hints up to " + std::to_string(latest.count()) + " ms late";
        HintedReader reader(seed);
        EXPECT_LE(reader.longest_wait(one_in, latest), latest + 1200ms) << world;
        if (latest > 1s) continue;  // hints that come out of order cannot all be told apart
        EXPECT_EQ(reader.in_vain(), 0) << world;
      }
    }
  }
}

// Whatever comes in whatever order: memory and figures stay within their bounds.
TEST_F(HintedFeedTest, stays_within_its_bounds) {
  std::mt19937 random(2);
  const std::vector<std::string> kinds = {"PushEvent", "IssuesEvent", "WatchEvent", ""};
  for (int i = 0; i < 50'000; ++i) {
    now_ += std::chrono::seconds(random() % 30);
    const std::string kind = random() % 50 == 0 ? "Kind" + std::to_string(i) : kinds[random() % kinds.size()];
    if (random() % 3 == 0) feed_.take({.kind = kind, .webhook = std::to_string(random() % 3)}, now_);
    if (random() % 3 == 0) feed_.hear(kind, core::to_event_time(now_ - std::chrono::seconds(random() % 2000)));
    if (random() % 10 == 0) feed_.begin_read();
    if (random() % 10 == 0) feed_.finish_read(now_, now_);
    if (random() % 1000 == 0) feed_.clock_went_back(10min);
    ASSERT_LE(feed_.true_share(), 1);
    ASSERT_GE(feed_.true_share(), 0);
  }
  EXPECT_LT(feed_.save().size(), 4000u);
}

}  // namespace
}  // namespace repopulse::polling
