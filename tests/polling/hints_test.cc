#include "polling/hints.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "polling/fixed_policy.h"
#include "polling/poller.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;
using core::Millis;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'700'000'000)};
const std::string kFeed = "repos/o/r";

// One feed that would be polled every 2 h, in virtual time, and the GitHub that has it.
class HintsTest : public testing::Test {
 protected:
  HintsTest() : poller_(std::make_unique<FixedPolicy>(PolicySettings{1h, {}}), {true, 1, 6h}) {
    core::FeedState state;
    state.feed = kFeed;
    poller_.add(state, {}, now_);
    happen(now_ - 60s, 0s);
    run(1s);
    polls_.clear();
  }

  // An event, which the feed shows so much later.
  void happen(Timestamp at, Millis lag, const std::string& type = "PushEvent") {
    core::Event event;
    event.key = {events_.size() + 1, core::to_event_time(at)};
    event.type = type;
    events_.push_back({event, at + lag});
  }
  // An event of which a webhook tells at once. A request that is under way does not show it.
  void happen_with_hint(const std::string& type, const std::string& webhook = "1") {
    happen(now_, asked_ ? 1ms : 0ms, type);
    hint(type, webhook);
  }
  void run(Millis span) {
    run(span, [](Timestamp) {});
  }
  template <typename Do>
  void run(Millis span, Do each_second) {
    for (const Timestamp end = now_ + span; now_ < end; now_ += 1s) {
      each_second(now_);
      const Decision decision = poller_.next(now_);
      if (!std::holds_alternative<Ask>(decision)) continue;
      asked_ = true;
      amid_read_();
      asked_ = false;
      answer();
    }
  }
  void hint(const std::string& kind = {}, const std::string& webhook = {}) {
    poller_.hint(kFeed, {.kind = kind, .webhook = webhook}, now_);
  }
  // How long each event waited from the moment at which it was shown until it was read.
  std::vector<Millis> waits() const {
    std::vector<Millis> out;
    for (const Shown& shown : events_) out.push_back((shown.read_at ? *shown.read_at : now_) - shown.from);
    return out;
  }
  // Since the last first contact, in seconds from the start.
  std::vector<long> polls() const {
    std::vector<long> out;
    for (const Timestamp at : polls_) out.push_back((at - kStart) / 1s);
    return out;
  }

  Timestamp now_ = kStart;
  Poller poller_;
  bool in_trouble_ = false;
  bool asked_ = false;
  std::function<void()> amid_read_ = [] {};  // while a request is under way
  std::vector<Timestamp> polls_;

 private:
  struct Shown {
    core::Event event;
    Timestamp from;
    std::optional<Timestamp> read_at = {};
  };
  void answer() {
    polls_.push_back(now_);
    core::Answer answer;
    Known known;
    answer.poll_interval = 60s;
    answer.kind = in_trouble_ ? AnswerKind::kServerError : AnswerKind::kNotModified;
    bool fresh = false;
    for (const Shown& shown : events_) fresh = fresh || (!shown.read_at && shown.from <= now_);
    if (fresh && !in_trouble_) {
      answer.kind = AnswerKind::kEvents;
      answer.status = 200;
      for (auto at = events_.rbegin(); at != events_.rend(); ++at) {
        if (at->from > now_) continue;
        answer.events.push_back(at->event);
        known.sequences.push_back(at->read_at ? std::optional<std::int64_t>(at->event.key.id) : std::nullopt);
        if (!at->read_at) at->read_at = now_;
      }
      answer.page_entries = answer.events.size();
      known.last_sequence = static_cast<std::int64_t>(events_.size());
    }
    poller_.absorb(answer, known, now_);
    poller_.confirm();
  }

  std::vector<Shown> events_;
};

TEST_F(HintsTest, a_hint_has_the_feed_asked_as_soon_as_its_floor_permits) {
  run(9s);
  hint();
  run(30min);
  ASSERT_FALSE(polls_.empty());
  EXPECT_EQ(polls().front(), 60);
  run(60min);
  EXPECT_LE(polls_.size(), 5u);
}

TEST_F(HintsTest, a_feed_that_does_not_show_the_event_yet_is_asked_again) {
  run(299s);
  happen(now_, 200s);
  hint();
  run(1h);
  EXPECT_EQ(polls(), (std::vector<long>{300, 360, 480, 720})) << "the last one brings it, and no other follows";
}

TEST_F(HintsTest, a_hint_in_vain_is_given_up_after_a_quarter_of_an_hour) {
  run(299s);
  hint();
  run(1h);
  EXPECT_EQ(polls(), (std::vector<long>{300, 360, 480, 720, 1200}));
}

TEST_F(HintsTest, endless_false_hints_cost_one_request_an_hour_in_the_end) {
  run(299s);
  run(24h, [&](Timestamp) { hint(); });
  // 24 hours of 2-hourly polls would be 12; the hints come on top of them.
  EXPECT_LE(polls_.size(), 31u);
  const std::size_t day = polls_.size();
  run(24h, [&](Timestamp) { hint(); });
  EXPECT_LE(polls_.size() - day, 24u);
  EXPECT_GE(polls_.size() - day, 23u) << "they are heeded still";
}

TEST_F(HintsTest, an_event_makes_hints_count_again) {
  run(299s);
  run(24h, [&](Timestamp) { hint(); });
  happen(now_, 0s);
  run(1h, [&](Timestamp) { hint(); });
  run(2h);
  polls_.clear();
  happen(now_, 0s);
  const Timestamp at = now_;
  hint();
  run(1min);
  ASSERT_FALSE(polls_.empty()) << "the next hint is heeded at once";
  EXPECT_EQ(polls_.front(), at);
}

TEST_F(HintsTest, hints_never_come_below_the_floor) {
  for (int i = 0; i < 3600; i += 30) happen(now_ + std::chrono::seconds(i), 0s);
  run(1h, [&](Timestamp) { hint(); });
  for (std::size_t i = 1; i < polls_.size(); ++i) EXPECT_GE(polls_[i] - polls_[i - 1], 60s);
  EXPECT_LE(polls_.size(), 60u);
  EXPECT_GE(polls_.size(), 55u);
}

TEST_F(HintsTest, a_hint_ends_no_rest_after_trouble) {
  run(299s);
  in_trouble_ = true;
  hint();
  run(6h);
  const std::size_t alone = polls_.size();
  run(6h, [&](Timestamp) { hint(); });
  EXPECT_LE(polls_.size() - alone, alone + 2);
}

TEST_F(HintsTest, a_feed_that_is_not_polled_has_no_hints) {
  poller_.remove(kFeed, now_);
  hint();
  run(1h);
  EXPECT_TRUE(polls_.empty());
}

TEST_F(HintsTest, an_older_event_does_not_answer_a_newer_hint) {
  run(299s);
  happen(now_ - 200s, 200s);  // shown now, and an older one than the hint is about
  happen(now_, 90s);
  hint();
  run(10min);
  EXPECT_EQ(polls(), (std::vector<long>{300, 360, 480}));
}

TEST_F(HintsTest, a_hint_that_comes_while_the_feed_is_read_has_it_asked_again) {
  for (const std::string type : {"PushEvent", "IssuesEvent"}) {
    now_ += 300s;
    polls_.clear();
    const Timestamp at = now_;
    happen_with_hint("PushEvent");
    amid_read_ = [this, type] {
      happen_with_hint(type);
      amid_read_ = [] {};
    };
    now_ += 1s;
    run(30min);
    EXPECT_EQ(polls_, (std::vector<Timestamp>{at + 1s, at + 61s})) << type;
  }
}

TEST_F(HintsTest, false_hints_while_the_feed_is_read_cost_no_more_than_others) {
  run(299s);
  amid_read_ = [this] { hint("PushEvent", "1"); };
  run(24h, [&](Timestamp) { hint("PushEvent", "1"); });
  EXPECT_LE(polls_.size(), 31u);
}

TEST_F(HintsTest, one_event_of_which_several_webhooks_tell_is_read_for_once) {
  run(299s);
  for (int event = 0; event < 20; ++event) {
    polls_.clear();
    happen_with_hint("PushEvent", "1");
    now_ += 1s;
    run(2s);
    hint("PushEvent", "2");
    run(1s);
    hint("PushEvent", "3");
    run(10min);
    EXPECT_EQ(polls_.size(), 1u);
  }
}

// Of whatever is read before its hint has come, too.
TEST_F(HintsTest, a_hint_that_comes_late_hides_no_other) {
  std::mt19937 random(2);
  std::multimap<Timestamp, std::string> under_way;
  for (const unsigned one_in : {2u, 20u, 60u, 600u}) {
    run(2h, [&](Timestamp) {
      if (random() % one_in == 0) {
        const std::string type = random() % 3 == 0 ? "IssuesEvent" : "PushEvent";
        happen(now_, 0ms, type);
        under_way.emplace(now_ + random() % 4 * 1s, type);
      }
      for (; !under_way.empty() && under_way.begin()->first <= now_; under_way.erase(under_way.begin())) {
        hint(under_way.begin()->second, "1");
      }
    });
    under_way.clear();
    run(1h);
    const std::vector<Millis> waits = this->waits();
    EXPECT_LE(*std::ranges::max_element(waits), 65s) << "an event in " << one_in << " s";
  }
}

// Whenever hints come, and however many events of one kind there are at once: each event is read as soon as the floor
// permits.
TEST_F(HintsTest, every_event_of_which_a_webhook_tells_is_read_within_the_floor) {
  std::mt19937 random(1);
  const auto perhaps = [&](unsigned one_in) {
    if (random() % one_in == 0) happen_with_hint(random() % 3 == 0 ? "IssuesEvent" : "PushEvent");
  };
  for (const unsigned one_in : {2u, 20u, 60u, 600u}) {
    amid_read_ = [&] { perhaps(2); };
    run(2h, [&](Timestamp) { perhaps(one_in); });
    amid_read_ = [] {};
    run(2min);
    const std::vector<Millis> waits = this->waits();
    EXPECT_LE(*std::ranges::max_element(waits), 61s) << "an event in " << one_in << " s";
  }
}

TEST_F(HintsTest, a_clock_that_goes_back_keeps_the_wait_for_the_event) {
  run(299s);
  hint();
  run(5s);
  now_ -= 2h;
  polls_.clear();
  run(20min);
  EXPECT_GE(polls_.size(), 3u);
  EXPECT_LE(polls_.size(), 6u);
}

}  // namespace
}  // namespace repopulse::polling
