// Feeds that come in together, or are wanted soon together, are polled as if they had been so one by one.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/feed_name.h"
#include "polling/fixed_policy.h"
#include "polling/mean_policy.h"
#include "polling/policy.h"
#include "polling/poller.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Timestamp;

constexpr Timestamp kNow{std::chrono::seconds(1'750'000'000)};

struct Stored {
  core::FeedState state;
  std::vector<core::EventTime> history;
};

// The state of a feed that was polled before, well or not, or never.
Stored any_feed(std::size_t place) {
  Stored out;
  out.state.feed = "repos/o" + std::to_string(*rc::gen::inRange(0, 4)) + "/r" + std::to_string(place);
  const int events = *rc::gen::inRange(0, 30);
  for (int i = events; i > 0; --i) out.history.push_back(core::to_event_time(kNow - i * 3h));
  if (*rc::gen::inRange(0, 5) == 0) return out;
  const auto age = std::chrono::minutes(*rc::gen::inRange(1, 600));
  out.state.status = *rc::gen::inRange(0, 5) == 0 ? core::RepoStatus::kFailing : core::RepoStatus::kOk;
  out.state.failures_in_a_row = out.state.status == core::RepoStatus::kFailing ? 2 : 0;
  out.state.floor = 60s;
  out.state.last_polled_at = kNow - age;
  if (*rc::gen::inRange(0, 5) != 0) out.state.last_full_at = kNow - age;
  if (*rc::gen::inRange(0, 3) != 0) out.state.next_poll_at = kNow + std::chrono::minutes(*rc::gen::inRange(-9, 300));
  return out;
}

std::unique_ptr<Policy> policy(bool mean) {
  const PolicySettings settings{300s, {}};
  if (mean) return std::make_unique<MeanPolicy>(settings);
  return std::make_unique<FixedPolicy>(settings);
}

core::FeedState organisation(int number) {
  core::FeedState out;
  out.feed = "orgs/o" + std::to_string(number);
  out.status = core::RepoStatus::kOk;
  out.floor = 60s;
  out.last_polled_at = kNow - 20min;
  out.last_full_at = out.last_polled_at;
  out.next_poll_at = kNow + 7min;
  return out;
}

RC_GTEST_PROP(AddMany, IsPolledAsIfAddedOneByOne, (bool mean)) {
  std::vector<Stored> all;
  const auto count = *rc::gen::inRange<std::size_t>(0, 25);
  for (std::size_t i = 0; i < count; ++i) all.push_back(any_feed(i));
  Poller one_by_one(policy(mean), {.authenticated = true});
  Poller together(policy(mean), {.authenticated = true});
  for (int number = 0; number < 2; ++number) {
    one_by_one.remember(organisation(number));
    together.remember(organisation(number));
  }
  for (const Stored& stored : all) one_by_one.add(stored.state, stored.history, kNow);
  const auto add_all = [&] {
    for (const Stored& stored : all) together.add(stored.state, stored.history, kNow);
  };
  together.add_many(add_all, kNow);
  std::vector<std::string> soon;
  for (const Stored& stored : all) {
    if (*rc::gen::inRange(0, 3) == 0) soon.push_back(stored.state.feed);
  }
  soon.emplace_back("repos/not/polled");
  for (const std::string& feed : soon) one_by_one.poll_soon(feed, kNow);
  together.poll_many_soon(soon, kNow);
  for (const Stored& stored : all) {
    RC_ASSERT(together.shown_state(stored.state.feed) == one_by_one.shown_state(stored.state.feed));
  }
  RC_ASSERT(together.shared_feeds() == one_by_one.shared_feeds());
  RC_CLASSIFY(!together.repositories_of("orgs/o0").empty(), "an organisation's feed is asked");
  for (int number = 0; number < 4; ++number) {
    const std::string shared = organisation(number).feed;
    RC_ASSERT(together.repositories_of(shared) == one_by_one.repositories_of(shared));
  }
}

// Counts how often it is asked what an organisation's feed saves.
class CountingPolicy final : public Policy {
 public:
  explicit CountingPolicy(int& asked) : asked_(&asked) {}
  std::string_view name() const override { return "counting"; }
  void add(std::string_view, std::span<const core::EventTime>, std::string_view, Timestamp) override {}
  void remove(std::string_view) override {}
  void observe(std::string_view, const PollObservation&) override {}
  Timestamp next(std::string_view, Timestamp now) override { return now + 10min; }
  double gain_together(std::span<const std::string> feeds) const override {
    ++*asked_;
    return static_cast<double>(feeds.size());
  }
  std::string save(std::string_view) const override { return {}; }

 private:
  int* asked_;
};

TEST(AddMany, DecidesOnceForEachOrganisation) {
  int asked = 0;
  Poller poller(std::make_unique<CountingPolicy>(asked), {.authenticated = true});
  std::vector<std::string> feeds;
  const auto add_all = [&] {
    for (int i = 0; i < 200; ++i) {
      core::FeedState state;
      state.feed = "repos/o" + std::to_string(i % 2) + "/r" + std::to_string(i);
      state.status = core::RepoStatus::kOk;
      state.floor = 60s;
      state.last_polled_at = state.last_full_at = kNow - 1h;
      state.next_poll_at = kNow + 1h;
      feeds.push_back(state.feed);
      poller.add(std::move(state), {}, kNow);
    }
  };
  poller.add_many(add_all, kNow);
  EXPECT_EQ(std::exchange(asked, 0), 2);
  feeds.resize(180);  // the organisations' feeds may still inform of the others
  poller.poll_many_soon(feeds, kNow);
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace repopulse::polling
