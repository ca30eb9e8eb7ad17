#include "notify/outbox.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/memory_store.h"

namespace repopulse::notify {
namespace {

using namespace std::chrono_literals;
using core::Timestamp;

constexpr Timestamp kNow{std::chrono::milliseconds(1'731'283'200'000)};

store::Alert alert(const std::string& key) {
  store::Alert out;
  out.key = key;
  out.repository = "o/r";
  out.rule = "silence";
  out.summary = "quiet";
  return out;
}

class OutboxTest : public ::testing::Test {
 protected:
  // Another process on the same store.
  Outbox other(std::vector<std::string> targets = {"a", "b"}) {
    Outbox outbox(store_, std::move(targets), [this] { return "delivery-" + std::to_string(++made_); });
    EXPECT_TRUE(outbox.load());
    return outbox;
  }

  // All that is due, as if each were sent.
  std::vector<Message> send_all(Outbox& outbox, Timestamp now) {
    std::vector<Message> sent;
    while (const auto message = outbox.next(now).value()) {
      sent.push_back(*message);
      EXPECT_TRUE(outbox.note_sent(*message));
    }
    return sent;
  }

  sim::MemoryStore store_;
  int made_ = 0;
};

TEST_F(OutboxTest, tells_each_target_once_of_the_beginning_and_once_of_the_end) {
  Outbox outbox = other();
  ASSERT_TRUE(outbox.begin(alert("k"), kNow));
  ASSERT_TRUE(outbox.begin(alert("k"), kNow + 1s));
  EXPECT_TRUE(send_all(outbox, kNow + 59s).empty()) << "others may begin within the minute";
  const auto begun = send_all(outbox, kNow + 60s);
  ASSERT_EQ(begun.size(), 2u);
  EXPECT_EQ(begun[0].target, "a");
  EXPECT_EQ(begun[1].target, "b");
  EXPECT_NE(begun[0].delivery, begun[1].delivery);
  EXPECT_FALSE(begun[0].alerts.at(0).end);
  EXPECT_TRUE(send_all(outbox, kNow + 48h).empty());
  ASSERT_TRUE(outbox.end("k", kNow + 49h));
  ASSERT_TRUE(outbox.end("k", kNow + 49h));
  const auto ended = send_all(outbox, kNow + 50h);
  ASSERT_EQ(ended.size(), 2u);
  EXPECT_TRUE(ended[0].alerts.at(0).end);
  EXPECT_TRUE(outbox.open().empty());
}

TEST_F(OutboxTest, tells_other_targets_from_now_on_and_gives_up_what_waits_for_those_before) {
  Outbox outbox = other({"a"});
  ASSERT_TRUE(outbox.begin(alert("1"), kNow));
  outbox.set_targets({"b"});
  ASSERT_TRUE(outbox.begin(alert("2"), kNow));
  ASSERT_TRUE(outbox.give_up(kNow));
  const auto sent = send_all(outbox, kNow + 60s);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].target, "b");
  EXPECT_EQ(sent[0].alerts.size(), 1u);
}

TEST_F(OutboxTest, puts_what_begins_within_a_minute_into_one_message) {
  Outbox outbox = other({"a"});
  ASSERT_TRUE(outbox.begin(alert("1"), kNow));
  ASSERT_TRUE(outbox.begin(alert("2"), kNow + 30s));
  ASSERT_TRUE(outbox.begin(alert("3"), kNow + 59s));
  const auto first = send_all(outbox, kNow + 60s);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].alerts.size(), 3u);
  ASSERT_TRUE(outbox.begin(alert("4"), kNow + 61s));
  EXPECT_EQ(send_all(outbox, kNow + 121s).at(0).alerts.size(), 1u);
}

TEST_F(OutboxTest, sends_again_with_growing_pauses_under_the_same_id_for_a_day) {
  Outbox outbox = other({"a"});
  ASSERT_TRUE(outbox.begin(alert("k"), kNow));
  std::vector<core::Millis> pauses;
  std::optional<Timestamp> before;
  int attempts = 0, given_up = 0;
  for (Timestamp now = kNow; now < kNow + 30h; now += 5s) {
    given_up += static_cast<int>(outbox.give_up(now).value().size());
    const auto message = outbox.next(now).value();
    if (!message) continue;
    EXPECT_EQ(message->delivery, "delivery-1");
    if (before) pauses.push_back(now - *before);
    before = now;
    ++attempts;
  }
  EXPECT_TRUE(std::ranges::is_sorted(pauses));
  EXPECT_EQ(pauses.front(), kFirstPause);
  EXPECT_EQ(pauses.back(), kLongestPause);
  EXPECT_EQ(given_up, 1);
  EXPECT_GT(attempts, 20);
  EXPECT_LT(attempts, 40);
  EXPECT_LT(*before, kNow + 24h);
}

TEST_F(OutboxTest, goes_on_after_a_crash_with_the_same_message_and_sends_at_most_one_more) {
  Message lost;
  {
    Outbox outbox = other({"a"});
    ASSERT_TRUE(outbox.begin(alert("1"), kNow));
    ASSERT_TRUE(outbox.begin(alert("2"), kNow));
    lost = outbox.next(kNow + 60s).value().value();  // sent, and killed before that was noted
  }
  Outbox next = other({"a"});
  EXPECT_FALSE(next.next(kNow + 61s).value()) << "the first server may still be sending it";
  const auto again = send_all(next, kNow + 60s + kFirstPause);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].delivery, lost.delivery);
  EXPECT_EQ(json_of(again[0]), json_of(lost));
  EXPECT_TRUE(send_all(next, kNow + 48h).empty());
  EXPECT_TRUE(next.holds("1"));
}

// A crash after any call of the store: nothing is lost, and what comes twice has the same id.
TEST_F(OutboxTest, loses_and_doubles_nothing_wherever_it_is_killed) {
  for (int killed_after = 0; killed_after < 12; ++killed_after) {
    sim::MemoryStore store;
    int calls = 0;
    store.set_faults([&](std::string_view) {
      return calls++ == killed_after ? sim::StoreFault::kCrashAfter : sim::StoreFault::kNone;
    });
    std::map<std::string, std::multiset<std::string>> sent;  // by delivery
    Timestamp now = kNow;
    const auto live = [&] {
      Outbox outbox(store, {"a"}, [&] { return "delivery-" + std::to_string(++made_); });
      ASSERT_TRUE(outbox.load());
      for (const char* key : {"1", "2"}) {
        if (!outbox.holds(key)) {
          ASSERT_TRUE(outbox.begin(alert(key), now));
        }
      }
      for (now += 2min; const auto message = outbox.next(now).value();) {
        sent[message->delivery].insert(json_of(*message));
        ASSERT_TRUE(outbox.note_sent(*message));
      }
    };
    for (int life = 0; life < 3; ++life) {
      try {
        live();
      } catch (const sim::Crash&) {
      }
      now += 5min;
    }
    store.set_faults({});
    std::map<std::string, int> told;
    for (const auto& [delivery, bodies] : sent) {
      EXPECT_LE(bodies.size(), 2u) << killed_after;
      for (const std::string& body : std::set(bodies.begin(), bodies.end())) {
        for (const char* id : {"\"id\":1,", "\"id\":2,"}) told[id] += body.find(id) != std::string::npos ? 1 : 0;
      }
    }
    for (const char* id : {"\"id\":1,", "\"id\":2,"}) EXPECT_GE(told[id], 1) << "killed after call " << killed_after;
    EXPECT_TRUE(store.open_alerts()->at(0).notices.empty());
  }
}

TEST_F(OutboxTest, a_server_that_lost_its_place_changes_nothing_more) {
  Outbox old = other({"a"}), now = other({"a"});
  ASSERT_TRUE(now.begin(alert("k"), kNow));
  EXPECT_EQ(old.begin(alert("k"), kNow).error().kind, core::ErrorKind::kStale);
  ASSERT_TRUE(old.load());
  EXPECT_EQ(send_all(now, kNow + 60s).size(), 1u);
  EXPECT_EQ(old.next(kNow + 60s).error().kind, core::ErrorKind::kStale);
  ASSERT_TRUE(old.load());
  EXPECT_TRUE(send_all(old, kNow + 2h).empty());
}

TEST_F(OutboxTest, tells_that_the_store_is_away_and_stores_it_later) {
  Outbox outbox = other({"a"});
  store_.fail_next(1'000);
  EXPECT_FALSE(outbox.begin(alert("silence"), kNow));
  ASSERT_TRUE(outbox.begin(alert("poller"), kNow, true));
  const auto message = outbox.next(kNow + 60s, true).value();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->alerts.size(), 1u);
  ASSERT_TRUE(outbox.note_sent(*message));
  EXPECT_FALSE(outbox.store_unstored());
  store_.fail_next(0);
  ASSERT_TRUE(outbox.store_unstored());
  EXPECT_EQ(store_.open_alerts()->size(), 1u);
  ASSERT_TRUE(outbox.end("poller", kNow + 10min));
  EXPECT_EQ(send_all(outbox, kNow + 11min).size(), 1u);
}

TEST_F(OutboxTest, forgets_what_was_for_a_target_that_is_not_there_any_more) {
  Outbox before = other({"a", "gone"});
  ASSERT_TRUE(before.begin(alert("k"), kNow));
  Outbox after = other({"a"});
  EXPECT_TRUE(after.give_up(kNow + 1s).value().empty());
  EXPECT_EQ(send_all(after, kNow + 60s).size(), 1u);
  EXPECT_TRUE(after.open().at(0).notices.empty());
}

}  // namespace
}  // namespace repopulse::notify
