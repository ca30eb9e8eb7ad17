// Statistics of a stretch that the client names.
#include "tests/api/api_fixture.h"

namespace repopulse::api::test {
namespace {

constexpr const char* kStats = "/api/repos/o/r/events/stats/";

class StretchTest : public ApiTest {
 protected:
  StretchTest() {
    add("o/r");
    poll({event_json(4, today(), "PushEvent"), event_json(3, today() - 100s, "WatchEvent"),
          event_json(2, today() - 200s, "PushEvent"), event_json(1, today() - 500s, "PushEvent")});
  }
  boost::json::object window(const std::string& query) { return get(kStats + query).json().at("window").as_object(); }
};

TEST_F(StretchTest, has_the_shape_of_the_windows_statistics) {
  EXPECT_EQ(
      get(std::string(kStats) + "?since=2025-06-15T14:58:20Z&until=2025-06-15T15:05:00Z").body,
      R"({"repository":"o/r","window":{"rule":"all events since 2025-06-15T14:58:20Z until 2025-06-15T15:05:00Z",)"
      R"("days":null,"max_events":null,"bounded_by":"range","from":"2025-06-15T14:58:20Z",)"
      R"("to":"2025-06-15T15:05:00Z","events":3,"complete":true,"watched_seconds":400},)"
      R"("as_of":"2025-06-15T15:06:40Z","types":[)"
      R"({"type":"PushEvent","events":2,"few_events":true,"average_seconds":300,"median_seconds":300,)"
      R"("p90_seconds":300,)"
      R"("stddev_seconds":0,"min_seconds":300,"max_seconds":300,"first_event_at":"2025-06-15T14:58:20Z",)"
      R"("last_event_at":"2025-06-15T15:03:20Z","events_per_hour":12,"events_per_watched_hour":18,"burstiness":-1,)"
      R"("expected_next_at":"2025-06-15T15:08:20Z"},)"
      R"({"type":"WatchEvent","events":1,"few_events":true,"average_seconds":null,"median_seconds":null,)"
      R"("p90_seconds":null,)"
      R"("stddev_seconds":null,"min_seconds":null,"max_seconds":null,"first_event_at":"2025-06-15T15:05:00Z",)"
      R"("last_event_at":"2025-06-15T15:05:00Z","events_per_hour":null,"events_per_watched_hour":9,"burstiness":null,)"
      R"("expected_next_at":null}]})");
}

TEST_F(StretchTest, bounds_are_inside_and_each_may_be_left_out) {
  EXPECT_EQ(window("?since=2025-06-15T15:05:00Z").at("events").as_int64(), 2);
  EXPECT_EQ(window("?since=2025-06-15T15:05:01Z").at("events").as_int64(), 1);
  EXPECT_EQ(window("?until=2025-06-15T15:03:20Z").at("events").as_int64(), 2);
  EXPECT_EQ(window("?until=2025-06-15T15:03:19Z").at("events").as_int64(), 1);
  EXPECT_EQ(window("?since=2025-06-16&until=2025-06-14").at("events").as_int64(), 0);
  EXPECT_EQ(window("?until=2025-06-15T15:03:20Z").at("rule").as_string(), "all events until 2025-06-15T15:03:20Z");
}

TEST_F(StretchTest, has_events_beyond_the_limits_of_the_window) {
  std::vector<std::string> page;
  now_ += 600s;
  for (int i = 0; i < 99; ++i)
    page.push_back(event_json(900 - static_cast<std::uint64_t>(i), today() - 1s * i, "ForkEvent"));
  page.push_back(event_json(4, core::to_event_time(kStart), "PushEvent"));
  poll(page);
  now_ += 20 * 24h;
  EXPECT_EQ(get(kStats).json().at("window").at("events").as_int64(), 0) << "all are older than seven days";
  EXPECT_EQ(window("?since=2025-06-15").at("events").as_int64(), 103);
}

TEST_F(StretchTest, is_incomplete_where_it_begins_before_the_first_event_known) {
  EXPECT_TRUE(window("?since=2025-06-15T14:58:20Z").at("complete").as_bool());
  EXPECT_FALSE(window("?since=2025-06-15T14:58:19Z").at("complete").as_bool());
  EXPECT_TRUE(window("?until=2025-06-15T15:05:00Z").at("complete").as_bool()) << "from the first event on";
  add("o/empty", false);
  EXPECT_FALSE(get("/api/repos/o/empty/events/stats/?since=2025-06-15").json().at("window").at("complete").as_bool());
}

TEST_F(StretchTest, is_incomplete_where_a_gap_overlaps_it) {
  const auto repository = store_.repositories().value().front().id;
  const std::vector<core::Gap> gaps = {{today() - 400s, today() - 300s}};
  ASSERT_TRUE(store_.replace_gaps(repository, gaps));
  restart();
  EXPECT_FALSE(window("?since=2025-06-15T14:58:20Z").at("complete").as_bool());
  EXPECT_FALSE(window("?since=2025-06-15T15:01:00Z&until=2025-06-15T15:01:10Z").at("complete").as_bool());
  EXPECT_TRUE(window("?since=2025-06-15T15:01:40Z").at("complete").as_bool()) << "the gap ends where it begins";
  EXPECT_TRUE(window("?since=2025-06-15T14:58:20Z&until=2025-06-15T15:00:00Z").at("complete").as_bool());
}

TEST_F(StretchTest, types_are_selected_as_for_the_window) {
  const auto json = get(std::string(kStats) + "?since=2025-06-15&type=WatchEvent").json();
  EXPECT_EQ(json.at("window").at("events").as_int64(), 4);
  ASSERT_EQ(json.at("types").as_array().size(), 1u);
  EXPECT_EQ(json.at("types").at(0).at("type").as_string(), "WatchEvent");
}

TEST_F(StretchTest, an_event_ahead_of_the_clock_waits_for_its_time) {
  now_ += 600s;
  poll({event_json(5, today() + 1h, "PushEvent"), event_json(4, core::to_event_time(kStart), "PushEvent")});
  EXPECT_EQ(window("?since=2025-06-15").at("events").as_int64(), 4);
  now_ += 2h;
  EXPECT_EQ(window("?since=2025-06-15").at("events").as_int64(), 5);
}

TEST_F(StretchTest, wrong_times_are_named) {
  for (const std::string query : {"?since=", "?until=", "?since=yesterday", "?until=2025-13-01"}) {
    const Answer answer = get(kStats + query);
    ASSERT_EQ(answer.status, 422) << query;
    EXPECT_EQ(answer.json().at("errors").at(0).at("field").as_string(), query.substr(1, 5)) << query;
  }
  EXPECT_EQ(get("/api/repos/o/none/events/stats/?since=2025-06-15").status, 404);
}

TEST_F(StretchTest, an_answer_about_the_past_is_read_from_the_store_once_until_the_repository_changes) {
  const std::string past = std::string(kStats) + "?until=2025-06-15T15:00:00Z";
  const std::string open = std::string(kStats) + "?since=2025-06-15";
  const Answer first = get(past);
  get(open);
  store_.fail_next(1'000'000);
  now_ += 60s;
  EXPECT_EQ(get(past).body, first.body);
  EXPECT_EQ(get(open).status, 503) << "its stretch goes on";
  store_.fail_next(0);
  now_ += 600s;
  poll({event_json(5, today(), "PushEvent"), event_json(4, core::to_event_time(kStart), "PushEvent")});
  store_.fail_next(1);
  EXPECT_EQ(get(past).status, 503);
}

TEST_F(StretchTest, the_validator_stays_while_only_time_passes) {
  const std::string open = std::string(kStats) + "?since=2025-06-15";
  const Answer first = get(open);
  now_ += 30s;
  EXPECT_EQ(get(open).etag, first.etag);
  EXPECT_NE(get(open).body, first.body);
}

TEST_F(StretchTest, needs_a_key) {
  get(std::string(kStats) + "?since=2025-06-15");
  key_.clear();
  EXPECT_EQ(get(std::string(kStats) + "?since=2025-06-15").status, 401);
}

}  // namespace
}  // namespace repopulse::api::test
