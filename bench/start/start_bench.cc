// How long a start takes with very many repositories, from the store to the first snapshot, beside plain SQLite and
// beside one query for each repository. Prints a Markdown table; docs/performance.md and docs/scaling.md quote it.
//
//   start_bench [REPOSITORIES [EVENTS [ROUNDS [OWNERS]]]]
//
// The store lies in TMPDIR. Each repository has EVENTS events of the last five days, a tenth of them by robots; they
// were stored a hundred at a time, in turns with the others', as polls store them. All figures are medians of the
// rounds; in each round every contestant reads once. The file is in the system's cache.
#include <sqlite3.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bench/scratch_folder.h"
#include "core/feed_name.h"
#include "monitor/monitor.h"
#include "monitor/windows.h"
#include "polling/policy_table.h"
#include "store/sqlite/sqlite_store.h"

namespace repopulse {
namespace {

using namespace std::chrono_literals;
using store::RepoId;

constexpr core::Timestamp kNow{std::chrono::seconds(1'750'000'000)};
constexpr std::size_t kPage = 100;                // events of one poll
constexpr std::size_t kRepositoriesAtOnce = 100;  // of one transaction

template <typename T>
T must(core::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}
void must(const core::Status& status) {
  if (!status) throw std::runtime_error(status.error().message);
}

// `owners` have them all, in equal parts.
std::string name(std::size_t repository, std::size_t owners) {
  return "owner" + std::to_string(repository % owners) + "/repository" + std::to_string(repository);
}

core::Event event(std::size_t repository, std::size_t number, std::size_t count) {
  static constexpr std::array kTypes = {"PushEvent", "PullRequestEvent", "IssueCommentEvent", "WatchEvent",
                                        "PushEvent", "IssuesEvent",      "CreateEvent"};
  const std::size_t mixed = (repository * 2'654'435'761U + number * 40'503U) % 65'537;
  core::Event out;
  out.key = {repository * count + number + 1,
             core::to_event_time(kNow) - core::Seconds((count - number) * (5 * 86'400 / count) + mixed % 60)};
  out.type = kTypes[mixed % kTypes.size()];
  out.actor = mixed % 10 == 0 ? "dependabot[bot]" : "octocat-" + std::to_string(mixed % 997);
  out.repository = "o/r";
  out.json = R"({"id":")" + std::to_string(out.key.id) + R"("})";  // what is read lies in the index
  return out;
}

void fill(store::Store& store, std::size_t repositories, std::size_t count, std::size_t owners) {
  std::vector<store::NewRepository> wanted;
  for (std::size_t i = 0; i < repositories; ++i) {
    wanted.push_back({core::RepoName::parse(name(i, owners)).value(), true});
  }
  std::vector<RepoId> ids;
  for (const auto& added : must(store.add_repositories(wanted, kNow))) ids.push_back(added.repository.id);
  for (std::size_t first = 0; first < count; first += kPage) {
    for (std::size_t i = 0; i < repositories; i += kRepositoriesAtOnce) {
      store::PollCommit poll;
      for (std::size_t r = i; r < std::min(i + kRepositoriesAtOnce, repositories); ++r) {
        store::RepositoryEvents batch{ids[r], {}};
        for (std::size_t n = first; n < std::min(first + kPage, count); ++n) batch.events.push_back(event(r, n, count));
        poll.events.push_back(std::move(batch));
        core::FeedState feed;
        feed.feed = core::repository_feed(wanted[r].name);
        feed.status = core::RepoStatus::kOk;
        feed.validators = {{"W/\"0123456789\"", ""}};
        feed.last_polled_at = kNow - 10min;
        feed.last_full_at = feed.last_polled_at;
        feed.next_poll_at = kNow + 10min;
        poll.feeds.push_back(std::move(feed));
      }
      must(store.commit(poll));
    }
  }
}

std::unique_ptr<store::Store> open(const std::string& file) {
  return must(store::sqlite::open(file, store::sqlite::Access::kOwner));
}

// --- the contestants; each gives how many events it has read ---

std::shared_ptr<const core::BotPatterns> robots() {
  return std::make_shared<const core::BotPatterns>(core::BotPatterns::well_known());
}

// All that happens until /readyz says 200, but for the sockets.
std::size_t start(const std::string& file, bool polls) {
  const auto store = open(file);
  monitor::MonitorSettings settings;
  settings.github.token = "token";
  settings.bots = core::BotPatterns::well_known();
  settings.max_active = 1'000'000;
  // A server of several that holds no lease yet polls nothing.
  if (!polls) settings.replica = monitor::ReplicaSettings{"bench", 1};
  monitor::Monitor monitor(*store, must(polling::make_policy(std::string(polling::kDefaultPolicy), {})), settings);
  must(monitor.start(kNow));
  std::size_t events = 0;
  for (const auto& view : monitor.snapshot()->repositories) events += view->window.stored();
  return events;
}

std::size_t one_query_each(const std::string& file) {
  const auto store = open(file);
  const core::Window empty({}, robots());
  std::size_t events = 0;
  for (const store::Repository& repository : must(store->repositories())) {
    events += must(monitor::load_window(*store, {&repository, 0}, empty, kNow)).stored();
  }
  return events;
}

// The same rows and columns from the same index, in one thread, and nothing is made of them.
std::size_t plain_scan(const std::string& file) {
  sqlite3* database = nullptr;
  sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr);
  sqlite3_stmt* rows = nullptr;
  sqlite3_prepare_v2(database,
                     "SELECT repository, created_at, id, type, actor FROM events INDEXED BY events_by_time"
                     " ORDER BY repository DESC, created_at DESC, id DESC",
                     -1, &rows, nullptr);
  std::size_t events = 0;
  std::int64_t sum = 0;
  while (sqlite3_step(rows) == SQLITE_ROW) {
    for (const int column : {0, 1, 2}) sum += sqlite3_column_int64(rows, column);
    for (const int column : {3, 4}) sum += sqlite3_column_text(rows, column)[0];
    ++events;
  }
  sqlite3_finalize(rows);
  sqlite3_close(database);
  return sum == 0 ? 0 : events;
}

struct Contestant {
  const char* name;
  std::function<std::size_t(const std::string&)> read;
  std::vector<double> seconds{};
  std::vector<double> cpu_seconds{};
};

double cpu_seconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void measure_starts(std::size_t repositories, std::size_t count, std::size_t rounds, std::size_t owners) {
  const bench::ScratchFolder folder;
  const std::string file = folder.file("store.db");
  fill(*open(file), repositories, count, owners);
  std::array contestants = {
      Contestant{"start, nothing is polled", [](const std::string& f) { return start(f, false); }},
      Contestant{"start, all are polled", [](const std::string& f) { return start(f, true); }},
      Contestant{"windows alone, one query each", one_query_each},
      Contestant{"plain SQLite, one scan", plain_scan},
  };
  for (std::size_t round = 0; round <= rounds; ++round) {  // the first one fills the system's cache
    for (Contestant& contestant : contestants) {
      const auto begin = std::chrono::steady_clock::now();
      const double cpu = cpu_seconds();
      if (contestant.read(file) != repositories * count) throw std::runtime_error("not all events were read");
      if (round == 0) continue;
      contestant.seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
      contestant.cpu_seconds.push_back(cpu_seconds() - cpu);
    }
  }
  const double scan = median(contestants.back().seconds);
  for (const Contestant& contestant : contestants) {
    std::printf("| %zu × %zu | %s | %.3f | %.3f | %.2f |\n", repositories, count, contestant.name,
                median(contestant.seconds), median(contestant.cpu_seconds), median(contestant.seconds) / scan);
  }
  std::fflush(stdout);
}

}  // namespace
}  // namespace repopulse

int main(int argc, char** argv) {
  const auto argument = [&](int i, const char* otherwise) { return std::stoul(argc > i ? argv[i] : otherwise); };
  std::puts("| repositories × events | | s | CPU s | relative to the scan |\n| --- | --- | ---: | ---: | ---: |");
  try {
    if (argc > 1) {
      repopulse::measure_starts(argument(1, ""), argument(2, "500"), argument(3, "5"), argument(4, argv[1]));
    } else {
      for (const std::size_t repositories : {1'000, 10'000})
        repopulse::measure_starts(repositories, 500, 5, repositories);
    }
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "start_bench: %s\n", failure.what());
    return 1;
  }
  return 0;
}
