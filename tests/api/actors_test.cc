// `?actors=people|bots|all`: whose events count, in windows, stretches, histories and lists.
#include <gmock/gmock.h>

#include "tests/api/api_fixture.h"

namespace repopulse::api::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ActorsTest : public ApiTest {
 protected:
  // People push every 20 min, a robot every 10 min.
  void poll_both() {
    add("o/r");
    std::vector<std::string> events;
    for (unsigned i = 0; i < 4; ++i) events.push_back(event_json(100 + i, today() - i * 20min, "PushEvent", "ada"));
    for (unsigned i = 0; i < 6; ++i) {
      events.push_back(event_json(200 + i, today() - i * 10min - 1s, "PushEvent", "dependabot[bot]"));
    }
    poll(events);
  }
  boost::json::object pushes(const std::string& target) {
    const boost::json::value json = get(target).json();
    const boost::json::value& one = json.is_array() ? json.at(0) : json;
    return one.at("types").at(0).as_object();
  }
};

TEST_F(ActorsTest, people_and_robots_have_statistics_of_their_own) {
  poll_both();
  for (const std::string path :
       {"/api/repos/o/r/events/stats/?", "/api/stats/?", "/api/repos/o/r/events/stats/?since=2025-06-01&"}) {
    EXPECT_EQ(pushes(path + "actors=people").at("average_seconds"), 1'200) << path;
    EXPECT_EQ(pushes(path + "actors=people").at("events"), 4) << path;
    EXPECT_EQ(pushes(path + "actors=bots").at("average_seconds"), 600) << path;
    EXPECT_EQ(pushes(path + "actors=bots").at("events"), 6) << path;
    EXPECT_EQ(pushes(path + "actors=all").at("events"), 10) << path;
    EXPECT_EQ(pushes(path).at("events"), 10) << path;
  }
}

TEST_F(ActorsTest, the_answer_lists_who_the_robots_are) {
  poll_both();
  const std::string path = "/api/repos/o/r/events/stats/";
  EXPECT_THAT(get(path + "?actors=people").body, HasSubstr(R"("actors":"people","bots":["*[bot]",)"));
  EXPECT_THAT(get(path + "history/?by=hour&actors=bots").body, HasSubstr(R"("actors":"bots","bots":["*[bot]",)"));
  for (const std::string all : {"", "?actors=all"}) EXPECT_THAT(get(path + all).body, Not(HasSubstr("\"bots\"")));
}

TEST_F(ActorsTest, other_robots_are_robots_in_every_answer_at_once) {
  poll_both();
  const std::string path = "/api/repos/o/r/events/";
  const std::vector<std::string> answers = {path + "stats/?actors=bots", path + "stats/?actors=bots&since=2025-06-01",
                                            path + "stats/history/?by=hour&actors=bots", "/api/stats/?actors=bots"};
  for (const std::string& answer : answers) EXPECT_THAT(get(answer).body, HasSubstr(R"("bots":["*[bot]",)"));
  EXPECT_EQ(get(path + "?actors=bots").json().as_array().size(), 6u);
  core::BotPatterns bots;
  bots.add("ada");
  ASSERT_TRUE(monitor_->set_bots(bots, now_));
  for (const std::string& answer : answers) EXPECT_THAT(get(answer).body, HasSubstr(R"("bots":["ada"])")) << answer;
  EXPECT_EQ(get(path + "?actors=bots").json().as_array().size(), 4u);
  EXPECT_EQ(pushes(path + "stats/?actors=bots").at("events"), 4);
}

TEST_F(ActorsTest, lists_and_histories_have_the_events_of_one_kind) {
  poll_both();
  EXPECT_EQ(get("/api/repos/o/r/events/?actors=people").json().as_array().size(), 4u);
  EXPECT_EQ(get("/api/repos/o/r/events/?actors=bots&type=PushEvent").json().as_array().size(), 6u);
  EXPECT_EQ(get("/api/repos/o/r/events/?actors=bots&actor=ada").json().as_array().size(), 0u);
  std::int64_t counted = 0;
  const auto history = get("/api/repos/o/r/events/stats/history/?by=hour&actors=bots").json();
  for (const auto& bucket : history.at("buckets").as_array()) counted += bucket.at("events").as_int64();
  EXPECT_EQ(counted, 6);
}

TEST_F(ActorsTest, people_keep_their_window_when_robots_fill_it) {
  add("o/r");
  std::vector<std::string> events;
  for (unsigned i = 0; i < 3; ++i) events.push_back(event_json(1 + i, today() - 24h - i * 1h, "PushEvent", "ada"));
  for (unsigned i = 0; i < 600; ++i) events.push_back(event_json(100 + i, today() - i * 1s, "PushEvent", "ci[bot]"));
  poll(events);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(pushes("/api/repos/o/r/events/stats/").at("events"), 500);
    EXPECT_EQ(pushes("/api/repos/o/r/events/stats/?actors=people").at("events"), 3);
    EXPECT_EQ(pushes("/api/repos/o/r/events/stats/?actors=bots").at("events"), 500);
    restart();
  }
}

TEST_F(ActorsTest, any_other_word_is_refused) {
  poll_both();
  for (const char* path : {"/api/repos/o/r/events/", "/api/repos/o/r/events/stats/", "/api/stats/",
                           "/api/repos/o/r/events/stats/history/"}) {
    EXPECT_EQ(get(std::string(path) + "?actors=robots").status, 422) << path;
    EXPECT_EQ(get(std::string(path) + "?actors=").status, 422) << path;
  }
}

}  // namespace
}  // namespace repopulse::api::test
