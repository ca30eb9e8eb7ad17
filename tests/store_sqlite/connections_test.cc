#include "store/sqlite/connections.h"

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <utility>

#include "store/sqlite/sqlite_store.h"
#include "tests/store/conformance/samples.h"
#include "tests/store_sqlite/temporary_folder.h"

namespace repopulse::store::sqlite {
namespace {

// A result that calls back when it is moved, as read() does on its way out.
struct CallsWhenMoved {
  explicit CallsWhenMoved(std::function<void()> call) : moved(std::move(call)) {}
  CallsWhenMoved(CallsWhenMoved&& other) noexcept : moved(std::exchange(other.moved, nullptr)) {
    if (moved) std::exchange(moved, nullptr)();
  }
  std::function<void()> moved;
};

TEST(SqliteConnections, TheEndOfOneReadLeavesTheNextOneOnItsConnectionAlone) {
  const TemporaryFolder folder;
  must(open(folder.file("store.db"), Access::kOwner));
  Connections connections(folder.file("store.db"));
  std::promise<void> second_began;
  std::promise<void> first_ended;
  std::future<core::Result<bool>> second;
  const auto begin_second = [&] {
    second = std::async(std::launch::async, [&] {
      return connections.read([&](Reader& reader) {
        second_began.set_value();
        first_ended.get_future().wait();
        return reader.connection.in_transaction();
      });
    });
    second_began.get_future().wait();
  };

  EXPECT_TRUE(connections.read([&](Reader&) { return CallsWhenMoved(begin_second); }));
  first_ended.set_value();

  const core::Result<bool> still_open = second.get();
  ASSERT_TRUE(still_open) << still_open.error().message;
  EXPECT_TRUE(*still_open) << "the first read rolled back the second one's transaction";
}

}  // namespace
}  // namespace repopulse::store::sqlite
