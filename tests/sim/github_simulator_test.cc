#include "sim/github_simulator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "github/events_api.h"

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

Draft draft(core::Timestamp at, const char* type = "WatchEvent") {
  Draft made;
  made.created_at = core::to_event_time(at);
  made.type = type;
  made.actor = "ada";
  return made;
}

std::vector<Draft> drafts(std::size_t count, core::Timestamp newest, core::Millis gap = 10s) {
  std::vector<Draft> made;
  for (std::size_t i = count; i-- > 0;) made.push_back(draft(newest - gap * i));
  return made;
}

class GitHubSimulatorTest : public testing::Test {
 protected:
  explicit GitHubSimulatorTest(const SimulatorSettings& settings = {}) : github_(settings) { github_.set_now(kNow); }

  Answer ask(std::string_view path = "/repos/o/r/events", int page = 1, const core::Validator& validator = {}) {
    const github::HttpRequest request = github::events_request(root_, path, page, validator);
    return github::interpret(root_, request, github_.send(request), {});
  }

  github::ApiRoot root_{"https://api.github.com", "secret", "test"};
  GitHubSimulator github_;
};

TEST_F(GitHubSimulatorTest, shows_the_newest_events_page_by_page) {
  github_.add_events("o/r", drafts(350, kNow));
  std::set<core::EventKey> met;
  for (int page = 1; page <= 3; ++page) {
    const Answer answer = ask("/repos/O/R/events", page);
    ASSERT_EQ(answer.kind, AnswerKind::kEvents);
    EXPECT_EQ(answer.events.size(), 100u);
    EXPECT_EQ(answer.has_next, page < 3);
    for (const auto& event : answer.events) met.insert(event.key);
  }
  EXPECT_EQ(met.size(), 300u);
  EXPECT_EQ(ask("/repos/o/r/events", 4).kind, AnswerKind::kEndOfFeed);
  EXPECT_EQ(ask().events.front().key.created_at, core::to_event_time(kNow));
}

TEST_F(GitHubSimulatorTest, tells_of_each_event_when_it_happens_and_not_of_past_ones) {
  std::vector<std::string> told;
  github_.on_event([&](const Happened& event) { told.push_back(event.full_name + " " + event.type); });
  github_.add_events("o/r", drafts(3, kNow - 60s));
  EXPECT_THAT(told, IsEmpty());
  Draft late = draft(kNow + 30s, "PushEvent");
  late.latency = core::Millis(1h);
  github_.add_events("o/r", {late, draft(kNow)});
  EXPECT_THAT(told, ElementsAre("o/r WatchEvent"));
  github_.set_now(kNow + 30s);
  EXPECT_THAT(told, ElementsAre("o/r WatchEvent", "o/r PushEvent")) << "before its feed shows it";
  github_.set_now(kNow + 2h);
  EXPECT_THAT(told, SizeIs(2));
}

TEST_F(GitHubSimulatorTest, answers_304_until_something_new_is_shown) {
  github_.add_events("o/r", drafts(3, kNow));
  const Answer first = ask();
  EXPECT_EQ(first.poll_interval, 60s);
  EXPECT_EQ(first.rate_limit->remaining, 4999);
  github_.set_now(kNow + 60s);
  const Answer second = ask("/repos/o/r/events", 1, first.validator);
  EXPECT_EQ(second.kind, AnswerKind::kNotModified);
  EXPECT_EQ(second.rate_limit->remaining, 4999);  // free with a token
  github_.add_events("o/r", {draft(kNow + 90s)});
  github_.set_now(kNow + 89s);
  EXPECT_EQ(ask("/repos/o/r/events", 1, first.validator).kind, AnswerKind::kNotModified);
  github_.set_now(kNow + 90s);
  const Answer third = ask("/repos/o/r/events", 1, first.validator);
  EXPECT_EQ(third.events.size(), 4u);
  EXPECT_EQ(ask("/repos/o/r/events", 1, {"", third.validator.last_modified}).kind, AnswerKind::kNotModified);
}

TEST_F(GitHubSimulatorTest, a_validator_belongs_to_a_token) {
  github_.add_events("o/r", drafts(3, kNow));
  const core::Validator mine = ask().validator;
  root_.token = "another";
  EXPECT_EQ(ask("/repos/o/r/events", 1, mine).kind, AnswerKind::kEvents);
}

TEST_F(GitHubSimulatorTest, without_a_token_a_304_counts_and_the_hour_holds_60) {
  root_.token.clear();
  github_.add_events("o/r", drafts(3, kNow));
  const core::Validator validator = ask().validator;
  for (int i = 0; i < 59; ++i) EXPECT_EQ(ask("/repos/o/r/events", 1, validator).kind, AnswerKind::kNotModified);
  const Answer refused = ask();
  EXPECT_EQ(refused.kind, AnswerKind::kPrimaryLimit);
  EXPECT_EQ(refused.rate_limit->reset, core::to_event_time(kNow) + 1h);
  github_.set_now(kNow + 1h);
  EXPECT_EQ(ask().kind, AnswerKind::kEvents);
}

TEST_F(GitHubSimulatorTest, knows_from_when_until_when_each_event_was_shown) {
  github_.add_events("o/r", drafts(299, kNow));
  Draft late = draft(kNow - 1h);
  late.latency = 1h + 30s;
  late.type = "LateEvent";
  github_.add_events("o/r", {late, draft(kNow + 60s)});
  github_.set_now(kNow + 60s);
  const auto shown = github_.shown("o/r");
  ASSERT_EQ(shown.size(), 301u);
  EXPECT_EQ(shown[299].type, "LateEvent");
  EXPECT_EQ(shown[299].from, kNow + 30s);
  // The 300 of the feed are the newest by created_at: the late one, an hour old, fell out again.
  EXPECT_EQ(shown[299].until, kNow + 60s);
  EXPECT_EQ(shown[300].from, kNow + 60s);
  EXPECT_FALSE(shown[300].served);
  ask();
  EXPECT_TRUE(github_.shown("o/r")[300].served);
}

TEST_F(GitHubSimulatorTest, drops_what_is_too_old) {
  github_.add_events("o/r", drafts(2, kNow, 24h));
  github_.set_now(kNow + 29 * 24h + 12h);
  EXPECT_EQ(ask().events.size(), 1u);
  EXPECT_EQ(github_.shown("o/r")[0].until, kNow + 29 * 24h);
}

TEST_F(GitHubSimulatorTest, an_organisation_shows_all_its_repositories) {
  github_.add_events("Org/a", drafts(2, kNow));
  github_.add_events("org/b", drafts(3, kNow));
  const Answer answer = ask("/orgs/org/events");
  ASSERT_EQ(answer.kind, AnswerKind::kEvents);
  EXPECT_EQ(answer.events.size(), 5u);
}

TEST_F(GitHubSimulatorTest, moved_deleted_and_blocked_repositories_answer_as_githubs_do) {
  github_.add_events("o/r", drafts(2, kNow));
  ASSERT_TRUE(github_.move_repository("o/r", "n/s"));
  const Answer moved = ask();
  EXPECT_EQ(moved.kind, AnswerKind::kRedirect);
  EXPECT_EQ(ask(moved.location).events.size(), 2u);
  EXPECT_EQ(ask("/repos/n/s/events").events.size(), 2u);
  ASSERT_TRUE(github_.block_repository("n/s", 451));
  EXPECT_EQ(ask("/repos/n/s/events").kind, AnswerKind::kBlocked);
  ASSERT_TRUE(github_.block_repository("n/s", 403));
  EXPECT_EQ(ask("/repos/n/s/events").kind, AnswerKind::kBlocked);
  ASSERT_TRUE(github_.delete_repository("n/s"));
  EXPECT_EQ(ask("/repos/n/s/events").kind, AnswerKind::kNotFound);
  EXPECT_EQ(ask("/repos/no/body/events").kind, AnswerKind::kNotFound);
  EXPECT_FALSE(github_.move_repository("no/body", "a/b"));
}

TEST_F(GitHubSimulatorTest, answers_rate_limit_free_of_charge) {
  const auto result = github_.send(github::rate_limit_request(root_));
  ASSERT_TRUE(result);
  const auto limit = github::parse_rate_limit(result->body);
  ASSERT_TRUE(limit) << limit.error().message;
  EXPECT_EQ(limit->remaining, 5000);
}

TEST_F(GitHubSimulatorTest, refuses_a_wrong_token) {
  SimulatorSettings settings;
  settings.required_token = "right";
  GitHubSimulator strict(settings);
  strict.set_now(kNow);
  const github::HttpRequest request = github::events_request(root_, "/repos/o/r/events", 1, {});
  EXPECT_EQ(github::interpret(root_, request, strict.send(request), {}).kind, AnswerKind::kUnauthorized);
}

TEST_F(GitHubSimulatorTest, plays_each_fault) {
  github_.add_events("o/r", drafts(10, kNow));
  const auto kind_under = [this](Fault fault) {
    github_.inject(fault);
    return ask().kind;
  };
  EXPECT_EQ(kind_under(Fault::kServerError), AnswerKind::kServerError);
  EXPECT_EQ(kind_under(Fault::kBadGateway), AnswerKind::kServerError);
  EXPECT_EQ(kind_under(Fault::kUnavailable), AnswerKind::kServerError);
  EXPECT_EQ(kind_under(Fault::kSecondaryLimit), AnswerKind::kSecondaryLimit);
  EXPECT_EQ(kind_under(Fault::kSilentLimit), AnswerKind::kSecondaryLimit);
  for (const Fault fault : {Fault::kTimeout, Fault::kReset, Fault::kTruncated, Fault::kTooLarge}) {
    EXPECT_EQ(kind_under(fault), AnswerKind::kNoAnswer) << to_string(fault);
  }
  for (const Fault fault : {Fault::kCutBody, Fault::kGarbage, Fault::kHtml}) {
    EXPECT_EQ(kind_under(fault), AnswerKind::kBadAnswer) << to_string(fault);
  }
  github_.inject(Fault::kMissingHeaders);
  const Answer bare = ask();
  EXPECT_EQ(bare.kind, AnswerKind::kEvents);
  EXPECT_TRUE(bare.validator.empty());
  EXPECT_FALSE(bare.poll_interval || bare.rate_limit);
  github_.inject(Fault::kClockSkew);
  EXPECT_EQ(ask().date, core::to_event_time(kNow) + 5h);
  EXPECT_EQ(ask().kind, AnswerKind::kEvents);
  for (const Fault fault : kAllFaults) EXPECT_EQ(parse_fault(to_string(fault)), fault);
}

TEST_F(GitHubSimulatorTest, a_stuck_feed_answers_304_to_whoever_has_a_validator) {
  github_.add_events("o/r", drafts(2, kNow));
  const core::Validator validator = ask().validator;
  github_.inject(Fault::kStuck);
  ask("/repos/o/r/events", 1, validator);
  github_.add_events("o/r", {draft(kNow + 1min)});
  github_.set_now(kNow + 2min);
  EXPECT_EQ(ask("/repos/o/r/events", 1, validator).kind, AnswerKind::kNotModified);
  EXPECT_EQ(ask().events.size(), 3u);
  github_.set_now(kNow + 31min);
  EXPECT_EQ(ask("/repos/o/r/events", 1, validator).events.size(), 3u);
}

TEST_F(GitHubSimulatorTest, notes_who_comes_too_early) {
  github_.add_events("o/r", drafts(150, kNow));
  ask();
  ask("/repos/o/r/events", 2);
  github_.set_now(kNow + 60s);
  ask();
  EXPECT_THAT(github_.log().breaches(), IsEmpty());
  github_.set_now(kNow + 119s);
  ask();
  ASSERT_THAT(github_.log().breaches(), SizeIs(1));
  EXPECT_THAT(github_.log().breaches()[0], HasSubstr("X-Poll-Interval"));
  github_.set_now(kNow + 10min);
  github_.inject(Fault::kSecondaryLimit);
  ask();
  github_.set_now(kNow + 10min + 59s);
  ask("/repos/o/other/events");
  ASSERT_THAT(github_.log().breaches(), SizeIs(2));
  EXPECT_THAT(github_.log().breaches()[1], HasSubstr("a limit was hit"));
  EXPECT_THAT(github_.log().requests(), SizeIs(6));
}

TEST_F(GitHubSimulatorTest, the_same_seed_gives_the_same_answers) {
  const auto run = [this](std::uint64_t seed) {
    SimulatorSettings settings;
    settings.seed = seed;
    settings.quirks = Quirks::as_observed();
    settings.fault_rate = 0.3;
    GitHubSimulator github(settings);
    github.set_now(kNow);
    github.add_events("o/r", drafts(400, kNow + 4h, 1min));
    std::string transcript;
    core::Validator validator;
    for (int i = 0; i < 200; ++i) {
      github.set_now(kNow + i * 60s);
      const github::HttpRequest request = github::events_request(root_, "/repos/o/r/events", 1, validator);
      const github::HttpResult result = github.send(request);
      const Answer answer = github::interpret(root_, request, result, {});
      if (answer.kind == AnswerKind::kEvents) validator = answer.validator;
      transcript += std::to_string(answer.status) + (result ? result->body : result.error().message);
    }
    return transcript;
  };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1), run(2));
}

TEST_F(GitHubSimulatorTest, quirks_change_order_and_payload_but_no_identity) {
  SimulatorSettings settings;
  settings.quirks.ties_move = true;
  settings.quirks.revised = 1;
  GitHubSimulator github(settings);
  github.set_now(kNow);
  github.add_events("o/r", std::vector<Draft>(50, draft(kNow, "IssuesEvent")));
  const auto ask_page = [&] {
    const github::HttpRequest request = github::events_request(root_, "/repos/o/r/events", 1, {});
    return github::interpret(root_, request, github.send(request), {});
  };
  const Answer before = ask_page();
  github.set_now(kNow + 2h);
  const Answer after = ask_page();
  const auto keys = [](const Answer& answer) {
    std::vector<core::EventKey> found;
    for (const auto& event : answer.events) found.push_back(event.key);
    return found;
  };
  EXPECT_NE(keys(before), keys(after));
  EXPECT_THAT(keys(before), testing::UnorderedElementsAreArray(keys(after)));
  EXPECT_NE(before.validator, after.validator);
}

TEST_F(GitHubSimulatorTest, ids_fall_as_a_whole_and_come_in_two_ranges) {
  SimulatorSettings settings;
  settings.quirks.ids_fall_at = core::to_event_time(kNow);
  GitHubSimulator github(settings);
  github.set_now(kNow);
  github.add_events("o/r", {draft(kNow - 2s), draft(kNow - 1s, "PushEvent"), draft(kNow), draft(kNow, "PushEvent")});
  const auto shown = github.shown("o/r");
  ASSERT_EQ(shown.size(), 4u);
  std::vector<std::uint64_t> ids;
  for (const Shown& event : shown) ids.push_back(event.key.id);
  EXPECT_LT(ids[0], ids[1]);
  EXPECT_LT(ids[2], ids[0]);
  EXPECT_LT(ids[3], ids[1]);
  EXPECT_LT(ids[0], ids[3]);
}

}  // namespace
}  // namespace repopulse::sim
