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

std::vector<Table::Column> columns_of(bool probed) {
  std::vector<Table::Column> columns = {{"POLICY", Align::kLeft, false, std::string_view("clairvoyant").size()}};
  // Wide enough for what is usual.
  const auto add = [&columns](const char* title, std::string_view usual) {
    columns.push_back({title, Align::kRight, false, usual.size()});
  };
  add("FRESHNESS", "1 min 15 s");
  add("REQUESTS", "1,000,000");
  if (probed) add("PROBES", "100,000");
  add("304S", "1,000,000");
  add("QUOTA", "100,000");
  if (probed) add("POINTS", "100,000");
  add("EVENTS", "100,000");
  add("LOST", "");
  for (const char* title : {"STALENESS MEAN", "MEDIAN", "P95", "MAX"}) add(title, "12 h 34 min");
  add("VS MEAN", "");
  return columns;
}

std::vector<Cell> cells_of(const backtest::Run& run, double share, bool probed) {
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
  add(share_text(share));
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

RunTable::RunTable(std::ostream& out, backtest::Run mean, bool probed)
    : out_(out), mean_(std::move(mean)), probed_(probed), rows_(columns_of(probed), out, look_of_output()) {}

void RunTable::add(const backtest::Run& run, double requests) {
  rows_.add(cells_of(run, requests / static_cast<double>(mean_.requests), probed_));
  runs_.push_back(run);
}

void RunTable::explain() {
  out_ << fmt::format(
      "\nSTALENESS: time from when GitHub shows an event until it is stored.\n"
      "VS MEAN: requests relative to the policy `mean` at the same mean staleness, {}.\n",
      humanise_seconds(mean_.staleness_mean));
  if (probed_) {
    out_ << "PROBES: how many of the requests were change probes. They cost POINTS of GitHub's GraphQL quota; the "
            "other\n"
            "requests cost QUOTA, except 304s.\n";
  }
  for (const backtest::Run& run : runs_) {
    if (run.order == backtest::FeedOrder::kArrival) continue;
    out_ << fmt::format(
        "{}: beside its events, {} became visible below the feed's depth and were never shown. Of those lost, {} were "
        "shown for less than a minute; the longest for {}.\n",
        run.policy, humanise_count(run.never_shown), humanise_count(run.lost_briefly_shown),
        humanise_seconds(run.lost_shown_longest));
  }
  print_forecasts(out_, runs_);
}

}  // namespace repopulse::app
