#include <set>

#include "tests/api/api_fixture.h"

namespace repopulse::api::test {
namespace {

constexpr const char* kStats = "/api/repos/o/r/events/stats/";

class StatisticsTest : public ApiTest {
 protected:
  void fill() {
    add("o/r");
    poll({event_json(4, today(), "PushEvent"), event_json(3, today() - 100s, "WatchEvent"),
          event_json(2, today() - 200s, "PushEvent"), event_json(1, today() - 500s, "PushEvent")});
  }
};

TEST_F(StatisticsTest, have_exactly_the_members_of_the_contract) {
  fill();
  now_ += 5s;
  EXPECT_EQ(get(kStats).body,
            R"({"repository":"o/r","window":{"rule":"7 days or 500 events, whichever is less","days":7,)"
            R"("max_events":500,"bounded_by":"days","from":"2025-06-15T14:58:20Z","to":"2025-06-15T15:06:40Z",)"
            R"("events":4,"complete":true,"watched_seconds":604800},"as_of":"2025-06-15T15:06:45Z","types":[)"
            R"({"type":"PushEvent","events":3,"few_events":true,"average_seconds":250,"median_seconds":250,)"
            R"("p90_seconds":290,)"
            R"("stddev_seconds":50,"min_seconds":200,"max_seconds":300,"first_event_at":"2025-06-15T14:58:20Z",)"
            R"("last_event_at":"2025-06-15T15:06:40Z","events_per_hour":14.4,)"
            R"("events_per_watched_hour":0.017857142857142856,"burstiness":-0.6666666666666666,)"
            R"("expected_next_at":"2025-06-15T15:10:50Z"},)"
            R"({"type":"WatchEvent","events":1,"few_events":true,"average_seconds":null,"median_seconds":null,)"
            R"("p90_seconds":null,)"
            R"("stddev_seconds":null,"min_seconds":null,"max_seconds":null,"first_event_at":"2025-06-15T15:05:00Z",)"
            R"("last_event_at":"2025-06-15T15:05:00Z","events_per_hour":null,)"
            R"("events_per_watched_hour":0.005952380952380952,"burstiness":null,)"
            R"("expected_next_at":null}]})");
}

TEST_F(StatisticsTest, tell_rates_over_the_time_that_was_watched) {
  // Two events within four hours are not one in four hours: nothing else came in seven days.
  add("o/r");
  poll({event_json(2, today() - 1h, "PushEvent"), event_json(1, today() - 5h, "PushEvent")});
  const auto pushes = get(kStats).json().at("types").at(0).as_object();
  EXPECT_EQ(pushes.at("events_per_hour").to_number<double>(), 0.25);
  EXPECT_DOUBLE_EQ(pushes.at("events_per_watched_hour").to_number<double>(), 2.0 / (7 * 24));
  EXPECT_TRUE(pushes.at("few_events").as_bool());

  // Of a feed that shows as much as GitHub shows at most, nothing is known before its first event.
  std::vector<std::string> page;
  for (unsigned i = 0; i < 100; ++i) page.push_back(event_json(1'000 - i, today() - i * 60s, "PushEvent"));
  add("o/busy");
  poll(page);
  const auto busy = get("/api/repos/o/busy/events/stats/").json();
  EXPECT_EQ(busy.at("window").at("watched_seconds").as_int64(), 99 * 60);
  EXPECT_NEAR(busy.at("types").at(0).at("events_per_watched_hour").to_number<double>(), 60, 2);
  EXPECT_FALSE(busy.at("types").at(0).at("few_events").as_bool());
}

TEST_F(StatisticsTest, stay_the_same_for_a_while_as_the_time_watched_grows) {
  std::vector<std::string> page;
  for (unsigned i = 0; i < 100; ++i) page.push_back(event_json(1'000 - i, today() - i * 60s, "PushEvent"));
  add("o/r");
  poll(page);
  std::set<std::string> etags;
  for (int second = 0; second < 600; ++second) {
    etags.insert(std::string(get(kStats).header("ETag")));
    now_ += 1s;
  }
  EXPECT_LE(etags.size(), 3u) << "of 600 s";
}

TEST_F(StatisticsTest, are_cut_by_githubs_clock_where_this_machines_is_ahead) {
  const core::EventTime date = today();
  date_ = date;
  now_ += std::chrono::days(10);
  add("o/r");
  poll({event_json(2, date - 10s, "PushEvent"), event_json(1, date - 20s, "PushEvent")});
  for (const auto& statistics : {get(kStats).json(), get("/api/stats/").json().as_array().at(0)}) {
    EXPECT_EQ(statistics.at("window").at("events").as_int64(), 2);
    EXPECT_EQ(statistics.at("as_of").as_string(), core::format_rfc3339(date + 1s)) << "the date names a second";
  }
  EXPECT_EQ(get("/api/repos/o/r").json().at("last_event_at").as_string(), core::format_rfc3339(date - 10s));
}

TEST_F(StatisticsTest, are_cut_by_githubs_clock_where_this_machines_is_behind) {
  const core::EventTime date = today() + std::chrono::days(10);
  date_ = date;
  add("o/r");
  poll({event_json(2, date - 10s, "PushEvent"), event_json(1, date - std::chrono::days(8), "PushEvent")});
  EXPECT_EQ(get(kStats).json().at("window").at("events").as_int64(), 1);
  EXPECT_EQ(get("/api/repos/o/r").json().at("last_event_at").as_string(), core::format_rfc3339(date - 10s));
}

TEST_F(StatisticsTest, of_a_repository_without_events_are_empty) {
  add("o/r");
  const auto json = get(kStats).json();
  EXPECT_EQ(json.at("types").as_array().size(), 0u);
  EXPECT_TRUE(json.at("window").at("from").is_null());
  EXPECT_TRUE(json.at("window").at("to").is_null());
  EXPECT_EQ(json.at("window").at("events").as_int64(), 0);
  EXPECT_EQ(get("/api/repos/o/other/events/stats/").status, 404);
}

TEST_F(StatisticsTest, are_filtered_by_type) {
  fill();
  const auto types = [&](const std::string& query) {
    std::vector<std::string> names;
    const auto json = get(kStats + query).json();
    for (const auto& type : json.at("types").as_array()) {
      names.emplace_back(type.at("type").as_string());
    }
    return names;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(types("?type=WatchEvent"), (Names{"WatchEvent"}));
  EXPECT_EQ(types("?type=WatchEvent,PushEvent"), (Names{"PushEvent", "WatchEvent"}));
  EXPECT_EQ(types("?type=WatchEvent&type=PushEvent"), (Names{"PushEvent", "WatchEvent"}));
  EXPECT_EQ(types("?type=Unknown"), Names{});
  EXPECT_EQ(get(std::string(kStats) + "?type=Unknown").json().at("window").at("events").as_int64(), 4)
      << "the window is the repository's";
}

TEST_F(StatisticsTest, the_validator_stays_while_only_time_passes) {
  fill();
  const Answer first = get(kStats);
  EXPECT_TRUE(first.etag.starts_with("W/\"")) << first.etag;
  now_ += 30s;
  const Answer later = get(kStats);
  EXPECT_NE(later.body, first.body) << "as_of is the time of the request";
  EXPECT_EQ(later.etag, first.etag);
}

TEST_F(StatisticsTest, the_validator_changes_when_an_event_comes_in_and_when_one_grows_too_old) {
  fill();
  const std::string first = get(kStats).etag;
  now_ += 600s;
  poll({event_json(5, today(), "PushEvent"), event_json(4, core::to_event_time(kStart), "PushEvent")});
  const std::string second = get(kStats).etag;
  EXPECT_NE(second, first);
  now_ = kStart - 500s + 7 * 24h - 1s;
  EXPECT_EQ(get(kStats).etag, second);
  now_ += 1s;
  const Answer aged = get(kStats);
  EXPECT_NE(aged.etag, second);
  EXPECT_EQ(aged.json().at("window").at("events").as_int64(), 4);
}

TEST_F(StatisticsTest, are_incomplete_where_a_gap_reaches_into_the_window) {
  fill();
  now_ += 24h;
  std::vector<std::string> events;  // 300 new ones without a known one among them: GitHub shows no more
  for (int page = 0; page < 3; ++page) {
    events.clear();
    for (int i = 0; i < 100; ++i) {
      const auto id = static_cast<std::uint64_t>(1000 - 100 * page - i);
      events.push_back(event_json(id, today() - 1s * (100 * page + i), "PushEvent"));
    }
    auto action = monitor_->next(now_);
    ASSERT_TRUE(std::holds_alternative<github::HttpRequest>(action)) << "page " << page + 1;
    std::string body = "[";
    for (const std::string& event : events) body += (body.size() > 1 ? "," : "") + event;
    github::HttpResponse response{200, {{"X-Poll-Interval", "60"}}, body + "]"};
    if (page < 2) {
      response.headers.emplace_back(
          "Link", "<https://api.github.com/repositories/1/events?page=" + std::to_string(page + 2) + ">; rel=\"next\"");
    }
    monitor_->absorb(response, now_);
  }
  const auto gaps = get("/api/repos/o/r").json().at("gaps").as_array();
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].at("from").as_string(), "2025-06-15T15:06:40Z");
  EXPECT_FALSE(get(kStats).json().at("window").at("complete").as_bool());
  now_ += 7 * 24h;
  EXPECT_TRUE(get(kStats).json().at("window").at("complete").as_bool()) << "the gap has left the window";
}

TEST_F(StatisticsTest, of_all_active_repositories_come_in_one_array) {
  fill();
  add("o/asleep", false);
  const auto array = get("/api/stats/").json().as_array();
  ASSERT_EQ(array.size(), 1u);
  EXPECT_EQ(array[0].at("repository").as_string(), "o/r");
  EXPECT_EQ(array[0], get(kStats).json());
  EXPECT_EQ(get("/api/stats").body, get("/api/stats/").body);
  EXPECT_EQ(get("/api/stats/?type=WatchEvent").json().as_array()[0].at("types").as_array().size(), 1u);
  const std::string etag = get("/api/stats/").etag;
  now_ += 1s;
  EXPECT_EQ(get("/api/stats/").etag, etag);
}

TEST_F(StatisticsTest, of_all_active_repositories_have_pages) {
  fill();
  add("o/s");
  const auto first = get("/api/stats/?per_page=1");
  EXPECT_EQ(first.json().as_array().size(), 1u);
  EXPECT_EQ(first.header("Link"),
            "<http://pulse.example:8080/api/stats/?per_page=1&page=2>; rel=\"next\", "
            "<http://pulse.example:8080/api/stats/?per_page=1&page=2>; rel=\"last\"");
  const auto second = get("/api/stats/?per_page=1&page=2");
  EXPECT_EQ(second.json().as_array().size(), 1u);
  EXPECT_NE(first.json().at(0).at("repository"), second.json().at(0).at("repository"));
  for (int round = 0; round < 2; ++round) {  // the second one is kept
    EXPECT_EQ(get("/api/stats/?per_page=1").header("Link"), first.header("Link"));
  }
  EXPECT_EQ(get("/api/stats/?page=3").json().as_array().size(), 0u);
  EXPECT_EQ(get("/api/stats/").json().as_array().size(), 2u);
  EXPECT_EQ(get("/api/stats/").header("Link"), "");
  EXPECT_EQ(get("/api/stats/?page=0").status, 422);
}

TEST_F(StatisticsTest, of_a_repository_that_was_added_anew_are_not_those_of_its_predecessor) {
  fill();
  EXPECT_EQ(get(kStats).json().at("window").at("events").as_int64(), 4);
  ask(http::Method::kDelete, "/api/repos/o/r");
  add("o/r");
  EXPECT_EQ(get(kStats).json().at("window").at("events").as_int64(), 0);
}

}  // namespace
}  // namespace repopulse::api::test
