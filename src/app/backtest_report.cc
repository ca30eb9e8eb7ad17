#include "app/backtest_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
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
      R"({{"policy": "{}", "freshness_seconds": {}, "requests": {}, "probes": {}, "not_modified": {}, )"
      R"("quota_spent": {}, "events": {}, "lost": {}, {}"staleness_mean_seconds": {}, "staleness_median_seconds": {}, )"
      R"("staleness_p95_seconds": {}, "staleness_max_seconds": {}}})",
      run.policy, json_number(std::chrono::duration<double>(run.freshness).count()), run.requests, run.probes,
      run.not_modified, run.quota_spent, run.events, run.lost, late_json(run), json_number(run.staleness_mean),
      json_number(run.staleness_median), json_number(run.staleness_p95), json_number(run.staleness_max));
}

std::string share_text(double share) {
  return std::isfinite(share) ? fmt::format("{:.2f}", share) : "-";
}

// `probed`: with the columns that only change probes fill.
std::vector<Table::Column> columns_of(bool probed) {
  std::vector<Table::Column> columns = {{"POLICY"}};
  const auto add = [&columns](const char* title) { columns.push_back({title, Align::kRight}); };
  for (const char* title : {"FRESHNESS", "REQUESTS"}) add(title);
  if (probed) add("PROBES");
  for (const char* title : {"304S", "QUOTA"}) add(title);
  if (probed) add("POINTS");
  for (const char* title : {"EVENTS", "LOST", "STALENESS MEAN", "MEDIAN", "P95", "MAX", "VS MEAN"}) add(title);
  return columns;
}

std::vector<Cell> cells_of(const backtest::Run& run, const Comparison& comparison, bool probed) {
  std::vector<Cell> cells = {run.policy};
  const auto add = [&cells](std::string text) { cells.emplace_back(std::move(text)); };
  add(humanise_seconds(std::chrono::duration<double>(run.freshness).count()));
  add(humanise_count(run.requests));
  if (probed) add(humanise_count(run.probes));
  add(humanise_count(run.not_modified));
  add(humanise_count(run.quota_spent));
  if (probed) add(humanise_count(run.points));
  add(humanise_count(run.events));
  cells.emplace_back(humanise_count(run.lost), run.lost > 0 ? Tint::kBad : Tint::kNone);
  for (const double staleness : {run.staleness_mean, run.staleness_median, run.staleness_p95, run.staleness_max})
    add(humanise_seconds(staleness));
  add(share_text(comparison.requests.at(run.policy) / static_cast<double>(comparison.mean.requests)));
  return cells;
}

std::string percent_text(std::size_t part, std::size_t all) {
  return all == 0 ? "-" : fmt::format("{:.1f} %", 100 * static_cast<double>(part) / static_cast<double>(all));
}

// Forecasts by how long a repository was known; nothing where no policy makes any.
void print_forecasts(std::ostream& out, std::span<const backtest::Run> runs) {
  constexpr std::array<const char*, backtest::kKnownFor.size()> kAges = {"2 h to 1 d", "1 d to 3 d", "3 d to 8 d",
                                                                         "from 8 d on"};
  Table table({{"FORECASTS OF"},
               {"FRESHNESS", Align::kRight},
               {"KNOWN FOR"},
               {"HOURS", Align::kRight},
               {"HELD", Align::kRight},
               {"BUSY HOURS", Align::kRight},
               {"HELD", Align::kRight},
               {"EXPECTED / CAME", Align::kRight}});
  bool any = false;
  for (const backtest::Run& run : runs) {
    for (std::size_t i = 0; i < kAges.size(); ++i) {
      const backtest::ForecastRecord& record = run.forecasts_by_age[i];
      if (record.hours == 0) continue;
      any = true;
      table.add({run.policy, humanise_seconds(std::chrono::duration<double>(run.freshness).count()), kAges[i],
                 humanise_count(record.hours), percent_text(record.held, record.hours),
                 humanise_count(record.busy_hours), percent_text(record.busy_held, record.busy_hours),
                 share_text(record.expected / record.came)});
    }
  }
  if (!any) return;
  out << '\n';
  table.print(out, look_of_output());
  out << "\nHELD: the events that came were within the 90 % interval of their hour. BUSY HOURS: 3 events or more were\n"
         "expected. EXPECTED / CAME: events, in all these hours together. From a repository's second hour on, warm-up\n"
         "included.\n";
}

}  // namespace

std::string runs_json(std::span<const backtest::Run> runs) {
  std::string text = "{\"runs\": [";
  for (std::size_t i = 0; i < runs.size(); ++i) text += (i == 0 ? "\n  " : ",\n  ") + run_json(runs[i]);
  return text + "\n]}\n";
}

void print_runs(std::ostream& out, std::span<const backtest::Run> runs, const Comparison& comparison) {
  const bool probed = std::ranges::any_of(runs, [](const backtest::Run& run) { return run.probes > 0; });
  Table table(columns_of(probed));
  for (const backtest::Run& run : runs) table.add(cells_of(run, comparison, probed));
  table.print(out, look_of_output());
  out << fmt::format(
      "\nSTALENESS: time from when GitHub shows an event until it is stored.\n"
      "VS MEAN: requests relative to the policy `mean` at the same mean staleness, {}.\n",
      humanise_seconds(comparison.mean.staleness_mean));
  if (probed) {
    out << "PROBES: how many of the requests were change probes. They cost POINTS of GitHub's GraphQL quota; the "
           "other\n"
           "requests cost QUOTA, except 304s.\n";
  }
  for (const backtest::Run& run : runs) {
    if (run.order == backtest::FeedOrder::kArrival) continue;
    out << fmt::format(
        "{}: beside its events, {} became visible below the feed's depth and were never shown. Of those lost, {} were "
        "shown for less than a minute; the longest for {}.\n",
        run.policy, humanise_count(run.never_shown), humanise_count(run.lost_briefly_shown),
        humanise_seconds(run.lost_shown_longest));
  }
  print_forecasts(out, runs);
}

}  // namespace repopulse::app
