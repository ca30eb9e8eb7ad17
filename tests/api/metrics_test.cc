// GET /metrics.
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <set>
#include <thread>

#include "api/pulse_metrics.h"
#include "http/server.h"
#include "monitor/repository_book.h"
#include "store/measured_store.h"
#include "tests/api/api_fixture.h"
#include "tests/http/raw_client.h"

namespace repopulse::api::test {
namespace {

class MetricsTest : public ApiTest {
 protected:
  std::string scrape() { return get("/metrics").body; }
  // `line`: a metric with its labels, as it is written.
  std::string value(const std::string& line) {
    const std::string text = "\n" + scrape();
    const std::size_t at = text.find("\n" + line + " ");
    if (at == std::string::npos) return "missing in" + text;
    const std::size_t begin = at + line.size() + 2;
    return text.substr(begin, text.find('\n', begin) - begin);
  }
};

TEST_F(MetricsTest, are_shown_to_those_who_have_a_key) {
  const auto answer = get_with("/metrics", read_key_);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(value(R"(repopulse_build_info{version="1.2.3"})"), "1");
  key_.clear();
  EXPECT_EQ(get("/metrics").status, 401);
}

TEST_F(MetricsTest, count_requests_to_github_and_what_they_brought) {
  add("O/r");
  const std::string first = event_json(2, today(), "PushEvent");
  poll({first, event_json(1, today(), "ForkEvent")});
  now_ += 600s;
  poll({event_json(3, core::to_event_time(now_ - 100s), "PushEvent"), first});
  now_ += 600s;
  poll(304);
  now_ += 600s;
  poll(502);
  EXPECT_EQ(value(R"(repopulse_github_requests_total{result="events"})"), "2");
  EXPECT_EQ(value(R"(repopulse_github_requests_total{result="not_modified"})"), "1");
  EXPECT_EQ(value(R"(repopulse_github_requests_total{result="server_error"})"), "1");
  EXPECT_EQ(value(R"(repopulse_github_requests_total{result="not_found"})"), "0");
  EXPECT_EQ(value(R"(repopulse_events_stored_total{repository="o/r",type="PushEvent"})"), "2");
  EXPECT_EQ(value(R"(repopulse_events_stored_total{repository="o/r",type="ForkEvent"})"), "1");
  EXPECT_EQ(value("repopulse_github_request_duration_seconds_count"), "4");
  EXPECT_EQ(value("repopulse_event_staleness_seconds_count"), "1") << "a first contact says nothing of staleness";
  EXPECT_EQ(value(R"(repopulse_event_staleness_seconds_bucket{le="60"})"), "0");
  EXPECT_EQ(value(R"(repopulse_event_staleness_seconds_bucket{le="120"})"), "1");
  EXPECT_EQ(value(R"(repopulse_feeds{status="failing"})"), "1");
  EXPECT_EQ(value(R"(repopulse_feeds{status="ok"})"), "0");
}

TEST_F(MetricsTest, tell_how_late_the_poller_is) {
  add("o/r");
  add("o/asleep", false);
  poll({event_json(1, today(), "PushEvent")});
  EXPECT_EQ(value("repopulse_poll_lag_seconds"), "0");
  now_ = *monitor_->snapshot()->find("o/r")->feed.next_poll_at + 90s;
  EXPECT_EQ(value("repopulse_poll_lag_seconds"), "90");
  EXPECT_EQ(value("repopulse_repositories"), "2");
  EXPECT_EQ(value("repopulse_repositories_active"), "1");
  EXPECT_EQ(value(R"(repopulse_poller_state{state="ok"})"), "1");
  EXPECT_EQ(value("repopulse_store_up"), "1");
  EXPECT_EQ(value("repopulse_ready"), "1");
}

TEST_F(MetricsTest, forget_repositories_that_are_not_active) {
  add("o/r");
  poll({event_json(1, today(), "PushEvent")});
  ASSERT_TRUE(monitor_->set_active("o/r", false, now_));
  EXPECT_EQ(scrape().find("repository=\"o/r\""), std::string::npos);
}

TEST_F(MetricsTest, tell_the_pulse_of_active_repositories) {
  add("O/r");
  add("o/asleep", false);
  poll({event_json(5, today() - 60s, "PushEvent"), event_json(4, today() - 120s, "WatchEvent"),
        event_json(3, today() - 180s, "PushEvent"), event_json(2, today() - 240s, "PushEvent"),
        event_json(1, today() - 300s, "PushEvent")});
  const auto labels = [](const std::string& type) { return R"({repository="o/r",type=")" + type + R"("})"; };
  EXPECT_EQ(value("repopulse_repository_average_gap_seconds" + labels("PushEvent")), "80");
  EXPECT_NE(scrape().find("repopulse_repository_last_event_timestamp_seconds" + labels("WatchEvent")),
            std::string::npos);
  EXPECT_EQ(scrape().find("repopulse_repository_average_gap_seconds" + labels("WatchEvent")), std::string::npos)
      << "one event has no gap";
  EXPECT_EQ(std::stod(value("repopulse_repository_last_event_timestamp_seconds" + labels("PushEvent"))),
            static_cast<double>(core::unix_seconds(today() - 60s)));
  EXPECT_EQ(value(R"(repopulse_repository_silence_ratio{repository="o/r"})"), "1");
  now_ += 240s;
  EXPECT_EQ(value(R"(repopulse_repository_silence_ratio{repository="o/r"})"), "5");
  ASSERT_TRUE(monitor_->set_active("o/r", false, now_));
  EXPECT_EQ(scrape().find("repopulse_repository_"), std::string::npos);
}

TEST_F(MetricsTest, tell_the_pulse_by_type_of_fifty_repositories_at_most) {
  monitor::Snapshot snapshot;
  monitor::RepositoryBook book;
  for (int i = 0; i < 60; ++i) {
    store::Repository repository{
        core::RepoId{i + 1}, *core::RepoName::parse("o/r" + std::to_string(100 + i)), true, {}, 0, {}, {}, {}};
    monitor::RepositoryView view{repository, {}, core::Window(), 0, 1, {}, {}};
    for (const int id : {1, 2}) {
      view.window.insert({static_cast<std::uint64_t>(id), today() - core::Seconds(60 * id)}, "PushEvent");
    }
    book.put(std::move(view));
  }
  snapshot.repositories = monitor::RepositoryList(book.all());
  MetricFamilies families;
  collect_pulse(families, snapshot, now_);
  const std::string text = families.text();
  const auto count = [&text](const std::string& name) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find("\n" + name + "{", at)) != std::string::npos; ++at) ++found;
    return found;
  };
  EXPECT_EQ(count("repopulse_repository_average_gap_seconds"), 50u);
  EXPECT_EQ(count("repopulse_repository_last_event_timestamp_seconds"), 50u);
  EXPECT_EQ(count("repopulse_repository_silence_ratio"), 60u);
}

TEST_F(MetricsTest, have_so_many_series_and_no_more_whatever_types_github_invents) {
  add("o/r");
  std::vector<std::string> events;
  for (std::uint64_t i = 1; i <= 100; ++i) events.push_back(event_json(i, today(), "Type" + std::to_string(i)));
  poll(events);
  const std::string text = scrape();
  std::size_t series = 0;
  for (std::size_t at = 0; (at = text.find("\nrepopulse_events_stored_total{", at)) != std::string::npos; ++at)
    ++series;
  EXPECT_EQ(series, 41u);
  EXPECT_EQ(value(R"(repopulse_events_stored_total{repository="o/r",type="other"})"), "60");
}

TEST_F(MetricsTest, show_the_stores_latency_where_it_is_measured) {
  EXPECT_EQ(scrape().find("repopulse_store_operation"), std::string::npos);
  store::CallTimes times([readings = 0]() mutable { return 2ms * ++readings; });
  const auto measured = store::measured(store_, times);
  ASSERT_TRUE(measured->ping());
  store_.fail_next(1);
  EXPECT_FALSE(measured->ping());
  api_->show_latencies(times);
  EXPECT_EQ(value(R"(repopulse_store_operation_duration_seconds_count{operation="ping"})"), "2");
  EXPECT_EQ(value(R"(repopulse_store_operation_failures_total{operation="ping"})"), "1");
}

TEST_F(MetricsTest, tell_of_the_process) {
  const double resident = std::stod(value("process_resident_memory_bytes"));
  EXPECT_GT(resident, 1e6);
  EXPECT_GE(std::stod(value("process_virtual_memory_bytes")), resident);
  EXPECT_GT(std::stod(value("process_open_fds")), 2);
  EXPECT_GT(std::stod(value("process_start_time_seconds")), 1.7e9);
}

// --- of a server ---

TEST_F(MetricsTest, count_requests_for_the_lists_of_owners) {
  ASSERT_EQ(post("/api/repos/", R"({"full_name":"Octo/*"})").status, 201);
  const auto action = monitor_->next(now_);
  ASSERT_TRUE(std::holds_alternative<github::HttpRequest>(action));
  monitor_->absorb(github::HttpResponse{404, {}, "{}"}, now_);
  EXPECT_EQ(value(R"(repopulse_github_requests_total{result="not_found"})"), "1");
  EXPECT_EQ(value("repopulse_github_request_duration_seconds_count"), "1");
}

class ServedMetrics : public MetricsTest {
 protected:
  ServedMetrics() {
    server_ = std::make_unique<http::Server>(http::ServerSettings{}, *router_, api_->hooks());
    server_->start();
  }
  ~ServedMetrics() override { server_->stop(1s); }

  void send(const std::string& line) {
    http::test::RawClient client(server_->port());
    client.send(line + " HTTP/1.1\r\nHost: t\r\nX-API-Key: " + key_ + "\r\nConnection: close\r\n\r\n");
    EXPECT_NE(client.read_rest(), "");
  }

  std::unique_ptr<http::Server> server_;
};

TEST_F(ServedMetrics, count_requests_by_route_and_not_by_what_clients_write) {
  add("o/r");
  send("GET /api/repos/o/r?a=1");
  send("GET /api/repos/O/R/");
  send("GET /api/repos/no/such");
  send("DELETE /api/repos/no/such");
  send("GET /nothing/here");
  send("BREW /api/repos/o/r");
  const std::string counter = "repopulse_http_requests_total";
  EXPECT_EQ(value(counter + R"({route="/api/repos/{owner}/{repo}",method="GET",status="2xx"})"), "2");
  EXPECT_EQ(value(counter + R"({route="/api/repos/{owner}/{repo}",method="GET",status="4xx"})"), "1");
  EXPECT_EQ(value(counter + R"({route="/api/repos/{owner}/{repo}",method="DELETE",status="4xx"})"), "1");
  EXPECT_EQ(value(counter + R"({route="unmatched",method="GET",status="4xx"})"), "1");
  EXPECT_EQ(value(counter + R"({route="unmatched",method="other",status="4xx"})"), "1");
  EXPECT_EQ(value(R"(repopulse_http_request_duration_seconds_count{route="/api/repos/{owner}/{repo}"})"), "4");
}

TEST_F(ServedMetrics, know_how_many_connections_are_open) {
  http::test::RawClient one(server_->port());
  one.send(http::test::get("/healthz"));
  ASSERT_TRUE(one.read_answer());
  EXPECT_EQ(value("repopulse_http_connections"), "1");
}

TEST_F(ServedMetrics, are_what_promtool_calls_clean) {
  if (std::system("command -v promtool >/dev/null") != 0) GTEST_SKIP() << "promtool is not installed";
  store::CallTimes times([readings = 0]() mutable { return 2ms * ++readings; });
  const auto measured = store::measured(store_, times);
  ASSERT_TRUE(measured->ping());
  api_->show_latencies(times);
  add("o/r");
  poll({event_json(1, today(), "PushEvent")});
  send("GET /api/repos/o/r");
  const std::string file = testing::TempDir() + "metrics-" + std::to_string(getpid()) + ".txt";
  std::ofstream(file) << scrape();
  EXPECT_EQ(std::system(("promtool check metrics < '" + file + "'").c_str()), 0) << scrape();
  std::remove(file.c_str());
}

}  // namespace
}  // namespace repopulse::api::test
