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

TEST(SqliteOpening, AnOwnerThatIsGoneLeavesNoLock) {
  const TemporaryFolder folder;
  must(open(folder.file("store.db"), Access::kOwner)).reset();
  EXPECT_TRUE(open(folder.file("store.db"), Access::kOwner));
}

TEST(SqliteOpening, WhatSharersChangeTheOwnerSees) {
  const TemporaryFolder folder;
  const auto owner = must(open(folder.file("store.db"), Access::kOwner));
  const std::int64_t revision = must(owner->repositories_revision());
  const auto sharer = must(open(folder.file("store.db"), Access::kShared));
  must(sharer->add_key(key("k")));
  EXPECT_THAT(must(owner->keys()), SizeIs(1));
  add(*sharer, "o/r");
  EXPECT_GT(must(owner->repositories_revision()), revision);
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
