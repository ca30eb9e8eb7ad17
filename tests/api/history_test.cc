#include "tests/api/api_fixture.h"

namespace repopulse::api::test {
namespace {

constexpr const char* kHistory = "/api/repos/o/r/events/stats/history/";

// Now is 2025-06-15T15:06:40Z, a Sunday.
class HistoryTest : public ApiTest {
 protected:
  HistoryTest() {
    add("o/r");
    poll({event_json(5, today(), "PushEvent"), event_json(4, today() - 1h, "WatchEvent"),
          event_json(3, today() - 24h, "PushEvent"), event_json(2, today() - 24h - 30s, "PushEvent"),
          event_json(1, today() - 72h, "PushEvent")});
  }
  boost::json::array buckets(const std::string& query) {
    const Answer answer = get(kHistory + query);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.status == 200 ? answer.json().at("buckets").as_array() : boost::json::array();
  }
  // `2025-06-12T00:00:00Z 3 complete`
  std::vector<std::string> lines(const std::string& query) {
    std::vector<std::string> out;
    for (const auto& bucket : buckets(query)) {
      out.push_back(std::string(bucket.at("from").as_string()) + " " + std::to_string(bucket.at("events").as_int64()) +
                    (bucket.at("complete").as_bool() ? " complete" : ""));
    }
    return out;
  }
};

using Lines = std::vector<std::string>;

TEST_F(HistoryTest, has_exactly_the_members_of_the_contract) {
  EXPECT_EQ(get(std::string(kHistory) + "?since=2025-06-14&until=2025-06-16").body,
            R"({"repository":"o/r","by":"day","time_zone":"UTC","buckets":[)"
            R"({"from":"2025-06-14T00:00:00Z","to":"2025-06-15T00:00:00Z","events":2,"complete":true,"types":[)"
            R"({"type":"PushEvent","events":2,"average_seconds":30,"median_seconds":30}]},)"
            R"({"from":"2025-06-15T00:00:00Z","to":"2025-06-16T00:00:00Z","events":2,"complete":false,"types":[)"
            R"({"type":"PushEvent","events":1,"average_seconds":null,"median_seconds":null},)"
            R"({"type":"WatchEvent","events":1,"average_seconds":null,"median_seconds":null}]}]})");
}

TEST_F(HistoryTest, empty_buckets_are_there_and_incomplete_ones_are_told) {
  EXPECT_EQ(lines("?since=2025-06-12"), (Lines{"2025-06-12T00:00:00Z 1", "2025-06-13T00:00:00Z 0 complete",
                                               "2025-06-14T00:00:00Z 2 complete", "2025-06-15T00:00:00Z 2"}))
      << "the first begins before the first event, the last is not over";
}

TEST_F(HistoryTest, begins_and_ends_as_the_stretch_does) {
  const auto cut = buckets("?by=day&since=2025-06-13T12:00:00Z&until=2025-06-14T15:06:40Z");
  ASSERT_EQ(cut.size(), 2u);
  EXPECT_EQ(cut[0].at("from").as_string(), "2025-06-13T12:00:00Z");
  EXPECT_EQ(cut[1].at("to").as_string(), "2025-06-14T15:06:40Z");
  EXPECT_EQ(cut[1].at("events").as_int64(), 1) << "the end itself belongs to what comes next";
  EXPECT_FALSE(cut[0].at("complete").as_bool());
  EXPECT_FALSE(cut[1].at("complete").as_bool());
  EXPECT_TRUE(buckets("?since=2025-06-16&until=2025-06-14").empty());
}

TEST_F(HistoryTest, ranges_that_nobody_names_are_a_week_of_hours_a_month_of_days_a_year_of_weeks) {
  EXPECT_EQ(buckets("").size(), 30u);
  const auto hours = buckets("?by=hour");
  ASSERT_EQ(hours.size(), 168u);
  EXPECT_EQ(hours.back().at("to").as_string(), "2025-06-15T16:00:00Z");
  EXPECT_EQ(hours.front().at("from").as_string(), "2025-06-08T16:00:00Z");
  const auto weeks = buckets("?by=week");
  ASSERT_EQ(weeks.size(), 52u);
  EXPECT_EQ(weeks.back().at("from").as_string(), "2025-06-09T00:00:00Z");
  EXPECT_EQ(buckets("?until=2025-06-01").size(), 30u);
}

TEST_F(HistoryTest, days_are_those_of_the_time_zone) {
  const auto days = buckets("?time_zone=Asia/Kolkata&since=2025-06-14T00:00:00%2B05:30");
  ASSERT_EQ(days.size(), 2u);
  EXPECT_EQ(days[0].at("to").as_string(), "2025-06-14T18:30:00Z");
  EXPECT_EQ(get(std::string(kHistory) + "?time_zone=Asia/Kolkata").json().at("time_zone").as_string(), "Asia/Kolkata");
}

TEST_F(HistoryTest, types_are_counted_alone) {
  EXPECT_EQ(lines("?since=2025-06-14&type=WatchEvent"),
            (Lines{"2025-06-14T00:00:00Z 0 complete", "2025-06-15T00:00:00Z 1"}));
  EXPECT_EQ(lines("?since=2025-06-14&type=WatchEvent,PushEvent"),
            (Lines{"2025-06-14T00:00:00Z 2 complete", "2025-06-15T00:00:00Z 2"}));
}

TEST_F(HistoryTest, a_gap_makes_the_buckets_incomplete_that_it_overlaps) {
  const auto repository = store_.repositories().value().front().id;
  const std::vector<core::Gap> gaps = {{today() - 50h, today() - 48h}};
  ASSERT_TRUE(store_.replace_gaps(repository, gaps));
  restart();
  EXPECT_EQ(lines("?since=2025-06-13&until=2025-06-15"),
            (Lines{"2025-06-13T00:00:00Z 0", "2025-06-14T00:00:00Z 2 complete"}));
}

TEST_F(HistoryTest, wrong_parameters_are_all_named) {
  const Answer answer = get(std::string(kHistory) + "?by=year&time_zone=Mars/Olympus&since=&until=x");
  ASSERT_EQ(answer.status, 422);
  std::vector<std::string> fields;
  const auto json = answer.json();
  for (const auto& error : json.at("errors").as_array()) fields.emplace_back(error.at("field").as_string());
  EXPECT_EQ(fields, (Lines{"by", "time_zone", "since", "until"}));
  EXPECT_NE(answer.body.find("Mars/Olympus"), std::string::npos);
}

TEST_F(HistoryTest, a_time_zone_is_a_name_and_no_path) {
  for (const std::string name : {"/etc/passwd", "../zoneinfo/UTC", "right/UTC", "posix/UTC", "localtime", "Europe",
                                 "europe/../Europe/Berlin", "tzdata.zi", "leapseconds"}) {
    EXPECT_EQ(get(std::string(kHistory) + "?time_zone=" + name).status, 422) << name;
  }
}

TEST_F(HistoryTest, has_2000_buckets_at_most) {
  EXPECT_EQ(buckets("?by=hour&until=2025-06-15&since=2025-03-23T16:00:00Z").size(), 2000u);
  const Answer answer = get(std::string(kHistory) + "?by=hour&until=2025-06-15&since=2025-03-23T15:59:59Z");
  ASSERT_EQ(answer.status, 422);
  EXPECT_NE(answer.body.find("2,000"), std::string::npos);
  EXPECT_EQ(get(std::string(kHistory) + "?since=0001-01-01T00:00:00Z").status, 422);
}

TEST_F(HistoryTest, an_answer_about_the_past_is_read_from_the_store_once) {
  const std::string past = std::string(kHistory) + "?since=2025-06-12&until=2025-06-14";
  const Answer first = get(past);
  store_.fail_next(1'000'000);
  now_ += 60s;
  EXPECT_EQ(get(past).body, first.body);
  EXPECT_EQ(get(past).etag, first.etag);
  EXPECT_EQ(get(kHistory).status, 503);
}

TEST_F(HistoryTest, of_an_unknown_repository_is_404_and_without_a_key_401) {
  EXPECT_EQ(get("/api/repos/o/none/events/stats/history/").status, 404);
  key_.clear();
  EXPECT_EQ(get(kHistory).status, 401);
}

}  // namespace
}  // namespace repopulse::api::test
