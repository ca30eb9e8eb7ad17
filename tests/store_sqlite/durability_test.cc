// What is committed survives: SIGKILL, power cuts, full and failing disks.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <random>

#include "store/sqlite/sqlite_store.h"
#include "tests/store_sqlite/faulty_vfs.h"
#include "tests/store_sqlite/history.h"
#include "tests/store_sqlite/temporary_folder.h"

namespace repopulse::store::sqlite {
namespace {

using core::ErrorKind;

// Commits until it is killed, and tells through `pipe` after each commit that returned. No test macros: it is a child.
[[noreturn]] void commit_for_ever(const std::string& path, int pipe) {
  auto store = open(path, Access::kOwner);
  if (!store) _exit(1);
  const std::vector<NewRepository> wanted = {{name("o/r"), true}};
  const auto added = (*store)->add_repositories(wanted, instant(0));
  const auto feeds = (*store)->feeds();
  if (!added || !feeds) _exit(2);
  int index = feeds->empty() ? 0 : static_cast<int>(feeds->front().counters.requests);
  for (;; ++index) {
    if (!(*store)->commit(nth_commit(added->front().repository.id, index))) _exit(3);
    const int commits = index + 1;
    if (write(pipe, &commits, sizeof commits) != sizeof commits) _exit(4);
  }
}

// Runs the child for a while, kills it; the number of commits that it saw return, `before` if none.
int run_and_kill(const std::string& path, int microseconds, int before) {
  int pipe_ends[2];
  EXPECT_EQ(pipe(pipe_ends), 0);
  const pid_t child = fork();
  if (child == 0) commit_for_ever(path, pipe_ends[1]);
  close(pipe_ends[1]);
  usleep(static_cast<useconds_t>(microseconds));
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself with " << WEXITSTATUS(status);
  int acknowledged = before;
  int commits = 0;
  while (read(pipe_ends[0], &commits, sizeof commits) == sizeof commits) acknowledged = commits;
  close(pipe_ends[0]);
  return acknowledged;
}

TEST(SqliteDurability, ACommitThatReturnedSurvivesSigkill) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  int commits = 0;
  for (int round = 0; round < 25; ++round) {
    const int acknowledged = run_and_kill(path, static_cast<int>(random() % 60'000), commits);
    const auto store = must(open(path, Access::kOwner));
    ASSERT_TRUE(store) << "the lock of a killed owner is free";
    commits = commits_in(*store);
    ASSERT_GE(commits, acknowledged) << "round " << round;
    ASSERT_LE(commits, acknowledged + 1) << "at most the commit that was under way";
    ASSERT_FALSE(::testing::Test::HasFailure());
  }
  EXPECT_GT(commits, 0);
}

TEST(SqliteDurability, ACommitThatReturnedSurvivesAPowerCut) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  const TemporaryFolder folder;
  FaultyVfs disk;
  const auto store = must(open(folder.file("store.db"), Access::kOwner));
  const RepoId repository = add(*store, "o/r");
  // Enough commits for several checkpoints of 1,000 pages.
  for (int index = 0; index < 400; ++index) {
    must(store->commit(nth_commit(repository, index)));
    if (index % 20 != 0 && index < 380) continue;
    const TemporaryFolder after;
    disk.copy_after_power_cut(folder.file(""), after.file(""), seed + static_cast<std::uint64_t>(index));
    const auto reopened = must(open(after.file("store.db"), Access::kOwner));
    ASSERT_TRUE(reopened) << "after commit " << index;
    ASSERT_EQ(commits_in(*reopened), index + 1);
    ASSERT_FALSE(::testing::Test::HasFailure());
  }
}

// A disk that fails at its n-th operation, for each n until a commit succeeds: never a torn commit.
void fail_at_each(FaultyVfs::Operation operation, int code, std::string_view words) {
  const TemporaryFolder folder;
  FaultyVfs disk;
  const auto store = must(open(folder.file("store.db"), Access::kOwner));
  const RepoId repository = add(*store, "o/r");
  int committed = 0;
  int failures = 0;
  for (int nth = 0; nth < 200 && committed < 40; ++nth) {
    disk.fail(operation, code, nth % 40);
    const auto receipt = store->commit(nth_commit(repository, committed));
    disk.heal();
    if (receipt) {
      ++committed;
    } else {
      ++failures;
      EXPECT_EQ(receipt.error().kind, ErrorKind::kUnavailable) << receipt.error().message;
      EXPECT_NE(receipt.error().message.find(words), std::string::npos) << receipt.error().message;
      EXPECT_NE(receipt.error().message.find(folder.file("store.db")), std::string::npos) << receipt.error().message;
    }
    // Readers go on either way; what failed has changed nothing, and the same call succeeds later.
    ASSERT_EQ(commits_in(*store), committed) << "after failing at operation " << nth;
  }
  EXPECT_GT(failures, 0);
  must(store->commit(nth_commit(repository, committed)));
  EXPECT_EQ(commits_in(*store), committed + 1);
}

TEST(SqliteDurability, AFullDiskIsToldAndPasses) {
  fail_at_each(FaultyVfs::Operation::kWrite, SQLITE_FULL, "full");
}

TEST(SqliteDurability, AFailingDiskIsToldAndPasses) {
  fail_at_each(FaultyVfs::Operation::kWrite, SQLITE_IOERR_WRITE, "disk I/O error");
}

TEST(SqliteDurability, AFileThatMayNotBeWrittenIsToldAndPasses) {
  fail_at_each(FaultyVfs::Operation::kWrite, SQLITE_READONLY, "readonly");
}

TEST(SqliteDurability, ASyncThatFailsIsToldAndPasses) {
  const TemporaryFolder folder;
  FaultyVfs disk;
  const auto store = must(open(folder.file("store.db"), Access::kOwner));
  const RepoId repository = add(*store, "o/r");
  disk.fail(FaultyVfs::Operation::kSync, SQLITE_IOERR_FSYNC);
  const auto receipt = store->commit(nth_commit(repository, 0));
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().kind, ErrorKind::kUnavailable);
  disk.heal();
  EXPECT_EQ(commits_in(*store), 0);
  must(store->commit(nth_commit(repository, 0)));
  EXPECT_EQ(commits_in(*store), 1);
}

TEST(SqliteDurability, ADiskThatCannotBeReadIsToldAndPasses) {
  const TemporaryFolder folder;
  FaultyVfs disk;
  const auto store = must(open(folder.file("store.db"), Access::kOwner));
  const RepoId repository = add(*store, "o/r");
  for (int index = 0; index < 60; ++index) must(store->commit(nth_commit(repository, index)));
  disk.fail(FaultyVfs::Operation::kRead, SQLITE_IOERR_READ);
  const auto events = store->events_after(0, 100'000);
  ASSERT_FALSE(events);
  EXPECT_EQ(events.error().kind, ErrorKind::kUnavailable) << events.error().message;
  disk.heal();
  EXPECT_EQ(commits_in(*store), 60);
}

// PRAGMA max_page_count belongs to a connection: it is set on each one as it opens.
std::int64_t page_limit = 0;
int limit_pages(sqlite3* database, char**, const sqlite3_api_routines*) {
  const std::string sql = "PRAGMA max_page_count = " + std::to_string(page_limit);
  return sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
}

TEST(SqliteDurability, AStoreThatMayNotGrowIsToldAndReads) {
  const TemporaryFolder folder;
  const auto limit = reinterpret_cast<void (*)()>(limit_pages);
  page_limit = 60;
  ASSERT_EQ(sqlite3_auto_extension(limit), SQLITE_OK);
  auto store = must(open(folder.file("store.db"), Access::kOwner));
  const RepoId repository = add(*store, "o/r");
  int committed = 0;
  std::optional<ErrorKind> failure;
  for (; !failure && committed < 1'000; committed += failure ? 0 : 1) {
    failure = failure_of(store->commit(nth_commit(repository, committed)));
  }
  sqlite3_cancel_auto_extension(limit);
  EXPECT_EQ(failure, ErrorKind::kUnavailable);
  EXPECT_EQ(commits_in(*store), committed);
  store.reset();  // the limit goes with the connections
  store = must(open(folder.file("store.db"), Access::kOwner));
  must(store->commit(nth_commit(repository, committed)));
  EXPECT_EQ(commits_in(*store), committed + 1) << "with room again, the same call succeeds";
}

}  // namespace
}  // namespace repopulse::store::sqlite
