#include <gmock/gmock.h>

#include "tests/store/conformance/conformance.h"
#include "tests/store/conformance/samples.h"

namespace repopulse::store {
namespace {

using core::ErrorKind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_P(StoreConformance, ANewStoreIsEmptyAndAnswers) {
  must(store().ping());
  EXPECT_THAT(must(store().repositories()), IsEmpty());
  EXPECT_THAT(must(store().feeds()), IsEmpty());
  EXPECT_THAT(must(store().notes()), IsEmpty());
  EXPECT_THAT(must(store().keys()), IsEmpty());
  EXPECT_EQ(must(store().last_sequence()), 0);
}

TEST_P(StoreConformance, RepositoriesAreAddedOnceWhateverTheirCase) {
  const std::vector<NewRepository> wanted = {{name("Octo/Cat"), true}, {name("a/b"), false}, {name("octo/cat"), false}};
  const auto added = must(store().add_repositories(wanted, instant(5)));
  ASSERT_THAT(added, SizeIs(3));
  EXPECT_TRUE(added[0].created);
  EXPECT_TRUE(added[1].created);
  EXPECT_FALSE(added[2].created);
  EXPECT_EQ(added[2].repository.id, added[0].repository.id);
  EXPECT_TRUE(added[2].repository.active) << "one that was there stays as it was";

  const auto repositories = must(store().repositories());
  ASSERT_THAT(repositories, SizeIs(2));
  EXPECT_EQ(repositories[0].name.full_name(), "Octo/Cat");
  EXPECT_TRUE(repositories[0].active);
  EXPECT_EQ(repositories[0].added_at, instant(5));
  EXPECT_EQ(repositories[0].events_stored, 0U);
  EXPECT_EQ(repositories[0].last_event_at, std::nullopt);
  EXPECT_THAT(repositories[0].gaps, IsEmpty());
  EXPECT_LT(repositories[0].id, repositories[1].id);
}

TEST_P(StoreConformance, OneThatIsThereIsActivatedTogetherWithTheAddingOfOthers) {
  const RepoId asleep = add(store(), "o/asleep");
  const RepoId idle = add(store(), "o/idle");
  const RepoId awake = add(store(), "o/awake", true);
  const std::int64_t revision = revision_of(store());
  const std::vector<NewRepository> wanted = {
      {name("o/new"), true}, {name("O/Asleep"), true}, {name("o/idle"), false}, {name("o/awake"), false}};

  const auto added = must(store().add_repositories(wanted, instant(5)));

  ASSERT_THAT(added, SizeIs(4));
  EXPECT_TRUE(added[0].created);
  EXPECT_FALSE(added[1].created);
  EXPECT_TRUE(added[1].repository.active);
  EXPECT_EQ(added[1].repository.name.full_name(), "o/asleep");
  std::map<RepoId, bool> active;
  const auto repositories = must(store().repositories());
  for (const Repository& repository : repositories) active[repository.id] = repository.active;
  EXPECT_TRUE(active.at(added[0].repository.id));
  EXPECT_TRUE(active.at(asleep));
  EXPECT_FALSE(active.at(idle)) << "one that is not wanted active stays as it was";
  EXPECT_TRUE(active.at(awake)) << "one that is not wanted active stays as it was";
  EXPECT_GT(revision_of(store()), revision);
}

TEST_P(StoreConformance, TheRevisionMovesWhenAddingOnlyActivates) {
  add(store(), "o/r");
  const std::vector<NewRepository> wanted = {{name("o/r"), true}};
  const std::int64_t revision = revision_of(store());
  must(store().add_repositories(wanted, instant(5)));
  const std::int64_t moved = revision_of(store());
  EXPECT_GT(moved, revision);
  must(store().add_repositories(wanted, instant(6)));
  EXPECT_EQ(revision_of(store()), moved) << "the second time nothing changed";
}

TEST_P(StoreConformance, ActivityIsRemembered) {
  const RepoId id = add(store(), "o/r");
  must(store().set_active(id, true));
  EXPECT_TRUE(must(store().repositories())[0].active);
  must(store().set_active(id, false));
  EXPECT_FALSE(must(store().repositories())[0].active);
}

TEST_P(StoreConformance, AnUnknownRepositoryIsNotFound) {
  const RepoId unknown{4711};
  EXPECT_EQ(failure_of(store().set_active(unknown, true)), ErrorKind::kNotFound);
  EXPECT_EQ(failure_of(store().remove_repository(unknown)), ErrorKind::kNotFound);
  EXPECT_EQ(failure_of(store().replace_gaps(unknown, {})), ErrorKind::kNotFound);
  EXPECT_EQ(failure_of(store().close_gaps(unknown, {})), ErrorKind::kNotFound);
  PollCommit poll;
  poll.events.push_back({unknown, {event(1, 1)}});
  EXPECT_EQ(failure_of(store().commit(poll)), ErrorKind::kNotFound);
  poll.events.clear();
  poll.gaps.emplace_back(unknown, gap(1, 2));
  EXPECT_EQ(failure_of(store().commit(poll)), ErrorKind::kNotFound);
}

TEST_P(StoreConformance, OfAnUnknownRepositoryThereAreNoEvents) {
  const RepoId unknown{4711};
  const std::vector<core::EventKey> keys = {event(1, 1).key};
  EXPECT_THAT(must(store().find(unknown, keys)), ElementsAre(std::nullopt));
  EXPECT_THAT(must(store().arrivals(unknown, moment(-1000))), IsEmpty());
  EXPECT_EQ(must(store().events(unknown, {}, 0, 10)).total, 0U);
  EXPECT_THAT(all_events(store(), unknown), IsEmpty());
  must(store().visit_newest(unknown, 10, [](const auto&, auto, auto) {
    ADD_FAILURE() << "there is nothing to visit";
    return true;
  }));
}

TEST_P(StoreConformance, TheRevisionMovesWithEveryChangeOfRepositories) {
  std::int64_t revision = revision_of(store());
  const auto moved = [&] {
    const std::int64_t before = std::exchange(revision, revision_of(store()));
    return revision > before;
  };
  const RepoId id = add(store(), "o/r");
  EXPECT_TRUE(moved());
  must(store().set_active(id, true));
  EXPECT_TRUE(moved());
  put(store(), id, {event(1, 1)});
  EXPECT_FALSE(moved()) << "events are no change of repositories";
  must(store().remove_repository(id));
  EXPECT_TRUE(moved());
}

TEST_P(StoreConformance, ARemovedRepositoryTakesEverythingWithIt) {
  const RepoId other = add(store(), "o/other");
  const RepoId id = add(store(), "O/R", true);
  PollCommit poll;
  poll.events = {{id, {event(1, 1), event(2, 2)}}, {other, {event(1, 1)}}};
  poll.feeds = {feed("repos/o/r"), feed("repos/o/other"), feed("orgs/o")};
  poll.gaps = {{id, gap(1, 2)}, {other, gap(3, 4)}};
  must(store().commit(poll));

  must(store().remove_repository(id));

  const auto repositories = must(store().repositories());
  ASSERT_THAT(repositories, SizeIs(1));
  EXPECT_EQ(repositories[0].id, other);
  EXPECT_EQ(repositories[0].events_stored, 1U);
  EXPECT_THAT(repositories[0].gaps, ElementsAre(gap(3, 4)));
  const auto feeds = must(store().feeds());
  ASSERT_THAT(feeds, SizeIs(2));
  EXPECT_EQ(feeds[0].feed, "orgs/o");
  EXPECT_EQ(feeds[1].feed, "repos/o/other");
  EXPECT_THAT(all_events(store(), id), IsEmpty());
  EXPECT_EQ(must(store().events(id, {}, 0, 10)).total, 0U);
  EXPECT_THAT(must(store().events_after(0, 10)), SizeIs(1));
}

TEST_P(StoreConformance, ARepositoryThatComesBackIsANewOne) {
  const RepoId first = add(store(), "o/r");
  put(store(), first, {event(1, 1)});
  must(store().remove_repository(first));
  // A poll that was under way when the repository was removed.
  PollCommit late;
  late.feeds = {feed("repos/o/r")};
  must(store().commit(late));

  const RepoId second = add(store(), "o/r");

  EXPECT_GT(second, first);
  EXPECT_EQ(must(store().repositories())[0].events_stored, 0U);
  EXPECT_THAT(must(store().feeds()), IsEmpty()) << "validators of events that are gone would hide them at GitHub";
  EXPECT_THAT(put(store(), second, {event(1, 1)}).inserted[0][0], ::testing::Ne(std::nullopt));
}

}  // namespace
}  // namespace repopulse::store
