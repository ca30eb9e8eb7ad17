// Backups while somebody writes, of what is no store, onto disks and files that refuse.
#include "store/sqlite/backup.h"

#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "store/sqlite/sqlite_store.h"
#include "tests/store/conformance/samples.h"
#include "tests/store_sqlite/temporary_folder.h"

namespace repopulse::store::sqlite {
namespace {

using core::ErrorKind;
using ::testing::HasSubstr;

const auto kNobodyListens = [](const BackupProgress&) {};

std::vector<core::EventKey> keys_of(Store& store, RepoId repository) {
  std::vector<core::EventKey> keys;
  must(store.visit_newest(repository, 1'000'000, [&](const core::EventKey& key, auto, auto) {
    keys.push_back(key);
    return true;
  }));
  return keys;
}

void expect_refusal(const std::string& path, const std::string& target, ErrorKind kind, const std::string& words) {
  const auto made = back_up(path, target, kNobodyListens);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, kind) << made.error().message;
  EXPECT_THAT(made.error().message, HasSubstr(words));
  EXPECT_FALSE(std::filesystem::exists(target + ".partial"));
}

TEST(SqliteBackup, IsAWholeStoreInOneFileThatOnlyItsOwnerReads) {
  const TemporaryFolder folder;
  const auto store = must(open(folder.file("store.db"), Access::kOwner));
  const RepoId repository = add(*store, "o/r");
  put(*store, repository, {event(1, 100, "PushEvent"), event(2, 200, "WatchEvent")});

  BackupProgress last;
  const Backup made = must(back_up(folder.file("store.db"), folder.file("copy.db"),
                                   [&](const BackupProgress& progress) { last = progress; }));
  EXPECT_EQ(made.events, 2u);
  EXPECT_EQ(made.bytes, std::filesystem::file_size(folder.file("copy.db")));
  EXPECT_EQ(last.bytes, last.of);
  EXPECT_EQ(last.of, made.bytes);
  struct stat status{};
  ASSERT_EQ(stat(folder.file("copy.db").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  for (const char* ending : {"-wal", "-shm", "-journal", ".partial"}) {
    EXPECT_FALSE(std::filesystem::exists(folder.file("copy.db") + ending)) << ending;
  }
  const auto copy = must(open(folder.file("copy.db"), Access::kOwner));
  EXPECT_EQ(keys_of(*copy, repository), keys_of(*store, repository));
  EXPECT_EQ(must(copy->repositories()).front().name.full_name(), "o/r");
}

TEST(SqliteBackup, IsThatOfOneMomentWhileAnOwnerWrites) {
  const TemporaryFolder folder;
  const auto store = must(open(folder.file("store.db"), Access::kOwner));
  const RepoId repository = add(*store, "o/r");
  std::atomic<bool> done = false;
  std::atomic<std::uint64_t> stored = 0;
  std::jthread writer([&] {
    for (std::uint64_t id = 1; !done; ++id) {
      put(*store, repository, {event(id, static_cast<std::int64_t>(id), "PushEvent")});
      stored = id;
    }
  });
  for (int round = 0; round < 5; ++round) {
    const std::uint64_t before = stored;
    while (stored < before + 20) std::this_thread::yield();
    const std::uint64_t at_least = stored;
    const Backup made = must(back_up(folder.file("store.db"), folder.file("copy.db"), kNobodyListens));
    EXPECT_GE(made.events, at_least);
    EXPECT_LE(made.events, stored + 1);
    const auto copy = must(open(folder.file("copy.db"), Access::kOwner));
    const auto keys = keys_of(*copy, repository);
    ASSERT_EQ(keys.size(), made.events);
    EXPECT_EQ(keys.front().id, made.events) << "all up to one moment, and none after it";
  }
  done = true;
}

TEST(SqliteBackup, ReplacesAnOlderOneOnlyWhenItIsWhole) {
  const TemporaryFolder folder;
  {
    const auto store = must(open(folder.file("store.db"), Access::kOwner));
    put(*store, add(*store, "o/r"), {event(1, 100, "PushEvent")});
  }
  std::ofstream(folder.file("copy.db")) << "an older one";
  std::ofstream(folder.file("damaged.db")) << std::string(8192, 'x');
  expect_refusal(folder.file("damaged.db"), folder.file("copy.db"), ErrorKind::kCorrupt, "damaged.db");
  expect_refusal(folder.file("absent.db"), folder.file("copy.db"), ErrorKind::kNotFound, "does not exist");
  EXPECT_EQ(std::filesystem::file_size(folder.file("copy.db")), 12u);
  std::ofstream(folder.file("copy.db.partial")) << "of a run that was killed";
  must(back_up(folder.file("store.db"), folder.file("copy.db"), kNobodyListens));
  EXPECT_GT(std::filesystem::file_size(folder.file("copy.db")), 12u);
}

TEST(SqliteBackup, OfAStoreWithADamagedPageIsRefused) {
  const TemporaryFolder folder;
  {
    const auto store = must(open(folder.file("store.db"), Access::kOwner));
    const RepoId repository = add(*store, "o/r");
    std::vector<core::Event> events;
    for (std::uint64_t id = 1; id < 2'000; ++id)
      events.push_back(event(id, static_cast<std::int64_t>(id), "PushEvent"));
    put(*store, repository, events);
  }
  const auto size = std::filesystem::file_size(folder.file("store.db"));
  std::fstream file(folder.file("store.db"), std::ios::in | std::ios::out | std::ios::binary);
  for (std::uint64_t at = size / 2; at < size / 2 + 65'536; at += 512) {
    file.seekp(static_cast<std::streamoff>(at));
    file << "damaged";
  }
  file.close();
  expect_refusal(folder.file("store.db"), folder.file("copy.db"), ErrorKind::kCorrupt, "store.db");
  EXPECT_FALSE(std::filesystem::exists(folder.file("copy.db")));
}

TEST(SqliteBackup, WhatIsNoStoreIsRefused) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("empty.db")).close();
  expect_refusal(folder.file("empty.db"), folder.file("copy.db"), ErrorKind::kCorrupt, "empty.db");
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(folder.file("other.db").c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "CREATE TABLE t (a)", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(other);
  expect_refusal(folder.file("other.db"), folder.file("copy.db"), ErrorKind::kCorrupt, "other.db");
  EXPECT_FALSE(std::filesystem::exists(folder.file("copy.db")));
}

TEST(SqliteBackup, TheStoreItselfIsNoPlaceForIt) {
  const TemporaryFolder folder;
  must(open(folder.file("store.db"), Access::kOwner)).reset();
  std::filesystem::create_symlink(folder.file("store.db"), folder.file("link.db"));
  expect_refusal(folder.file("store.db"), folder.file("store.db"), ErrorKind::kBadInput, "the store itself");
  expect_refusal(folder.file("store.db"), folder.file("link.db"), ErrorKind::kBadInput, "the store itself");
  expect_refusal(folder.file("store.db"), folder.file("absent/copy.db"), ErrorKind::kUnavailable, "absent");
  const std::string message = [&] {
    std::ofstream(folder.file("copy.db.partial")).close();
    const int lock = ::open(folder.file("copy.db.partial").c_str(), O_RDWR);
    EXPECT_EQ(::flock(lock, LOCK_EX), 0);
    const auto refused = back_up(folder.file("store.db"), folder.file("copy.db"), kNobodyListens);
    ::close(lock);
    return refused ? std::string() : refused.error().message;
  }();
  EXPECT_THAT(message, HasSubstr("another backup"));
}

}  // namespace
}  // namespace repopulse::store::sqlite
