// What one server holds and does with very many repositories, in virtual time: memory, CPU, requests an hour, writes an
// hour. Prints a Markdown table; docs/scaling.md quotes it.
//
//   scaling_bench [REPOSITORIES [SHARDS [VIRTUAL_MINUTES [POLICY]]]]
//
// What is measured begins two hours after the start, when all is learned and the policy's price has settled.
// The server holds the windows of all repositories and polls one shard of them, through the production code from the
// policy to the commit; what the other shards' servers store it follows. GitHub and the store are functions of the
// time, so that what is measured is the server alone. Each repository has an event every 10 minutes to 30 days on
// average, spread evenly over magnitudes, and an owner of its own, so that no organisation's feed saves a request.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <fstream>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "core/feed_name.h"
#include "monitor/monitor.h"
#include "monitor/shard.h"
#include "polling/policy_table.h"
#include "store/store.h"

namespace repopulse {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::RepoId;
using core::Result;
using core::Status;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'750'000'000)};
constexpr std::int64_t kFeedDepth = 300;
constexpr std::int64_t kLimitAnHour = 5'000;
constexpr auto kWarmUp = 2h;

// Repository i has its k-th event somewhere in the k-th of equal stretches of time.
std::int64_t gap_seconds(std::size_t i) {
  const double spread = static_cast<double>((i * 2654435761U) % 10'007) / 10'007;
  return static_cast<std::int64_t>(600 * std::pow(4'320, spread));
}
EventTime at(std::size_t i, std::int64_t k) {
  std::uint64_t mixed = (i * 0x9E3779B97F4A7C15ULL) ^ (static_cast<std::uint64_t>(k) * 0xBF58476D1CE4E5B9ULL);
  mixed = (mixed ^ (mixed >> 29)) * 0x94D049BB133111EBULL;
  const std::int64_t gap = gap_seconds(i);
  return core::event_time_from_unix(k * gap +
                                    static_cast<std::int64_t>((mixed >> 33) % static_cast<std::uint64_t>(gap)));
}
std::int64_t newest(std::size_t i, Timestamp now) {
  const std::int64_t k = core::unix_seconds(core::to_event_time(now)) / gap_seconds(i);
  return core::to_timestamp(at(i, k)) <= now ? k : k - 1;
}
std::string name(std::size_t i) {
  return "owner" + std::to_string(i) + "/repository" + std::to_string(i);
}
// As long as a real one.
std::string etag(std::int64_t last) {
  const std::string digits = std::to_string(last);
  return "W/\"" + std::string(64 - digits.size(), '0') + digits + "\"";
}

// Polls before the start: about as often as the default freshness asks for.
core::Millis interval(std::size_t i) {
  return core::Millis(static_cast<std::int64_t>(12'400 * std::sqrt(static_cast<double>(gap_seconds(i)))));
}
Timestamp polled_before(std::size_t i) {
  return kStart - interval(i) * static_cast<std::int64_t>((i * 7919) % 1000) / 1000;
}

core::Event event(std::size_t i, std::int64_t k) {
  return {
      {static_cast<std::uint64_t>(k), at(i, k)}, k % 2 == 0 ? "PushEvent" : "PullRequestEvent", "ada", name(i), "{}"};
}

class World final : public store::Store {
 public:
  World(std::size_t repositories, int shards) : ours_(repositories) {
    for (std::size_t i = 0; i < repositories; ++i) {
      stored_.push_back(newest(i, polled_before(i)));
      before_.push_back(stored_.back());
      ours_[i] = monitor::shard_of(core::repository_feed(name(i)), shards) == 0;
      if (!ours_[i]) foreign_.emplace(core::to_timestamp(at(i, stored_[i] + 1)) + kWaits, i);
    }
  }

  Result<std::vector<store::Repository>> repositories() override {
    std::vector<store::Repository> out;
    for (std::size_t i = 0; i < stored_.size(); ++i) {
      out.push_back({id(i),
                     core::RepoName::parse(name(i)).value(),
                     true,
                     kStart,
                     500 + static_cast<std::uint64_t>(stored_[i] - before_[i]),
                     at(i, stored_[i]),
                     {}});
    }
    return out;
  }
  Result<std::vector<store::AddedRepository>> add_repositories(std::span<const store::NewRepository>,
                                                               Timestamp) override {
    return std::vector<store::AddedRepository>();
  }
  Status set_active(RepoId, bool) override { return {}; }
  Status remove_repository(RepoId) override { return {}; }
  Result<std::vector<store::Repository>> repositories_of(std::span<const RepoId>) override {
    return std::vector<store::Repository>();
  }
  Result<store::ListChanges> list_changes(std::int64_t since) override {
    if (since == 1) return store::ListChanges{1, std::vector<RepoId>(), false};
    return store::ListChanges{1, std::nullopt, true};
  }

  Result<std::vector<store::Owner>> owners() override { return std::vector<store::Owner>(); }
  Result<store::Owner> add_owner(const store::Owner& owner) override { return owner; }
  Result<store::Owner> update_owner(const store::Owner& owner) override { return owner; }
  Status remove_owner(const core::OwnerName&) override { return {}; }

  Result<std::vector<core::FeedState>> feeds() override {
    std::vector<core::FeedState> out;
    for (std::size_t i = 0; i < stored_.size(); ++i) {
      core::FeedState feed;
      feed.feed = core::repository_feed(name(i));
      feed.status = core::RepoStatus::kOk;
      feed.floor = 60s;
      feed.last_polled_at = polled_before(i);
      feed.last_full_at = feed.last_polled_at;
      feed.next_poll_at = polled_before(i) + interval(i);
      feed.validators = {{etag(before_[i]), ""}};
      out.push_back(std::move(feed));
    }
    return out;
  }
  Result<std::vector<std::optional<store::Sequence>>> find(RepoId repository,
                                                           std::span<const core::EventKey> keys) override {
    std::vector<std::optional<store::Sequence>> out;
    for (const core::EventKey& key : keys) {
      const bool known = static_cast<std::int64_t>(key.id) <= stored_[index(repository)];
      out.push_back(known ? std::optional<store::Sequence>(1) : std::nullopt);
    }
    return out;
  }
  Result<store::CommitReceipt> commit(const store::PollCommit& poll) override {
    store::CommitReceipt receipt;
    ++commits;
    for (const store::RepositoryEvents& batch : poll.events) {
      receipt.inserted.emplace_back();
      for (const core::Event& event : batch.events) {
        std::int64_t& stored = stored_[index(batch.repository)];
        stored = std::max(stored, static_cast<std::int64_t>(event.key.id));
        log_.push_back({++sequence_, batch.repository, event});
        log_.back().event.json.clear();
        receipt.inserted.back().emplace_back(sequence_);
        ++events_stored;
      }
    }
    return receipt;
  }
  Result<store::GapChange> close_gaps(RepoId, std::span<const core::Gap>) override { return store::GapChange(); }
  Status replace_gaps(RepoId, std::span<const core::Gap>) override { return {}; }
  Result<std::vector<store::Note>> notes() override { return std::vector<store::Note>(); }
  Status visit_newest(RepoId repository, std::size_t limit, const WindowVisitor& visit) override {
    const std::size_t i = index(repository);
    // A window's worth, and what is older than it.
    const std::int64_t month = 30 * 86'400 / gap_seconds(i) + 1;
    const std::int64_t count = std::min(static_cast<std::int64_t>(limit), month);
    for (std::int64_t k = 0; k < count; ++k) {
      const core::EventKey key{static_cast<std::uint64_t>(stored_[i] - k), at(i, stored_[i] - k)};
      if (!visit(key, k % 2 == 0 ? "PushEvent" : "PullRequestEvent", "ada")) break;
    }
    return {};
  }
  Status visit_newest_of(std::span<const RepoId> repositories, EventTime, const WindowsVisitor& visit) override {
    for (std::size_t place = 0; place < repositories.size(); ++place) {
      (void)visit_newest(repositories[place], SIZE_MAX,
                         [&](const core::EventKey& key, std::string_view type, std::string_view actor) {
                           return visit(place, key, type, actor);
                         });
    }
    return {};
  }
  Status visit_times(RepoId, const store::EventFilter&, const TimeVisitor&) override { return {}; }
  Result<std::optional<EventTime>> first_event_at(RepoId) override { return std::nullopt; }
  Result<std::vector<EventTime>> arrivals(RepoId repository, EventTime since) override {
    const std::size_t i = index(repository);
    std::vector<EventTime> out;
    for (std::int64_t k = core::unix_seconds(since) / gap_seconds(i) + 1; k <= stored_[i]; ++k) out.push_back(at(i, k));
    return out;
  }
  Result<store::EventPage> events(RepoId, const store::EventFilter&, std::size_t, std::size_t) override {
    return store::EventPage();
  }
  Status visit_events(RepoId, const store::EventFilter&, const EventVisitor&) override { return {}; }
  // What all servers store.
  Result<std::vector<store::StoredEvent>> events_after(store::Sequence after, std::size_t limit) override {
    for (; !foreign_.empty() && foreign_.top().first <= now; foreign_.pop()) {
      const std::size_t i = foreign_.top().second;
      log_.push_back({++sequence_, id(i), event(i, ++stored_[i])});
      foreign_.emplace(core::to_timestamp(at(i, stored_[i] + 1)) + kWaits, i);
    }
    while (!log_.empty() && log_.front().sequence <= after) log_.pop_front();
    const auto end = log_.begin() + static_cast<std::ptrdiff_t>(std::min(limit, log_.size()));
    return std::vector<store::StoredEvent>(log_.begin(), end);
  }
  Result<store::Sequence> last_sequence() override { return sequence_; }
  Result<std::size_t> delete_events_before(EventTime, std::size_t) override { return 0; }
  Result<std::vector<store::ApiKey>> keys() override { return std::vector<store::ApiKey>(); }
  Status add_key(const store::ApiKey&) override { return {}; }
  Status revoke_key(const std::string&) override { return {}; }
  // Shard 0 is ours, and all seats; the other shards are other servers'.
  Result<std::vector<store::Lease>> acquire_leases(const std::string&, std::span<const int> shards, core::Millis ttl,
                                                   Timestamp at_time) override {
    std::vector<store::Lease> held;
    for (const int shard : shards) {
      if (shard <= 0) held.push_back({shard, 1, at_time + ttl});
    }
    return held;
  }
  Status release_leases(const std::string&, std::span<const int>) override { return {}; }
  Result<store::Alert> add_alert(const store::Alert& alert) override { return alert; }
  Result<store::Alert> update_alert(const store::Alert& alert) override { return alert; }
  Result<std::vector<store::Alert>> open_alerts() override { return std::vector<store::Alert>(); }
  Result<store::AlertPage> alerts(std::optional<store::AlertState>, std::size_t, std::size_t) override {
    return store::AlertPage();
  }
  Status forget_alerts(Timestamp) override { return {}; }
  Status ping() override { return {}; }
  Status try_write() override { return {}; }

  std::size_t polled() const { return static_cast<std::size_t>(std::ranges::count(ours_, true)); }

  Timestamp now = kStart;
  std::uint64_t commits = 0;
  std::uint64_t events_stored = 0;

 private:
  static RepoId id(std::size_t i) { return RepoId{static_cast<std::int64_t>(i) + 1}; }
  static std::size_t index(RepoId id) { return static_cast<std::size_t>(core::to_int(id) - 1); }
  static constexpr core::Millis kWaits{300'000};  // of events of the other shards, until they are stored
  using Due = std::pair<Timestamp, std::size_t>;

  // By repository.
  std::vector<bool> ours_;
  std::vector<std::int64_t> stored_;                                    // number of the newest event stored
  std::vector<std::int64_t> before_;                                    // the same at the start
  std::priority_queue<Due, std::vector<Due>, std::greater<>> foreign_;  // when the others store their next event
  std::deque<store::StoredEvent> log_;                                  // that nobody has asked for yet
  store::Sequence sequence_ = 0;
};

// GitHub's answer to a request of the monitor.
github::HttpResponse answer(const std::string& url, const std::string& validator, Timestamp now,
                            std::int64_t remaining) {
  const std::size_t i = std::strtoull(url.c_str() + url.find("repository") + 10, nullptr, 10);
  const std::int64_t last = newest(i, now);
  github::HttpResponse out{
      200,
      {{"ETag", etag(last)},
       {"X-Poll-Interval", "60"},
       {"Content-Type", "application/json"},
       {"X-RateLimit-Limit", std::to_string(kLimitAnHour)},
       {"X-RateLimit-Remaining", std::to_string(remaining)},
       {"X-RateLimit-Used", std::to_string(kLimitAnHour - remaining)},
       {"X-RateLimit-Reset", std::to_string((core::unix_seconds(core::to_event_time(now)) / 3600 + 1) * 3600)}},
      "["};
  if (validator == etag(last)) {
    out.status = 304;
    out.body.clear();
    return out;
  }
  const std::int64_t month = 30 * 86'400 / gap_seconds(i) + 1;
  const std::int64_t count = std::min<std::int64_t>({100, kFeedDepth, month});
  for (std::int64_t k = last; k > last - count; --k) {
    if (out.body.size() > 1) out.body += ",";
    out.body += R"({"id":")" + std::to_string(k) +
                R"(","type":"PushEvent","actor":{"login":"ada"},"repo":{"name":"o/r"},"payload":{"size":1,"ref":")" +
                std::string(600, 'x') + R"("},"created_at":")" + core::format_rfc3339(at(i, k)) + R"("})";
  }
  out.body += "]";
  return out;
}

double resident_mib() {
  std::ifstream statm("/proc/self/statm");
  long total = 0;
  long resident = 0;
  statm >> total >> resident;
  return static_cast<double>(resident) * 4096 / (1 << 20);
}

double cpu_seconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

struct Tally {
  double requests = 0;
  double not_modified = 0;
  double learned = 0;    // repositories
  double learning = 0;   // CPU of it
  double answering = 0;  // CPU of the simulated GitHub
};

struct Quota {
  std::int64_t hour = 0;
  std::int64_t remaining = kLimitAnHour;
};

void run(monitor::Monitor& monitor, World& world, core::Millis span, Quota& quota, Tally& tally) {
  const Timestamp end = world.now + span;
  Timestamp keep_up_at = world.now;
  for (Timestamp now = world.now; now < end; world.now = now) {
    if (now >= keep_up_at) {
      (void)monitor.keep_up(now);
      keep_up_at = now + 500ms;
    }
    const double before = cpu_seconds();
    const monitor::Action action = monitor.next(now);
    const double decided = cpu_seconds();
    if (const auto* wait = std::get_if<monitor::CallAgain>(&action)) {
      if (wait->at <= now) {  // it has learned a repository's history, and would go on with the next
        ++tally.learned;
        tally.learning += decided - before;
      }
      now = std::max(now + 1ms, std::min(wait->at, keep_up_at));
      continue;
    }
    const auto& request = std::get<github::HttpRequest>(action);
    if (const std::int64_t this_hour = core::unix_seconds(core::to_event_time(now)) / 3600; this_hour != quota.hour) {
      quota = {this_hour, kLimitAnHour};
    }
    const std::string validator(github::header(request.headers, "if-none-match"));
    github::HttpResponse page = answer(request.url, validator, now, quota.remaining);
    tally.answering += cpu_seconds() - decided;
    ++tally.requests;
    if (page.status == 304) {
      ++tally.not_modified;
    } else {
      --quota.remaining;
    }
    now += 200ms;  // GitHub's time to answer
    world.now = now;
    monitor.absorb(page, now);
  }
}

int bench(std::size_t repositories, int shards, std::chrono::minutes span, const std::string& policy_name) {
  World world(repositories, shards);
  auto policy = polling::make_policy(policy_name, {});
  if (!policy) {
    std::fprintf(stderr, "scaling_bench: %s\n", policy.error().message.c_str());
    return 2;
  }
  monitor::MonitorSettings settings;
  settings.github.token = "token";
  settings.max_active = repositories;
  settings.replica = monitor::ReplicaSettings{"bench", shards};
  const double idle_mib = resident_mib();
  const double cold = cpu_seconds();
  monitor::Monitor monitor(world, *std::move(policy), settings);
  if (!monitor.start(kStart)) return 1;
  const double serving = cpu_seconds();
  const double serving_mib = resident_mib() - idle_mib;
  if (!monitor.keep_up(kStart)) return 1;
  const double polling = cpu_seconds();
  Quota quota;
  Tally start;
  run(monitor, world, kWarmUp, quota, start);
  const std::uint64_t stored = world.events_stored;
  const double measured = cpu_seconds();
  Tally tally;
  run(monitor, world, span, quota, tally);
  const double worked = cpu_seconds() - measured - tally.answering - tally.learning;
  const double hours = static_cast<double>(span.count()) / 60;
  std::printf("| %zu | %zu | %s | %.1f | %.1f | %.2f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.2f | %.1f |\n",
              repositories, world.polled(), policy_name.c_str(), serving - cold, polling - serving,
              1000 * start.learning / std::max(start.learned, 1.0), serving_mib, resident_mib() - idle_mib,
              tally.requests / hours, 100 * tally.not_modified / std::max(tally.requests, 1.0),
              static_cast<double>(world.events_stored - stored) / hours,
              monitor.snapshot()->poller.staleness_mean_seconds, 1000 * worked / std::max(tally.requests, 1.0),
              worked / hours / 36);
  std::fflush(stdout);
  return 0;
}

}  // namespace
}  // namespace repopulse

int main(int argc, char** argv) {
  const auto argument = [&](int i, const char* otherwise) { return std::string(argc > i ? argv[i] : otherwise); };
  std::puts(
      "| repositories | polled here | policy | start, CPU s | taking them over, CPU s | learning one, CPU ms | "
      "windows, "
      "MiB | with all, MiB | requests/h | 304, % | events/h | an event waits, s | CPU ms a request | % of a core |\n"
      "|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
  const auto minutes = std::chrono::minutes(std::stol(argument(3, "60")));
  const std::string policy(argument(4, std::string(repopulse::polling::kDefaultPolicy).c_str()));
  if (argc > 1) return repopulse::bench(std::stoul(argv[1]), std::stoi(argument(2, "1")), minutes, policy);
  std::fflush(stdout);
  for (const char* each : {"adaptive", "mean"}) {
    for (const auto& [repositories, shards] : {std::pair{1'000UL, 1}, {10'000UL, 4}, {100'000UL, 40}}) {
      const pid_t child = fork();  // what the one before it freed would hide how much memory it takes
      if (child == 0) return repopulse::bench(repositories, shards, minutes, each);
      int status = 1;
      if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0) return 1;
    }
  }
  return 0;
}
