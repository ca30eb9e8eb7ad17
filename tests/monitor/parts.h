// A board with a store, for tests of the jobs around it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "core/feed_name.h"
#include "monitor/board.h"
#include "monitor/loader.h"
#include "monitor/signal.h"
#include "polling/policy.h"
#include "polling/policy_table.h"
#include "sim/memory_store.h"

namespace repopulse::monitor::test {

using namespace std::chrono_literals;
using core::Timestamp;

inline constexpr Timestamp kNow{std::chrono::seconds(1'750'000'000)};

inline core::RepoName name_of(const std::string& full_name) {
  return core::RepoName::parse(full_name).value();
}

inline core::Event event(std::uint64_t id, core::EventTime at, const std::string& repository = "o/r") {
  core::Event out;
  out.key = {id, at};
  out.type = "PushEvent";
  out.repository = repository;
  out.json = "{}";
  return out;
}

class PartsTest : public testing::Test {
 protected:
  explicit PartsTest(PolledShards shards = {})
      : board_(*polling::make_policy("fixed", {300s, {}}), {.authenticated = true}, std::move(shards),
               {"secret", "token-a"}, 300s) {
    wake_.set([this] { ++woken_; });
  }

  // Stored, and on the board.
  core::RepoId add(const std::string& full_name, bool active = true) {
    const core::RepoId id = add_to_store(full_name, active);
    Board::Locked board = board_.lock();
    EXPECT_TRUE(loader_.add_stored(board, stored(full_name), nullptr, kNow));
    return id;
  }
  core::RepoId add_to_store(const std::string& full_name, bool active = true) {
    const store::NewRepository repository{name_of(full_name), active};
    return store_.add_repositories({&repository, 1}, kNow)->front().repository.id;
  }
  // As the store has it; it must be there.
  store::Repository stored(const std::string& full_name) {
    const auto all = store_.repositories().value();
    return *std::ranges::find(all, name_of(full_name), &store::Repository::name);
  }
  // Events of the repository, the newest at `newest`, one each second.
  void store_events(core::RepoId repository, int count, Timestamp newest) {
    store::RepositoryEvents batch{repository, {}};
    for (int i = 0; i < count; ++i) {
      batch.events.push_back(event(++last_id_, core::to_event_time(newest - std::chrono::seconds(i))));
    }
    ASSERT_TRUE(store_.commit({.events = {batch}, .feeds = {}, .gaps = {}, .notes = {}, .fence = {}}));
  }
  RepositoryBook::View view(const std::string& full_name) { return board_.lock()->book.find(name_of(full_name).key()); }

  sim::MemoryStore store_;
  Board board_;
  Loader loader_{store_, core::WindowRule()};
  Signal wake_;
  int woken_ = 0;

 private:
  std::uint64_t last_id_ = 0;
};

}  // namespace repopulse::monitor::test
