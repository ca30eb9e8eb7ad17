// What docs/scaling.md says of a sharded MongoDB: the unique indexes allow its shard key, and which queries stay on one
// shard. The test server has no shards: what it is asked tells, since a router sends a command with an equality on the
// shard key to one shard and any other to all of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "store/mongo/database.h"
#include "store/mongo/event_document.h"
#include "store/mongo/schema.h"
#include "store/mongo/sequences.h"
#include "tests/store_mongo/field_names.h"
#include "tests/store_mongo/test_server.h"

namespace repopulse::store::mongo {
namespace {

using testing::ElementsAreArray;
using testing::SizeIs;
using testing::StartsWith;
using namespace std::chrono_literals;

constexpr core::Timestamp kNow{1'700'000'000'000ms};
constexpr const char* kShardKey = "repository";

std::vector<std::string> document_lines() {
  std::ifstream file(REPOPULSE_SOURCE_DIR "/docs/scaling.md");
  std::vector<std::string> out;
  for (std::string line; std::getline(file, line);) out.push_back(line);
  return out;
}

TEST(ShardKey, IsTheOneOfTheDocumentAndBeginsEachUniqueIndexOfTheCollection) {
  const std::vector<std::string> lines = document_lines();
  const auto shards = [](const std::string& line) { return line.starts_with("sh.shardCollection("); };
  EXPECT_EQ(std::ranges::count_if(lines, shards), 1) << "only one collection is sharded";
  const auto command = std::ranges::find_if(lines, shards);
  ASSERT_NE(command, lines.end());
  EXPECT_THAT(*command,
              StartsWith(std::string(R"(sh.shardCollection("repopulse.events", { )") + kShardKey + ": \"hashed\" })"));
  for (const Index& index : indexes()) {
    if (std::string(index.collection) != kEvents || !index.unique) continue;
    EXPECT_STREQ(index.fields.front().first, kShardKey) << index.name;
  }
}

core::Event event(std::uint64_t id) {
  return {{id, core::event_time_from_unix(1'700'000'000 + static_cast<std::int64_t>(id))},
          "PushEvent",
          "ada",
          "o/r",
          R"({"id":")" + std::to_string(id) + R"("})"};
}

// A command that reads or writes documents of `events`.
struct Command {
  std::string name;
  Bson filter;  // of an insertion: the first document
  bool one_document = false;

  bool on_one_shard() const { return filter.integer(kShardKey).has_value(); }
  std::string describe() const {
    std::string out = "`" + name + "`";
    if (name != "insert") {
      for (const std::string& field : field_names(filter)) out += " `" + field + "`";
      return out + (on_one_shard() ? ": one" : ": all");
    }
    return out + (on_one_shard() ? ": one for each repository" : ": none can take it");
  }
};

std::vector<Command> commands_of(const Bson& sent) {
  const std::vector<std::string> fields = field_names(sent);
  if (fields.empty() || sent.text(fields.front().c_str()) != kEvents) return {};
  const std::string& name = fields.front();
  std::vector<Command> out;
  if (name == "find" || name == "count") {
    out.push_back({name, sent.document(name == "find" ? "filter" : "query").value_or(Bson())});
  } else if (name == "update" || name == "delete") {
    for (const Bson& each : sent.documents(name == "update" ? "updates" : "deletes")) {
      const bool one = name == "update" ? !each.boolean("multi").value_or(false) : each.integer("limit") == 1;
      out.push_back({name, each.document("q").value_or(Bson()), one});
    }
  } else if (name == "insert") {
    for (const Bson& each : sent.documents("documents")) out.push_back({name, each, true});
  } else if (name == "findAndModify") {
    out.push_back({name, sent.document("query").value_or(Bson()), true});
  } else if (name != "getMore" && name != "createIndexes" && name != "listIndexes" && name != "dropIndexes") {
    ADD_FAILURE() << "nothing is known about " << name;
  }
  return out;
}

class ShardingTest : public MongoTest {
 protected:
  void SetUp() override {
    MongoTest::SetUp();
    if (!store) return;
    reopen();
    for (const char* name : {"o/r", "o/s"}) {
      const NewRepository wanted{core::RepoName::parse(name).value(), true};
      repositories.push_back(store->add_repositories(std::span(&wanted, 1), kNow).value().front().repository.id);
    }
    ASSERT_TRUE(store->commit(poll(1)));
    ASSERT_THAT(commands, SizeIs(testing::Gt(2)));
  }

  std::unique_ptr<Database> connect() {
    return Database::open(database_uri,
                          [this](const Bson& sent) {
                            for (Command& command : commands_of(sent)) commands.push_back(std::move(command));
                          })
        .value();
  }
  void reopen() { store = open(connect()).value(); }

  // Events of both repositories.
  PollCommit poll(std::uint64_t first_id) const {
    PollCommit out;
    for (const RepoId id : repositories) out.events.push_back({id, {event(first_id), event(first_id + 1)}});
    return out;
  }

  void read_pages() {
    EventFilter filter;
    filter.since = core::event_time_from_unix(1);
    read_page(filter);
    filter = {};
    filter.types = {"PushEvent", "ForkEvent"};
    read_page(filter);
    filter = {};
    filter.actor = "ada";
    read_page(filter);
    for (const core::Actors actors : {core::Actors::kPeople, core::Actors::kBots}) {
      filter = {};
      filter.actors = actors;
      read_page(filter);
    }
  }
  void read_page(const EventFilter& filter) { ASSERT_TRUE(store->events(repositories[0], filter, 0, 10)); }

  void read_stretches() {
    EventFilter filter;
    filter.until = core::event_time_from_unix(2'000'000'000);
    const auto ignore = [](core::EventTime, std::string_view) {};
    ASSERT_TRUE(store->visit_times(repositories[0], filter, ignore));
    filter.types = {"PushEvent"};
    ASSERT_TRUE(store->visit_times(repositories[0], filter, ignore));
    filter.types = {};
    filter.actors = core::Actors::kPeople;
    ASSERT_TRUE(store->visit_times(repositories[0], filter, ignore));
    ASSERT_TRUE(store->first_event_at(repositories[0]));
  }

  // Readers are past the numbers of a writer that goes on.
  void look_after_a_slow_writer() {
    auto database = Database::open(database_uri).value();
    Sequences sequences(*database);
    const Range slow = sequences.allocate(1, -1, {core::to_int(repositories[0])}).value();
    ASSERT_TRUE(database->update_one(kRanges, Bson{{"_id", slow.first}},
                                     Bson{{"$set", Bson{{"at", slow.at - kWriterTimeout - 1s}}}}));
    ASSERT_TRUE(store->settled_sequence());
    ASSERT_TRUE(
        database->insert_one(kEvents, event_document(event(1'000), repositories[0], slow.first).value()).value());
    ASSERT_TRUE(store->finish_abandoned().value());
  }

  // The row of the document: each command once, in the order in which it came first.
  std::string row(const std::string& what, const std::function<void()>& call) {
    commands.clear();
    call();
    std::vector<std::string> told;
    for (const Command& command : commands) {
      EXPECT_TRUE(!command.one_document || command.on_one_shard()) << "a router refuses " << command.describe();
      if (std::ranges::find(told, command.describe()) == told.end()) told.push_back(command.describe());
    }
    std::string joined;
    for (const std::string& one : told) joined += (joined.empty() ? "" : "; ") + one;
    return "| " + what + " | " + (joined.empty() ? "none" : joined) + " |";
  }

  std::vector<Command> commands;
  std::vector<RepoId> repositories;
};

TEST_F(ShardingTest, TheDocumentSaysWhichQueriesStayOnOneShard) {
  const RepoId id = repositories[0];
  const auto ignore_newest = [](const core::EventKey&, std::string_view, std::string_view) { return true; };
  const std::vector<std::string> rows{
      row("a server starts: its store is opened", [&] { reopen(); }),
      row("a server starts: the window of a repository",
          [&] { ASSERT_TRUE(store->visit_newest(id, 10, ignore_newest)); }),
      row("what a model learns from", [&] { ASSERT_TRUE(store->arrivals(id, core::event_time_from_unix(1))); }),
      row("statistics of a stretch, a history, an alert", [&] { read_stretches(); }),
      row("a page of events", [&] { read_page({}); }),
      row("a page by time, type, actor, people or robots", [&] { read_pages(); }),
      row("an export", [&] { ASSERT_TRUE(store->visit_events(id, {}, [](const StoredEvent&) { return true; })); }),
      row("a poll or an import brings known events", [&] { ASSERT_TRUE(store->commit(poll(1))); }),
      row("a poll or an import brings new events", [&] { ASSERT_TRUE(store->commit(poll(10))); }),
      row("a stream resumes, a server follows: is there news?", [&] { ASSERT_TRUE(store->settled_sequence()); }),
      row("a stream resumes, a server follows: there is news", [&] { ASSERT_TRUE(store->events_after(0, 10)); }),
      row("a writer was slower than 10 s, or died", [&] { look_after_a_slow_writer(); }),
      row("retention",
          [&] { ASSERT_EQ(store->delete_events_before(core::event_time_from_unix(1'700'000'002), 1).value(), 1U); }),
      row("a repository is removed", [&] { ASSERT_TRUE(store->remove_repository(id)); }),
  };

  const std::vector<std::string> lines = document_lines();
  auto at = std::ranges::find(lines, "| what | commands for `events`, and the shards that get them |");
  ASSERT_NE(at, lines.end()) << "the table has its heading";
  const std::vector<std::string> told(at + 2, std::find(at, lines.end(), ""));
  EXPECT_THAT(told, ElementsAreArray(rows));
}

}  // namespace
}  // namespace repopulse::store::mongo
