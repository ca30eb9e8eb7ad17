// What the one sequence of a shared store costs several writers: URI [SECONDS [ROUNDS]]. Each writer is a thread with
// connections and a repository of its own, and stores batches of events as fast as it can, in four ways:
//
//   inserts     the peer: the documents alone, with numbers that nobody has to agree on
//   numbered    the same, after a range of numbers was taken, which is closed then
//   commits     all that the store does with a poll
//   ranges      ranges are taken and closed, and nothing is stored: what the sequence carries at the most
//
// The four take turns, each time on a database of its own. Commands are what the server is asked, with those of writers
// that wanted the same numbers and try again.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "store/mongo/database.h"
#include "store/mongo/event_document.h"
#include "store/mongo/mongo_store.h"
#include "store/mongo/schema.h"
#include "store/mongo/sequences.h"

namespace repopulse::store::mongo {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::array<int, 4> kWriters{1, 2, 4, 8};
constexpr std::array<int, 2> kBatches{1, 30};
constexpr std::size_t kPayload = 700;  // with the rest 0.8 kB, as GitHub sends now
constexpr Sequence kOwnNumbers = Sequence{1} << 32;

enum class Way { kInserts, kNumbered, kCommits, kRanges };
constexpr std::array<Way, 4> kWays{Way::kInserts, Way::kNumbered, Way::kCommits, Way::kRanges};

template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

std::string new_database(const std::string& server) {
  static int last = 0;
  const std::size_t options = server.find('?');
  const std::string tail = options == std::string::npos ? "" : server.substr(options);
  const std::string head = server.substr(0, server.find('/', server.find("//") + 2));
  return head + "/repopulse_bench_" + std::to_string(getpid()) + "_" + std::to_string(++last) + tail;
}

class Writer {
 public:
  Writer(const std::string& uri, int number, int batch)
      : store_(must(open(connect(uri)))), database_(connect(uri)), sequences_(*database_), batch_(batch) {
    const NewRepository wanted{must(core::RepoName::parse("owner/r" + std::to_string(number))), true};
    repository_ = must(store_->add_repositories(std::span(&wanted, 1), core::Timestamp{})).front().repository.id;
    next_number_ = kOwnNumbers * (number + 1);
    commands_ = 0;
  }

  std::int64_t commands() const { return commands_; }

  // Stores one batch.
  void write(Way way) {
    if (way == Way::kRanges) {
      must(sequences_.close(take_range()));
      return;
    }
    const std::vector<core::Event> events = next_events();
    if (way == Way::kCommits) {
      PollCommit poll;
      poll.events.push_back({repository_, events});
      must(store_->commit(poll));
    } else if (way == Way::kInserts) {
      insert(events, next_number_);
      next_number_ += batch_;
    } else {
      const Range range = take_range();
      insert(events, range.first);
      must(sequences_.close(range));
    }
  }

 private:
  std::unique_ptr<Database> connect(const std::string& uri) {
    return must(Database::open(uri, [this](const Bson&) { ++commands_; }));
  }

  Range take_range() { return must(sequences_.allocate(batch_, -1, {core::to_int(repository_)})); }

  std::vector<core::Event> next_events() {
    std::vector<core::Event> out;
    for (int i = 0; i < batch_; ++i) {
      const std::uint64_t id = ++last_id_;
      const core::EventTime at = core::event_time_from_unix(1'700'000'000 + static_cast<std::int64_t>(id));
      out.push_back({{id, at},
                     "PushEvent",
                     "octocat",
                     "owner/r",
                     R"({"id":")" + std::to_string(id) + R"(","type":"PushEvent","payload":{"text":")" +
                         std::string(kPayload, 'x') + R"("}})"});
    }
    return out;
  }

  void insert(const std::vector<core::Event>& events, Sequence first) {
    std::vector<Bson> documents;
    for (const core::Event& event : events) documents.push_back(must(event_document(event, repository_, first++)));
    if (!must(database_->insert(kEvents, documents)).empty()) throw std::runtime_error("an event was there already");
  }

  std::int64_t commands_ = 0;  // sent on the thread of this writer
  std::unique_ptr<Store> store_;
  std::unique_ptr<Database> database_;
  Sequences sequences_;
  int batch_;
  RepoId repository_{};
  Sequence next_number_ = 0;
  std::uint64_t last_id_ = 0;
};

struct Measured {
  double batches = 0;   // a second, of all writers together
  double commands = 0;  // for each batch
};

Measured measure(const std::string& server, Way way, int writers, int batch, double seconds) {
  const std::string uri = new_database(server);
  std::vector<std::unique_ptr<Writer>> all;
  for (int i = 0; i < writers; ++i) all.push_back(std::make_unique<Writer>(uri, i, batch));
  std::atomic<std::int64_t> batches{0};
  std::atomic<bool> failed{false};
  const auto begin = Clock::now();
  const auto end = begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  std::vector<std::thread> threads;
  for (const auto& writer : all) {
    threads.emplace_back([&, w = writer.get()] {
      try {
        for (; Clock::now() < end; ++batches) w->write(way);
      } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        failed = true;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const double took = std::chrono::duration<double>(Clock::now() - begin).count();
  std::int64_t commands = 0;
  for (const auto& writer : all) commands += writer->commands();
  all.clear();
  must(must(Database::open(uri))->command(Bson{{"dropDatabase", std::int64_t{1}}}));
  if (failed) throw std::runtime_error("a writer failed");
  const auto count = static_cast<double>(batches);
  return {count / took, static_cast<double>(commands) / count};
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void compare(const std::string& server, int writers, int batch, double seconds, int rounds) {
  std::array<std::vector<double>, kWays.size()> events;
  std::array<std::vector<double>, kWays.size()> commands;
  std::vector<double> ratios;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t way = 0; way < kWays.size(); ++way) {
      const Measured measured = measure(server, kWays[way], writers, batch, seconds);
      events[way].push_back(batch * measured.batches);
      commands[way].push_back(measured.commands);
    }
    ratios.push_back(events[1].back() / events[0].back());
  }
  std::printf("| %d | %d | %.0f | %.0f | %.2f | %.0f | %.0f | %.1f, %.1f, %.1f |\n", batch, writers, median(events[0]),
              median(events[1]), median(ratios), median(events[2]), median(events[3]) / batch, median(commands[0]),
              median(commands[1]), median(commands[2]));
  std::fflush(stdout);
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.empty()) throw std::runtime_error("usage: sequence_bench URI [SECONDS [ROUNDS]]");
  const double seconds = arguments.size() > 1 ? std::stod(arguments[1]) : 2;
  const int rounds = arguments.size() > 2 ? std::stoi(arguments[2]) : 3;
  std::printf(
      "| events a batch | writers | inserts alone, events/s | with the sequence, events/s | ratio | whole commits, "
      "events/s | ranges alone, a second | commands a batch: inserts, with the sequence, commit |\n"
      "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
  for (const int batch : kBatches) {
    for (const int writers : kWriters) compare(arguments[0], writers, batch, seconds, rounds);
  }
  return 0;
}

}  // namespace
}  // namespace repopulse::store::mongo

int main(int argc, char** argv) {
  try {
    return repopulse::store::mongo::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sequence_bench: %s\n", error.what());
    return 1;
  }
}
