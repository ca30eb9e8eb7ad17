// Health, the poller, the forecast, and the shape of errors.
#include "polling/fixed_policy.h"
#include "tests/api/api_fixture.h"

namespace repopulse::api::test {
namespace {

class StatusTest : public ApiTest {};

TEST_F(StatusTest, health_needs_no_key) {
  key_.clear();
  const Answer answer = get("/healthz");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json().at("status").as_string(), "ok");
  EXPECT_EQ(get("/readyz/").status, 200);
}

TEST_F(StatusTest, it_is_not_ready_while_the_store_is_away) {
  key_.clear();
  store_.fail_next(1);
  const Answer answer = get("/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.json().at("reasons").as_array().at(0).as_string(), "the store does not answer");
  EXPECT_EQ(get("/readyz").status, 200);
}

TEST_F(StatusTest, it_is_not_ready_after_a_write_that_failed_until_the_next_one_succeeds) {
  store_.set_faults([](std::string_view call) {
    return call == "add_repositories" ? sim::StoreFault::kUnavailable : sim::StoreFault::kNone;
  });
  EXPECT_EQ(post("/api/repos/", R"({"full_name":"o/r"})").status, 503);
  const Answer answer = get("/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.json().at("reasons").as_array().at(0).as_string(), "the last write to the store failed");
  EXPECT_NE(get("/metrics").body.find("\nrepopulse_store_up 0\n"), std::string::npos);
  store_.set_faults({});
  EXPECT_EQ(post("/api/repos/", R"({"full_name":"o/r"})").status, 201);
  EXPECT_EQ(get("/readyz").status, 200);
}

TEST_F(StatusTest, it_is_not_ready_before_the_windows_are_loaded) {
  api_.reset();  // it uses the monitor
  monitor_ = std::make_unique<monitor::Monitor>(
      store_, std::make_unique<polling::FixedPolicy>(polling::PolicySettings{300s, {}}), monitor::MonitorSettings{});
  serve();
  EXPECT_EQ(get("/readyz").json().at("reasons").as_array().at(0).as_string(), "the windows are being loaded");
  EXPECT_EQ(get("/readyz").status, 503);
  EXPECT_EQ(get("/healthz").status, 200);
  ASSERT_TRUE(monitor_->start(now_));
  EXPECT_EQ(get("/readyz").status, 200);
}

TEST_F(StatusTest, the_poller_tells_what_it_does) {
  add("o/r");
  add("o/asleep", false);
  poll({event_json(1, today(), "PushEvent")});
  const auto json = get("/api/poller").json();
  EXPECT_EQ(json.at("state").as_string(), "ok");
  EXPECT_EQ(json.at("policy").as_string(), "fixed");
  EXPECT_EQ(json.at("freshness_seconds").to_number<double>(), 300);
  EXPECT_EQ(json.at("requests").as_int64(), 1);
  EXPECT_TRUE(json.at("staleness").at("mean_seconds").is_null()) << "a first contact tells nothing of waiting";
  ASSERT_EQ(json.at("feeds").as_array().size(), 1u);
  const auto& feed = json.at("feeds").as_array()[0];
  EXPECT_EQ(feed.at("feed").as_string(), "repos/o/r");
  EXPECT_EQ(feed.at("repository").as_string(), "o/r");
  EXPECT_TRUE(feed.at("served_by").is_null()) << "it is read by its own feed";
  EXPECT_EQ(feed.at("next_poll_at").as_string(), "2025-06-15T15:16:40Z");
  EXPECT_EQ(feed.at("failures_in_a_row").as_int64(), 0);
}

TEST_F(StatusTest, the_poller_tells_what_was_spent_and_what_other_ways_would_have_cost) {
  add("O/r");
  poll({event_json(1, today() - 10s, "PushEvent")});
  now_ += 10min;
  poll({event_json(1, today() - 610s, "PushEvent"), event_json(2, today() - 240s, "PushEvent")});
  const auto spent = get("/api/poller").json().at("spent");
  EXPECT_EQ(spent.at("since").as_string(), "2025-06-15T15:06:40Z");
  EXPECT_EQ(spent.at("until").as_string(), "2025-06-15T15:16:40Z");
  EXPECT_EQ(spent.at("requests").as_int64(), 2);
  EXPECT_EQ(spent.at("events").as_int64(), 2) << "that of the first contact, too";
  EXPECT_EQ(spent.at("staleness"), boost::json::parse(R"({"mean_seconds": 240, "p95_seconds": 240, "events": 1})"));
  ASSERT_EQ(spent.at("sources").as_array().size(), 1u);
  EXPECT_EQ(spent.at("sources").at(0).at("source").as_string(), "own");
  EXPECT_EQ(spent.at("repositories"),
            boost::json::parse(R"([{"repository": "O/r", "own": 2, "shared": 0, "probes": 0, "quota_spent": 2,
                "points_spent": 0, "events": 2}])"));
  EXPECT_EQ(spent.at("others").at("own").to_number<double>(), 0);
  const auto& alternatives = spent.at("alternatives").as_array();
  ASSERT_EQ(alternatives.size(), 3u);
  EXPECT_EQ(alternatives[0], boost::json::parse(R"({"policy": "fixed", "interval_seconds": 480, "requests": 1.25,
      "quota_spent": 0.5, "staleness_mean_seconds": 240})"))
      << "the event is 240 s old: half of the first requests may come after now";
  EXPECT_EQ(alternatives[1].at("requests").to_number<double>(), 10);
  EXPECT_EQ(alternatives[2].at("policy").as_string(), "mean");
  post("/api/repos/o/r/deactivate");
  const auto after = get("/api/poller").json().at("spent");
  EXPECT_TRUE(after.at("repositories").as_array().empty());
  EXPECT_EQ(after.at("others").at("own").to_number<double>(), 2);
}

TEST_F(StatusTest, the_poller_tells_of_change_probes_where_there_are_none) {
  add("o/r");
  poll({event_json(1, today(), "PushEvent")});
  EXPECT_EQ(get("/api/poller").json().at("probe"),
            boost::json::parse(R"({"enabled": false, "repositories": 0, "informed": 0, "requests": 0, "failures": 0,
                "points_spent": 0, "asked_at": null, "next_at": null, "trouble": null, "belief": "unproven",
                "rate_limit": {"limit": null, "remaining": null, "reserve": 0, "reset_at": null,
                "blocked_until": null}})"));
  const std::string metrics = get("/metrics").body;
  EXPECT_NE(metrics.find("\nrepopulse_github_probes_total 0\n"), std::string::npos);
  EXPECT_EQ(metrics.find("repopulse_github_graphql_quota_limit"), std::string::npos);
}

TEST_F(StatusTest, the_poller_tells_that_no_account_is_set) {
  EXPECT_EQ(get("/api/poller").json().at("received"), boost::json::parse(R"({"feed": null, "repositories": 0})"));
  EXPECT_NE(get("/metrics").body.find("\nrepopulse_repositories_received 0\n"), std::string::npos);
}

TEST_F(StatusTest, the_poller_tells_how_far_this_machines_clock_is_ahead_once_github_has_told_the_time) {
  EXPECT_TRUE(get("/api/poller").json().at("clock_skew_seconds").is_null());
  EXPECT_EQ(get("/metrics").body.find("repopulse_clock_skew_seconds"), std::string::npos);
  add("o/r");
  date_ = today() - 600s;
  poll({event_json(1, *date_, "PushEvent")});
  EXPECT_EQ(get("/api/poller").json().at("clock_skew_seconds").as_int64(), 599) << "the date names a second";
  EXPECT_NE(get("/metrics").body.find("\nrepopulse_clock_skew_seconds 599\n"), std::string::npos);
}

TEST_F(StatusTest, no_next_poll_is_told_before_github_takes_requests_again) {
  add("o/r");
  add("o/asleep", false);
  poll(429);
  const auto poller = get("/api/poller").json();
  const auto blocked_until = poller.at("rate_limit").at("blocked_until");
  ASSERT_TRUE(blocked_until.is_string());
  EXPECT_EQ(poller.at("feeds").as_array().at(0).at("next_poll_at"), blocked_until);
  EXPECT_EQ(get("/api/repos/o/r").json().at("next_poll_at"), blocked_until);
  EXPECT_TRUE(get("/api/repos/o/asleep").json().at("next_poll_at").is_null());
}

TEST_F(StatusTest, the_forecast_is_empty_where_the_policy_has_none) {
  add("o/r");
  EXPECT_EQ(get("/api/repos/O/r/forecast").body, R"({"repository":"o/r","as_of":null,"policy":"fixed","hours":[]})");
  EXPECT_EQ(get("/api/repos/o/unknown/forecast").status, 404);
}

TEST_F(StatusTest, errors_have_githubs_shape) {
  EXPECT_EQ(get("/api/repos/o/r").body, R"({"message":"Not Found","documentation_url":"/api/docs","status":"404"})");
  EXPECT_EQ(api_->hooks().error_payload(405, "The method is not allowed here")->body,
            R"({"message":"The method is not allowed here","documentation_url":"/api/docs","status":"405"})");
  EXPECT_EQ(get("/api/repos/o/r").header("Cache-Control"), "no-store");
}

}  // namespace
}  // namespace repopulse::api::test
