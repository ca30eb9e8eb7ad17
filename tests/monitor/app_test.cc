// A monitor whose requests carry tokens of a GitHub App, against a simulated GitHub.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "sim/probe_executor.h"
#include "tests/monitor/server_with_app.h"

namespace repopulse::monitor::test {
namespace {

using core::RepoStatus;

class AppTest : public ServerWithApp {
 protected:
  AppTest() {
    const auto from = core::to_event_time(now_ - 48h);
    const auto until = core::to_event_time(now_ + 24h * 10);
    for (const std::string name : {"o/r", "p/s"}) {
      github_.add_repository(name);
      github_.add_events(name, sim::synthetic_activity({4, 0.3, 0.3}, from, until, std::hash<std::string>{}(name)));
    }
  }

  void watch(const std::string& name) {
    const store::NewRepository repository{*core::RepoName::parse(name), true};
    ASSERT_TRUE(monitor_->add({&repository, 1}, clock()));
  }
};

TEST_F(AppTest, makes_a_token_before_the_first_poll_and_one_an_hour) {
  boot();
  live(1h);
  EXPECT_EQ(tokens(), 0u) << "nothing is to be asked";
  watch("o/r");
  live(24h);
  EXPECT_THAT(tokens(), testing::AllOf(testing::Ge(24u), testing::Le(27u)));
  EXPECT_EQ(view("o/r")->feed.status, RepoStatus::kOk);
  EXPECT_TRUE(view("o/r")->repository.gaps.empty());
  EXPECT_EQ(view("o/r")->feed.counters.failures, 0u) << "no token ended in use";
  EXPECT_EQ(poller().condition, PollerCondition::kOk);
  EXPECT_TRUE(github_.log().breaches().empty());
  ASSERT_TRUE(poller().app && poller().app->ends_at);
  EXPECT_EQ(reports_.size(), tokens());
  EXPECT_TRUE(std::ranges::all_of(reports_, &TokenReport::good));
}

TEST_F(AppTest, a_new_token_costs_one_whole_answer_a_feed_and_wakes_nothing_that_rests) {
  github_.add_repository("q/gone");
  github_.delete_repository("q/gone");
  github_.add_repository("q/quiet");
  boot();
  watch("q/gone");
  watch("q/quiet");
  live(48h);
  const auto& all = github_.log().requests();
  long gone = 0;
  std::map<std::size_t, long> whole;  // answers about the quiet one, by the number of tokens so far
  std::size_t made = 0;
  for (const auto& request : all) {
    made += request.feed == "app";
    gone += request.target.find("/repos/q/gone/") == 0;
    if (request.feed == "repos/q/quiet" && request.status == 200) ++whole[made];
  }
  // 10 min, 20 min, … a day: with hourly tokens that were other tokens it would be asked 48 times more.
  EXPECT_LT(gone, 15);
  for (const auto& [number, answers] : whole) EXPECT_LE(answers, 1 + (number == 1)) << number;
  EXPECT_LE(tokens(), 54u);
}

TEST_F(AppTest, a_restart_keeps_validators_limits_and_rests) {
  boot();
  watch("o/r");
  live(90min);               // amid an hour of the quota
  github_.set_remaining(3);  // no more than the reserve
  live(15min);
  const auto blocked = poller().budget.blocked_until;
  ASSERT_TRUE(blocked);
  boot();
  EXPECT_EQ(poller().budget.blocked_until, blocked);
  const std::size_t before = github_.log().requests().size();
  live(1min);
  EXPECT_EQ(github_.log().requests().size(), before) << "not even a token, while nothing may be asked";
  live(3h);
  EXPECT_TRUE(github_.log().requests()[before + 1].conditional);
  EXPECT_TRUE(view("o/r")->repository.gaps.empty());
}

TEST_F(AppTest, tokens_that_github_ends_are_replaced_at_once) {
  boot();
  watch("o/r");
  live(30min);
  for (int i = 0; i < 3; ++i) {
    github_.app().revoke_all();
    const std::size_t made = tokens();
    live(30min);
    EXPECT_EQ(tokens(), made + 1);
    EXPECT_EQ(poller().condition, PollerCondition::kOk);
    EXPECT_EQ(view("o/r")->feed.status, RepoStatus::kOk);
  }
  EXPECT_TRUE(view("o/r")->repository.gaps.empty());
}

TEST_F(AppTest, a_refused_app_is_told_like_a_bad_token_and_tried_again_rarely) {
  for (const int status : {401, 403, 404}) {
    github_.app().refuse(status);
    boot();
    watch("o/r");
    const std::size_t before = github_.log().requests().size();
    live(12h);
    EXPECT_EQ(poller().condition, PollerCondition::kBadToken);
    EXPECT_THAT(poller().detail, testing::HasSubstr(std::to_string(status)));
    EXPECT_TRUE(poller().budget.blocked_until);
    EXPECT_LT(asked_tokens(before), 25);
    EXPECT_EQ(static_cast<std::size_t>(asked_tokens(before)), github_.log().requests().size() - before)
        << "nothing else is asked";
    github_.app().refuse(0);
    live(70min);
    EXPECT_EQ(poller().condition, PollerCondition::kOk);
    EXPECT_EQ(view("o/r")->feed.status, RepoStatus::kOk);
  }
}

TEST_F(AppTest, where_tokens_cannot_be_made_for_a_while_the_last_one_is_used_to_its_end) {
  boot();
  watch("o/r");
  live(54min);
  github_.inject(sim::Fault::kServerError, 3);
  live(6min);
  EXPECT_EQ(poller().condition, PollerCondition::kOk);
  github_.inject(sim::Fault::kReset, 1000);
  live(1h);
  EXPECT_EQ(poller().condition, PollerCondition::kBackingOff);
  EXPECT_FALSE(poller().detail.empty());
}

TEST_F(AppTest, a_replaced_key_is_used_at_once_where_the_last_one_was_deleted) {
  const sim::AppKeys others = sim::make_app_keys();
  github_.app().set_public_key(others.public_key);
  boot();
  watch("o/r");
  live(12h);
  EXPECT_EQ(poller().condition, PollerCondition::kBadToken);
  monitor_->renew_app_key(*github::AppKey::read(others.private_key), clock());
  live(1min);
  EXPECT_EQ(poller().condition, PollerCondition::kOk);
  EXPECT_EQ(view("o/r")->feed.status, RepoStatus::kOk);
}

TEST_F(AppTest, a_clock_that_is_off_or_jumps_holds_nothing_up) {
  for (const Millis ahead : {Millis(-26h), Millis(-11min), Millis(11min), Millis(26h)}) {
    ahead_ = ahead;
    boot();
    watch("o/r");
    const std::size_t before = github_.log().requests().size();
    live(6h);
    EXPECT_EQ(poller().condition, PollerCondition::kOk) << ahead.count();
    EXPECT_THAT(asked_tokens(before), testing::AllOf(testing::Ge(6), testing::Le(9))) << ahead.count();
    ahead_ = -ahead;
    live(6h);
    EXPECT_EQ(poller().condition, PollerCondition::kOk) << ahead.count();
    EXPECT_TRUE(view("o/r")->repository.gaps.empty());
    EXPECT_LE(*view("o/r")->feed.last_polled_at, clock());
    EXPECT_GT(*view("o/r")->feed.last_polled_at, clock() - 1h);
  }
}

TEST_F(AppTest, probes_carry_the_same_token) {
  github_.set_executor(&sim::execute_probe);
  probes_ = true;
  policy_ = "adaptive";
  for (int i = 0; i < 10; ++i) {
    const std::string name = "q" + std::to_string(i) + "/r";
    github_.add_repository(name);
    github_.add_events(name, sim::synthetic_activity({1, 0.3, 0.3}, core::to_event_time(now_ - 48h),
                                                     core::to_event_time(now_ + 72h), 5 + static_cast<unsigned>(i)));
  }
  boot();
  for (int i = 0; i < 10; ++i) watch("q" + std::to_string(i) + "/r");
  live(12h);
  EXPECT_GT(github_.log().probes(), 0u);
  github_.app().revoke_all();
  live(12h);
  EXPECT_LE(tokens(), 30u);
  EXPECT_EQ(poller().condition, PollerCondition::kOk);
  EXPECT_FALSE(poller().probe_budget.bad_token);
}

}  // namespace
}  // namespace repopulse::monitor::test
