#include "monitor/lookup.h"

#include "tests/monitor/parts.h"

namespace repopulse::monitor::test {
namespace {

using testing::ElementsAre;
using testing::Pair;

class LookupTest : public PartsTest {
 protected:
  const core::EventTime now_ = core::to_event_time(kNow);
};

TEST_F(LookupTest, gives_the_events_of_a_repository_s_feed_to_it_whatever_name_they_bear) {
  const core::RepoId id = add("o/r");
  const std::vector<core::Event> events = {event(1, now_, "o/renamed"), event(2, now_)};
  EXPECT_THAT(by_repository(board_.lock()->book, "repos/o/r", events), ElementsAre(Pair(id, ElementsAre(0, 1))));
}

TEST_F(LookupTest, gives_the_events_of_an_organisation_s_feed_to_the_active_repositories_that_they_name) {
  const core::RepoId a = add("o/a");
  const core::RepoId b = add("o/b");
  add("o/inactive", false);
  const std::vector<core::Event> events = {event(1, now_, "O/B"), event(2, now_, "o/unknown"), event(3, now_, "o/a"),
                                           event(4, now_, "o/inactive"), event(5, now_, "o/b")};
  EXPECT_THAT(by_repository(board_.lock()->book, "orgs/o", events),
              ElementsAre(Pair(a, ElementsAre(2)), Pair(b, ElementsAre(0, 4))));
}

TEST_F(LookupTest, finds_what_is_stored_and_takes_what_is_too_old_to_be_stored_for_known) {
  const core::RepoId id = add("o/r");
  store_events(id, 1, kNow);
  const std::vector<core::Event> events = {event(9, now_), event(1, now_), event(3, now_ - 2h)};
  const Board::Locked board = board_.lock();
  const auto all = look_up(board, store_, "repos/o/r", events, std::nullopt).value();
  EXPECT_THAT(all.sequences, ElementsAre(std::nullopt, testing::Optional(1), std::nullopt));
  const auto kept = look_up(board, store_, "repos/o/r", events, now_ - 1h).value();
  EXPECT_THAT(kept.sequences, ElementsAre(std::nullopt, testing::Optional(1), testing::Optional(0)));
}

TEST_F(LookupTest, passes_the_store_s_error_on) {
  add("o/r");
  store_.fail_next(1);
  const std::vector<core::Event> events = {event(1, now_)};
  EXPECT_EQ(look_up(board_.lock(), store_, "repos/o/r", events, std::nullopt).error().kind,
            core::ErrorKind::kUnavailable);
}

}  // namespace
}  // namespace repopulse::monitor::test
