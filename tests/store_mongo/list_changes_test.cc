// How servers on one database hear what changed of the list: what they read of it, and what makes them read everything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/mongo/database.h"
#include "store/mongo/mongo_store.h"
#include "store/mongo/revisions.h"
#include "store/mongo/schema.h"
#include "tests/store_mongo/test_server.h"

namespace repopulse::store::mongo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using testing::StartsWith;
using namespace std::chrono_literals;

constexpr core::Timestamp kNow{1'700'000'000'000ms};

class ListChangesTest : public DatabaseTest {
 protected:
  std::int64_t revision() { return store->list_changes(-1).value().revision; }
  std::optional<std::vector<RepoId>> changed_since(std::int64_t revision) {
    return store->list_changes(revision).value().repositories;
  }
  // What a server of an earlier version does after a change, and one that dies before it writes down what it changed.
  void move_silently(std::int64_t by = 1) {
    ASSERT_TRUE(database->update_one(kCounters, list_counter(), Bson{{"$inc", Bson{{"revision", by}}}}));
  }
  void write_down(std::int64_t revision, RepoId repository) {
    ASSERT_TRUE(database
                    ->insert_one(kListChanges, Bson{{"_id", revision},
                                                    {"repositories", Int64Array{{core::to_int(repository)}}},
                                                    {"owners", false}})
                    .value());
  }
};

TEST_F(ListChangesTest, AnythingMayHaveChangedWhereAServerOfAnEarlierVersionChangedTheList) {
  const RepoId id = add("o/r");
  const std::int64_t before = revision();
  move_silently();
  const std::int64_t between = revision();
  ASSERT_TRUE(store->set_active(id, false));

  EXPECT_EQ(changed_since(before), std::nullopt);
  EXPECT_THAT(changed_since(between), Optional(ElementsAre(id))) << "this version wrote that one down";
}

TEST_F(ListChangesTest, AnythingMayHaveChangedInAStoreOfAnEarlierVersion) {
  add("o/r");
  const std::int64_t before = revision();
  add("o/s");
  ASSERT_TRUE(database->remove(kListChanges, {}));
  EXPECT_EQ(changed_since(before), std::nullopt);
}

TEST_F(ListChangesTest, AChangeThatIsWrittenDownAfterALaterOneIsNotPassedOver) {
  const RepoId slow = add("o/slow");
  const RepoId quick = add("o/quick");
  const std::int64_t before = revision();
  move_silently();  // the slow writer has made its change, and taken this revision
  ASSERT_TRUE(store->set_active(quick, false));
  const ListChanges first = store->list_changes(before).value();
  EXPECT_EQ(first.repositories, std::nullopt) << "what is read now has the slow writer's change, too";
  EXPECT_EQ(first.revision, before + 2);
  write_down(before + 1, slow);
  EXPECT_THAT(changed_since(before), Optional(ElementsAre(slow, quick)));
  EXPECT_THAT(changed_since(first.revision), Optional(IsEmpty()));
}

// As on a server whose increments are not atomic, or after a part of the database was restored.
TEST_F(ListChangesTest, ARevisionIsNotUsedTwice) {
  const RepoId one = add("o/one");
  const RepoId two = add("o/two");
  const std::int64_t before = revision();
  ASSERT_TRUE(store->set_active(one, false));
  move_silently(-1);
  ASSERT_TRUE(store->set_active(two, false));
  EXPECT_EQ(revision(), before + 2);
  EXPECT_THAT(changed_since(before), Optional(ElementsAre(one, two)));
}

TEST_F(ListChangesTest, OneThatSleptForLongReadsEverythingAndOldChangesAreDeleted) {
  const RepoId id = add("o/r");
  const std::int64_t before = revision();
  move_silently(kChangesKept + 200);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(store->set_active(id, i % 2 == 0));
  EXPECT_EQ(changed_since(before), std::nullopt);
  EXPECT_EQ(database->count(kListChanges, Bson{{"_id", Bson{{"$lte", before}}}}).value(), 0);
  EXPECT_THAT(changed_since(revision() - 99), Optional(ElementsAre(id)));
}

TEST_F(ListChangesTest, ARequestIsOneRevisionHoweverManyRepositoriesItChanges) {
  const RepoId there = add("o/there");
  ASSERT_TRUE(store->set_active(there, false));
  const std::int64_t before = revision();
  const std::vector<NewRepository> wanted{{core::RepoName::parse("o/new").value(), true},
                                          {core::RepoName::parse("o/there").value(), true}};
  const auto added = store->add_repositories(wanted, kNow);
  ASSERT_TRUE(added);
  EXPECT_THAT(changed_since(before), Optional(ElementsAre(there, added->front().repository.id)));
  EXPECT_EQ(revision(), before + 1);
}

// Two servers: what the second sends to the database when the first changes the list.
TEST_F(ListChangesTest, AFollowerSendsOneCommandWhereNothingChangedAndOneMoreForAnyNumberOfChanges) {
  std::vector<std::string> sent;
  const auto listened = Database::open(database_uri, [&](const Bson& command) {
    for (const char* name : {"find", "insert", "update"}) {
      if (const auto collection = command.text(name))
        sent.push_back(std::string(name) + " " + std::string(*collection));
    }
  });
  ASSERT_TRUE(listened);
  Revisions second(**listened);
  std::vector<RepoId> ids;
  for (int i = 0; i < 10; ++i) ids.push_back(add("o/r" + std::to_string(i)));
  const std::int64_t before = revision();
  EXPECT_THAT(second.changes(before).value().repositories, Optional(IsEmpty()));
  EXPECT_THAT(sent, ElementsAre(StartsWith("find counters")));
  for (const RepoId id : ids) ASSERT_TRUE(store->set_active(id, false));
  sent.clear();
  EXPECT_THAT(second.changes(before).value().repositories, Optional(testing::ElementsAreArray(ids)));
  EXPECT_THAT(sent, ElementsAre(StartsWith("find counters"), StartsWith("find list_changes")));
}

}  // namespace
}  // namespace repopulse::store::mongo
