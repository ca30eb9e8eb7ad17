// Owners whose repositories are followed.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/store/conformance/conformance.h"
#include "tests/store/conformance/samples.h"

namespace repopulse::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Owner owner_of(const std::string& login) {
  return {.name = *core::OwnerName::parse(login + "/*"),
          .active = true,
          .archived = false,
          .forks = true,
          .added_at = instant(7),
          .listing = std::string("bytes\0\xff\n", 8)};
}

TEST_P(StoreConformance, AnOwnerIsKeptAsItWasGivenAndSurvivesARestart) {
  EXPECT_THAT(must(store().owners()), IsEmpty());
  const Owner added = must(store().add_owner(owner_of("Some-Org")));
  Owner wanted = owner_of("Some-Org");
  wanted.revision = added.revision;
  EXPECT_EQ(added, wanted);
  const Owner other = must(store().add_owner(owner_of("another")));
  reopen();
  const std::vector<Owner> kept = must(store().owners());
  EXPECT_THAT(kept, ElementsAre(other, added));
  EXPECT_EQ(kept.back().name.login(), "Some-Org");
}

TEST_P(StoreConformance, AnOwnerIsAddedOnceWhateverTheCaseOfItsName) {
  must(store().add_owner(owner_of("Org")));
  EXPECT_EQ(failure_of(store().add_owner(owner_of("oRG"))), core::ErrorKind::kConflict);
  EXPECT_EQ(must(store().owners()).size(), 1u);
}

TEST_P(StoreConformance, AChangeOfAnOwnerThatWasChangedSinceItWasReadIsRefused) {
  const Owner added = must(store().add_owner(owner_of("org")));
  Owner ours = added, theirs = added;
  theirs.listing = "theirs";
  theirs.active = false;
  theirs = must(store().update_owner(theirs));
  ours.listing = "ours";
  EXPECT_EQ(failure_of(store().update_owner(ours)), core::ErrorKind::kStale);
  EXPECT_THAT(must(store().owners()), ElementsAre(theirs));
  must(store().remove_owner(theirs.name));
  EXPECT_EQ(failure_of(store().update_owner(theirs)), core::ErrorKind::kStale);
  must(store().add_owner(owner_of("org")));
  EXPECT_EQ(failure_of(store().update_owner(theirs)), core::ErrorKind::kStale) << "it was added anew";
}

TEST_P(StoreConformance, AnOwnerThatIsRemovedIsGone) {
  const Owner added = must(store().add_owner(owner_of("org")));
  must(store().remove_owner(added.name));
  EXPECT_THAT(must(store().owners()), IsEmpty());
  EXPECT_EQ(failure_of(store().remove_owner(added.name)), core::ErrorKind::kNotFound);
}

TEST_P(StoreConformance, ChangesOfOwnersMoveTheRevisionOfTheRepositories) {
  auto before = revision_of(store());
  const auto moved = [&] { return std::exchange(before, revision_of(store())) < before; };
  Owner owner = must(store().add_owner(owner_of("org")));
  EXPECT_TRUE(moved());
  EXPECT_FALSE(moved());
  owner = must(store().update_owner(owner));
  EXPECT_TRUE(moved());
  must(store().remove_owner(owner.name));
  EXPECT_TRUE(moved());
}

}  // namespace
}  // namespace repopulse::store
