// What each policy asks of GitHub for the same freshness, on recorded activity in virtual time. Prints Markdown tables;
// docs/polling.md quotes them.
//
//   polling_bench TABLE [FOLDER]   TABLE: equal, busy, years, organisation, probe, probe-policies, probe-faults,
//   probe-latency, received, received-latency, hints, calibration, young, steering, latency, watch-lists, speed or all
//
// FOLDER holds traces (`*.csv`, and `k8s_2017-06/*.csv`); without one, the activity built into repopulse-sim is used.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "backtest/frontier.h"
#include "backtest/replay.h"
#include "bench/polling/portfolios.h"
#include "bench/polling/watch_lists.h"
#include "polling/policy_table.h"

namespace repopulse::bench {
namespace {

using namespace std::chrono_literals;
using backtest::ReplaySettings;
using backtest::Run;
using backtest::Trace;

constexpr std::size_t kManyTraces = 20;  // enough for halves

// Recordings, and how they are to be looked at.
struct Material {
  std::vector<Trace> month;  // one organisation, one month
  std::vector<Trace> years;  // twenty repositories, two years; may be empty
  ReplaySettings settings;
};

// Names of the policies with that property, in the order of the table.
std::vector<std::string_view> policies_that(bool polling::PolicyEntry::* property) {
  std::vector<std::string_view> names;
  for (const polling::PolicyEntry& policy : polling::policy_table()) {
    if (policy.*property) names.push_back(policy.name);
  }
  return names;
}
const std::vector<std::string_view> kForecasting = policies_that(&polling::PolicyEntry::forecasts);
const std::vector<std::string_view> kSteered = policies_that(&polling::PolicyEntry::uses_freshness);
// The baseline is what all rows are relative to.
const std::vector<std::string_view> kSteeredAndBound = [] {
  std::vector<std::string_view> names = kSteered;
  names.emplace_back("clairvoyant");
  return names;
}();

[[noreturn]] void stop(const std::string& why) {
  std::fprintf(stderr, "polling_bench: %s\n", why.c_str());
  std::exit(1);
}

Run run_of(const std::vector<Trace>& traces, std::string_view policy, core::Millis freshness,
           const ReplaySettings& settings) {
  auto run = backtest::replay_or_bound(traces, policy, freshness, settings);
  if (!run) stop(run.error().message);
  if (run->lost > 0) std::printf("**%s lost %zu events**\n", std::string(policy).c_str(), run->lost);
  return *run;
}

double requests_of(const std::vector<Trace>& traces, std::string_view policy, double staleness,
                   const ReplaySettings& settings) {
  const auto requests = backtest::requests_at(traces, policy, staleness, settings);
  if (!requests) stop(requests.error().message);
  return *requests;
}

double count(std::uint64_t requests) {
  return static_cast<double>(requests);
}

void head_line(const std::vector<std::string>& columns) {
  std::string line = "\n|", rule = "|";
  for (const std::string& column : columns) {
    line += " " + column + " |";
    rule += &column == &columns.front() ? " --- |" : " ---: |";
  }
  std::printf("%s\n%s\n", line.c_str(), rule.c_str());
}

std::string quoted(std::string_view policy) {
  return "`" + std::string(policy) + "`";
}

// --- requests at equal staleness ---

void equal_row(const Portfolio& portfolio, const ReplaySettings& settings) {
  const Run mean = run_of(portfolio.traces, "mean", 5min, settings);
  std::printf("| %s | %zu | %.0f | %.0f |", portfolio.name.c_str(), mean.events, count(mean.requests),
              mean.staleness_mean);
  for (const std::string_view policy : kSteeredAndBound) {
    std::printf(" %.2f |", requests_of(portfolio.traces, policy, mean.staleness_mean, settings) / count(mean.requests));
    std::fflush(stdout);
  }
  std::printf("\n");
}

void equal_head() {
  std::vector<std::string> columns = {"portfolio", "events", "`mean`: requests", "staleness, s"};
  for (const std::string_view policy : kSteeredAndBound) columns.push_back(quoted(policy));
  head_line(columns);
}

void equal_table(const Material& material, const ReplaySettings& settings) {
  equal_head();
  for (const Portfolio& portfolio : portfolios_of(material.month)) equal_row(portfolio, settings);
  if (material.month.size() < kManyTraces) return;
  for (const bool second : {false, true}) {
    for (Portfolio& portfolio : portfolios_of(half_of(material.month, second))) {
      portfolio.name += second ? ", second half" : ", first half";
      equal_row(portfolio, settings);
    }
  }
}

void busy_table(const Material& material) {
  equal_head();
  equal_row(very_busy(material.month), material.settings);
  if (material.month.size() < kManyTraces) return;
  for (const bool second : {false, true}) {
    Portfolio portfolio = very_busy(half_of(material.month, second));
    portfolio.name += second ? ", second half" : ", first half";
    equal_row(portfolio, material.settings);
  }
}

void years_table(const Material& material) {
  if (material.years.empty()) return;
  head_line({"two years", "events", "`mean`: requests", "staleness, s", "`adaptive`", "bound"});
  for (const Portfolio& portfolio : portfolios_of(material.years)) {
    const Run mean = run_of(portfolio.traces, "mean", 5min, material.settings);
    std::printf("| %s | %zu | %.0f | %.0f |", portfolio.name.c_str(), mean.events, count(mean.requests),
                mean.staleness_mean);
    for (const std::string_view policy : {"adaptive", "clairvoyant"}) {
      const double requests = requests_of(portfolio.traces, policy, mean.staleness_mean, material.settings);
      std::printf(" %.2f |", requests / count(mean.requests));
    }
    std::printf("\n");
  }
}

// --- does the mean staleness come out as asked? ---

void steering_table(const Material& material) {
  const std::array<core::Millis, 5> freshnesses = {90s, 5min, 15min, 1h, 3h};
  head_line({"portfolio, policy", "90 s", "5 min", "15 min", "1 h", "3 h"});
  for (const Portfolio& portfolio : portfolios_of(material.month)) {
    for (const std::string_view policy : kForecasting) {
      std::printf("| %s, %s |", portfolio.name.c_str(), quoted(policy).c_str());
      for (const core::Millis freshness : freshnesses) {
        const Run run = run_of(portfolio.traces, policy, freshness, material.settings);
        std::printf(" %.2f |", run.staleness_mean / std::chrono::duration<double>(freshness).count());
      }
      std::printf("\n");
    }
  }
}

// --- speed ---

// `fixed` knows no model: what its requests take is the machinery around every policy, on the same machine.
void speed_rows(std::string_view recordings, const std::vector<Trace>& traces, const ReplaySettings& settings) {
  double of_fixed = 0;
  for (const std::string_view policy : polling::policy_names()) {
    const std::clock_t begin = std::clock();
    const Run run = run_of(traces, policy, 5min, settings);
    const double spent = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    const double of_one = spent / count(run.requests);
    if (of_fixed == 0) of_fixed = of_one;
    std::printf("| %s | %s | %.0f | %.2f | %.1f | %.1f |\n", std::string(recordings).c_str(), quoted(policy).c_str(),
                count(run.requests), spent, 1e6 * of_one, of_one / of_fixed);
    std::fflush(stdout);
  }
}

void speed_table(const Material& material) {
  head_line({"recordings", "policy", "requests", "CPU s", "µs a request", "relative to `fixed`"});
  speed_rows("a month", material.month, material.settings);
  if (!material.years.empty()) speed_rows("two years", material.years, material.settings);
}

// --- one request for several repositories of one organisation ---

void organisation_table(const Material& material) {
  std::vector<std::string> columns = {"portfolio", "requests", "staleness, s"};
  for (const std::string_view policy : kSteered) columns.push_back(quoted(policy));
  head_line(columns);
  ReplaySettings settings = material.settings;
  settings.organisation_feeds = true;
  for (const Portfolio& portfolio : portfolios_of(material.month)) {
    const Run mean = run_of(portfolio.traces, "mean", 5min, material.settings);
    std::printf("| %s | %.0f | %.0f |", portfolio.name.c_str(), count(mean.requests), mean.staleness_mean);
    for (const std::string_view policy : kSteered) {
      const double requests = requests_of(portfolio.traces, policy, mean.staleness_mean, settings);
      std::printf(" %.2f |", requests / count(mean.requests));
    }
    std::printf("\n");
  }
}

// --- one request that tells about many ---

// Single replays differ by chance: a poll that comes a minute earlier changes all that follow. So the requests at this
// staleness are those of a straight line through several replays, in logarithms.
double requests_near(const std::vector<Trace>& traces, std::string_view policy, double staleness,
                     const ReplaySettings& settings) {
  constexpr std::array kFreshness = {0.78, 0.84, 0.91, 0.98, 1.05, 1.13, 1.22};  // of `staleness`
  std::array<double, kFreshness.size()> x{}, y{};
  double mean_x = 0, mean_y = 0, covariance = 0, variance = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const core::Millis freshness(static_cast<std::int64_t>(1e3 * kFreshness[i] * staleness));
    const Run run = run_of(traces, policy, freshness, settings);
    x[i] = std::log(run.staleness_mean / staleness);
    y[i] = std::log(count(run.requests));
    mean_x += x[i] / static_cast<double>(x.size());
    mean_y += y[i] / static_cast<double>(y.size());
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    covariance += (x[i] - mean_x) * (y[i] - mean_y);
    variance += (x[i] - mean_x) * (x[i] - mean_x);
  }
  return std::exp(mean_y - covariance / variance * mean_x);
}

core::Millis as_freshness(double seconds) {
  return core::Millis(static_cast<std::int64_t>(1e3 * seconds));
}

ReplaySettings with_probes(const ReplaySettings& without) {
  ReplaySettings with = without;
  with.change_probes = true;
  return with;
}

ReplaySettings with_received(const ReplaySettings& without) {
  ReplaySettings with = without;
  with.received = true;
  return with;
}

void probe_row(const Portfolio& portfolio, const ReplaySettings& without) {
  const ReplaySettings with = with_probes(without);
  const Run mean = run_of(portfolio.traces, "mean", 5min, without);
  const double goal = mean.staleness_mean;
  const double alone = requests_near(portfolio.traces, "adaptive", goal, without);
  const double probed = requests_near(portfolio.traces, "adaptive", goal, with);
  const Run run = run_of(portfolio.traces, "adaptive", as_freshness(goal), with);
  std::printf("| %s | %zu | %.0f | %.0f | %.2f | %.2f | %.2f | %.2f |\n", portfolio.name.c_str(),
              portfolio.traces.size(), count(mean.requests), goal, alone / count(mean.requests),
              probed / count(mean.requests), count(run.probes) / count(run.requests), run.staleness_mean / goal);
  std::fflush(stdout);
}

// From few repositories to many.
std::vector<Portfolio> of_all_sizes(const Material& material) {
  std::vector<Portfolio> portfolios = portfolios_of(material.month);
  for (const std::ptrdiff_t size : {10, 20}) {
    if (static_cast<std::size_t>(size) >= material.month.size()) continue;
    const auto begin = material.month.begin();
    portfolios.push_back({"busiest " + std::to_string(size), {begin, begin + size}});
  }
  portfolios.push_back({"all", material.month});
  for (Portfolio& portfolio : portfolios_of(material.years)) {
    portfolio.name += ", two years";
    portfolios.push_back(std::move(portfolio));
  }
  if (!material.years.empty()) portfolios.push_back({"all, two years", material.years});
  return portfolios;
}

void probe_table(const Material& material) {
  head_line({"portfolio", "repositories", "`mean`: requests", "staleness, s", "`adaptive`", "with probes",
             "probes among the requests", "staleness / freshness"});
  for (const Portfolio& portfolio : of_all_sizes(material)) probe_row(portfolio, material.settings);
}

// Feeds alone, with an account that watches all repositories, and with probes too.
void received_row(const Portfolio& portfolio, const ReplaySettings& without) {
  const ReplaySettings received = with_received(without);
  const ReplaySettings both = with_probes(received);
  const Run mean = run_of(portfolio.traces, "mean", 5min, without);
  const double goal = mean.staleness_mean;
  std::printf("| %s | %zu | %.0f | %.0f |", portfolio.name.c_str(), portfolio.traces.size(), count(mean.requests),
              goal);
  for (const ReplaySettings& settings : {without, received, both}) {
    std::printf(" %.2f |", requests_near(portfolio.traces, "adaptive", goal, settings) / count(mean.requests));
    std::fflush(stdout);
  }
  const Run run = run_of(portfolio.traces, "adaptive", as_freshness(goal), both);
  std::printf(" %.2f | %.2f | %.2f |\n", count(run.received) / count(run.requests),
              count(run.probes) / count(run.requests), run.staleness_mean / goal);
  std::fflush(stdout);
}

void received_table(const Material& material) {
  head_line({"portfolio", "repositories", "`mean`: requests", "staleness, s", "`adaptive`", "with received events",
             "and with probes", "of these requests: for received events", "probes", "staleness / freshness"});
  for (const Portfolio& portfolio : of_all_sizes(material)) received_row(portfolio, material.settings);
}

// Hints of all events at once, also beside probes, and hints of nine events in ten.
void hints_row(const Portfolio& portfolio, const ReplaySettings& without) {
  ReplaySettings hinted = without;
  hinted.hints = true;
  ReplaySettings lossy = hinted;
  lossy.hints_lost = 0.1;
  const Run mean = run_of(portfolio.traces, "mean", 5min, without);
  const double goal = mean.staleness_mean;
  std::printf("| %s | %zu | %.0f | %.0f |", portfolio.name.c_str(), portfolio.traces.size(), count(mean.requests),
              goal);
  for (const ReplaySettings& settings : {without, hinted, with_probes(hinted), lossy}) {
    std::printf(" %.2f |", requests_near(portfolio.traces, "adaptive", goal, settings) / count(mean.requests));
    std::fflush(stdout);
  }
  const Run run = run_of(portfolio.traces, "adaptive", as_freshness(goal), hinted);
  const Run lost = run_of(portfolio.traces, "adaptive", as_freshness(goal), lossy);
  std::printf(" %.2f | %.2f |\n", run.staleness_mean / goal, lost.staleness_mean / goal);
  std::fflush(stdout);
}

void hints_table(const Material& material) {
  head_line({"portfolio", "repositories", "`mean`: requests", "staleness, s", "`adaptive`", "with hints",
             "and with probes", "with a tenth of the hints lost", "staleness / freshness with hints",
             "with a tenth lost"});
  for (const Portfolio& portfolio : of_all_sizes(material)) hints_row(portfolio, material.settings);
}

void probe_policies_table(const Material& material) {
  std::vector<std::string> columns = {"portfolio"};
  for (const std::string_view policy : kForecasting) {
    columns.push_back(quoted(policy));
    columns.emplace_back("with probes");
  }
  head_line(columns);
  for (const Portfolio& portfolio : portfolios_of(material.month)) {
    const Run mean = run_of(portfolio.traces, "mean", 5min, material.settings);
    std::printf("| %s |", portfolio.name.c_str());
    for (const std::string_view policy : kForecasting) {
      for (const ReplaySettings& settings : {material.settings, with_probes(material.settings)}) {
        const double requests = requests_near(portfolio.traces, policy, mean.staleness_mean, settings);
        std::printf(" %.2f |", requests / count(mean.requests));
      }
      std::fflush(stdout);
    }
    std::printf("\n");
  }
}

// What a probe that does not tell the truth costs, beside no probe at all.
void probe_faults_table(const Material& material) {
  struct Fault {
    std::string_view name;
    backtest::ProbeFault fault;
  };
  constexpr Fault kFaults[] = {{"stuck", backtest::ProbeFault::kStuck},
                               {"always says that there is news", backtest::ProbeFault::kAlwaysNew},
                               {"wrong `databaseId`", backtest::ProbeFault::kWrongId},
                               {"refused", backtest::ProbeFault::kRefused}};
  head_line({"portfolio", "fault", "from the beginning: requests", "staleness", "after 300 h: requests", "staleness",
             "lost"});
  for (const Portfolio& portfolio : portfolios_of(material.month)) {
    const double goal = run_of(portfolio.traces, "mean", 5min, material.settings).staleness_mean;
    const Run without = run_of(portfolio.traces, "adaptive", as_freshness(goal), material.settings);
    for (const Fault& fault : kFaults) {
      std::printf("| %s | %s |", portfolio.name.c_str(), std::string(fault.name).c_str());
      std::size_t lost = 0;
      for (const core::Millis after : {0h, 300h}) {
        ReplaySettings settings = with_probes(material.settings);
        settings.github.probe_fault = fault.fault;
        settings.github.probe_fault_after = after;
        const Run run = run_of(portfolio.traces, "adaptive", as_freshness(goal), settings);
        lost += run.lost;
        std::printf(" %.2f | %.2f |", count(run.requests) / count(without.requests),
                    run.staleness_mean / without.staleness_mean);
      }
      std::printf(" %zu |\n", lost);
      std::fflush(stdout);
    }
  }
}

// At the default freshness, where feeds show events late: what `help` saves.
void latency_table_with(const Material& material, ReplaySettings (*help)(const ReplaySettings&)) {
  struct Latency {
    std::string_view name;
    core::Millis mean;
  };
  constexpr Latency kLatencies[] = {{"0 s", 0s}, {"30 s", 30s}, {"5 min", 5min}};
  std::vector<std::string> columns = {"portfolio"};
  for (const Latency& latency : kLatencies) columns.emplace_back(latency.name);
  head_line(columns);
  std::vector<Portfolio> portfolios = portfolios_of(material.month);
  if (material.month.size() >= kManyTraces) portfolios.push_back({"all", material.month});
  for (const Portfolio& portfolio : portfolios) {
    std::printf("| %s |", portfolio.name.c_str());
    for (const Latency& latency : kLatencies) {
      ReplaySettings settings = material.settings;
      settings.github.latency = latency.mean;
      const Run without = run_of(portfolio.traces, "adaptive", polling::kDefaultFreshness, settings);
      const Run with = run_of(portfolio.traces, "adaptive", polling::kDefaultFreshness, help(settings));
      const double freshness = std::chrono::duration<double>(polling::kDefaultFreshness).count();
      std::printf(" %.2f · %.2f |", count(with.requests) / count(without.requests), with.staleness_mean / freshness);
      std::fflush(stdout);
    }
    std::printf("\n");
  }
}

// --- how often did the 90 % interval of an hour hold? ---

double percent(std::size_t held, std::size_t all) {
  return 100 * static_cast<double>(held) / static_cast<double>(std::max<std::size_t>(1, all));
}

void print_record(const backtest::ForecastRecord& record) {
  std::printf(" %zu | %.1f %% | %zu | %.1f %% | %.2f |\n", record.hours, percent(record.held, record.hours),
              record.busy_hours, percent(record.busy_held, record.busy_hours), record.expected / record.came);
  std::fflush(stdout);
}

void calibration_table(const Material& material) {
  head_line({"policy", "hours forecast", "held", "hours with 3 events or more expected", "held", "expected / came"});
  for (const std::string_view policy : kForecasting) {
    std::printf("| %s |", quoted(policy).c_str());
    print_record(run_of(material.month, policy, 15min, material.settings).forecasts);
  }
}

// What happened from `from` on for so long.
std::vector<Trace> pieces(const std::vector<Trace>& traces, core::EventTime from, core::Seconds length) {
  std::vector<Trace> pieces;
  for (const Trace& trace : traces) {
    const auto begin = std::ranges::lower_bound(trace.events, from, {}, &backtest::TraceEvent::at);
    const auto end = std::ranges::lower_bound(trace.events, from + length, {}, &backtest::TraceEvent::at);
    if (begin != end) pieces.push_back({trace.name, {begin, end}});
  }
  return pieces;
}

using ByAge = std::array<backtest::ForecastRecord, backtest::kKnownFor.size()>;

// All of them come in anew at many moments; `before`: so much has happened when they do.
void add_young(const std::vector<Trace>& traces, std::string_view policy, core::Seconds before, core::Seconds every,
               const ReplaySettings& settings, ByAge& sum) {
  constexpr core::Seconds kLived = 12 * 24h;
  core::EventTime begin = core::EventTime::max(), end = core::EventTime::min();
  for (const Trace& trace : traces) {
    begin = std::min(begin, trace.events.front().at);
    end = std::max(end, trace.events.back().at);
  }
  ReplaySettings young = settings;
  young.before = before;
  young.warm_up = 0s;
  for (core::EventTime from = begin; from + before + kLived <= end; from += every) {
    const auto run = backtest::replay(pieces(traces, from, before + kLived), policy, 15min, young);
    if (!run) continue;  // nothing happens any more
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += run->forecasts_by_age[i];
  }
}

// Feeds that begin with the repository, and those that show what happened before.
void young_table(const Material& material) {
  constexpr std::array<std::string_view, backtest::kKnownFor.size()> kAges = {"2 h to 1 d", "1 d to 3 d", "3 d to 8 d",
                                                                              "from 8 d on"};
  head_line({"policy", "recordings", "known for", "hours forecast", "held", "hours with 3 events or more expected",
             "held", "expected / came"});
  for (const std::string_view policy : kForecasting) {
    ByAge month, years, all;
    for (const core::Seconds before : {0h, 5 * 24h})
      add_young(material.month, policy, before, 29h, material.settings, month);
    for (const core::Seconds before : {0h, 30 * 24h}) {
      if (!material.years.empty()) add_young(material.years, policy, before, 29 * 29h, material.settings, years);
    }
    for (std::size_t i = 0; i < all.size(); ++i) (all[i] += month[i]) += years[i];
    const auto rows = [&](std::string_view recordings, const ByAge& ages) {
      for (std::size_t i = 0; i < ages.size(); ++i) {
        if (ages[i].hours == 0) continue;
        std::printf("| %s | %s | %s |", quoted(policy).c_str(), std::string(recordings).c_str(),
                    std::string(kAges[i]).c_str());
        print_record(ages[i]);
      }
    };
    rows("a month", month);
    if (material.years.empty()) continue;
    rows("two years", years);
    rows("both", all);
  }
}

void latency_table(const Material& material) {
  for (const core::Millis latency : std::array<core::Millis, 2>{30s, 30min}) {
    std::printf("\nMean latency %.0f s, one event in fifty late by up to 6 h:\n",
                std::chrono::duration<double>(latency).count());
    ReplaySettings settings = material.settings;
    settings.github.latency = latency;
    Material whole{material.month, {}, settings};
    equal_table(whole, settings);
  }
}

using Table = void (*)(const Material&);
struct NamedTable {
  std::string_view name;
  std::string_view title;
  Table print;
};

constexpr NamedTable kTables[] = {
    {"equal", "Requests relative to `mean`, at its mean staleness",
     [](const Material& material) { equal_table(material, material.settings); }},
    {"busy", "The same with a very busy repository", busy_table},
    {"years", "The same over two years of pushes, merges and releases", years_table},
    {"organisation", "With the organisation's feed: requests relative to `mean` without it, at its mean staleness",
     organisation_table},
    {"probe", "With change probes: requests of both kinds relative to `mean`, at its mean staleness", probe_table},
    {"probe-policies", "The same with each policy that forecasts", probe_policies_table},
    {"probe-faults", "Probes that do not tell the truth, relative to `adaptive` without probes", probe_faults_table},
    {"probe-latency", "Requests relative to `adaptive` without probes · staleness relative to the freshness, at 5 min",
     [](const Material& material) { latency_table_with(material, with_probes); }},
    {"received", "With an account that watches all repositories: requests relative to `mean`, at its mean staleness",
     received_table},
    {"hints", "With hints of all events: requests relative to `mean`, at its mean staleness", hints_table},
    {"received-latency",
     "With that account and probes: requests relative to `adaptive` alone · staleness relative to the freshness, at "
     "5 min",
     [](const Material& material) {
       latency_table_with(material,
                          [](const ReplaySettings& settings) { return with_probes(with_received(settings)); });
     }},
    {"calibration", "Forecasts of an hour, up to a day ahead: how often the 90 % interval held", calibration_table},
    {"young", "The same of repositories that are new", young_table},
    {"steering", "Mean staleness, relative to the freshness asked for", steering_table},
    {"latency", "Events that are visible late: requests relative to `mean`, at its mean staleness", latency_table},
    {"watch-lists", "Watch lists of thousands: what an hour asks of GitHub, `adaptive`",
     [](const Material& material) { print_watch_lists(material.month, material.settings); }},
    {"speed", "Time of a replay", speed_table},
};

}  // namespace
}  // namespace repopulse::bench

int main(int argc, char** argv) {
  using namespace repopulse::bench;
  const std::string_view wanted = argc > 1 ? argv[1] : "all";
  Material material;
  if (argc > 2) {
    const std::filesystem::path folder = argv[2];
    material.month = load_folder(folder / "k8s_2017-06");
    material.years = load_folder(folder);
  } else {
    material.month = built_in_traces();
    material.settings.warm_up = std::chrono::hours(12);
  }
  bool found = false;
  for (const NamedTable& table : kTables) {
    if (wanted != "all" && wanted != table.name) continue;
    found = true;
    std::printf("\n## %s\n", std::string(table.title).c_str());
    table.print(material);
    std::fflush(stdout);
  }
  if (!found) stop("there is no table " + std::string(wanted));
}
