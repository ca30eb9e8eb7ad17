// Feeds that come in together are polled as if they had come in one by one.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/feed_name.h"
#include "polling/fixed_policy.h"
#include "polling/mean_policy.h"
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

}  // namespace
}  // namespace repopulse::polling
