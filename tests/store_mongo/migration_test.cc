// Moving from one store to another. The source is the model in memory, the target the shared store.
#include "store/migration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/memory_store.h"
#include "store/mongo/schema.h"
#include "store/mongo/sequences.h"
#include "tests/store_mongo/test_server.h"

namespace repopulse::store {
namespace {

using core::ErrorKind;
using namespace std::chrono_literals;

constexpr core::Timestamp kNow{1'700'000'000'000ms};

core::Event event(std::uint64_t id, std::int64_t at) {
  return {{id, core::event_time_from_unix(at)}, "PushEvent", "ada", "o/r", R"({"id":")" + std::to_string(id) + R"("})"};
}

class MigrationTest : public mongo::MongoTest {
 protected:
  RepoId add(const std::string& name, int events, std::uint64_t first_id = 1) {
    const NewRepository wanted{core::RepoName::parse(name).value(), true};
    const RepoId id = source.add_repositories(std::span(&wanted, 1), kNow).value().front().repository.id;
    store_events(name, id, events, first_id);
    return id;
  }
  void store_events(const std::string& name, RepoId id, int events, std::uint64_t first_id) {
    PollCommit poll;
    poll.events.push_back({id, {}});
    for (int i = 0; i < events; ++i) {
      // Newest first, as GitHub shows them.
      poll.events[0].events.push_back(event(first_id + static_cast<std::uint64_t>(i), 1'700'000'000 - i * 60));
    }
    core::FeedState feed;
    feed.feed = "repos/" + name;
    feed.validators = {{"W/\"1\"", ""}};
    poll.feeds.push_back(feed);
    poll.notes.emplace_back("budget", "some state");
    ASSERT_TRUE(source.commit(poll));
  }

  sim::MemoryStore source;
};

TEST_F(MigrationTest, CopiesEverythingAndProvesIt) {
  const RepoId id = add("o/r", 700);
  add("o/s", 30);
  ASSERT_TRUE(
      source.replace_gaps(id, std::vector<core::Gap>{{core::event_time_from_unix(1), core::event_time_from_unix(9)}}));
  const Owner followed{.name = core::OwnerName::parse("org/*").value(), .active = true, .listing = "told 1 2\n"};
  ASSERT_TRUE(source.add_owner(followed));
  ASSERT_TRUE(source.add_key({"k1", "laptop", KeyRole::kAdmin, "digest", "salt", kNow}));

  const auto report = migrate(source, *store, {});

  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->repositories, 2u);
  EXPECT_EQ(report->events, 730u);
  EXPECT_EQ(report->keys, 1u);
  const auto copies = store->repositories().value();
  EXPECT_EQ(copies[0].added_at, kNow);
  EXPECT_EQ(copies[0].gaps, source.repositories().value()[0].gaps);
  EXPECT_EQ(store->events(copies[0].id, {}, 0, 1000).value().json, source.events(id, {}, 0, 1000).value().json);
  EXPECT_EQ(store->keys().value(), source.keys().value());
  EXPECT_EQ(store->feeds().value(), source.feeds().value());
  const auto owners = store->owners().value();
  ASSERT_EQ(owners.size(), 1u);
  EXPECT_EQ(owners[0].name, followed.name);
  EXPECT_TRUE(owners[0].active);
  EXPECT_EQ(owners[0].listing, followed.listing);
  ASSERT_TRUE(migrate(source, *store, {})) << "again";
  EXPECT_EQ(store->owners().value().size(), 1u);
}

TEST_F(MigrationTest, GoesOnWhereItWasCutShort) {
  add("o/r", 1200);
  source.set_faults([calls = 0](std::string_view call) mutable {
    return call == "events_after" && ++calls == 2 ? sim::StoreFault::kUnavailable : sim::StoreFault::kNone;
  });
  EXPECT_EQ(migrate(source, *store, {}).error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(store->repositories().value()[0].events_stored, 500u);
  source.set_faults({});

  std::uint64_t copied = 0;
  const auto report = migrate(source, *store, [&](const MigrationProgress& progress) { copied = progress.events; });

  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->events, 1200u);
  EXPECT_EQ(copied, 700u) << "the first 500 are not copied again";
}

TEST_F(MigrationTest, IsFinishedAfterARunThatWasKilledBetweenStoringAndCounting) {
  add("o/r", 20);
  ASSERT_TRUE(migrate(source, *store, {}));
  // As the killed run leaves it: everything is stored, nothing is counted, and its range of numbers is open.
  auto database = mongo::Database::open(database_uri).value();
  mongo::Sequences sequences(*database);
  const std::int64_t id = core::to_int(store->repositories().value()[0].id);
  ASSERT_TRUE(sequences.allocate(20, -1, {id}));
  ASSERT_TRUE(database->update_one(mongo::kRepositories, mongo::Bson{{"_id", id}},
                                   mongo::Bson{{"$set", mongo::Bson{{"events_stored", std::int64_t{0}}}}}));

  const auto report = migrate(source, *store, {});

  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(store->repositories().value()[0].events_stored, 20u);
}

TEST_F(MigrationTest, RunAgainTakesOverWhatCameSince) {
  const RepoId id = add("o/r", 10);
  ASSERT_TRUE(migrate(source, *store, {}));
  store_events("o/r", id, 5, 100);
  const auto report = migrate(source, *store, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->events, 15u);
}

TEST_F(MigrationTest, RefusesATargetWithRepositoriesOfItsOwn) {
  add("o/r", 10);
  const NewRepository other{core::RepoName::parse("x/y").value(), false};
  ASSERT_TRUE(store->add_repositories(std::span(&other, 1), kNow));
  EXPECT_EQ(migrate(source, *store, {}).error().kind, ErrorKind::kConflict);
}

TEST_F(MigrationTest, NoticesACopyThatDiffers) {
  add("o/r", 10);
  ASSERT_TRUE(migrate(source, *store, {}));
  PollCommit stray;
  stray.events.push_back({store->repositories().value()[0].id, {event(999, 1'600'000'000)}});
  ASSERT_TRUE(store->commit(stray));
  const auto report = migrate(source, *store, {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::kCorrupt);
  EXPECT_THAT(report.error().message, testing::HasSubstr("o/r"));
}

TEST_F(MigrationTest, AnUnfinishedWalkGoesOnInTheTarget) {
  const RepoId id = add("o/r", 20);
  const Sequence boundary = source.last_sequence().value();
  add("o/s", 7);
  store_events("o/r", id, 5, 100);
  PollCommit walking;
  core::FeedState feed;
  feed.feed = "repos/o/r";
  feed.overlap_boundary = boundary;
  walking.feeds.push_back(feed);
  ASSERT_TRUE(source.commit(walking));

  ASSERT_TRUE(migrate(source, *store, {}));

  const auto copied = store->feeds().value();
  const auto copy = std::ranges::find(copied, std::string("repos/o/r"), &core::FeedState::feed);
  const RepoId target = store->repositories().value()[0].id;
  const auto known = store->find(target, std::vector{event(1, 1'700'000'000).key, event(100, 1'700'000'000).key});
  EXPECT_LE(known.value()[0].value(), copy->overlap_boundary.value()) << "known before the walk";
  EXPECT_GT(known.value()[1].value(), copy->overlap_boundary.value()) << "came with the walk";
}

}  // namespace
}  // namespace repopulse::store
