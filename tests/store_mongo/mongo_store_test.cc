// What only the shared store does: its documents, its writers side by side, its leases. What every store does is tested
// by the conformance suite.
#include "store/mongo/mongo_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <numeric>
#include <set>
#include <thread>

#include "store/mongo/collections.h"
#include "store/mongo/database.h"
#include "store/mongo/event_document.h"
#include "store/mongo/feed_states.h"
#include "store/mongo/schema.h"
#include "store/mongo/sequences.h"
#include "tests/store/one_lease.h"
#include "tests/store_mongo/test_server.h"

namespace repopulse::store::mongo {
namespace {

using core::ErrorKind;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

constexpr core::Timestamp kNow{1'700'000'000'000ms};

core::Event event(std::uint64_t id, std::int64_t at, std::string type = "PushEvent") {
  const core::EventTime created_at = core::event_time_from_unix(at);
  const std::string text =
      R"({"id":")" + std::to_string(id) + R"(","type":")" + type +
      R"(","actor":{"login":"Octocat"},"repo":{"name":"o/r"},"payload":{"size":2},"created_at":")" +
      core::format_rfc3339(created_at) + R"("})";
  return {{id, created_at}, std::move(type), "Octocat", "o/r", text};
}

class MongoStoreTest : public DatabaseTest {
 protected:
  PollCommit poll(RepoId repository, std::vector<core::Event> events, std::optional<std::int64_t> fence = {}) {
    PollCommit out;
    out.events.push_back({repository, std::move(events)});
    core::FeedState state;
    state.feed = "repos/o/r";
    state.validators = {{"W/\"1\"", ""}};
    state.status = core::RepoStatus::kOk;
    out.feeds.push_back(state);
    out.fence = fence;
    return out;
  }

  std::unique_ptr<Store> another() { return open(database_uri).value(); }
};

TEST_F(MongoStoreTest, GetsTheIndexesThatAnEarlierVersionDidNotHave) {
  const auto names = [&] {
    std::set<std::string> out;
    for (const Bson& index :
         database->command(Bson{{"listIndexes", std::string_view(kEvents)}}).value().documents("cursor.firstBatch")) {
      out.insert(index.text("name").value_or(""));
    }
    return out;
  };
  const auto change = [&](const char* command, const char* what, const Value& index) {
    ASSERT_TRUE(database->command(Bson{{command, std::string_view(kEvents)}, {what, index}})) << command;
  };
  const Bson newest{
      {"key", Bson{{"repository", std::int64_t{1}}, {"created_at", std::int64_t{-1}}, {"event_id", std::int64_t{-1}}}},
      {"name", std::string_view("newest")}};
  const Bson sequence{
      {"key", Bson{{"sequence", std::int64_t{1}}}}, {"name", std::string_view("sequence")}, {"unique", true}};
  change("createIndexes", "indexes", Array{newest, sequence});
  change("dropIndexes", "index", std::string_view("newest_with_actor"));
  change("dropIndexes", "index", std::string_view("in_order"));
  ASSERT_THAT(names(), testing::IsSupersetOf({"newest", "sequence"}));

  for (int start = 0; start < 2; ++start) {
    ASSERT_TRUE(another());
    EXPECT_THAT(names(), testing::IsSupersetOf({"newest_with_actor", "in_order"}));
    EXPECT_THAT(names(), testing::Not(testing::Contains(testing::AnyOf("newest", "sequence"))));
  }
}

// `events` was copied after `ranges`, while a writer went on.
TEST_F(MongoStoreTest, GivesNoNumberOfAnEventAgainInACopyThatLacksItsRange) {
  const RepoId id = add("o/r");
  ASSERT_TRUE(store->commit(poll(id, {event(1, 1'700'000'000)})));
  const Sequence beyond = store->last_sequence().value() + 500;
  ASSERT_TRUE(database->insert_one(kEvents, event_document(event(2, 1'700'000'100), id, beyond).value()).value());

  const auto restored = another();
  EXPECT_EQ(restored->settled_sequence().value(), beyond);
  ASSERT_TRUE(restored->commit(poll(id, {event(3, 1'700'000'200)})));

  const auto heard = restored->events_after(0, 10).value();
  std::vector<Sequence> numbers;
  for (const StoredEvent& stored : heard) numbers.push_back(stored.sequence);
  EXPECT_THAT(numbers, ElementsAre(testing::Lt(beyond), beyond, testing::Gt(beyond)));
}

TEST_F(MongoStoreTest, KeepsAnEventAsADocumentThatCanBeQueriedAndAsTheBytesThatCame) {
  const RepoId id = add("o/r");
  ASSERT_TRUE(store->commit(poll(id, {event(7, 1'700'000'000)})));

  const auto document = database->find_one(kEvents, Bson{{"event.payload.size", std::int64_t{2}}}).value();

  ASSERT_TRUE(document);
  EXPECT_EQ(document->integer("event_id"), 7);
  EXPECT_EQ(document->text("event.actor.login"), "Octocat");
  EXPECT_EQ(document->bytes("raw"), event(7, 1'700'000'000).json);
}

TEST_F(MongoStoreTest, KeepsTheBytesOfAnEventThatIsNoValidJson) {
  const RepoId id = add("o/r");
  core::Event broken = event(7, 1'700'000'000);
  broken.json = "{\"id\":\xff";
  ASSERT_TRUE(store->commit(poll(id, {broken})));
  EXPECT_THAT(store->events(id, {}, 0, 10).value().json, ElementsAre(broken.json));
}

TEST_F(MongoStoreTest, ShowsPollStateInTheDocumentOfTheRepository) {
  const RepoId id = add("o/r");
  ASSERT_TRUE(store->commit(poll(id, {event(7, 1'700'000'000)}, 3)));

  const auto document = database->find_one(kRepositories, Bson{{"key", std::string_view("o/r")}}).value();

  ASSERT_TRUE(document);
  EXPECT_EQ(document->text("url"), "https://github.com/o/r");
  EXPECT_EQ(document->boolean("active"), true);
  EXPECT_EQ(document->integer("events_stored"), 1);
  EXPECT_EQ(document->text("polling.status"), "ok");
  EXPECT_EQ(document->integer("polling.fence"), 3);
}

TEST_F(MongoStoreTest, TakesBackWhatItAddedWhenTheActivationThatBelongsToItFails) {
  const auto add_at = [&](const std::string& name, bool active, core::Timestamp at) {
    const NewRepository wanted{core::RepoName::parse(name).value(), active};
    return store->add_repositories({&wanted, 1}, at).has_value();
  };
  ASSERT_TRUE(add_at("o/asleep", false, kNow));
  ASSERT_TRUE(add_at("o/awake", true, kNow));
  // Makes the server refuse one of the writes: no two that were added at the same time may both be active.
  const Bson index{{"key", Bson{{"added_at", std::int64_t{1}}, {"active", std::int64_t{1}}}},
                   {"name", std::string_view("obstacle")},
                   {"unique", true}};
  ASSERT_TRUE(database->command(Bson{{"createIndexes", std::string_view(kRepositories)}, {"indexes", Array{index}}}));
  const std::vector<NewRepository> wanted{{core::RepoName::parse("o/new").value(), true},
                                          {core::RepoName::parse("o/asleep").value(), true}};

  const auto refused = store->add_repositories(wanted, kNow + 1s);

  EXPECT_FALSE(refused);
  std::map<std::string, bool> active;
  const auto there = store->repositories().value();
  for (const Repository& repository : there) active[repository.name.full_name()] = repository.active;
  EXPECT_THAT(active, ElementsAre(testing::Pair("o/asleep", false), testing::Pair("o/awake", true)));
}

TEST_F(MongoStoreTest, RefusesAnEventTwiceByItsIndexAlone) {
  const auto document = event_document(event(7, 1'700'000'000), RepoId{1}, 1).value();
  auto same = event_document(event(7, 1'700'000'000), RepoId{1}, 2).value();
  auto years_later = event_document(event(7, 1'800'000'000), RepoId{1}, 3).value();
  EXPECT_TRUE(database->insert_one(kEvents, document).value());
  EXPECT_FALSE(database->insert_one(kEvents, same).value());
  EXPECT_TRUE(database->insert_one(kEvents, years_later).value());
}

TEST_F(MongoStoreTest, TwoServersThatStoreTheSameEventsStoreThemOnce) {
  const RepoId id = add("o/r");
  const auto other = another();
  std::vector<core::Event> events;
  for (std::uint64_t i = 1; i <= 40; ++i) events.push_back(event(i, 1'700'000'000 + static_cast<std::int64_t>(i)));
  const PollCommit same = poll(id, events);

  Result<CommitReceipt> first;
  std::thread side([&] { first = other->commit(same); });
  const auto second = store->commit(same);
  side.join();

  ASSERT_TRUE(first) << first.error().message;
  ASSERT_TRUE(second) << second.error().message;
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_NE(first->inserted[0][i].has_value(), second->inserted[0][i].has_value()) << "event " << i;
  }
  EXPECT_THAT(store->events_after(0, 100).value(), SizeIs(40));
}

// --- what a crash leaves ---

TEST_F(MongoStoreTest, AWriterThatDiedAfterStoringEventsLeavesTheBeginningOfItsWalkNoted) {
  const RepoId id = add("o/r");
  ASSERT_TRUE(store->commit(poll(id, {event(1, 1'700'000'000)})));
  const Sequence before = store->last_sequence().value();

  // All that Commit does up to the point where events are stored.
  FeedStates feeds(*database);
  Sequences sequences(*database);
  ASSERT_TRUE(feeds.begin_walk("repos/o/r", before, {}));
  const Range range = sequences.allocate(1, 0, {core::to_int(id)}).value();
  ASSERT_TRUE(database->insert_one(kEvents, event_document(event(2, 1'700'000'100), id, range.first).value()).value());

  const auto feed = another()->feeds().value().front();
  EXPECT_EQ(feed.overlap_boundary, before);
  EXPECT_THAT(feed.validators, SizeIs(1)) << "the validators of the last finished poll stay";
  EXPECT_GT(store->find(id, std::vector{event(2, 1'700'000'100).key}).value().front().value(), before);
}

TEST_F(MongoStoreTest, TheNextHolderOfTheLeaseCountsWhatADeadWriterDidNot) {
  const RepoId id = add("o/r");
  const auto first = acquire_one(*store, "first", 0, 10s, kNow).value().value();
  ASSERT_TRUE(store->commit(poll(id, {event(1, 1'700'000'000)}, first.fence)));
  Sequences sequences(*database);
  const Range range = sequences.allocate(1, 0, {core::to_int(id)}).value();
  ASSERT_TRUE(database->insert_one(kEvents, event_document(event(2, 1'700'000'100), id, range.first).value()).value());
  EXPECT_EQ(store->repositories().value().front().events_stored, 1U);

  const auto other = another();
  ASSERT_TRUE(acquire_one(*other, "second", 0, 10s, kNow + 11s).value());

  EXPECT_EQ(other->repositories().value().front().events_stored, 2U);
  EXPECT_EQ(other->repositories().value().front().last_event_at, core::event_time_from_unix(1'700'000'100));
  EXPECT_THAT(other->events_after(0, 10).value(), SizeIs(2)) << "the dead writer's range holds nobody up any more";
}

// What an import or a migration leaves that is killed between storing events and counting them.
class KilledImportTest : public MongoStoreTest {
 protected:
  Range leave_half_done(RepoId id, core::Millis ago) {
    Sequences sequences(*database);
    Range range = sequences.allocate(2, -1, {core::to_int(id)}).value();
    for (std::uint64_t i = 0; i < 2; ++i) {
      const auto document = event_document(event(i, 1'700'000'000), id, range.first + static_cast<Sequence>(i));
      EXPECT_TRUE(database->insert_one(kEvents, *document).value());
    }
    range.at -= ago;
    EXPECT_TRUE(database->update_one(kRanges, Bson{{"_id", range.first}}, Bson{{"$set", Bson{{"at", range.at}}}}));
    return range;
  }
  std::uint64_t counted() { return store->repositories().value().front().events_stored; }
};

TEST_F(KilledImportTest, IsLeftAloneWhileItMayBeAlive) {
  leave_half_done(add("o/r"), 1s);
  EXPECT_FALSE(store->finish_abandoned().value());
  EXPECT_THAT(store->events_after(0, 10).value(), IsEmpty());
}

TEST_F(KilledImportTest, IsCountedOnceItHasBeenSilentForTooLong) {
  const RepoId id = add("o/r");
  leave_half_done(id, kWriterTimeout + 1s);
  EXPECT_EQ(counted(), 0u);
  EXPECT_TRUE(store->finish_abandoned().value());
  EXPECT_EQ(counted(), 2u);
  EXPECT_EQ(store->events(id, {}, 0, 10).value().json.size(), 2u);
  const auto seen = store->events_after(0, 10).value();
  ASSERT_THAT(seen, SizeIs(2));
  EXPECT_FALSE(store->finish_abandoned().value());
  EXPECT_THAT(store->events_after(seen.back().sequence, 10).value(), IsEmpty()) << "nobody hears of them twice";
}

TEST_F(KilledImportTest, IsCountedByTheNextOneThatBringsTheSameEvents) {
  const RepoId id = add("o/r");
  leave_half_done(id, kWriterTimeout + 1s);
  (void)store->settled_sequence();  // somebody follows the store
  ASSERT_TRUE(store->commit(poll(id, {event(0, 1'700'000'000), event(1, 1'700'000'000)})));
  EXPECT_EQ(counted(), 2u);
}

TEST_F(KilledImportTest, IsCountedWhenAStoreIsOpened) {
  leave_half_done(add("o/r"), kWriterTimeout + 1s);
  another();
  EXPECT_EQ(counted(), 2u);
}

TEST_F(KilledImportTest, IsCountedAgainWhereAnotherWriterStoresAtTheSameTime) {
  const RepoId id = add("o/r");
  leave_half_done(id, kWriterTimeout + 1s);
  Sequences sequences(*database);
  const Range live = sequences.allocate(1, 0, {core::to_int(id)}).value();
  EXPECT_TRUE(store->finish_abandoned().value());
  EXPECT_TRUE(store->finish_abandoned().value()) << "its count may be wrong as long as the other one writes";
  ASSERT_TRUE(sequences.close(live).value());
}

TEST_F(MongoStoreTest, ARemovalThatWasCutShortIsFinishedAtTheNextStart) {
  const RepoId id = add("o/r");
  ASSERT_TRUE(store->commit(poll(id, {event(1, 1'700'000'000)})));
  ASSERT_TRUE(database->update_one(kCounters, Bson{{"_id", std::string_view("repositories")}},
                                   Bson{{"$addToSet", Bson{{"removing", core::to_int(id)}}}}));
  ASSERT_TRUE(database->remove(kRepositories, Bson{{"_id", core::to_int(id)}}));

  const auto other = another();

  EXPECT_THAT(other->events_after(0, 10).value(), IsEmpty());
}

// --- followers ---

TEST_F(MongoStoreTest, AFollowerWaitsForAWriterThatStoresLaterUnderLowerNumbers) {
  const RepoId id = add("o/r");
  Sequences sequences(*database);
  const Range slow = sequences.allocate(1, 1, {}).value();
  ASSERT_TRUE(store->commit(poll(id, {event(2, 1'700'000'100)})));

  EXPECT_THAT(store->events_after(0, 10).value(), IsEmpty()) << "the slow writer's number is lower";
  EXPECT_EQ(store->settled_sequence().value(), slow.first - 1);

  ASSERT_TRUE(database->insert_one(kEvents, event_document(event(1, 1'700'000'000), id, slow.first).value()).value());
  EXPECT_TRUE(sequences.close(slow).value());
  EXPECT_THAT(store->events_after(0, 10).value(), SizeIs(2));
}

TEST_F(MongoStoreTest, AFollowerGivesUpAWriterThatTakesTooLongAndTheWriterLearnsOfIt) {
  Sequences sequences(*database);
  const Range slow = sequences.allocate(1, 1, {}).value();
  ASSERT_TRUE(database->update_one(kRanges, Bson{{"_id", slow.first}},
                                   Bson{{"$set", Bson{{"at", slow.at - kWriterTimeout - 1s}}}}));

  EXPECT_EQ(store->settled_sequence().value(), slow.last);
  EXPECT_FALSE(sequences.close(slow).value()) << "its events need new numbers";
}

// A writer sleeps between looking for the last range and taking the next, while another takes it and it is cleared.
TEST_F(MongoStoreTest, AWriterThatSleptTakesNoNumbersThatAnotherHad) {
  Sequences others(*database);
  Sequence last = 0;
  bool slept = false;
  const auto sleep = [&](const Bson& command) {
    if (command.text("insert") != kRanges || slept) return;
    slept = true;
    const Range cleared = others.allocate(3, 0, {}).value();
    last = others.allocate(3, 0, {}).value().last;
    ASSERT_TRUE(database->remove(kRanges, Bson{{"_id", cleared.first}}));
    std::this_thread::sleep_for(60ms);
  };
  const auto connections = Database::open(database_uri, sleep).value();
  Sequences sequences(*connections, 50ms);

  const Range taken = sequences.allocate(3, 0, {}).value();

  EXPECT_TRUE(slept);
  EXPECT_GT(taken.first, last);
}

// A writer takes numbers, and hangs until readers are past them.
class LateWriterTest : public MongoStoreTest {
 protected:
  static constexpr int kShard = 3;
  static constexpr std::uint64_t kAnother = 1'000;

  void SetUp() override {
    MongoStoreTest::SetUp();
    if (store) repository = add("o/r");
  }
  Range hang(std::int64_t count, core::Millis ago = kWriterTimeout + 1s) {
    Range range = sequences().allocate(count, kShard, {core::to_int(repository)}).value();
    set_begin(range, range.at - ago);
    return range;
  }
  void set_begin(const Range& range, core::Timestamp at) {
    EXPECT_TRUE(database->update_one(kRanges, Bson{{"_id", range.first}}, Bson{{"$set", Bson{{"at", at}}}}));
  }
  void insert(const Range& range, std::int64_t from, std::int64_t to) {
    for (std::int64_t i = from; i < to; ++i) {
      const auto one = event(static_cast<std::uint64_t>(range.first + i), 1'700'000'000);
      EXPECT_TRUE(database->insert_one(kEvents, *event_document(one, repository, range.first + i)).value());
    }
  }
  Sequences sequences() { return Sequences(*database); }
  // What a reader hears who follows the store: ids of events.
  std::vector<std::uint64_t> hear(Store& from) {
    std::vector<std::uint64_t> heard;
    const auto read = from.events_after(cursor, 1'000).value();
    for (const StoredEvent& stored : read) {
      heard.push_back(stored.event.key.id);
      cursor = stored.sequence;
    }
    return heard;
  }
  std::vector<std::uint64_t> hear() { return hear(*store); }
  // Another writer stores an event; the reader hears of it, and of what came with it.
  void pass(const std::vector<std::uint64_t>& with = {}) {
    std::vector<std::uint64_t> expected = with;
    expected.push_back(kAnother);
    ASSERT_TRUE(store->commit(poll(repository, {event(kAnother, 1'700'000'000)})));
    EXPECT_EQ(hear(), expected);
  }
  std::uint64_t counted() { return store->repositories().value().front().events_stored; }

  RepoId repository{};
  Sequence cursor = 0;
};

TEST_F(LateWriterTest, WhatItInsertsThenAndDiesIsHeardByReaders) {
  const Range range = hang(3);
  insert(range, 0, 1);
  pass({1});
  insert(range, 1, 3);
  EXPECT_THAT(hear(), IsEmpty()) << "they are past its numbers";
  EXPECT_TRUE(store->finish_abandoned().value());
  EXPECT_THAT(hear(), ElementsAre(2, 3));
  EXPECT_FALSE(store->finish_abandoned().value());
  EXPECT_THAT(hear(), IsEmpty());
  ASSERT_TRUE(store->acquire_leases("next", std::vector{kShard}, 10s, kNow));
  EXPECT_EQ(counted(), 4u);
}

TEST_F(LateWriterTest, WhatItInsertsAfterItsRangeWasLookedAfterIsHeardAndCountedToo) {
  const Range range = hang(2);
  ASSERT_TRUE(store->acquire_leases("next", std::vector{kShard}, 10s, kNow));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(store->finish_abandoned().value());
  pass();
  insert(range, 0, 2);
  EXPECT_TRUE(store->finish_abandoned().value());
  EXPECT_THAT(hear(), ElementsAre(1, 2));
  PollCommit next = poll(repository, {event(99, 1'700'000'000)}, 1);
  next.shard = kShard;
  ASSERT_TRUE(store->commit(next));
  EXPECT_EQ(counted(), 4u);
}

TEST_F(LateWriterTest, IsLookedAfterForALastTimeByAnyone) {
  const Range range = hang(2, kWatched + 1s);
  pass();
  insert(range, 0, 2);
  EXPECT_TRUE(store->finish_abandoned().value());
  EXPECT_THAT(hear(), ElementsAre(1, 2));
  EXPECT_EQ(counted(), 3u) << "though nobody took the shard";
  EXPECT_FALSE(store->finish_abandoned().value());
  EXPECT_THAT(sequences().abandoned().value(), IsEmpty());
}

TEST_F(LateWriterTest, IsLookedAfterByTheNextCommitOfItsShardAndByTheNextThatIsOpened) {
  const Range first = hang(1);
  const Range second = hang(1);
  pass();
  insert(first, 0, 1);
  PollCommit next = poll(repository, {event(99, 1'700'000'000)}, 1);
  next.shard = kShard;
  ASSERT_TRUE(store->commit(next));
  EXPECT_THAT(hear(), testing::UnorderedElementsAre(1, 99));
  EXPECT_EQ(counted(), 3u);
  insert(second, 0, 1);
  EXPECT_THAT(hear(*another()), ElementsAre(2));
}

TEST_F(LateWriterTest, OneThatLooksAfterItMayDieInTheMiddle) {
  const Range range = hang(2);
  pass();
  insert(range, 0, 2);
  Collections other(Database::open(database_uri).value());
  const Range half_done = give_new_numbers(other, range, {range.first, range.last}, -1, {}).value();
  EXPECT_FALSE(store->finish_abandoned().value());
  EXPECT_THAT(hear(), IsEmpty()) << "the other one may be alive";
  set_begin(half_done, half_done.at - kWriterTimeout - 1s);
  EXPECT_TRUE(store->finish_abandoned().value());
  EXPECT_THAT(hear(), ElementsAre(1, 2));
}

// Readers go past the numbers of a commit that is under way, again and again.
TEST_F(LateWriterTest, MayBeAliveAndReadersHearOfEverything) {
  constexpr std::uint64_t kCommits = 8;
  constexpr std::uint64_t kEach = 20;
  const auto other = another();
  std::set<std::uint64_t> heard;
  std::atomic<bool> done{false};
  std::thread reader([&] {
    for (int left = 40; !done; --left) {
      const Bson old{{"$set", Bson{{"at", database->server_time().value() - kWriterTimeout}}}};
      EXPECT_TRUE(left < 0 || database->update_many(kRanges, Bson{{"open", true}}, old));
      EXPECT_TRUE(left % 4 != 0 || other->finish_abandoned());
      for (const std::uint64_t id : hear(*other)) heard.insert(id);
    }
  });
  for (std::uint64_t i = 0; i < kCommits; ++i) {
    std::vector<core::Event> events;
    for (std::uint64_t at = 1; at <= kEach; ++at) events.push_back(event(i * kEach + at, 1'700'000'000));
    const auto receipt = store->commit(poll(repository, events));
    ASSERT_TRUE(receipt) << receipt.error().message;
  }
  done = true;
  reader.join();
  EXPECT_TRUE(store->finish_abandoned());
  for (const std::uint64_t id : hear()) heard.insert(id);
  EXPECT_THAT(heard, SizeIs(kCommits * kEach));
  EXPECT_EQ(counted(), kCommits * kEach);
}

TEST_F(LateWriterTest, SeveralThatLookAfterItAtOnceLoseNothing) {
  constexpr std::int64_t kEach = 25;
  std::vector<std::unique_ptr<Store>> stores;
  for (int i = 0; i < 3; ++i) stores.push_back(another());
  std::vector<Range> ranges;
  for (int i = 0; i < 4; ++i) ranges.push_back(hang(kEach));
  pass();
  for (const Range& range : ranges) insert(range, 0, kEach);
  std::set<std::uint64_t> heard;
  std::vector<std::thread> finishers;
  for (const auto& each : stores) {
    finishers.emplace_back([&each] { EXPECT_TRUE(each->finish_abandoned()); });
  }
  const auto listen = [&] {
    for (const std::uint64_t id : hear()) heard.insert(id);
  };
  for (int i = 0; i < 20; ++i) listen();
  for (std::thread& finisher : finishers) finisher.join();
  listen();
  EXPECT_THAT(heard, SizeIs(4 * kEach));
}

// --- leases ---

TEST_F(MongoStoreTest, AStaleHolderIsRefusedBeforeAnythingIsWritten) {
  const RepoId id = add("o/r");
  const auto old_lease = acquire_one(*store, "old", 0, 10s, kNow).value().value();
  ASSERT_TRUE(acquire_one(*another(), "new", 0, 10s, kNow + 11s).value());

  const auto late = store->commit(poll(id, {event(1, 1'700'000'000)}, old_lease.fence));

  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::kStale);
  EXPECT_THAT(store->events(id, {}, 0, 10).value().json, IsEmpty());
}

TEST_F(MongoStoreTest, AStaleHolderThatPassedTheFirstCheckIsRefusedByTheFeed) {
  const RepoId id = add("o/r");
  const auto old_lease = acquire_one(*store, "old", 0, 10s, kNow).value().value();
  ASSERT_TRUE(store->commit(poll(id, {}, old_lease.fence)));
  ASSERT_TRUE(acquire_one(*another(), "new", 0, 10s, kNow + 11s).value());

  FeedStates feeds(*database);
  core::FeedState late;
  late.feed = "repos/o/r";
  const auto put = feeds.put(late, {old_lease.fence, 0});
  const auto walk = feeds.begin_walk("repos/o/r", 1, {old_lease.fence, 0});

  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().kind, ErrorKind::kStale);
  ASSERT_FALSE(walk);
  EXPECT_EQ(walk.error().kind, ErrorKind::kStale);
}

TEST_F(MongoStoreTest, OfManyThatReachForAFreeLeaseExactlyOneGetsIt) {
  constexpr int kTakers = 6;
  std::vector<std::unique_ptr<Store>> stores;
  for (int i = 0; i < kTakers; ++i) stores.push_back(another());
  for (int term = 0; term < 5; ++term) {
    std::vector<std::optional<Lease>> got(kTakers);
    std::vector<std::thread> takers;
    for (std::size_t i = 0; i < kTakers; ++i) {
      takers.emplace_back([&, i] {
        got[i] = acquire_one(*stores[i], "server " + std::to_string(i), 0, 10s, kNow + term * 11s).value();
      });
    }
    for (std::thread& taker : takers) taker.join();
    EXPECT_EQ(std::ranges::count_if(got, [](const auto& lease) { return lease.has_value(); }), 1) << "term " << term;
  }
}

TEST_F(MongoStoreTest, OfManyThatReachForManyLeasesExactlyOneGetsEach) {
  constexpr std::size_t kTakers = 4;
  std::vector<int> shards(60);
  std::iota(shards.begin(), shards.end(), 0);
  std::vector<std::unique_ptr<Store>> stores;
  for (std::size_t i = 0; i < kTakers; ++i) stores.push_back(another());
  for (int term = 0; term < 3; ++term) {
    std::vector<std::vector<Lease>> got(kTakers);
    std::vector<std::thread> takers;
    for (std::size_t i = 0; i < kTakers; ++i) {
      takers.emplace_back([&, i] {
        std::vector<int> wanted = shards;
        std::ranges::rotate(wanted, wanted.begin() + static_cast<std::ptrdiff_t>(15 * i));
        got[i] = stores[i]->acquire_leases("server " + std::to_string(i), wanted, 10s, kNow + term * 11s).value();
      });
    }
    for (std::thread& taker : takers) taker.join();
    std::vector<int> all;
    for (const auto& held : got) {
      for (const Lease& lease : held) {
        all.push_back(lease.shard);
        EXPECT_EQ(lease.fence, term + 1);
      }
    }
    std::ranges::sort(all);
    EXPECT_EQ(all, shards) << "term " << term;
    EXPECT_EQ(database->count(kLeases, {}).value(), 60) << "former terms are deleted";
  }
}

TEST_F(MongoStoreTest, StaleHoldersOfSeveralShardsWhoPassedTheFirstCheckAreRefusedByTheirFeeds) {
  ASSERT_TRUE(acquire_one(*store, "older", 1, 10s, kNow - 20s).value());  // so that the fences differ
  const auto old = store->acquire_leases("old", std::vector{0, 1}, 10s, kNow).value();
  ASSERT_THAT(old, SizeIs(2));
  const std::vector<std::string> feeds_of_shards{"repos/o/a", "repos/o/b"};
  for (std::size_t i = 0; i < 2; ++i) {
    PollCommit first = poll(add(feeds_of_shards[i].substr(6)), {}, old[i].fence);
    first.shard = old[i].shard;
    first.feeds.front().feed = feeds_of_shards[i];
    ASSERT_TRUE(store->commit(first));
  }
  ASSERT_THAT(another()->acquire_leases("new", std::vector{0, 1}, 10s, kNow + 11s).value(), SizeIs(2));
  FeedStates feeds(*database);
  for (std::size_t i = 0; i < 2; ++i) {
    core::FeedState late;
    late.feed = feeds_of_shards[i];
    const auto put = feeds.put(late, {old[i].fence, old[i].shard});
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().kind, ErrorKind::kStale);
  }
}

TEST_F(MongoStoreTest, ShardsAreLeasedApart) {
  const auto other = another();
  EXPECT_TRUE(acquire_one(*store, "a", 0, 10s, kNow).value());
  EXPECT_TRUE(acquire_one(*other, "b", 1, 10s, kNow).value());
  EXPECT_FALSE(acquire_one(*other, "b", 0, 10s, kNow).value());
  ASSERT_TRUE(release_one(*store, "a", 0));
  EXPECT_GT(acquire_one(*other, "b", 0, 10s, kNow).value().value().fence, 1);
}

// --- opening ---

TEST_F(MongoStoreTest, SaysWhatIsWrongWithAUriWithoutRepeatingIt) {
  const auto wrong = open("mongodb://user:secret@:99999/");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::kBadInput);
  EXPECT_THAT(wrong.error().message, testing::Not(testing::HasSubstr("secret")));
}

TEST_F(MongoStoreTest, RefusesAStoreOfANewerVersion) {
  ASSERT_TRUE(database->update_one(kCounters, Bson{{"_id", std::string_view("schema")}},
                                   Bson{{"$set", Bson{{"version", std::int64_t{99}}}}}));
  const auto newer = open(database_uri);
  ASSERT_FALSE(newer);
  EXPECT_EQ(newer.error().kind, ErrorKind::kCorrupt);
}

TEST(MongoStoreAway, OpeningSaysSoWithinSeconds) {
  const auto away = open("mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=300");
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().kind, ErrorKind::kUnavailable);
}

}  // namespace
}  // namespace repopulse::store::mongo
