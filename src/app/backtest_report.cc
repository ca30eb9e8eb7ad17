#include "app/backtest_report.h"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "app/humanise.h"
#include "app/table.h"

namespace repopulse::app {
namespace {

std::string json_number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : "null";
}

// What became visible late may stand where nobody can see it, or not for long.
std::string late_json(const backtest::Run& run) {
  if (run.order == backtest::FeedOrder::kArrival) return {};
  return fmt::format(R"("lost_briefly_shown": {}, "lost_shown_longest_seconds": {}, "never_shown": {}, )",
                     run.lost_briefly_shown, json_number(run.lost_shown_longest), run.never_shown);
}

std::string run_json(const backtest::Run& run) {
  return fmt::format(
      R"({{"policy": "{}", "freshness_seconds": {}, "requests": {}, "not_modified": {}, "quota_spent": {}, )"
      R"("events": {}, "lost": {}, {}"staleness_mean_seconds": {}, "staleness_median_seconds": {}, )"
      R"("staleness_p95_seconds": {}, "staleness_max_seconds": {}}})",
      run.policy, json_number(std::chrono::duration<double>(run.freshness).count()), run.requests, run.not_modified,
      run.quota_spent, run.events, run.lost, late_json(run), json_number(run.staleness_mean),
      json_number(run.staleness_median), json_number(run.staleness_p95), json_number(run.staleness_max));
}

std::string share_text(double share) {
  return std::isfinite(share) ? fmt::format("{:.2f}", share) : "-";
}

}  // namespace

std::string runs_json(std::span<const backtest::Run> runs) {
  std::string text = "{\"runs\": [";
  for (std::size_t i = 0; i < runs.size(); ++i) text += (i == 0 ? "\n  " : ",\n  ") + run_json(runs[i]);
  return text + "\n]}\n";
}

void print_runs(std::ostream& out, std::span<const backtest::Run> runs, const Comparison& comparison) {
  std::vector<Table::Column> columns = {{"POLICY"}};
  for (const char* title : {"FRESHNESS", "REQUESTS", "304S", "QUOTA", "EVENTS", "LOST", "STALENESS MEAN", "MEDIAN",
                            "P95", "MAX", "VS MEAN"}) {
    columns.push_back({title, Align::kRight});
  }
  Table table(std::move(columns));
  for (const backtest::Run& run : runs) {
    const double share = comparison.requests.at(run.policy) / static_cast<double>(comparison.mean.requests);
    table.add({run.policy, humanise_seconds(std::chrono::duration<double>(run.freshness).count()),
               humanise_count(run.requests), humanise_count(run.not_modified), humanise_count(run.quota_spent),
               humanise_count(run.events), Cell(humanise_count(run.lost), run.lost > 0 ? Tint::kBad : Tint::kNone),
               humanise_seconds(run.staleness_mean), humanise_seconds(run.staleness_median),
               humanise_seconds(run.staleness_p95), humanise_seconds(run.staleness_max), share_text(share)});
  }
  table.print(out, wants_colours());
  out << fmt::format(
      "\nSTALENESS: time from when GitHub shows an event until it is stored.\n"
      "VS MEAN: requests relative to the policy `mean` at the same mean staleness, {}.\n",
      humanise_seconds(comparison.mean.staleness_mean));
  for (const backtest::Run& run : runs) {
    if (run.order == backtest::FeedOrder::kArrival) continue;
    out << fmt::format(
        "{}: beside its events, {} became visible below the feed's depth and were never shown. Of those lost, {} were "
        "shown for less than a minute; the longest for {}.\n",
        run.policy, humanise_count(run.never_shown), humanise_count(run.lost_briefly_shown),
        humanise_seconds(run.lost_shown_longest));
  }
}

}  // namespace repopulse::app
