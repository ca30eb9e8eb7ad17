// What one server holds and does with very many repositories, in virtual time: memory, CPU, requests an hour, writes an
// hour. Prints a Markdown table; docs/scaling.md quotes it.
//
//   scaling_bench [REPOSITORIES [SHARDS [VIRTUAL_MINUTES [POLICY]]]]
//
// The server holds the windows of all repositories and polls one shard of them, through the production code from the
// policy to the commit. GitHub and the store are functions of the time, so that what is measured is the server alone:
// each repository has an event every 10 minutes to 30 days, spread evenly over magnitudes.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "monitor/leadership.h"
#include "monitor/monitor.h"
#include "polling/policy.h"
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

// Repository i has its k-th event at k × gap.
std::int64_t gap_seconds(std::size_t i) {
  const double spread = static_cast<double>((i * 2654435761U) % 10'007) / 10'007;
  return static_cast<std::int64_t>(600 * std::pow(4'320, spread));
}
std::int64_t newest(std::size_t i, Timestamp now) {
  return core::unix_seconds(core::to_event_time(now)) / gap_seconds(i);
}
EventTime at(std::size_t i, std::int64_t k) {
  return core::event_time_from_unix(k * gap_seconds(i));
}
std::string name(std::size_t i) {
  return "owner" + std::to_string(i / 3) + "/repository" + std::to_string(i);
}

class World final : public store::Store {
 public:
  World(std::size_t repositories, Timestamp now) {
    for (std::size_t i = 0; i < repositories; ++i) stored_.push_back(newest(i, now));
  }

  Result<std::vector<store::Repository>> repositories() override {
    std::vector<store::Repository> out;
    for (std::size_t i = 0; i < stored_.size(); ++i) {
      out.push_back({id(i), core::RepoName::parse(name(i)).value(), true, kStart, 500, at(i, stored_[i]), {}});
    }
    return out;
  }
  Result<std::vector<store::AddedRepository>> add_repositories(std::span<const store::NewRepository>,
                                                               Timestamp) override {
    return std::vector<store::AddedRepository>();
  }
  Status set_active(RepoId, bool) override { return {}; }
  Status remove_repository(RepoId) override { return {}; }
  Result<std::int64_t> repositories_revision() override { return 1; }

  Result<std::vector<core::FeedState>> feeds() override {
    std::vector<core::FeedState> out;
    for (std::size_t i = 0; i < stored_.size(); ++i) {
      core::FeedState feed;
      feed.feed = "repos/" + name(i);
      feed.status = core::RepoStatus::kOk;
      // Polled before, at times that are spread over the last hours.
      feed.last_polled_at = kStart - std::chrono::seconds((i * 7919) % 21'600);
      feed.last_full_at = feed.last_polled_at;
      feed.validators = {{"W/\"" + std::string(64, 'a') + "\"", ""}};
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
        receipt.inserted.back().emplace_back(++sequence_);
        ++events_stored;
      }
    }
    return receipt;
  }
  Status replace_gaps(RepoId, std::span<const core::Gap>) override { return {}; }
  Result<std::vector<std::pair<std::string, std::string>>> notes() override {
    return std::vector<std::pair<std::string, std::string>>();
  }
  Status visit_newest(RepoId repository, std::size_t limit, const WindowVisitor& visit) override {
    const std::size_t i = index(repository);
    // A window's worth, and what is older than it.
    const std::int64_t month = 30 * 86'400 / gap_seconds(i) + 1;
    const std::int64_t count = std::min(static_cast<std::int64_t>(limit), month);
    for (std::int64_t k = 0; k < count; ++k) {
      visit({static_cast<std::uint64_t>(stored_[i] - k), at(i, stored_[i] - k)},
            k % 2 == 0 ? "PushEvent" : "PullRequestEvent");
    }
    return {};
  }
  Result<std::vector<EventTime>> arrivals(RepoId repository, EventTime since) override {
    const std::size_t i = index(repository);
    std::vector<EventTime> out;
    for (std::int64_t k = core::unix_seconds(since) / gap_seconds(i) + 1; k <= stored_[i]; ++k) out.push_back(at(i, k));
    return out;
  }
  Result<store::EventPage> events(RepoId, const store::EventFilter&, std::size_t, std::size_t) override {
    return store::EventPage();
  }
  Status visit_events(RepoId, const store::EventFilter&,
                      const std::function<bool(const store::StoredEvent&)>&) override {
    return {};
  }
  // What this server stores it knows already; what the others store is not simulated.
  Result<std::vector<store::StoredEvent>> events_after(store::Sequence, std::size_t) override {
    return std::vector<store::StoredEvent>();
  }
  Result<store::Sequence> last_sequence() override { return sequence_; }
  Result<std::size_t> delete_events_before(EventTime, std::size_t) override { return 0; }
  Result<std::vector<store::ApiKey>> keys() override { return std::vector<store::ApiKey>(); }
  Status add_key(const store::ApiKey&) override { return {}; }
  Status revoke_key(const std::string&) override { return {}; }
  // Shard 0 is ours, and all seats; the other shards are other servers'.
  Result<std::optional<store::Lease>> acquire_lease(const std::string&, int shard, core::Millis ttl,
                                                    Timestamp now) override {
    if (shard > 0) return std::optional<store::Lease>();
    return std::optional(store::Lease{shard, 1, now + ttl});
  }
  Status release_lease(const std::string&, int) override { return {}; }
  Status ping() override { return {}; }

  std::uint64_t commits = 0;
  std::uint64_t events_stored = 0;

 private:
  static RepoId id(std::size_t i) { return RepoId{static_cast<std::int64_t>(i) + 1}; }
  static std::size_t index(RepoId id) { return static_cast<std::size_t>(core::to_int(id) - 1); }
  std::vector<std::int64_t> stored_;  // by repository: number of the newest event stored
  store::Sequence sequence_ = 0;
};

// GitHub's answer to a request of the monitor.
github::HttpResponse answer(const std::string& url, const std::string& validator, Timestamp now,
                            std::int64_t remaining) {
  const std::size_t i = std::strtoull(url.c_str() + url.find("repository") + 10, nullptr, 10);
  const std::int64_t last = newest(i, now);
  const std::string etag = "W/\"" + std::to_string(last) + "\"";
  github::HttpResponse out{
      200,
      {{"ETag", etag},
       {"X-Poll-Interval", "60"},
       {"Content-Type", "application/json"},
       {"X-RateLimit-Limit", std::to_string(kLimitAnHour)},
       {"X-RateLimit-Remaining", std::to_string(remaining)},
       {"X-RateLimit-Used", std::to_string(kLimitAnHour - remaining)},
       {"X-RateLimit-Reset", std::to_string((core::unix_seconds(core::to_event_time(now)) / 3600 + 1) * 3600)}},
      "["};
  if (validator == etag) {
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
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

struct Tally {
  std::uint64_t requests = 0;
  std::uint64_t not_modified = 0;
  double answering = 0;  // CPU of the simulated GitHub
};

void run(monitor::Monitor& monitor, std::chrono::minutes span, Tally& tally) {
  std::int64_t remaining = kLimitAnHour;
  std::int64_t hour = core::unix_seconds(core::to_event_time(kStart)) / 3600;
  Timestamp keep_up_at = kStart;
  for (Timestamp now = kStart; now < kStart + span;) {
    if (now >= keep_up_at) {
      (void)monitor.keep_up(now);
      keep_up_at = now + 500ms;
    }
    const monitor::Action action = monitor.next(now);
    if (const auto* wait = std::get_if<monitor::Wait>(&action)) {
      now = std::max(now + 10ms, std::min(wait->until, keep_up_at));
      continue;
    }
    const auto& request = std::get<github::HttpRequest>(action);
    if (const std::int64_t this_hour = core::unix_seconds(core::to_event_time(now)) / 3600; this_hour != hour) {
      hour = this_hour;
      remaining = kLimitAnHour;
    }
    const double before = cpu_seconds();
    const std::string validator(github::header(request.headers, "if-none-match"));
    github::HttpResponse page = answer(request.url, validator, now, remaining);
    tally.answering += cpu_seconds() - before;
    ++tally.requests;
    if (page.status == 304) {
      ++tally.not_modified;
    } else {
      --remaining;
    }
    now += 200ms;  // GitHub's time to answer
    monitor.absorb(page, now);
  }
}

int bench(std::size_t repositories, int shards, std::chrono::minutes span, const std::string& policy_name) {
  World world(repositories, kStart - 10min);
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
  if (!monitor.start(kStart) || !monitor.keep_up(kStart)) return 1;
  const double started = cpu_seconds();
  Tally tally;
  run(monitor, span, tally);
  const double worked = cpu_seconds() - started - tally.answering;
  const double hours = static_cast<double>(span.count()) / 60;
  std::printf(
      "| %zu | %d | %s | %.1f | %.0f | %.1f | %.0f | %.0f | %.2f | %.1f | %.0f |\n", repositories, shards,
      policy_name.c_str(), started - cold, resident_mib() - idle_mib,
      (resident_mib() - idle_mib) * 1024 / static_cast<double>(repositories),
      static_cast<double>(tally.requests) / hours,
      100 * static_cast<double>(tally.not_modified) / static_cast<double>(std::max<std::uint64_t>(tally.requests, 1)),
      1000 * worked / static_cast<double>(std::max<std::uint64_t>(tally.requests, 1)), worked / hours / 36,
      static_cast<double>(world.commits) / hours);
  std::fflush(stdout);
  return 0;
}

}  // namespace
}  // namespace repopulse

int main(int argc, char** argv) {
  const auto argument = [&](int i, const char* otherwise) { return std::string(argc > i ? argv[i] : otherwise); };
  std::printf(
      "| repositories | shards | policy | start, CPU s | memory, MiB | KiB each | requests/h | 304, %% | CPU ms a "
      "request | CPU %% of a core | commits/h |\n|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
  const auto minutes = std::chrono::minutes(std::stol(argument(3, "120")));
  const std::string policy(argument(4, std::string(repopulse::polling::kDefaultPolicy).c_str()));
  if (argc > 1) return repopulse::bench(std::stoul(argv[1]), std::stoi(argument(2, "1")), minutes, policy);
  for (const std::size_t repositories : {1'000UL, 10'000UL}) {
    if (const int failed = repopulse::bench(repositories, 1, minutes, policy); failed != 0) return failed;
  }
  return repopulse::bench(100'000, 20, minutes, policy);
}
