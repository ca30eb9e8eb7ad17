// What accounts of the simulated GitHub receive.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "github/events_api.h"
#include "sim/github_simulator.h"

namespace repopulse::sim {
namespace {

using namespace std::chrono_literals;
using core::Answer;
using core::AnswerKind;
using core::Timestamp;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Timestamp kNow = core::timestamp_from_unix_millis(1'750'000'000'000);

class AccountsTest : public testing::Test {
 protected:
  AccountsTest() {
    github_.set_now(kNow);
    for (const char* name : {"o/a", "p/b", "q/c"}) github_.add_repository(name);
  }

  void happens(const char* repository, const char* type = "PushEvent", std::size_t times = 1) {
    Draft draft;
    draft.created_at = core::to_event_time(github_.now());
    draft.type = type;
    draft.actor = "ada";
    draft.latency = 0s;
    github_.add_events(repository, std::vector<Draft>(times, draft));
  }
  void pass(core::Millis span) { github_.set_now(github_.now() + span); }

  Answer ask(std::string_view path = "/users/hubot/received_events", int page = 1,
             const core::Validator& validator = {}) {
    const github::HttpRequest request = github::events_request(root_, path, page, validator);
    return github::interpret(root_, request, github_.send(request), {});
  }
  std::vector<std::string> received() {
    std::vector<std::string> out;
    for (const core::Event& event : ask().events) out.push_back(event.repository);
    return out;
  }

  github::ApiRoot root_{"https://api.github.com", "secret", "test"};
  GitHubSimulator github_{SimulatorSettings{}};
};

TEST_F(AccountsTest, receive_what_happens_in_the_repositories_that_they_watch) {
  happens("o/a");
  ASSERT_TRUE(github_.watch("Hubot", "O/A"));
  ASSERT_TRUE(github_.watch("hubot", "p/b"));
  EXPECT_THAT(received(), IsEmpty()) << "what happened before";
  for (const char* name : {"o/a", "p/b", "q/c"}) {
    pass(1s);
    happens(name);
  }
  EXPECT_THAT(received(), ElementsAre("p/b", "o/a"));
  EXPECT_TRUE(github_.is_watched("HUBOT", "p/b"));
  EXPECT_FALSE(github_.is_watched("hubot", "q/c"));
  EXPECT_FALSE(github_.watch("hubot", "no/body"));
}

TEST_F(AccountsTest, receive_no_stars_forks_and_members) {
  github_.watch_all("hubot");
  for (const char* type : {"WatchEvent", "ForkEvent", "PublicEvent", "MemberEvent", "IssuesEvent", "GollumEvent"}) {
    pass(1s);
    happens("o/a", type);
  }
  const Answer answer = ask();
  ASSERT_THAT(answer.events, SizeIs(2));
  EXPECT_EQ(answer.events[0].type, "GollumEvent");
  EXPECT_EQ(answer.events[1].type, "IssuesEvent");
  EXPECT_THAT(ask("/repos/o/a/events").events, SizeIs(6));
}

TEST_F(AccountsTest, that_watch_all_receive_from_later_repositories_too) {
  github_.watch_all("hubot");
  happens("r/later");
  EXPECT_THAT(received(), ElementsAre("r/later"));
}

TEST_F(AccountsTest, keep_what_they_received_when_they_watch_no_more) {
  github_.watch_all("hubot");
  happens("o/a");
  EXPECT_TRUE(github_.unwatch("hubot", "o/a"));
  EXPECT_FALSE(github_.unwatch("hubot", "o/a"));
  EXPECT_FALSE(github_.unwatch("nobody", "p/b"));
  happens("o/a");
  happens("p/b");
  EXPECT_THAT(received(), ElementsAre("p/b", "o/a"));
}

TEST_F(AccountsTest, go_on_watching_a_repository_that_moves_and_not_the_one_that_gets_its_name) {
  github_.watch("hubot", "o/a");
  github_.move_repository("o/a", "o/moved");
  EXPECT_TRUE(github_.is_watched("hubot", "o/a")) << "the name leads there";
  github_.add_repository("o/a");
  EXPECT_FALSE(github_.is_watched("hubot", "o/a"));
  happens("o/a");
  happens("o/moved");
  EXPECT_THAT(received(), ElementsAre("o/moved"));
}

TEST_F(AccountsTest, have_300_events_in_pages_that_their_links_name) {
  github_.watch_all("hubot");
  happens("o/a", "PushEvent", 350);
  for (int page = 1; page <= 3; ++page) {
    const Answer answer = ask("/users/HUBOT/received_events", page);
    EXPECT_THAT(answer.events, SizeIs(100));
    EXPECT_EQ(answer.has_next, page < 3);
  }
  EXPECT_EQ(ask("/users/hubot/received_events", 4).kind, AnswerKind::kEndOfFeed);
  const auto result = github_.serve("/users/hubot/received_events", {{"User-Agent", "test"}});
  const auto next = github::next_link(github::header(result->headers, "Link"));
  ASSERT_TRUE(next);
  EXPECT_THAT(*next, HasSubstr("/user/"));
  EXPECT_THAT(ask(next->substr(0, next->find('?')), 2).events, SizeIs(100));
}

TEST_F(AccountsTest, answer_as_other_feeds_do_with_validators_quota_and_a_floor) {
  github_.watch_all("hubot");
  happens("o/a");
  const Answer first = ask();
  EXPECT_EQ(first.poll_interval, 60s);
  pass(60s);
  happens("o/a", "WatchEvent");
  const Answer second = ask("/users/hubot/received_events", 1, first.validator);
  EXPECT_EQ(second.kind, AnswerKind::kNotModified);
  EXPECT_EQ(second.rate_limit->used, first.rate_limit->used);
  EXPECT_THAT(github_.log().breaches(), IsEmpty());
  pass(59s);
  happens("o/a");
  EXPECT_EQ(ask("/users/hubot/received_events", 1, first.validator).kind, AnswerKind::kEvents);
  EXPECT_THAT(github_.log().breaches(), SizeIs(1));
  EXPECT_EQ(github_.log().requests().back().feed, "users/hubot");
}

TEST_F(AccountsTest, that_are_unknown_or_gone_are_not_found) {
  EXPECT_EQ(ask().kind, AnswerKind::kNotFound);
  EXPECT_FALSE(github_.spoil_account("hubot", AccountFault::kMissing));
  github_.watch_all("hubot");
  EXPECT_EQ(ask().kind, AnswerKind::kEvents);
  ASSERT_TRUE(github_.spoil_account("hubot", AccountFault::kMissing));
  EXPECT_EQ(ask().kind, AnswerKind::kNotFound);
  EXPECT_EQ(github_.log().requests().back().feed, "users/hubot");
  happens("o/a");
  ASSERT_TRUE(github_.spoil_account("hubot", AccountFault::kNone));
  EXPECT_THAT(received(), ElementsAre("o/a"));
}

TEST_F(AccountsTest, that_are_stuck_answer_304_to_whoever_has_a_validator_until_that_ends) {
  github_.watch_all("hubot");
  happens("o/a");
  const core::Validator validator = ask().validator;
  ASSERT_TRUE(github_.spoil_account("hubot", AccountFault::kStuck));
  happens("o/a");
  pass(30 * 24h - 1s);
  const auto kind = [&] { return ask("/users/hubot/received_events", 1, validator).kind; };
  EXPECT_EQ(kind(), AnswerKind::kNotModified);
  github_.inject(Fault::kStuck);
  EXPECT_EQ(kind(), AnswerKind::kNotModified);
  pass(1h);
  EXPECT_EQ(kind(), AnswerKind::kNotModified);
  happens("o/a");
  EXPECT_EQ(ask().kind, AnswerKind::kEvents) << "without a validator";
  ASSERT_TRUE(github_.spoil_account("hubot", AccountFault::kNone));
  EXPECT_EQ(kind(), AnswerKind::kEvents);
}

TEST_F(AccountsTest, may_be_left_out_of_some_events_or_of_all) {
  github_.watch_all("hubot");
  ASSERT_TRUE(github_.spoil_account("hubot", AccountFault::kLeavesOut));
  happens("o/a", "PushEvent", 90);
  const std::size_t some = ask().events.size();
  EXPECT_GT(some, 40u);
  EXPECT_LT(some, 75u);
  ASSERT_TRUE(github_.spoil_account("hubot", AccountFault::kSilent));
  happens("o/a", "PushEvent", 10);
  EXPECT_EQ(ask().events.size(), some);
  ASSERT_TRUE(github_.spoil_account("hubot", AccountFault::kNone));
  happens("o/a", "PushEvent", 10);
  EXPECT_EQ(ask().events.size(), some + 10) << "what was left out does not come later";
  EXPECT_EQ(github_.shown("o/a").size(), 110u);
}

TEST_F(AccountsTest, have_faults_with_names) {
  for (const AccountFault fault : kAllAccountFaults) EXPECT_EQ(parse_account_fault(to_string(fault)), fault);
  EXPECT_FALSE(parse_account_fault("unknown"));
}

}  // namespace
}  // namespace repopulse::sim
