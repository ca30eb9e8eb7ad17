#include "app/backtest_report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <vector>

namespace repopulse::app {
namespace {

backtest::Run run(const std::string& policy, std::uint64_t requests) {
  backtest::Run run;
  run.policy = policy;
  run.freshness = std::chrono::minutes(5);
  run.requests = requests;
  run.not_modified = 1000;
  run.quota_spent = requests - 1000;
  run.events = 13'180;
  run.staleness_mean = 291.25;
  run.staleness_max = 9256.5;
  return run;
}

// The table of these runs, and what stands below it; `requests`: of each run's policy at the staleness of `mean`.
std::string table_of(const std::vector<backtest::Run>& runs, const std::vector<double>& requests,
                     const backtest::Run& mean, bool probed = false) {
  std::ostringstream out;
  RunTable table(out, mean, probed);
  for (std::size_t i = 0; i < runs.size(); ++i) table.add(runs[i], requests[i]);
  table.explain();
  return out.str();
}

TEST(RunsJson, has_a_run_a_line_with_the_fields_of_the_contract) {
  const std::vector<backtest::Run> runs = {run("adaptive", 4640)};
  EXPECT_EQ(runs_json(runs),
            "{\"runs\": [\n"
            "  {\"policy\": \"adaptive\", \"freshness_seconds\": 300, \"requests\": 4640, \"probes\": 0, "
            "\"not_modified\": 1000, "
            "\"quota_spent\": 3640, \"events\": 13180, \"lost\": 0, \"staleness_mean_seconds\": 291.25, "
            "\"staleness_median_seconds\": 0, \"staleness_p95_seconds\": 0, \"staleness_max_seconds\": 9256.5}\n"
            "]}\n");
}

TEST(Reports, say_what_was_shown_briefly_or_never_where_feeds_are_ordered_by_creation) {
  std::vector<backtest::Run> runs = {run("adaptive", 4640)};
  runs[0].order = backtest::FeedOrder::kCreated;
  runs[0].lost = 9;
  runs[0].lost_briefly_shown = 7;
  runs[0].lost_shown_longest = 90.5;
  runs[0].never_shown = 1'234;
  EXPECT_NE(runs_json(runs).find("\"lost\": 9, \"lost_briefly_shown\": 7, \"lost_shown_longest_seconds\": 90.5, "
                                 "\"never_shown\": 1234, \"staleness_mean_seconds\""),
            std::string::npos)
      << runs_json(runs);
  const std::string text = table_of(runs, {1180}, run("mean", 2000));
  EXPECT_NE(text.find("1,234 became visible below"), std::string::npos) << text;
}

TEST(RunsJson, knows_no_numbers_that_json_does_not_know) {
  std::vector<backtest::Run> runs = {run("mean", 2000)};
  runs[0].staleness_mean = NAN;
  runs[0].staleness_max = HUGE_VAL;
  const std::string json = runs_json(runs);
  EXPECT_NE(json.find("\"staleness_mean_seconds\": null"), std::string::npos) << json;
  EXPECT_NE(json.find("\"staleness_max_seconds\": null"), std::string::npos) << json;
}

TEST(RunTable, relates_each_policy_to_the_mean_at_equal_staleness) {
  const std::vector<backtest::Run> runs = {run("mean", 2000), run("adaptive", 4640)};
  std::istringstream lines(table_of(runs, {2000, 1180}, runs[0]));
  std::string head, mean, adaptive;
  std::getline(lines, head);
  std::getline(lines, mean);
  std::getline(lines, adaptive);
  EXPECT_TRUE(head.ends_with("VS MEAN")) << head;
  EXPECT_TRUE(mean.starts_with("mean")) << mean;
  EXPECT_TRUE(mean.ends_with("   1.00")) << mean;
  EXPECT_TRUE(adaptive.ends_with("   0.59")) << adaptive;
  EXPECT_NE(adaptive.find(" 4,640 "), std::string::npos) << adaptive;
}

TEST(RunTable, shows_a_row_before_the_next_one_comes) {
  std::ostringstream out;
  RunTable table(out, run("mean", 2000), false);
  EXPECT_EQ(out.str(), "");
  table.add(run("mean", 2000), 2000);
  const std::string first = out.str();
  EXPECT_EQ(std::ranges::count(first, '\n'), 2) << first;
  EXPECT_TRUE(first.ends_with("   1.00\n")) << first;
  table.add(run("adaptive", 4640), 1180);
  EXPECT_TRUE(out.str().starts_with(first + "adaptive ")) << out.str();
}

TEST(RunTable, shows_both_quotas_where_probes_are_allowed) {
  std::vector<backtest::Run> runs = {run("mean", 2000), run("adaptive", 4640)};
  const std::string without = table_of(runs, {2000, 1180}, runs[0]);
  EXPECT_EQ(without.find("PROBES"), std::string::npos) << without;
  runs[1].probes = 812;
  runs[1].points = 1624;
  const std::string with = table_of(runs, {2000, 1180}, runs[0], true);
  EXPECT_NE(with.find("REQUESTS   PROBES       304S    QUOTA   POINTS"), std::string::npos) << with;
  EXPECT_NE(with.find("   4,640      812      1,000    3,640    1,624"), std::string::npos) << with;
  EXPECT_NE(with.find("\nPROBES: "), std::string::npos) << with;
}

TEST(RunTable, shows_how_forecasts_fared_by_how_long_a_repository_was_known) {
  std::vector<backtest::Run> runs = {run("mean", 2000), run("adaptive", 4640)};
  const std::string without = table_of(runs, {2000, 1180}, runs[0]);
  EXPECT_EQ(without.find("FORECASTS"), std::string::npos) << without;
  runs[1].forecasts_by_age[0] = {1'200, 1'080, 0, 0, 450, 500};
  runs[1].forecasts_by_age[3] = {20'000, 19'000, 1'000, 925, 6'000, 0};
  const std::string text = table_of(runs, {2000, 1180}, runs[0]);
  EXPECT_NE(text.find("2 h to 1 d    1,200  90.0 %           0       -             0.90\n"), std::string::npos) << text;
  EXPECT_NE(text.find("from 8 d on  20,000  95.0 %       1,000  92.5 %                -\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("1 d to 3 d"), std::string::npos) << text;
}

TEST(RunTable, has_a_dash_where_nothing_is_there_to_be_related) {
  for (const std::uint64_t of_mean : {2000u, 0u}) {
    const std::string text = table_of({run("adaptive", 4640)}, {of_mean == 0 ? 1180 : NAN}, run("mean", of_mean));
    EXPECT_NE(text.find(" -\n"), std::string::npos) << text;
    EXPECT_EQ(text.find("nan"), std::string::npos) << text;
    EXPECT_EQ(text.find("inf"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace repopulse::app
