// What is learned of the feed that an account receives, from events that it shows and from those of own polls.
#include "polling/received_feed.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'700'000'000)};
const std::string kA = "repos/o/a";
const std::string kB = "repos/p/b";
const std::vector<std::string> kBoth = {kA, kB};

class Received : public testing::Test {
 protected:
  Received() {
    for (const std::string& feed : kBoth) received_.add(feed, {}, std::nullopt);
  }
  core::Event event(const char* kind, Timestamp at) {
    core::Event event;
    event.key = {++ids_, core::to_event_time(at)};
    event.type = kind;
    return event;
  }
  // A poll of the account's feed shows so many events of the repository for the first time.
  ReceivedFeed::Verdict show(const std::string& feed, int events, Timestamp at = kStart,
                             const char* kind = "PushEvent") {
    for (int i = 0; i < events; ++i) received_.see(feed, event(kind, at), true);
    received_.seen_until(feed, at);
    return received_.judge(feed, at, at);
  }
  // A poll of the repository's own feed brings events that happened then.
  std::vector<core::Event> read(const std::string& feed, int events, Timestamp at, const char* kind = "PushEvent") {
    std::vector<core::Event> brought;
    for (int i = 0; i < events; ++i) brought.push_back(event(kind, at));
    for (const core::Event& each : brought) received_.hear(feed, each);
    received_.finish_read(feed);
    return brought;
  }
  void inform(Timestamp now = kStart) { received_.set_informed(received_.parts(kBoth, now)); }
  std::vector<std::string> shown(Timestamp now) const {
    std::vector<std::string> feeds;
    for (const PartlyShown& part : received_.parts(kBoth, now)) feeds.push_back(part.feed);
    return feeds;
  }

  ReceivedFeed received_{"users/w"};
  std::uint64_t ids_ = 0;
};

TEST_F(Received, informs_of_a_repository_once_it_has_shown_its_events) {
  EXPECT_TRUE(shown(kStart).empty());
  EXPECT_TRUE(received_.has_unproven(kBoth, kStart));
  show(kA, 2);
  EXPECT_EQ(shown(kStart), std::vector{kA}) << "the other one may not be watched";
  EXPECT_TRUE(received_.has_unproven(kBoth, kStart));
  show(kB, 1);
  EXPECT_EQ(shown(kStart), kBoth);
  EXPECT_FALSE(received_.has_unproven(kBoth, kStart));
}

TEST_F(Received, tells_the_share_that_it_does_not_show) {
  show(kA, 60);
  read(kA, 40, kStart - 1h, "WatchEvent");
  const auto parts = received_.parts(kBoth, kStart);
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_NEAR(parts.front().hidden, 0.4, 0.05);
}

TEST_F(Received, is_of_no_use_for_a_repository_of_which_it_shows_next_to_nothing) {
  show(kA, 3);
  read(kA, 300, kStart - 1h, "WatchEvent");
  EXPECT_TRUE(shown(kStart).empty());
}

TEST_F(Received, leaves_out_a_repository_that_is_watched_no_more) {
  show(kA, 20);
  show(kB, 20);
  inform();
  read(kA, 3, kStart + 1h);
  EXPECT_EQ(show(kA, 0, kStart + 70min), ReceivedFeed::Verdict::kBelieved) << "they may be visible soon";
  EXPECT_EQ(show(kA, 0, kStart + 80min), ReceivedFeed::Verdict::kRefuted);
  EXPECT_EQ(shown(kStart + 5h), std::vector{kB});
  show(kA, 3, kStart + 6h);
  EXPECT_EQ(shown(kStart + 6h), std::vector{kB}) << "not believed at once";
  EXPECT_EQ(shown(kStart + 48h), kBoth) << "but a day later";
}

TEST_F(Received, is_believed_where_events_are_shown_a_little_later) {
  show(kA, 20);
  inform();
  const auto brought = read(kA, 30, kStart + 1h);
  for (const core::Event& each : brought) received_.see(kA, each, false);
  EXPECT_EQ(show(kA, 0, kStart + 2h), ReceivedFeed::Verdict::kBelieved);
}

TEST_F(Received, is_believed_where_few_events_of_many_came_late) {
  show(kA, 20);
  inform();
  for (int hour = 1; hour < 100; ++hour) {
    read(kA, 1, kStart + hour * 1h);
    EXPECT_EQ(show(kA, 5, kStart + hour * 1h + 30min), ReceivedFeed::Verdict::kBelieved);
  }
  EXPECT_TRUE(received_.shows(kA, "PushEvent"));
}

TEST_F(Received, takes_a_kind_for_hidden_of_which_it_drops_many) {
  show(kA, 20);
  inform();
  for (int hour = 1; hour < 100; ++hour) {
    read(kA, 2, kStart + hour * 1h);
    show(kA, 3, kStart + hour * 1h + 30min);
  }
  EXPECT_FALSE(received_.shows(kA, "PushEvent"));
}

TEST_F(Received, is_not_asked_to_show_what_happened_before_it_was_read_first) {
  show(kA, 20);
  inform();
  read(kA, 50, kStart - 1h);
  EXPECT_EQ(show(kA, 0, kStart + 2h), ReceivedFeed::Verdict::kBelieved);
}

TEST_F(Received, counts_an_event_once_however_often_its_page_is_read) {
  show(kA, 1);
  const auto brought = read(kA, 1, kStart + 1h, "WatchEvent");
  for (int i = 0; i < 10; ++i) received_.see(kA, brought.front(), false);
  inform();
  EXPECT_FALSE(received_.shows(kA, "WatchEvent"));
}

TEST_F(Received, learns_no_kind_from_a_repository_that_is_not_watched) {
  show(kA, 50);
  show(kB, 50);
  inform();
  read(kB, 200, kStart + 1h);
  EXPECT_EQ(show(kB, 0, kStart + 2h), ReceivedFeed::Verdict::kRefuted);
  EXPECT_TRUE(received_.shows(kA, "PushEvent"));
}

TEST_F(Received, learns_which_kinds_it_does_not_show) {
  show(kA, 20);
  inform();
  for (int hour = 1; hour < 10; ++hour) {
    read(kA, 1, kStart + hour * 1h, "GollumEvent");
    show(kA, 5, kStart + hour * 1h + 30min);
  }
  EXPECT_TRUE(received_.shows(kA, "PushEvent"));
  EXPECT_FALSE(received_.shows(kA, "GollumEvent"));
  EXPECT_FALSE(received_.shows(kB, "PushEvent")) << "it does not inform of that one";
}

TEST_F(Received, takes_over_the_signals_of_probes_of_which_it_shows_all_kinds) {
  show(kA, 20);
  show(kA, 2, kStart, "ReleaseEvent");
  inform();
  read(kA, 5, kStart + 1h, "WatchEvent");
  read(kA, 5, kStart + 1h, "CreateEvent");
  show(kA, 0, kStart + 2h);
  show(kA, 1, kStart + 3h);
  const auto left = received_.left_signals(kA);
  EXPECT_TRUE(left[static_cast<std::size_t>(core::Signal::kReleases)]);
  EXPECT_FALSE(left[static_cast<std::size_t>(core::Signal::kStars)]);
  EXPECT_FALSE(left[static_cast<std::size_t>(core::Signal::kPushes)]) << "new branches are hidden";
  EXPECT_FALSE(left[static_cast<std::size_t>(core::Signal::kIssues)]) << "nothing is known of them";
  EXPECT_EQ(received_.left_signals(kB), (std::array<bool, core::kSignals>{}));
}

TEST_F(Received, is_doubted_where_much_is_expected_and_nothing_comes) {
  show(kA, 20);
  show(kB, 20);
  inform();
  received_.expect(kA, 4, false);
  received_.expect(kB, 5, false);
  received_.doubt_all_silent();
  EXPECT_FALSE(received_.doubted(kB));
  received_.expect(kB, 2, false);
  received_.doubt_all_silent();
  EXPECT_TRUE(received_.doubted(kB)) << "of which most was expected";
  EXPECT_FALSE(received_.doubted(kA));
  read(kB, 2, kStart + 9h);
  EXPECT_FALSE(received_.doubted(kB));
  EXPECT_EQ(received_.judge(kB, kStart + 10h, kStart + 10h), ReceivedFeed::Verdict::kAllRefuted);
}

TEST_F(Received, is_not_doubted_where_something_comes_of_another_repository) {
  show(kA, 20);
  show(kB, 20);
  inform();
  for (int i = 0; i < 10; ++i) {
    received_.expect(kA, 1, true);
    received_.expect(kB, 1.5, false);
    received_.doubt_all_silent();
  }
  EXPECT_FALSE(received_.doubted(kB));
  received_.expect(kB, 5, false);
  EXPECT_TRUE(received_.doubted(kB)) << "that one alone is silent for long";
  read(kB, 0, kStart + 9h);
  EXPECT_EQ(show(kB, 0, kStart + 10h), ReceivedFeed::Verdict::kBelieved) << "and is silent indeed";
}

TEST_F(Received, comes_back_from_what_is_stored) {
  show(kA, 60);
  read(kA, 40, kStart - 1h, "WatchEvent");
  show(kB, 5);
  inform();
  read(kB, 3, kStart + 1h);
  show(kB, 0, kStart + 2h);
  ReceivedFeed again("users/w");
  again.restore(received_.save());
  for (const std::string& feed : kBoth) again.add(feed, received_.save_feed(feed), kStart);
  for (const Millis after : {5h, 48h}) {
    const auto before = received_.parts(kBoth, kStart + after);
    const auto now = again.parts(kBoth, kStart + after);
    ASSERT_EQ(now.size(), before.size());
    for (std::size_t i = 0; i < now.size(); ++i) {
      EXPECT_EQ(now[i].feed, before[i].feed);
      EXPECT_NEAR(now[i].hidden, before[i].hidden, 1e-9);
    }
  }
}

TEST_F(Received, whatever_is_restored_works) {
  for (const char* line : {"", "1", "1 2 3", "-2 0 0 0", "1e300 1 1 1", "-1 1 0 0 PushEvent", "5 99 1e9 -1 PushEvent x",
                           "1 1 1 1 PushEvent 1e99 WatchEvent 5"}) {
    for (const std::string account : {"", "users/w "}) {
      received_.add(kA, account + line, kStart);
      show(kA, 3);
      (void)shown(kStart);
      EXPECT_LT(received_.save_feed(kA).size(), 200u) << account << line;
    }
  }
}

TEST_F(Received, forgets_a_repository_whose_name_was_given_away) {
  show(kA, 20);
  received_.begin_anew(kA);
  EXPECT_TRUE(shown(kStart).empty());
  EXPECT_EQ(received_.shown_at(kA), std::nullopt);
  received_.remove(kA);
  show(kA, 5);
  EXPECT_TRUE(received_.save_feed(kA).empty());
}

}  // namespace
}  // namespace repopulse::polling
