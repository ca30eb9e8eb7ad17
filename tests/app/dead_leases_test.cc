#include "app/dead_leases.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "sim/memory_store.h"
#include "tests/store/one_lease.h"

namespace repopulse::app {
namespace {

using namespace std::chrono_literals;

constexpr core::Timestamp kNow{std::chrono::seconds(1'750'000'000)};

// This process's own holder, with another process's number.
std::string holder_of(pid_t process) {
  std::string holder = make_holder(7);
  const std::size_t begin = holder.find(':') + 1;
  return holder.replace(begin, holder.find(':', begin) - begin, std::to_string(process));
}

// A process that has ended, and still has a parent that has not asked for its status when `unreaped`.
pid_t ended_process(bool unreaped) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  siginfo_t info{};
  waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | (unreaped ? WNOWAIT : 0));
  return child;
}

TEST(DeadLeases, OnlyAProcessThatEndedOnThisBootOfThisMachineIsDead) {
  EXPECT_TRUE(is_dead_holder(holder_of(ended_process(false))));
  const pid_t unreaped = ended_process(true);
  EXPECT_TRUE(is_dead_holder(holder_of(unreaped)));
  waitpid(unreaped, nullptr, 0);
  EXPECT_FALSE(is_dead_holder(make_holder(7))) << "this process";
  EXPECT_FALSE(is_dead_holder(holder_of(getppid())));
  EXPECT_FALSE(is_dead_holder(holder_of(unreaped) + "9")) << "another boot or another container";
  EXPECT_FALSE(is_dead_holder("host:1:2")) << "the name of an older version";
  EXPECT_FALSE(is_dead_holder(""));
}

TEST(DeadLeases, AreFreeAtOnceAndOthersAreLeftAlone) {
  sim::MemoryStore store;
  const std::string dead = holder_of(ended_process(false));
  ASSERT_TRUE(store::acquire_one(store, dead, 0, 10s, kNow).value());
  ASSERT_TRUE(store::acquire_one(store, "elsewhere:1:2:3", 1, 10s, kNow).value());
  ASSERT_TRUE(release_dead_leases(store));
  EXPECT_TRUE(store::acquire_one(store, "new", 0, 10s, kNow + 1s).value());
  EXPECT_FALSE(store::acquire_one(store, "new", 1, 10s, kNow + 1s).value());
}

}  // namespace
}  // namespace repopulse::app
