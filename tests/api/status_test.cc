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

TEST_F(StatusTest, the_poller_tells_of_change_probes_where_there_are_none) {
  add("o/r");
  poll({event_json(1, today(), "PushEvent")});
  EXPECT_EQ(get("/api/poller").json().at("probe"),
            boost::json::parse(R"({"enabled": false, "repositories": 0, "informed": 0, "requests": 0, "failures": 0,
                "points_spent": 0, "asked_at": null, "next_at": null, "trouble": null, "rate_limit": {"limit": null,
                "remaining": null, "reserve": 0, "reset_at": null, "blocked_until": null}})"));
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
