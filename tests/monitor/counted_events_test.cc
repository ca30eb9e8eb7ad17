#include "monitor/counted_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/memory_store.h"

namespace repopulse::monitor {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr core::Timestamp kNow{std::chrono::seconds(1'750'000'000)};
constexpr std::uint64_t kOld = 7;
constexpr std::uint64_t kNew = 8;

core::EventTime moment(std::int64_t seconds) {
  return core::to_event_time(kNow) + core::Seconds(seconds);
}

store::Repository add(store::Store& store) {
  const store::NewRepository wanted{*core::RepoName::parse("o/r"), true};
  return store.add_repositories({&wanted, 1}, kNow).value().front().repository;
}

class CountedEvents : public testing::Test {
 protected:
  void happens(std::int64_t seconds, std::uint64_t repository) {
    core::Event event;
    event.key = {++last_id_, moment(seconds)};
    event.type = "PushEvent";
    event.repository = "o/r";
    event.json = R"({"id":")" + std::to_string(last_id_) + R"(","type":"PushEvent","repo":{"id":)" +
                 std::to_string(repository) + R"(,"name":"o/r"},"created_at":")" +
                 core::format_rfc3339(event.key.created_at) + R"("})";
    store::PollCommit poll;
    poll.events.push_back({view_.repository.id, {event}});
    ASSERT_TRUE(store_.commit(poll));
  }
  std::vector<std::int64_t> counted(const store::EventFilter& filter = {}) {
    std::vector<std::int64_t> out;
    const auto read = visit_counted(store_, view_, filter, kNow, [&](core::EventTime at, std::string_view) {
      out.push_back((at - moment(0)).count());
    });
    EXPECT_TRUE(read);
    return out;
  }

  sim::MemoryStore store_;
  RepositoryView view_{add(store_), {}, core::Window(), 0, 0, {}, {}};
  std::uint64_t last_id_ = 0;
};

TEST_F(CountedEvents, AreAllThatMatchOldestFirst) {
  for (const std::int64_t second : {-10, -30, -20}) happens(second, kNew);
  EXPECT_THAT(counted(), ElementsAre(-30, -20, -10));
  EXPECT_THAT(counted({{}, moment(-20), moment(-20), ""}), ElementsAre(-20));
  EXPECT_EQ(first_counted(store_, view_).value(), moment(-30));
}

TEST_F(CountedEvents, AreNotThoseWhoseTimeHasNotCome) {
  happens(120, kNew);
  happens(121, kNew);
  EXPECT_THAT(counted(), ElementsAre(120)) << "clocks may differ by two minutes";
}

TEST_F(CountedEvents, AreNotThoseOfAnotherRepositoryThatHadTheName) {
  for (const std::int64_t second : {-50, -30}) happens(second, kOld);
  for (const std::int64_t second : {-40, -20}) happens(second, kNew);
  view_.repository.others_until = moment(-30);
  view_.feed.github_id = kNew;
  EXPECT_THAT(counted(), ElementsAre(-40, -20));
  EXPECT_THAT(counted({{}, {}, moment(-35), ""}), ElementsAre(-40));
  EXPECT_EQ(first_counted(store_, view_).value(), moment(-40));
}

TEST_F(CountedEvents, BeginBehindTheOthersWhereNothingTellsThemApart) {
  happens(-40, kNew);
  happens(-30, kOld);
  view_.repository.others_until = moment(-30);
  EXPECT_THAT(counted(), IsEmpty());
  EXPECT_EQ(first_counted(store_, view_).value(), std::nullopt);
  happens(-20, kNew);
  EXPECT_THAT(counted(), ElementsAre(-20));
  EXPECT_EQ(first_counted(store_, view_).value(), moment(-20));
}

TEST_F(CountedEvents, FailAsTheStoreDoes) {
  store_.fail_next(2);
  EXPECT_FALSE(visit_counted(store_, view_, {}, kNow, [](auto, auto) {}));
  EXPECT_FALSE(first_counted(store_, view_));
}

}  // namespace
}  // namespace repopulse::monitor
