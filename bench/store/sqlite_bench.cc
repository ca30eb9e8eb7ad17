// What the embedded store costs: a page of 100 recorded events parsed and committed, a page read, statistics of a year,
// the start-up read of 1,000 repositories. Files lie in TMPDIR, so point that at the disk in question. The peer is the
// usual first draft: one table with the JSON as text, the same durability, no compression.
#include <benchmark/benchmark.h>
#include <sqlite3.h>
#include <zstd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "bench/scratch_folder.h"
#include "core/stretch_statistics.h"
#include "github/events_api.h"
#include "store/event_codec.h"
#include "store/sqlite/sqlite_store.h"

namespace repopulse::store {
namespace {

constexpr int kRepositories = 1'000;
constexpr int kEventsEach = 500;

template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

std::string read_file(const std::string& name) {
  std::ifstream file(std::string(REPOPULSE_SOURCE_DIR) + "/tests/fixtures/github/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// 100 events of github3.py, 2018, 7 kB each: none of the events that the dictionary was trained on.
std::string page_of_2018() {
  const std::string packed = read_file("repository_events_github3py.json.zst");
  std::string out(ZSTD_getFrameContentSize(packed.data(), packed.size()), '\0');
  if (ZSTD_isError(ZSTD_decompress(out.data(), out.size(), packed.data(), packed.size()))) {
    throw std::runtime_error("the fixture cannot be unpacked");
  }
  return out;
}

// 100 events as GitHub sends them since it shortened its payloads, 0.8 kB each: a recorded page of 2026, again and
// again under other ids.
std::string page_of_2026() {
  const std::vector<core::Event> events =
      must(github::parse_events(read_file("page_wilhelm_murdoch_2026.json"))).events;
  std::string out;
  for (std::size_t i = 0; i < 100; ++i) {
    const core::Event& event = events[i % events.size()];
    const std::string id = std::to_string(event.key.id);
    std::string json = event.json;
    json.replace(json.find(id), id.size(), std::to_string(event.key.id - i));
    out += (i == 0 ? "[" : ",") + json;
  }
  return out + "]";
}

const std::string& recorded_page(std::int64_t year) {
  static const std::string older = page_of_2018();
  static const std::string newer = page_of_2026();
  return year < 2025 ? older : newer;
}

std::vector<core::Event> recorded_events(std::int64_t year) {
  return must(github::parse_events(recorded_page(year))).events;
}

// The same events as if they came later, so that they are new.
std::vector<core::Event> shifted(std::vector<core::Event> events, std::int64_t round) {
  std::uint64_t id = static_cast<std::uint64_t>(round) * 1'000 + events.size();
  for (core::Event& event : events) {
    event.key.id = id--;
    event.key.created_at += core::Seconds(round * 3'600);
  }
  return events;
}

RepoId add(Store& store, const std::string& name) {
  const std::vector<NewRepository> wanted = {{core::RepoName::parse(name).value(), true}};
  return must(store.add_repositories(wanted, core::Timestamp())).front().repository.id;
}

PollCommit poll_of(RepoId repository, std::vector<core::Event> events) {
  PollCommit poll;
  poll.events.push_back({repository, std::move(events)});
  core::FeedState state;
  state.feed = "repos/o/r";
  state.validators = {{"W/\"0123456789\"", ""}};
  poll.feeds.push_back(std::move(state));
  return poll;
}

void parse_and_commit_a_page(benchmark::State& state) {
  const bench::ScratchFolder folder;
  const auto store = must(sqlite::open(folder.file("store.db"), sqlite::Access::kOwner));
  const RepoId repository = add(*store, "o/r");
  state.counters["page_bytes"] = static_cast<double>(recorded_page(state.range(0)).size());
  std::int64_t round = 0;
  for (auto _ : state) {
    std::vector<core::Event> events = recorded_events(state.range(0));
    must(store->commit(poll_of(repository, shifted(std::move(events), ++round))));
  }
  state.counters["bytes_an_event"] = folder.bytes() / static_cast<double>(round * 100);
}
BENCHMARK(parse_and_commit_a_page)->Arg(2018)->Arg(2026)->Unit(benchmark::kMillisecond)->UseRealTime();

void commit_a_page_to_plain_sqlite(benchmark::State& state) {
  const bench::ScratchFolder folder;
  sqlite3* database = nullptr;
  sqlite3_stmt* insert = nullptr;
  sqlite3_open(folder.file("plain.db").c_str(), &database);
  sqlite3_exec(database,
               "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
               "CREATE TABLE events (id INTEGER, created_at INTEGER, type TEXT, actor TEXT, json TEXT);"
               "CREATE UNIQUE INDEX identity ON events (id, created_at);"
               "CREATE INDEX by_time ON events (created_at, id, type)",
               nullptr, nullptr, nullptr);
  sqlite3_prepare_v2(database, "INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?)", -1, &insert, nullptr);
  std::int64_t round = 0;
  for (auto _ : state) {
    const std::vector<core::Event> events = shifted(recorded_events(state.range(0)), ++round);
    sqlite3_exec(database, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
    for (const core::Event& event : events) {
      sqlite3_bind_int64(insert, 1, static_cast<std::int64_t>(event.key.id));
      sqlite3_bind_int64(insert, 2, core::unix_seconds(event.key.created_at));
      sqlite3_bind_text(insert, 3, event.type.data(), static_cast<int>(event.type.size()), SQLITE_STATIC);
      sqlite3_bind_text(insert, 4, event.actor.data(), static_cast<int>(event.actor.size()), SQLITE_STATIC);
      sqlite3_bind_text(insert, 5, event.json.data(), static_cast<int>(event.json.size()), SQLITE_STATIC);
      sqlite3_step(insert);
      sqlite3_reset(insert);
    }
    sqlite3_exec(database, "COMMIT", nullptr, nullptr, nullptr);
  }
  sqlite3_finalize(insert);
  state.counters["bytes_an_event"] = folder.bytes() / static_cast<double>(round * 100);
  sqlite3_close(database);
}
BENCHMARK(commit_a_page_to_plain_sqlite)->Arg(2018)->Arg(2026)->Unit(benchmark::kMillisecond)->UseRealTime();

void commit_a_page_that_is_known(benchmark::State& state) {
  const bench::ScratchFolder folder;
  const auto store = must(sqlite::open(folder.file("store.db"), sqlite::Access::kOwner));
  const PollCommit poll = poll_of(add(*store, "o/r"), recorded_events(2026));
  must(store->commit(poll));
  for (auto _ : state) must(store->commit(poll));
}
BENCHMARK(commit_a_page_that_is_known)->Unit(benchmark::kMillisecond)->UseRealTime();

void pack(benchmark::State& state, const std::vector<core::Event>& events) {
  EventPacker packer;
  std::size_t raw = 0;
  std::size_t packed = 0;
  for (auto _ : state) {
    for (const core::Event& event : events) {
      raw += event.json.size();
      packed += packer.pack(event.json).bytes.size();
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events.size()));
  state.counters["ratio"] = static_cast<double>(packed) / static_cast<double>(raw);
}

void pack_events_of_2018(benchmark::State& state) {
  pack(state, recorded_events(2018));
}
BENCHMARK(pack_events_of_2018);

void read_a_page_of_100(benchmark::State& state) {
  const bench::ScratchFolder folder;
  const auto store = must(sqlite::open(folder.file("store.db"), sqlite::Access::kOwner));
  const RepoId repository = add(*store, "o/r");
  for (int round = 0; round < 200; ++round) {
    must(store->commit(poll_of(repository, shifted(recorded_events(2026), round))));
  }
  const EventFilter filter;
  const auto offset = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(must(store->events(repository, filter, offset, 100)));
}
BENCHMARK(read_a_page_of_100)->Arg(0)->Arg(10'000)->Arg(19'900)->Unit(benchmark::kMicrosecond);

// --- a stretch of the history ---

constexpr std::int64_t kYear = 365 * 86'400;
constexpr std::int64_t kBegin = 1'700'000'000;
constexpr const char* kRareType = "GollumEvent";
constexpr const char* kRareActor = "now-and-then";

// Event `number` of `count` in a year, of kinds as they are mixed in a busy repository. What is read lies in the
// indexes, so the JSON is short.
core::Event event_of_year(std::int64_t number, std::int64_t count) {
  static constexpr std::array kTypes = {"PushEvent",  "IssueCommentEvent", "PullRequestEvent",      "PushEvent",
                                        "WatchEvent", "CreateEvent",       "PullRequestReviewEvent"};
  core::Event event;
  event.key = {static_cast<std::uint64_t>(number + 1), core::event_time_from_unix(kBegin + number * kYear / count)};
  const bool rare = number % (count / 10) == 7;
  event.type = rare ? kRareType : kTypes[static_cast<std::size_t>(number * 2'654'435'761 % 104'729) % kTypes.size()];
  event.actor = rare ? kRareActor : "user-" + std::to_string(number * 48'271 % 5'003);
  event.repository = "o/r";
  event.json = std::string(200, 'x');
  return event;
}

struct Year {
  explicit Year(std::int64_t count) : store(must(sqlite::open(folder.file("store.db"), sqlite::Access::kOwner))) {
    constexpr std::int64_t kBatch = 10'000;
    repository = add(*store, "o/r");
    for (std::int64_t first = 0; first < count; first += kBatch) {
      std::vector<core::Event> events;
      for (std::int64_t i = 0; i < kBatch; ++i) events.push_back(event_of_year(first + i, count));
      must(store->commit(poll_of(repository, std::move(events))));
    }
  }
  bench::ScratchFolder folder;
  std::unique_ptr<Store> store;
  RepoId repository{};
};

constexpr std::int64_t kEventsOfYear = 100'000;

void statistics_of_a_year(benchmark::State& state) {
  const Year year(kEventsOfYear);
  for (auto _ : state) {
    core::StretchStatistics statistics;
    const Status read = year.store->visit_times(
        year.repository, {}, [&](core::EventTime at, std::string_view type) { statistics.add(at, type); });
    if (!read || statistics.events() != kEventsOfYear) throw std::runtime_error("not all events were read");
    benchmark::DoNotOptimize(statistics.statistics());
  }
}
BENCHMARK(statistics_of_a_year)->Unit(benchmark::kMillisecond);

// The peer lets the database compute, over an index that covers the question too; it has no median.
void statistics_of_a_year_in_plain_sqlite(benchmark::State& state) {
  const bench::ScratchFolder folder;
  sqlite3* database = nullptr;
  sqlite3_open(folder.file("plain.db").c_str(), &database);
  sqlite3_exec(database,
               "CREATE TABLE events (id INTEGER, created_at INTEGER, type TEXT, actor TEXT, json TEXT);"
               "CREATE INDEX by_time ON events (created_at, id, type); BEGIN",
               nullptr, nullptr, nullptr);
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(database, "INSERT INTO events VALUES (?, ?, ?, ?, ?)", -1, &insert, nullptr);
  for (std::int64_t i = 0; i < kEventsOfYear; ++i) {
    const core::Event event = event_of_year(i, kEventsOfYear);
    sqlite3_bind_int64(insert, 1, static_cast<std::int64_t>(event.key.id));
    sqlite3_bind_int64(insert, 2, core::unix_seconds(event.key.created_at));
    sqlite3_bind_text(insert, 3, event.type.data(), static_cast<int>(event.type.size()), SQLITE_TRANSIENT);
    sqlite3_bind_text(insert, 4, event.actor.data(), static_cast<int>(event.actor.size()), SQLITE_TRANSIENT);
    sqlite3_bind_text(insert, 5, event.json.data(), static_cast<int>(event.json.size()), SQLITE_TRANSIENT);
    sqlite3_step(insert);
    sqlite3_reset(insert);
  }
  sqlite3_finalize(insert);
  sqlite3_exec(database, "COMMIT", nullptr, nullptr, nullptr);
  sqlite3_stmt* select = nullptr;
  sqlite3_prepare_v2(database,
                     "SELECT type, count(*), avg(gap), min(gap), max(gap), avg(gap * gap) FROM (SELECT type,"
                     " created_at - lag(created_at) OVER (PARTITION BY type ORDER BY created_at, id) AS gap FROM events"
                     " WHERE created_at BETWEEN ? AND ?) GROUP BY type",
                     -1, &select, nullptr);
  sqlite3_bind_int64(select, 1, kBegin);
  sqlite3_bind_int64(select, 2, kBegin + kYear);
  for (auto _ : state) {
    int types = 0;
    while (sqlite3_step(select) == SQLITE_ROW) ++types;
    sqlite3_reset(select);
    if (types == 0) throw std::runtime_error("nothing was read");
  }
  sqlite3_finalize(select);
  sqlite3_close(database);
}
BENCHMARK(statistics_of_a_year_in_plain_sqlite)->Unit(benchmark::kMillisecond);

// The first page of ten events among a million, by type (0) or by actor (1).
void read_a_page_of_rare_events(benchmark::State& state) {
  static const Year year(1'000'000);
  EventFilter filter;
  (state.range(0) == 0 ? filter.types.emplace_back() : filter.actor) = state.range(0) == 0 ? kRareType : kRareActor;
  for (auto _ : state) {
    if (must(year.store->events(year.repository, filter, 0, 30)).json.size() != 10) throw std::runtime_error("not ten");
  }
}
BENCHMARK(read_a_page_of_rare_events)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

void start_up_read_of_1000_repositories(benchmark::State& state) {
  const bench::ScratchFolder folder;
  auto store = must(sqlite::open(folder.file("store.db"), sqlite::Access::kOwner));
  for (int i = 0; i < kRepositories; ++i) {
    PollCommit poll = poll_of(add(*store, "o/r" + std::to_string(i)), {});
    for (int round = 0; round < kEventsEach / 100; ++round) {
      std::vector<core::Event> more = shifted(recorded_events(2026), round);
      for (core::Event& event : more) event.json.resize(200);  // what is read lies in the index
      auto& events = poll.events.front().events;
      events.insert(events.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    }
    must(store->commit(poll));
  }
  store.reset();
  std::size_t visited = 0;
  for (auto _ : state) {
    store = must(sqlite::open(folder.file("store.db"), sqlite::Access::kOwner));
    for (const Repository& repository : must(store->repositories())) {
      const Status status = store->visit_newest(repository.id, kEventsEach, [&](const auto&, auto, auto) {
        ++visited;
        return true;
      });
      if (!status) throw std::runtime_error(status.error().message);
    }
    store.reset();
  }
  state.counters["events"] = static_cast<double>(visited) / static_cast<double>(state.iterations());
}
BENCHMARK(start_up_read_of_1000_repositories)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace repopulse::store
