// `repopulse backtest`: replays recorded activity and shows what each polling policy would have cost.
#include <algorithm>
#include <atomic>
#include <charconv>
#include <cmath>
#include <functional>
#include <iostream>
#include <limits>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/backtest_report.h"
#include "app/command.h"
#include "app/output_file.h"
#include "app/progress.h"
#include "app/repository_names.h"
#include "app/setting_table.h"
#include "app/signals.h"
#include "app/trace_files.h"
#include "backtest/frontier.h"
#include "backtest/svg_plot.h"
#include "polling/policy_table.h"

namespace repopulse::app {
namespace {

using backtest::ReplaySettings;
using backtest::Run;
using backtest::Trace;

constexpr const char* kBound = "clairvoyant";
constexpr std::string_view kBaseline = polling::kBaselinePolicy;

constexpr const char* kBacktestAbout =
    R"(A trace is a CSV file `unix_time,kind` named OWNER__REPO.csv (or .csv.gz), or a file of GH Archive, in which
each repository becomes a trace. One poller polls all of them, with the same code as `serve`, in virtual
time. The warm-up at the beginning trains the models and is not counted.

Policies:
)";
constexpr const char* kBacktestExamples = R"(
Rows are printed as they are finished, in the order of the policies. SIGINT ends the replays with the status 130; the
rows stay.

Examples:
  repopulse backtest kubernetes__kubernetes.csv kubernetes__test-infra.csv
  repopulse backtest traces/*.csv --policy mean --policy adaptive --freshness 2m --plot curves.svg
  repopulse backtest 2026-01-*.json.gz --repo cli/cli --warm-up 2d --json)";

struct BacktestRequest {
  std::vector<std::string> traces;
  std::vector<std::string> repositories;
  std::vector<std::string> policies;
  std::vector<std::string> freshness = {std::string(find_setting("freshness")->default_value)};
  std::string warm_up = "8d";
  std::string latency = "0s";
  std::string order = "arrival";
  bool organisation_feeds = false;
  bool shallow = false;
  bool probe = false;
  bool received = false;
  bool hints = false;
  double hints_lost = 0;
  std::string seed = "1";
  std::string jobs;  // empty: as many as there are cores
  bool json = false;
  std::string plot;
};

// The request, parsed and checked.
struct Plan {
  std::vector<core::RepoName> repositories;
  std::vector<std::string> policies;
  std::vector<core::Millis> freshness;
  ReplaySettings settings;
  std::size_t jobs = 1;
};

core::Result<core::Millis> read_duration(const std::string& option, const std::string& text, core::Millis least) {
  const auto span = core::parse_duration(text);
  if (span && *span >= least) return *span;
  return core::fail(core::ErrorKind::kBadInput, option + " '" + text + "': expected a duration of " +
                                                    core::format_duration(least) +
                                                    " or more, such as 90s, 5m, 1h or 8d");
}

// The simulated GitHub never delays an event longer.
core::Result<core::Millis> read_latency(const std::string& text) {
  const core::Millis most = backtest::GitHubSettings{}.latest;
  const auto latency = read_duration("--latency", text, core::Millis(0));
  if (!latency || *latency <= most) return latency;
  return core::fail(core::ErrorKind::kBadInput,
                    "--latency '" + text + "': expected " + core::format_duration(most) + " or less");
}

core::Result<std::uint64_t> read_seed(const std::string& text) {
  std::uint64_t seed = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seed);
  if (error == std::errc{} && stop == end) return seed;
  return core::fail(core::ErrorKind::kBadInput, "--seed '" + text + "': expected a whole number from 0 to " +
                                                    std::to_string(std::numeric_limits<std::uint64_t>::max()));
}

core::Result<std::size_t> read_jobs(const std::string& text) {
  constexpr std::size_t kMost = 1'024;
  if (text.empty()) return std::max(1u, std::thread::hardware_concurrency());
  std::size_t jobs = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, jobs);
  if (error == std::errc{} && stop == end && jobs >= 1 && jobs <= kMost) return jobs;
  return core::fail(core::ErrorKind::kBadInput, "--jobs '" + text + "': expected a whole number from 1 to 1,024");
}

core::Result<Plan> make_plan(const BacktestRequest& request) {
  Plan plan;
  auto repositories = parse_repository_names(request.repositories);
  if (!repositories) return tl::unexpected(repositories.error());
  plan.repositories = *std::move(repositories);
  plan.policies = request.policies;
  const auto names = polling::policy_names();
  if (plan.policies.empty()) plan.policies.assign(names.begin(), names.end());
  for (const std::string& text : request.freshness) {
    const auto freshness = read_duration("--freshness", text, core::Seconds(1));
    if (!freshness) return tl::unexpected(freshness.error());
    plan.freshness.push_back(*freshness);
  }
  const auto warm_up = read_duration("--warm-up", request.warm_up, core::Millis(0));
  if (!warm_up) return tl::unexpected(warm_up.error());
  const auto latency = read_latency(request.latency);
  if (!latency) return tl::unexpected(latency.error());
  const auto seed = read_seed(request.seed);
  if (!seed) return tl::unexpected(seed.error());
  const auto jobs = read_jobs(request.jobs);
  if (!jobs) return tl::unexpected(jobs.error());
  plan.jobs = *jobs;
  plan.settings.warm_up = *warm_up;
  plan.settings.github.latency = *latency;
  plan.settings.github.order =
      request.order == "created" ? backtest::FeedOrder::kCreated : backtest::FeedOrder::kArrival;
  plan.settings.deep_looks = !request.shallow;
  plan.settings.change_probes = request.probe;
  plan.settings.received = request.received;
  plan.settings.hints = request.hints;
  plan.settings.hints_lost = request.hints_lost;
  plan.settings.github.seed = *seed;
  plan.settings.organisation_feeds = request.organisation_feeds;
  return plan;
}

// Runs independent tasks, `jobs` at a time. Returns the first error, if there is one.
class ParallelRunner {
 public:
  struct Task {
    std::function<core::Status()> run;
    std::uint64_t work = 1;  // how much it is, beside the others: what is left is estimated by it
  };
  explicit ParallelRunner(std::size_t jobs) : jobs_(jobs) {}

  // `finished` is told the number of each task that has succeeded, one at a time, and may print.
  core::Status run(const std::vector<Task>& tasks, const std::function<void(std::size_t)>& finished) {
    std::atomic<std::size_t> next = 0;
    std::mutex mutex;
    std::uint64_t done = 0;
    const std::uint64_t all = std::accumulate(tasks.begin(), tasks.end(), std::uint64_t{0},
                                              [](std::uint64_t sum, const Task& task) { return sum + task.work; });
    core::Status status;
    progress_.update({"replaying", done, all, {}});
    const auto work = [&] {
      for (std::size_t i = next++; i < tasks.size(); i = next++) {
        const core::Status outcome = tasks[i].run();
        const std::scoped_lock lock(mutex);
        done += tasks[i].work;
        progress_.clear();
        if (outcome) finished(i);
        if (!outcome) next = tasks.size();
        if (!outcome && status) status = outcome;
        progress_.update({"replaying", done, all, {}});
      }
    };
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < std::min(jobs_, tasks.size()); ++i) helpers.emplace_back(work);
    work();
    helpers.clear();
    progress_.clear();
    return status;
  }

 private:
  const std::size_t jobs_;
  Progress progress_;
};

template <typename T>
core::Status keep(core::Result<T> result, T& place) {
  if (!result) return tl::unexpected(result.error());
  place = *std::move(result);
  return {};
}

// What a replay costs beside others: a part for its polls, which is inversely proportional to the freshness, and a part
// for what does not depend on it, such as fits. As measured with three traces of two years, in hundredths of a second
// of CPU; what is left to do is estimated by it, and nothing else.
struct Effort {
  double polls = 130;
  double rest = 30;
};
Effort effort_of(std::string_view policy) {
  if (policy == "fixed") return {60, 5};
  if (policy == "sarima") return {140, 520};
  if (policy == kBound) return {0, 5};
  return {};
}

// All that is to be replayed, and what has come of it so far. What one replay needs of another is known beforehand, so
// that all can run at the same time.
class Backtest {
 public:
  Backtest(std::span<const Trace> traces, const Plan& plan, bool compares, bool plots)
      : traces_(traces),
        plan_(plan),
        compares_(compares),
        plots_(plots),
        runs_(plan.policies.size(), std::vector<Run>(plan.freshness.size())),
        requests_(plan.policies.size()),
        unfinished_(plan.policies.size()) {}

  // Prints the rows of a table as they are finished, in the order of the policies and freshnesses.
  core::Status run() {
    if (compares_) {
      if (auto kept = keep(replay(traces_, kBaseline, plan_.freshness.front(), plan_.settings), mean_); !kept)
        return kept;
      table_.emplace(std::cout, mean_, plan_.settings.change_probes);
    }
    for (std::size_t i = 0; i < plan_.policies.size(); ++i) add_rows(i);
    if (plots_) add_points();
    print_rows();
    ParallelRunner runner(plan_.jobs);
    return runner.run(tasks_, [this](std::size_t task) {
      if (task >= policy_of_.size()) return;
      --unfinished_[policy_of_[task]];
      print_rows();
    });
  }

  void explain_table() { table_->explain(); }

  std::vector<Run> runs() const {
    std::vector<Run> all;
    for (const std::vector<Run>& of_policy : runs_) all.insert(all.end(), of_policy.begin(), of_policy.end());
    return all;
  }

  // The runs of the rows are points, too.
  std::vector<backtest::Curve> curves() const {
    std::vector<backtest::Curve> curves;
    for (const auto& [policy, points] : points_) {
      std::vector<Run> runs = points;
      for (const Run& run : this->runs()) {
        if (run.policy == policy) runs.push_back(run);
      }
      std::ranges::sort(runs, {}, &Run::staleness_mean);
      const auto same = std::ranges::unique(runs, {}, &Run::staleness_mean);
      runs.erase(same.begin(), same.end());
      backtest::Curve& curve = curves.emplace_back(backtest::Curve{policy, {}});
      for (const Run& run : runs) {
        curve.points.emplace_back(std::max(run.staleness_mean, 1e-3), static_cast<double>(run.requests));
      }
    }
    return curves;
  }

 private:
  static bool uses_freshness(const std::string& policy) {
    const polling::PolicyEntry* known = polling::find_policy(policy);
    return known == nullptr || known->uses_freshness;
  }

  std::uint64_t work_of(const std::string& policy, core::Millis freshness, double replays = 1) const {
    const Effort effort = effort_of(policy);
    const double times = std::chrono::duration<double>(freshness) / plan_.freshness.front();
    return static_cast<std::uint64_t>(replays * (effort.rest + effort.polls / std::max(times, 1e-3)));
  }

  void add_task(std::size_t policy, std::uint64_t work, std::function<core::Status()> run) {
    tasks_.push_back({std::move(run), work});
    policy_of_.push_back(policy);
    ++unfinished_[policy];
  }

  // The runs of a policy, and its requests at the staleness of the baseline.
  void add_rows(std::size_t i) {
    const std::string& policy = plan_.policies[i];
    const bool known = compares_ && policy == kBaseline;
    if (known) {
      runs_[i].assign(1, mean_);
      requests_[i] = static_cast<double>(mean_.requests);
      return finish_rows(i);
    }
    const std::size_t columns = uses_freshness(policy) ? plan_.freshness.size() : 1;
    runs_[i].resize(columns);
    for (std::size_t k = 0; k < columns; ++k) {
      add_task(i, work_of(policy, plan_.freshness[k]), [this, i, k] {
        return keep(backtest::replay_or_bound(traces_, plan_.policies[i], plan_.freshness[k], plan_.settings),
                    runs_[i][k]);
      });
    }
    if (!compares_) return;
    constexpr double kReplays = 2.5;  // of requests_at(), mostly
    const core::Seconds waited(std::max<std::int64_t>(1, std::llround(mean_.staleness_mean)));
    add_task(i, work_of(policy, waited, kReplays), [this, i] {
      return keep(backtest::requests_at(traces_, plan_.policies[i], mean_.staleness_mean, plan_.settings),
                  requests_[i]);
    });
  }

  // A policy that ignores the freshness ran once.
  void finish_rows(std::size_t i) {
    while (runs_[i].size() < plan_.freshness.size()) {
      runs_[i].push_back(runs_[i].front());
      runs_[i].back().freshness = plan_.freshness[runs_[i].size() - 1];
    }
  }

  // What the rows do not show already; what takes longest first.
  void add_points() {
    std::vector<std::string> policies = plan_.policies;
    if (std::ranges::find(policies, kBound) == policies.end()) policies.emplace_back(kBound);
    points_.reserve(policies.size());
    std::vector<ParallelRunner::Task> tasks;
    for (const std::string& policy : policies) {
      const bool in_rows = std::ranges::find(plan_.policies, policy) != plan_.policies.end();
      std::vector<core::Millis> missing = backtest::curve_freshnesses(policy, plan_.freshness.front());
      std::erase_if(missing, [&](core::Millis freshness) {
        return in_rows &&
               (!uses_freshness(policy) || std::ranges::find(plan_.freshness, freshness) != plan_.freshness.end());
      });
      std::vector<Run>& runs = points_.emplace_back(policy, std::vector<Run>(missing.size())).second;
      for (std::size_t k = 0; k < missing.size(); ++k) {
        const auto replay = [this, &policy = points_.back().first, freshness = missing[k], &run = runs[k]] {
          return keep(backtest::replay_or_bound(traces_, policy, freshness, plan_.settings), run);
        };
        tasks.push_back({replay, work_of(policy, missing[k])});
      }
    }
    std::ranges::stable_sort(tasks, std::greater(), &ParallelRunner::Task::work);
    for (ParallelRunner::Task& task : tasks) tasks_.push_back(std::move(task));
  }

  void print_rows() {
    for (; printed_ < runs_.size() && unfinished_[printed_] == 0; ++printed_) {
      finish_rows(printed_);
      if (!table_) continue;
      for (const Run& run : runs_[printed_]) table_->add(run, requests_[printed_]);
    }
  }

  std::span<const Trace> traces_;
  const Plan& plan_;
  const bool compares_;
  const bool plots_;
  Run mean_;
  std::vector<std::vector<Run>> runs_;   // by policy and freshness
  std::vector<double> requests_;         // by policy: at the staleness of `mean_`
  std::vector<std::size_t> unfinished_;  // by policy: tasks of its rows
  std::size_t printed_ = 0;              // policies whose rows are finished and, with a table, printed
  std::optional<RunTable> table_;
  std::vector<std::pair<std::string, std::vector<Run>>> points_;  // by policy
  std::vector<ParallelRunner::Task> tasks_;                       // those of the rows first
  std::vector<std::size_t> policy_of_;                            // of these
};

core::Status plot(std::size_t repositories, const std::vector<backtest::Curve>& curves, const std::string& file) {
  const std::string title = std::to_string(repositories) + (repositories == 1 ? " repository" : " repositories");
  auto out = OutputFile::open(file);
  if (!out) return tl::unexpected(out.error());
  const auto written = out->write(backtest::svg_plot(title, "mean staleness, seconds", "requests", curves));
  if (!written) return tl::unexpected(written.error());
  return out->flush().map([](bool) {});
}

// Problems with the traces are a failure, not wrong usage.
int failed(const core::Error& error) {
  report(error);
  return kFailure;
}

int run_backtest(const BacktestRequest& request) {
  const auto plan = make_plan(request);
  if (!plan) return report(plan.error());
  const auto traces = load_traces(request.traces, plan->repositories);
  if (!traces) return failed(traces.error());
  end_at_stop_signals(request.json ? "repopulse: stopped before all replays were finished; nothing was printed\n"
                                   : "repopulse: stopped; the rows that were printed are those of finished replays\n");
  Backtest backtest(*traces, *plan, !request.json, !request.plot.empty());
  if (const auto done = backtest.run(); !done) return failed(done.error());
  if (request.json) {
    std::cout << runs_json(backtest.runs());
  } else {
    backtest.explain_table();
  }
  if (!request.plot.empty()) {
    if (const auto plotted = plot(traces->size(), backtest.curves(), request.plot); !plotted)
      return failed(plotted.error());
  }
  return std::cout.flush() ? kSuccess : failed({core::ErrorKind::kUnavailable, "cannot write to standard output"});
}

}  // namespace

// What the program says below its options: each policy with its sentence, and examples.
std::string footer() {
  std::string text = kBacktestAbout;
  const auto add = [&text](std::string_view name, std::string_view sentence) {
    constexpr std::size_t kColumn = 13;
    text.append("  ").append(name).append(kColumn - name.size(), ' ').append(sentence).append("\n");
  };
  for (const polling::PolicyEntry& policy : polling::policy_table()) add(policy.name, policy.sentence);
  add(kBound,
      "the bound: the fewest polls of a poller that knows the future, at a mean\n"
      "               staleness of --freshness");
  return text + kBacktestExamples;
}

void declare_backtest(CLI::App& program, Work& work) {
  CLI::App* command =
      program.add_subcommand("backtest", "Replay recorded activity and show what each polling policy would have cost.");
  auto request = std::make_shared<BacktestRequest>();
  const auto repeatable = [](CLI::Option* option, const char* type) {
    return option->type_name(type)->allow_extra_args(false);  // the next word is a file
  };
  std::vector<std::string> names(polling::policy_names().begin(), polling::policy_names().end());
  names.emplace_back(kBound);
  command->add_option("TRACE", request->traces, "file with recorded activity; see below")->type_name("")->required();
  repeatable(
      command->add_option("--policy", request->policies, "policy to try; repeatable; default: all but clairvoyant"),
      "NAME")
      ->check(CLI::IsMember(names));
  repeatable(command->add_option("--freshness", request->freshness,
                                 "mean time that an event may wait until it is stored; repeatable; default: " +
                                     request->freshness.front()),
             "DURATION");
  repeatable(command->add_option("--repo", request->repositories, "use only this repository of the traces; repeatable"),
             "OWNER/REPO");
  command->add_option("--warm-up", request->warm_up, "time at the beginning that trains the models and is not counted")
      ->type_name("DURATION")
      ->capture_default_str();
  command->add_option("--latency", request->latency, "mean time from an event until GitHub shows it")
      ->type_name("DURATION")
      ->capture_default_str();
  command->add_option("--order", request->order, "what stands on top of a feed: what was created last, or shown last")
      ->type_name("ORDER")
      ->check(CLI::IsMember({"arrival", "created"}))
      ->capture_default_str();
  command->add_flag("--no-deep-looks", request->shallow,
                    "never look at pages 2 and 3 for events that are visible late");
  command->add_flag("--org-feeds", request->organisation_feeds,
                    "poll an organisation's feed instead of its repositories' feeds where that needs fewer requests");
  command->add_flag("--probe", request->probe,
                    "allow change probes: one GraphQL request tells for many repositories whether there is news");
  command->add_flag("--received", request->received,
                    "an account watches all repositories: allow its feed of received events, which shows neither stars "
                    "nor forks");
  CLI::Option* const hints =
      command->add_flag("--hints", request->hints, "webhooks tell of every event at once: hints make repopulse ask");
  command
      ->add_option("--hints-lost", request->hints_lost,
                   "share of the hints that never come, from 0 to 1, such as 0.1; needs --hints; default: 0")
      ->type_name("SHARE")
      ->check(CLI::Range(0.0, 1.0))
      ->needs(hints);
  command->add_option("--seed", request->seed, "seed of the random numbers; the same seed gives the same result")
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--jobs", request->jobs, "replays at the same time; default: as many as there are cores")
      ->type_name("N");
  command->add_flag("--json", request->json, "print JSON instead of a table");
  command
      ->add_option("--plot", request->plot, "draw requests against staleness as an SVG file, one curve for each policy")
      ->type_name("FILE.svg");
  command->footer(footer());
  command->callback([request, &work] { work = [request] { return run_backtest(*request); }; });
}

}  // namespace repopulse::app
