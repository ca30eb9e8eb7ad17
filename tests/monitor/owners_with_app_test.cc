// Owners whose repositories are followed with tokens of a GitHub App, which end each hour and all ETags with them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "monitor/owner_follower.h"
#include "tests/monitor/server_with_app.h"

namespace repopulse::monitor::test {
namespace {

using core::RepoStatus;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

class OwnersWithAppTest : public ServerWithApp {
 protected:
  void follow(const std::string& login, bool active = false) {
    const NewOwner wanted{core::OwnerName::parse(login + "/*").value(), active, std::nullopt, std::nullopt};
    ASSERT_TRUE(monitor_->add({}, {&wanted, 1}, clock()));
  }
  void add_repositories(const std::string& owner, int count) {
    for (int i = 0; i < count; ++i) github_.add_repository(owner + "/r" + std::to_string(1000 + added_++));
  }
  // Refused ones, too, of which the log names no feed.
  static bool is_of_list(const sim::LoggedRequest& request, const std::string& login = "org") {
    return base::to_lower(request.target).starts_with("/users/" + login + "/repos?");
  }
  // Requests for the owner's list.
  std::vector<sim::LoggedRequest> listings(const std::string& login = "org") const {
    std::vector<sim::LoggedRequest> found;
    for (const auto& request : github_.log().requests()) {
      if (is_of_list(request, login)) found.push_back(request);
    }
    return found;
  }
  std::vector<int> pages(const std::string& login = "org") const {
    std::vector<int> found;
    for (const auto& request : listings(login)) found.push_back(request.page);
    return found;
  }
  OwnerView owner(const std::string& login = "org") const { return *monitor_->snapshot()->find_owner(login); }
  std::size_t listed() const { return monitor_->snapshot()->repositories.size(); }
  std::size_t told_as_added() const {
    std::size_t sum = 0;
    for (const OwnerReport& report : owner_reports_) sum += report.added;
    return sum;
  }
  void TearDown() override { EXPECT_THAT(github_.log().breaches(), IsEmpty()); }

  int added_ = 0;
};

TEST_F(OwnersWithAppTest, lists_are_asked_with_the_token_of_the_installation) {
  add_repositories("Org", 250);
  boot();
  live(1h);
  EXPECT_EQ(tokens(), 0u) << "nothing is to be asked";
  follow("Org");
  live(1min);
  EXPECT_EQ(tokens(), 1u);
  EXPECT_THAT(pages(), ElementsAre(1, 2, 3));
  EXPECT_THAT(listings(), Each(Field(&sim::LoggedRequest::token, std::string(sim::kInstallationAccount))));
  EXPECT_THAT(listings(), Each(Field(&sim::LoggedRequest::status, 200)));
  EXPECT_EQ(listed(), 250u);
}

TEST_F(OwnersWithAppTest, new_tokens_bring_no_more_requests_for_lists_and_nothing_is_thought_new) {
  const std::vector<std::string> logins = {"one", "two", "three"};
  for (const std::string& login : logins) add_repositories(login, 250);
  boot();
  for (const std::string& login : logins) follow(login);
  live(23h);
  EXPECT_GE(tokens(), 23u);
  for (const std::string& login : logins) {
    const auto asked = listings(login);
    ASSERT_GE(asked.size(), 20u);
    EXPECT_THAT(std::vector(asked.begin(), asked.begin() + 3),
                ElementsAre(Field(&sim::LoggedRequest::page, 1), Field(&sim::LoggedRequest::page, 2),
                            Field(&sim::LoggedRequest::page, 3)));
    for (std::size_t i = 3; i < asked.size(); ++i) {
      EXPECT_EQ(asked[i].page, 1) << "the first page shows that nothing is new";
      EXPECT_GE(asked[i].at - asked[i - 1].at, kListingInterval) << i;
    }
    EXPECT_EQ(owner(login).counters.failures, 0u);
  }
  EXPECT_EQ(listed(), 750u);
  EXPECT_EQ(told_as_added(), 750u) << "each once";
}

TEST_F(OwnersWithAppTest, a_new_token_costs_one_whole_answer_a_list) {
  github_.app().set_token_life(4h);
  add_repositories("Org", 250);
  boot();
  follow("Org");
  live(23h);
  std::map<std::size_t, int> whole;  // by the number of tokens so far
  std::size_t made = 0;
  for (const auto& request : github_.log().requests()) {
    made += request.feed == "app";
    if (is_of_list(request) && request.status == 200) ++whole[made];
  }
  EXPECT_EQ(std::exchange(whole[1], 1), 3) << "the first reading";
  EXPECT_THAT(whole, Each(::testing::Pair(::testing::_, 1)));
  EXPECT_EQ(whole.size(), tokens());
  EXPECT_EQ(owner().counters.quota_spent, 3 + tokens() - 1);
  EXPECT_GT(owner().counters.not_modified, 10u);
}

TEST_F(OwnersWithAppTest, the_repositories_that_were_added_are_met_once) {
  add_repositories("Org", 5);
  boot();
  follow("Org", true);
  live(1min);
  const std::size_t before = github_.log().requests().size();
  live(23h);
  std::map<std::pair<std::string, std::size_t>, int> whole;  // answers, by feed and the number of tokens
  std::size_t made = 1;
  for (std::size_t i = before; i < github_.log().requests().size(); ++i) {
    const auto& request = github_.log().requests()[i];
    made += request.feed == "app";
    if (!request.feed.starts_with("repos/")) continue;
    EXPECT_TRUE(request.conditional) << request.target;
    EXPECT_EQ(request.page, 1) << request.target;
    if (request.status == 200) ++whole[{request.feed, made}];
  }
  EXPECT_GE(whole.size(), 5u * 20);
  EXPECT_THAT(whole, Each(::testing::Pair(::testing::_, 1)));
  for (const auto& one : monitor_->snapshot()->repositories) EXPECT_THAT(one->repository.gaps, IsEmpty());
}

TEST_F(OwnersWithAppTest, a_refused_token_is_replaced_and_the_same_page_is_asked_again) {
  add_repositories("Org", 450);
  boot();
  follow("Org");
  live_until([&] { return listings().size() == 2; }, 1min);
  github_.app().revoke_all();
  live(1min);
  EXPECT_THAT(pages(), ElementsAre(1, 2, 3, 3, 4, 5));
  EXPECT_EQ(listings()[2].status, 401);
  EXPECT_EQ(tokens(), 2u);
  EXPECT_EQ(listed(), 450u);
  EXPECT_EQ(told_as_added(), 450u);
  EXPECT_EQ(owner().status, RepoStatus::kOk);
  EXPECT_EQ(poller().condition, PollerCondition::kOk);
}

TEST_F(OwnersWithAppTest, the_same_page_of_a_later_reading_too_as_soon_as_there_is_a_token) {
  add_repositories("Org", 10);
  boot();
  follow("Org");
  live(10min);
  add_repositories("Org", 150);
  ASSERT_TRUE(monitor_->ask_owner_soon("org", clock()));
  live_until([&] { return listings().size() == 2; }, 1min);
  github_.app().revoke_all();
  live(1min);
  EXPECT_THAT(pages(), ElementsAre(1, 1, 2, 2));
  EXPECT_LE(listings()[3].at - listings()[2].at, 1s) << "only for a token it waits";
  EXPECT_EQ(listed(), 160u);
}

TEST_F(OwnersWithAppTest, however_many_tokens_are_refused_the_list_waits_for_a_token_alone) {
  add_repositories("Org", 3);
  boot();
  follow("Org");
  for (int i = 0; i < 8; ++i) {
    live_until([&] { return static_cast<std::size_t>(i) < tokens(); }, 3h);
    github_.app().revoke_all();
    live_until([&] { return listings().size() > static_cast<std::size_t>(i); }, 3h);
  }
  live(3h);
  EXPECT_EQ(listed(), 3u);
  EXPECT_EQ(owner().counters.failures, 8u);
  const auto& all = github_.log().requests();
  for (std::size_t i = 0; i < 17; i += 2) {
    ASSERT_EQ(all[i].feed, "app");
    EXPECT_TRUE(is_of_list(all[i + 1])) << all[i + 1].target;
    EXPECT_LE(all[i + 1].at - all[i].at, 1s) << i;
  }
}

TEST_F(OwnersWithAppTest, while_the_app_is_refused_lists_ask_nothing_and_wake_nobody) {
  add_repositories("Org", 3);
  boot();
  github_.app().refuse(403);
  follow("Org");
  live(12h);
  EXPECT_THAT(pages(), IsEmpty());
  EXPECT_LT(steps_, 200u);
  EXPECT_EQ(poller().condition, PollerCondition::kBadToken);
  github_.app().refuse(0);
  live(70min);
  EXPECT_EQ(listed(), 3u);
}

TEST_F(OwnersWithAppTest, an_owner_that_is_not_there_is_asked_rarely_whatever_tokens_come) {
  boot();
  follow("Nobody");
  live(48h);
  EXPECT_EQ(owner("nobody").status, RepoStatus::kNotFound);
  EXPECT_LT(listings("nobody").size(), 15u) << "10 min, 20 min, … a day";
}

TEST_F(OwnersWithAppTest, a_restart_asks_no_list_again_though_it_makes_a_token) {
  add_repositories("Org", 250);
  boot();
  follow("Org");
  live(30min);
  owner_reports_.clear();
  boot();
  live(25min);
  EXPECT_THAT(pages(), ElementsAre(1, 2, 3));
  live(10min);
  EXPECT_THAT(pages(), ElementsAre(1, 2, 3, 1));
  EXPECT_EQ(tokens(), 2u);
  EXPECT_TRUE(listings().back().conditional);
  EXPECT_EQ(told_as_added(), 0u);
}

// Tokens end at any time, the App is refused for a while, the server starts anew, repositories come and are removed.
class OwnersWithTroubledApp : public OwnersWithAppTest, public ::testing::WithParamInterface<int> {};

TEST_P(OwnersWithTroubledApp, each_repository_is_added_once_in_the_end) {
  sim::Random random(static_cast<std::uint64_t>(GetParam()));
  add_repositories("Org", static_cast<int>(random.below(400)));
  boot();
  follow("Org");
  std::set<std::string> removed;
  for (int round = 0; round < 30; ++round) {
    switch (random.below(5)) {
      case 0:
        github_.app().revoke_all();
        break;
      case 1:
        github_.app().refuse(random.chance(0.5) ? 401 : 403);
        break;
      case 2:
        add_repositories("Org", static_cast<int>(random.below(150)));
        (void)monitor_->ask_owner_soon("org", clock());
        break;
      case 3:
        if (listed() > 0) {
          const auto snapshot = monitor_->snapshot();
          const auto place = static_cast<std::ptrdiff_t>(random.below(listed()));
          const std::string name = (*std::next(snapshot->repositories.begin(), place))->repository.name.key();
          ASSERT_TRUE(monitor_->remove(name, clock()));
          removed.insert(name);
        }
        break;
      default:
        boot();
        github_.log().forget_told();
    }
    live(Millis(static_cast<std::int64_t>(random.below(random.chance(0.3) ? 3'000 : 7'200'000))));
    if (random.chance(0.7)) github_.app().refuse(0);
  }
  github_.app().refuse(0);
  live(26h);
  EXPECT_EQ(owner().status, RepoStatus::kOk) << owner().status_detail;
  EXPECT_EQ(listed(), static_cast<std::size_t>(added_) - removed.size());
  EXPECT_EQ(told_as_added(), static_cast<std::size_t>(added_)) << "each once";
  for (const std::string& name : removed) EXPECT_EQ(view(name), nullptr) << name;
}

INSTANTIATE_TEST_SUITE_P(Seeds, OwnersWithTroubledApp, ::testing::Range(1, 9));

}  // namespace
}  // namespace repopulse::monitor::test
