#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "github/change_probe.h"
#include "sim/github_simulator.h"
#include "sim/probe_executor.h"

namespace repopulse::sim {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;
using core::ProbeAnswer;
using core::ProbedRepository;
using core::ProbeFinding;
using core::Signal;
using core::SignalValue;
using core::Timestamp;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Timestamp kNow = core::timestamp_from_unix_millis(1'750'000'000'000);

class GraphqlTest : public testing::Test {
 protected:
  GraphqlTest() {
    github_.set_now(kNow);
    github_.set_executor(&execute_probe);
    for (const char* name : {"o/a", "o/b", "o/c"}) github_.add_repository(name);
  }

  void happens(const char* type, core::Millis ago = 0s, core::Millis latency = 0s, std::string json = "") {
    Draft draft;
    draft.created_at = core::to_event_time(github_.now() - ago);
    draft.type = type;
    draft.actor = "ada";
    draft.latency = latency;
    draft.json = std::move(json);
    github_.add_events("o/a", {draft});
  }

  ProbeAnswer probe(const std::vector<const char*>& asked = {"o/a", "o/b", "o/c"}) {
    std::vector<core::RepoName> names;
    for (const char* name : asked) names.push_back(*core::RepoName::parse(name));
    const github::HttpRequest request = github::probe_request(root_, names);
    const github::HttpResult result = github_.send(request);
    return github::interpret_probe(request, names.size(), result, github_.now(), 1s);
  }
  std::optional<SignalValue> signal(Signal which) {
    return probe().repositories.at(0).signals[static_cast<std::size_t>(which)];
  }
  core::EventTime now() const { return core::to_event_time(github_.now()); }

  github::ApiRoot root_{"https://api.github.com", "secret", "test"};
  GitHubSimulator github_{SimulatorSettings{}};
};

TEST_F(GraphqlTest, each_kind_of_event_moves_its_signal) {
  for (const char* kind : {"CommitCommentEvent", "CreateEvent", "DiscussionEvent", "ForkEvent", "IssueCommentEvent",
                           "IssuesEvent", "PullRequestEvent", "PullRequestReviewCommentEvent", "PullRequestReviewEvent",
                           "PushEvent", "ReleaseEvent", "WatchEvent"}) {
    const ProbedRepository before = probe().repositories.at(0);
    github_.set_now(github_.now() + 1s);
    happens(kind);
    const ProbedRepository after = probe().repositories.at(0);
    for (std::size_t i = 0; i < core::kSignals; ++i) {
      const bool moved = before.signals[i] != after.signals[i];
      EXPECT_EQ(moved, i == static_cast<std::size_t>(core::signals_of(kind).front())) << kind << " and signal " << i;
    }
  }
  const ProbedRepository before = probe().repositories.at(0);
  for (const char* kind : {"GollumEvent", "MemberEvent", "PublicEvent", "DeleteEvent"}) happens(kind);
  EXPECT_EQ(probe().repositories.at(0), before);
}

TEST_F(GraphqlTest, a_comment_on_a_pull_request_moves_pull_requests) {
  happens("IssueCommentEvent", 0s, 0s,
          R"({"id":"1","payload":{"action":"created","issue":{"number":7,"pull_request":{"url":"x"}}}})");
  EXPECT_EQ(signal(Signal::kPullRequests), (SignalValue{1, now()}));
  EXPECT_EQ(signal(Signal::kIssues), (SignalValue{0, {}}));
}

TEST_F(GraphqlTest, shows_what_happened_before_the_feed_does) {
  happens("WatchEvent", 0s, 1h);
  EXPECT_THAT(github_.shown("o/a"), IsEmpty());
  EXPECT_EQ(signal(Signal::kStars), (SignalValue{1, {}}));
  happens("WatchEvent", -1min);
  EXPECT_EQ(signal(Signal::kStars), (SignalValue{1, {}})) << "of the future";
  github_.set_now(kNow + 1min);
  EXPECT_EQ(signal(Signal::kStars), (SignalValue{2, {}}));
}

TEST_F(GraphqlTest, counts_points_and_requests_each_by_themselves) {
  const ProbeAnswer first = probe();
  EXPECT_EQ(first.cost, 1);
  EXPECT_EQ(first.rate_limit->remaining, 4999);
  EXPECT_EQ(probe().rate_limit->remaining, 4998);
  EXPECT_EQ(github_.log().probes(), 2u);
  EXPECT_EQ(github_.log().points(), 2);
  EXPECT_EQ(github_.log().charged(), 0u);
  github_.set_remaining(0);
  EXPECT_EQ(probe().kind, AnswerKind::kEvents) << "the other quota is used up";
  github_.set_remaining_points(0);
  const ProbeAnswer refused = probe();
  EXPECT_EQ(refused.kind, AnswerKind::kPrimaryLimit);
  EXPECT_EQ(refused.rate_limit->remaining, 0);
  EXPECT_THAT(github_.log().breaches(), IsEmpty());
  probe();
  EXPECT_THAT(github_.log().breaches(), SizeIs(1));
  github_.set_now(core::to_timestamp(refused.rate_limit->reset));
  EXPECT_EQ(probe().kind, AnswerKind::kEvents);
}

TEST_F(GraphqlTest, moved_deleted_blocked_and_given_away_names) {
  github_.move_repository("o/a", "o/moved");
  const ProbeAnswer moved = probe();
  EXPECT_EQ(moved.repositories[0].full_name, "o/moved");
  EXPECT_EQ(moved.repositories[0].github_id, github_.number_of("o/moved"));
  EXPECT_EQ(probe({"o/moved"}).repositories[0], moved.repositories[0]);
  github_.add_repository("o/a");
  EXPECT_EQ(probe().repositories[0].github_id, github_.number_of("o/a")) << "another repository took the name";
  github_.delete_repository("o/a");
  github_.block_repository("o/b", 451);
  const ProbeAnswer gone = probe();
  EXPECT_EQ(gone.repositories[0].finding, ProbeFinding::kNotFound);
  EXPECT_EQ(gone.repositories[1].finding, ProbeFinding::kForbidden);
  EXPECT_EQ(gone.repositories[2].finding, ProbeFinding::kTold);
}

TEST_F(GraphqlTest, lies_as_it_is_told_to) {
  happens("WatchEvent");
  const ProbedRepository truth = probe().repositories[0];
  github_.lie_about("o/a", Lie::kStuck);
  happens("WatchEvent");
  EXPECT_EQ(probe().repositories[0], truth);
  github_.lie_about("o/a", Lie::kNone);
  EXPECT_NE(probe().repositories[0], truth);
  github_.lie_about("o/a", Lie::kChanges);
  EXPECT_NE(probe().repositories[0], probe().repositories[0]);
  github_.lie_about("o/a", Lie::kOtherId);
  EXPECT_NE(probe().repositories[0].github_id, truth.github_id);
  github_.lie_about("o/a", Lie::kMissing);
  EXPECT_EQ(probe().repositories[0].finding, ProbeFinding::kNotFound);
  EXPECT_EQ(probe().repositories[1].finding, ProbeFinding::kTold) << "only of that repository";
  EXPECT_FALSE(github_.lie_about("o/unknown", Lie::kStuck));
}

TEST_F(GraphqlTest, plays_each_fault) {
  const std::pair<Fault, AnswerKind> faults[] = {{Fault::kServerError, AnswerKind::kServerError},
                                                 {Fault::kBadGateway, AnswerKind::kServerError},
                                                 {Fault::kUnavailable, AnswerKind::kServerError},
                                                 {Fault::kSecondaryLimit, AnswerKind::kSecondaryLimit},
                                                 {Fault::kSilentLimit, AnswerKind::kSecondaryLimit},
                                                 {Fault::kTimeout, AnswerKind::kNoAnswer},
                                                 {Fault::kReset, AnswerKind::kNoAnswer},
                                                 {Fault::kTruncated, AnswerKind::kNoAnswer},
                                                 {Fault::kTooLarge, AnswerKind::kNoAnswer},
                                                 {Fault::kCutBody, AnswerKind::kBadAnswer},
                                                 {Fault::kGarbage, AnswerKind::kBadAnswer},
                                                 {Fault::kHtml, AnswerKind::kBadAnswer},
                                                 {Fault::kMissingHeaders, AnswerKind::kEvents},
                                                 {Fault::kClockSkew, AnswerKind::kEvents},
                                                 {Fault::kStuck, AnswerKind::kEvents},
                                                 {Fault::kQuotaInBody, AnswerKind::kPrimaryLimit},
                                                 {Fault::kSecondaryInBody, AnswerKind::kSecondaryLimit},
                                                 {Fault::kResourceLimits, AnswerKind::kEvents},
                                                 {Fault::kPartialErrors, AnswerKind::kEvents},
                                                 {Fault::kNullData, AnswerKind::kServerError}};
  EXPECT_EQ(std::size(faults), kAllFaults.size() + kGraphqlFaults.size());
  for (const auto& [fault, kind] : faults) {
    github_.inject_into_graphql(fault);
    const github::HttpResult feed = github_.serve("/repos/o/a/events", {{"User-Agent", "test"}});
    EXPECT_EQ(feed->status, 200) << "of a feed, " << to_string(fault);
    const ProbeAnswer answer = probe();
    EXPECT_EQ(answer.kind, kind) << to_string(fault) << ": " << answer.message;
    EXPECT_EQ(parse_fault(to_string(fault)), fault);
    EXPECT_EQ(probe().kind, AnswerKind::kEvents) << "after " << to_string(fault);
  }
}

TEST_F(GraphqlTest, some_faults_spoil_a_part) {
  const auto findings = [this](Fault fault) {
    github_.inject(fault);
    std::vector<ProbeFinding> found;
    for (const ProbedRepository& each : probe().repositories) found.push_back(each.finding);
    return found;
  };
  EXPECT_THAT(findings(Fault::kResourceLimits),
              testing::ElementsAre(ProbeFinding::kTold, ProbeFinding::kNotTold, ProbeFinding::kTold));
  EXPECT_THAT(findings(Fault::kPartialErrors),
              testing::ElementsAre(ProbeFinding::kTold, ProbeFinding::kForbidden, ProbeFinding::kTold));
}

TEST_F(GraphqlTest, is_not_there_for_everybody) {
  root_.token.clear();
  EXPECT_EQ(probe().kind, AnswerKind::kUnauthorized);
  root_.token = "secret";
  github_.set_executor([](const std::string&) { return std::optional<std::string>(); });
  EXPECT_EQ(probe().kind, AnswerKind::kServerError);
  github_.set_executor({});
  EXPECT_EQ(probe().kind, AnswerKind::kNotFound);
}

}  // namespace
}  // namespace repopulse::sim
