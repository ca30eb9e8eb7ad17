// What a store says of changes of the list.
#include <gmock/gmock.h>

#include <random>

#include "tests/store/conformance/conformance.h"
#include "tests/store/conformance/samples.h"

namespace repopulse::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using testing::SizeIs;

TEST_P(StoreConformance, SomeRepositoriesAreReadByTheirNumbers) {
  const RepoId first = add(store(), "o/a");
  const RepoId second = add(store(), "o/b", true);
  add(store(), "o/c");
  PollCommit poll;
  poll.events = {{second, {event(1, 1)}}};
  poll.gaps = {{second, gap(1, 2)}};
  must(store().commit(poll));
  const std::vector<RepoId> wanted = {second, RepoId{4711}, first, second};

  const auto some = must(store().repositories_of(wanted));

  ASSERT_THAT(some, SizeIs(2));
  EXPECT_EQ(some[0].id, first);
  EXPECT_EQ(some[1].id, second);
  EXPECT_EQ(some[1].name.full_name(), "o/b");
  EXPECT_TRUE(some[1].active);
  EXPECT_EQ(some[1].events_stored, 1U);
  EXPECT_EQ(some[1].last_event_at, moment(1));
  EXPECT_THAT(some[1].gaps, ElementsAre(gap(1, 2)));
  EXPECT_THAT(must(store().repositories_of({})), IsEmpty());
}

TEST_P(StoreConformance, NothingHasChangedSinceTheRevisionThatTheListHas) {
  add(store(), "o/r");
  const std::int64_t revision = revision_of(store());
  const ListChanges changes = must(store().list_changes(revision));
  EXPECT_EQ(changes.revision, revision);
  EXPECT_THAT(changes.repositories, Optional(IsEmpty()));
  EXPECT_FALSE(changes.owners);
}

TEST_P(StoreConformance, AnythingMayHaveChangedSinceARevisionThatTheListNeverHad) {
  add(store(), "o/r");
  for (const std::int64_t never : {std::int64_t{-1}, revision_of(store()) + 7}) {
    const ListChanges changes = must(store().list_changes(never));
    EXPECT_EQ(changes.repositories, std::nullopt) << never;
    EXPECT_TRUE(changes.owners) << never;
  }
}

// What is said of an owner is told apart: no repository is read because of it.
TEST_P(StoreConformance, AChangeOfAnOwnerIsNoChangeOfARepository) {
  const RepoId id = add(store(), "o/r");
  const std::int64_t before = revision_of(store());
  must(store().add_owner({.name = *core::OwnerName::parse("o/*")}));
  const std::int64_t with_owner = revision_of(store());
  EXPECT_TRUE(must(store().list_changes(before)).owners);
  must(store().set_active(id, true));
  if (!GetParam().exclusive_leases) return;  // of one process: it need not tell
  EXPECT_THAT(must(store().list_changes(before)).repositories, Optional(ElementsAre(id)));
  const ListChanges later = must(store().list_changes(with_owner));
  EXPECT_FALSE(later.owners);
  EXPECT_THAT(later.repositories, Optional(ElementsAre(id)));
}

// A list as a server knows that hears of changes alone.
class Hearer {
 public:
  explicit Hearer(Store& store) : store_(store) { hear(); }

  void hear() {
    const ListChanges changes = must(store_.list_changes(revision_));
    revision_ = changes.revision;
    named_ = changes.repositories.has_value();
    if (!named_) {
      known_.clear();
      for (const Repository& repository : must(store_.repositories())) known_[repository.id] = repository.active;
      return;
    }
    for (const RepoId id : *changes.repositories) known_.erase(id);
    for (const Repository& repository : must(store_.repositories_of(*changes.repositories))) {
      known_[repository.id] = repository.active;
    }
  }
  const std::map<RepoId, bool>& known() const { return known_; }
  bool named() const { return named_; }  // the last time

 private:
  Store& store_;
  std::int64_t revision_ = -1;
  bool named_ = false;
  std::map<RepoId, bool> known_;  // whether they are active
};

class ListHistory {
 public:
  ListHistory(Store& store, std::uint64_t seed) : store_(store), random_(seed) {}

  void step() {
    const auto all = must(store_.repositories());
    if (all.empty() || draw(3) == 0) return add_some();
    const RepoId id = all[draw(all.size())].id;
    if (draw(3) == 0) return must(store_.remove_repository(id));
    must(store_.set_active(id, draw(2) == 0));
  }
  std::size_t draw(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_); }

 private:
  void add_some() {
    std::vector<NewRepository> wanted;
    for (std::size_t i = 0; i <= draw(3); ++i) {
      wanted.push_back({name("o/r" + std::to_string(draw(6))), draw(2) == 0});
    }
    must(store_.add_repositories(wanted, instant(1)));
  }

  Store& store_;
  std::mt19937_64 random_;
};

TEST_P(StoreConformance, WhoReadsWhatChangedKnowsTheWholeList) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  ListHistory history(store(), seed);
  Hearer often(store());
  Hearer seldom(store());
  for (int step = 0; step < GetParam().model_steps / 4; ++step) {
    history.step();
    const bool now_and_then = history.draw(5) == 0;
    if (now_and_then) seldom.hear();
    often.hear();
    std::map<RepoId, bool> there;
    for (const Repository& repository : must(store().repositories())) there[repository.id] = repository.active;
    ASSERT_EQ(often.known(), there) << "after step " << step;
    EXPECT_TRUE(often.named() || !GetParam().exclusive_leases) << "a store that servers share names what changed";
    if (now_and_then) {
      ASSERT_EQ(seldom.known(), there) << "after step " << step;
    }
  }
}

}  // namespace
}  // namespace repopulse::store
