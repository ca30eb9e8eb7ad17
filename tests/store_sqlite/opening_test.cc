// Who may open which file, and what is said about files that are no store.
#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "store/sqlite/schema.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/store/conformance/samples.h"
#include "tests/store_sqlite/temporary_folder.h"

namespace repopulse::store::sqlite {
namespace {

using core::ErrorKind;
using ::testing::HasSubstr;
using ::testing::SizeIs;

void expect_refusal(const std::string& path, Access access, ErrorKind kind, const std::string& words) {
  const auto opened = open(path, access);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, kind) << opened.error().message;
  EXPECT_THAT(opened.error().message, HasSubstr(words));
  EXPECT_THAT(opened.error().message, HasSubstr(std::filesystem::path(path).filename().string()));
}

void run_sql(const std::string& path, const std::string& sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
  sqlite3_close(database);
}

TEST(SqliteOpening, ASecondOwnerIsRefusedByNameOfTheFirst) {
  const TemporaryFolder folder;
  const auto owner = must(open(folder.file("store.db"), Access::kOwner));
  expect_refusal(folder.file("store.db"), Access::kOwner, ErrorKind::kConflict,
                 "another repopulse uses it already (process " + std::to_string(getpid()) + ")");
  std::filesystem::create_symlink(folder.file("store.db"), folder.file("link.db"));
  EXPECT_FALSE(open(folder.file("link.db"), Access::kOwner)) << "by whatever name";
}

TEST(SqliteOpening, ASecondOwnerIsRefusedByEveryNameOfTheFile) {
  const TemporaryFolder folder;
  const auto owner = must(open(folder.file("store.db"), Access::kOwner));
  std::filesystem::create_hard_link(folder.file("store.db"), folder.file("hard.db"));
  expect_refusal(folder.file("hard.db"), Access::kOwner, ErrorKind::kConflict, "by another name");
  std::filesystem::remove(folder.file("store.db-lock"));
  expect_refusal(folder.file("store.db"), Access::kOwner, ErrorKind::kConflict, "another repopulse uses this file");
}

TEST(SqliteOpening, APathIsNeverTakenForAUri) {
  const TemporaryFolder folder;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.file(""));
  must(open("store.db", Access::kOwner)).reset();
  must(open("file:store.db?mode=memory", Access::kOwner)).reset();
  std::filesystem::current_path(before);
  EXPECT_TRUE(std::filesystem::exists(folder.file("file:store.db?mode=memory")));
}

TEST(SqliteOpening, AnOwnerThatIsGoneLeavesNoLock) {
  const TemporaryFolder folder;
  must(open(folder.file("store.db"), Access::kOwner)).reset();
  EXPECT_TRUE(open(folder.file("store.db"), Access::kOwner));
}

TEST(SqliteOpening, WhatSharersChangeTheOwnerSees) {
  const TemporaryFolder folder;
  const auto owner = must(open(folder.file("store.db"), Access::kOwner));
  const std::int64_t revision = must(owner->list_changes(-1)).revision;
  const auto sharer = must(open(folder.file("store.db"), Access::kShared));
  must(sharer->add_key(key("k")));
  EXPECT_THAT(must(owner->keys()), SizeIs(1));
  add(*sharer, "o/r");
  EXPECT_GT(must(owner->list_changes(-1)).revision, revision);
  put(*owner, must(owner->repositories())[0].id, {event(1, 1)});
  EXPECT_THAT(all_events(*sharer, must(sharer->repositories())[0].id), SizeIs(1));
}

TEST(SqliteOpening, ASharerMayComeFirst) {
  const TemporaryFolder folder;
  const auto sharer = must(open(folder.file("store.db"), Access::kShared));
  must(sharer->add_key(key("k")));
  const auto owner = must(open(folder.file("store.db"), Access::kOwner));
  EXPECT_THAT(must(owner->keys()), SizeIs(1));
}

TEST(SqliteOpening, APathThatCannotBeIsUnavailable) {
  const TemporaryFolder folder;
  expect_refusal(folder.file("no/such/folder/store.db"), Access::kOwner, ErrorKind::kUnavailable,
                 "No such file or directory");
  expect_refusal(folder.file("no/such/folder/store.db"), Access::kShared, ErrorKind::kUnavailable,
                 "unable to open database file");
}

TEST(SqliteOpening, AnotherProgramsFileIsNotTouched) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("text.db")) << std::string(5'000, 'x');
  expect_refusal(folder.file("text.db"), Access::kOwner, ErrorKind::kCorrupt, "file is not a database");
  run_sql(folder.file("other.db"), "CREATE TABLE theirs (x)");
  expect_refusal(folder.file("other.db"), Access::kOwner, ErrorKind::kCorrupt, "a database, but not one of repopulse");
  EXPECT_FALSE(std::filesystem::exists(folder.file("other.db-wal")));
}

TEST(SqliteOpening, ANewerStoreIsRefused) {
  const TemporaryFolder folder;
  must(open(folder.file("store.db"), Access::kOwner)).reset();
  run_sql(folder.file("store.db"), "PRAGMA user_version = 99");
  expect_refusal(folder.file("store.db"), Access::kOwner, ErrorKind::kCorrupt,
                 "written by a newer repopulse (schema 99");
  expect_refusal(folder.file("store.db"), Access::kShared, ErrorKind::kCorrupt, "written by a newer repopulse");
}

TEST(SqliteOpening, DamageIsToldAsSuch) {
  const TemporaryFolder folder;
  auto store = must(open(folder.file("store.db"), Access::kOwner));
  const RepoId repository = add(*store, "o/r");
  std::vector<core::Event> events;
  for (std::uint64_t i = 0; i < 2'000; ++i) events.push_back(event(i, static_cast<std::int64_t>(i)));
  put(*store, repository, events);
  store.reset();
  // All pages behind those of the schema.
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(folder.file("store.db")));
  std::fstream file(folder.file("store.db"), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(size / 2);
  file << std::string(static_cast<std::size_t>(size - size / 2), '\x5a');
  file.close();
  store = must(open(folder.file("store.db"), Access::kOwner));
  const auto read = store->events_after(0, 10'000);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::kCorrupt) << read.error().message;
  EXPECT_THAT(read.error().message, HasSubstr("store.db"));
}

TEST(SqliteOpening, ADamagedEventSpoilsOnlyItself) {
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  auto store = must(open(path, Access::kOwner));
  const RepoId repository = add(*store, "o/r");
  std::vector<core::Event> events;
  for (std::uint64_t i = 1; i <= 5; ++i) events.push_back(event(i, static_cast<std::int64_t>(i)));
  put(*store, repository, events);
  store.reset();
  run_sql(path, "UPDATE events SET packing = 1, json = x'28b52ffd00' WHERE sequence = 3");
  store = must(open(path, Access::kOwner));
  std::vector<DamagedEvent> told;
  store->on_damage([&](const DamagedEvent& damaged) { told.push_back(damaged); });

  const EventPage page = must(store->events(repository, {}, 0, 10));
  EXPECT_THAT(page.json, SizeIs(4));
  EXPECT_EQ(page.total, 5u);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].repository, repository);
  EXPECT_EQ(told[0].sequence, 3);
  EXPECT_THAT(must(store->events_after(0, 4)), SizeIs(4)) << "fewer would say that there are no more";
  EXPECT_THAT(must(store->events_after(4, 4)), SizeIs(1));
}

TEST(SqliteOpening, AFileTakenAwayIsUnavailableUntilItIsBack) {
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  const auto store = must(open(path, Access::kShared));
  std::filesystem::rename(path, path + ".away");
  const Status away = store->ping();
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().kind, ErrorKind::kUnavailable) << away.error().message;
  std::filesystem::rename(path + ".away", path);
  must(store->ping());
}

// Whatever is written to a file that has no name any more is lost.
void expect_writes_to_be_refused(Store& store, const std::string& words) {
  const Status tried = store.try_write();
  ASSERT_FALSE(tried);
  EXPECT_EQ(tried.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(tried.error().message, HasSubstr(words));
  const std::vector<NewRepository> wanted = {{name("o/new"), true}};
  EXPECT_FALSE(store.add_repositories(wanted, instant(0)));
}

TEST(SqliteOpening, ARemovedFileIsNotWritten) {
  const TemporaryFolder folder;
  const auto store = must(open(folder.file("store.db"), Access::kOwner));
  must(store->try_write());
  std::filesystem::remove(folder.file("store.db"));
  expect_writes_to_be_refused(*store, "removed or replaced");
  EXPECT_FALSE(store->ping());
}

TEST(SqliteOpening, AReplacedFileIsNotWritten) {
  const TemporaryFolder folder;
  const auto store = must(open(folder.file("store.db"), Access::kOwner));
  must(store->try_write());
  must(open(folder.file("other.db"), Access::kOwner)).reset();
  std::filesystem::rename(folder.file("store.db"), folder.file("old.db"));
  std::filesystem::rename(folder.file("other.db"), folder.file("store.db"));
  expect_writes_to_be_refused(*store, "removed or replaced");
  EXPECT_FALSE(store->ping());
  std::filesystem::rename(folder.file("old.db"), folder.file("store.db"));
  must(store->try_write());
  must(store->ping());
}

TEST(SqliteOpening, WithoutItsLogAStoreIsNotWritten) {
  const TemporaryFolder folder;
  const auto store = must(open(folder.file("store.db"), Access::kOwner));
  add(*store, "o/r");
  std::filesystem::rename(folder.file("store.db-wal"), folder.file("away"));
  expect_writes_to_be_refused(*store, "write-ahead log");
  std::filesystem::rename(folder.file("away"), folder.file("store.db-wal"));
  must(store->try_write());
}

TEST(SqliteOpening, AReadOnlyFileIsReadAndSaysWhyItIsNotWritten) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everything";
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  const RepoId repository = add(*must(open(path, Access::kOwner)), "o/r");
  const auto store = must(open(path, Access::kOwner));
  ASSERT_EQ(chmod(path.c_str(), 0444), 0);
  const Status refused = store->set_active(repository, true);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("readonly"));
  ASSERT_EQ(chmod(path.c_str(), 0644), 0);
  must(store->set_active(repository, true));
}

// --- migrations ---

TEST(SqliteMigrations, AFileOfAnEarlierVersionGetsItsNewIndexes) {
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  constexpr std::size_t kBeforeRareEvents = 2;
  {
    Connection connection(path, /*create=*/true);
    migrate(connection, migrations().first(kBeforeRareEvents));
    connection.execute(
        "INSERT INTO repositories VALUES (1, 'o/r', 'o/r', 0, 0, 2, NULL);"
        "INSERT INTO events VALUES (1, 1, 7, 1700000000, 'PushEvent', 'Ada', NULL, 0, x'7b7d'),"
        " (2, 1, 8, 1700000001, 'WatchEvent', 'ada', NULL, 0, x'7b7d')");
  }
  const auto store = must(open(path, Access::kOwner));
  EXPECT_EQ(must(store->events(RepoId{1}, {{"PushEvent"}, {}, {}, ""}, 0, 9)).total, 1U);
  EXPECT_EQ(must(store->events(RepoId{1}, {{}, {}, {}, "ADA"}, 0, 9)).total, 2U);
}

constexpr const char* kSecond = "ALTER TABLE keys ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue'";
constexpr const char* kBroken = "CREATE TABLE half (x); INSERT INTO no_such_table VALUES (1)";

TEST(SqliteMigrations, BringAnOlderStoreForwardWithItsContent) {
  const TemporaryFolder folder;
  const auto store = must(open(folder.file("store.db"), Access::kOwner));
  must(store->add_key(key("k")));
  Connection connection(folder.file("store.db"), false);
  std::vector<const char*> longer(migrations().begin(), migrations().end());
  longer.push_back(kSecond);
  EXPECT_EQ(schema_state(connection, longer), SchemaState::kOlder);
  migrate(connection, longer);
  EXPECT_EQ(schema_state(connection, longer), SchemaState::kPresent);
  EXPECT_EQ(connection.integer("SELECT count(*) FROM keys WHERE colour = 'blue'"), 1);
  migrate(connection, longer);
}

TEST(SqliteMigrations, ThatFailLeaveTheOlderStore) {
  const TemporaryFolder folder;
  const auto store = must(open(folder.file("store.db"), Access::kOwner));
  Connection connection(folder.file("store.db"), false);
  std::vector<const char*> longer(migrations().begin(), migrations().end());
  longer.push_back(kSecond);
  longer.push_back(kBroken);
  EXPECT_THROW(migrate(connection, longer), SqliteFailure);
  EXPECT_EQ(connection.integer("PRAGMA user_version"), static_cast<std::int64_t>(migrations().size()) + 1);
  EXPECT_EQ(connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), 0);
}

}  // namespace
}  // namespace repopulse::store::sqlite
