// Messages from one server to another: this repository should be asked soon.
#include <gmock/gmock.h>

#include <vector>

#include "tests/store/conformance/conformance.h"
#include "tests/store/conformance/samples.h"

namespace repopulse::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST_P(StoreConformance, AHintStaysUntilItIsTaken) {
  EXPECT_THAT(must(store().left_hints()), IsEmpty());
  const LeftHint message{RepoId{7}, {}, false, instant(1)};
  const LeftHint wish{RepoId{7}, {}, true, instant(2)};
  const LeftHint other{RepoId{8}, {}, false, instant(3)};
  const LeftHint push{RepoId{7}, {.kind = "PushEvent"}, false, instant(4)};
  const LeftHint again{RepoId{7}, {.kind = "PushEvent", .webhook = "12"}, false, instant(4)};
  for (const LeftHint& hint : {message, wish, other, push, again}) must(store().leave_hint(hint));
  if (!GetParam().exclusive_leases) {
    EXPECT_THAT(must(store().left_hints()), IsEmpty()) << "nobody else would take them";
    return;
  }
  EXPECT_THAT(must(store().left_hints()), UnorderedElementsAre(message, wish, other, push, again));
  must(store().take_hints(std::vector{message, other, push, again}));
  EXPECT_THAT(must(store().left_hints()), ElementsAre(wish));
  must(store().take_hints(std::vector{message, wish}));
  EXPECT_THAT(must(store().left_hints()), IsEmpty());
}

TEST_P(StoreConformance, ANewerHintReplacesTheOneBeforeAndIsNotTakenWithIt) {
  if (!GetParam().exclusive_leases) GTEST_SKIP() << "a store for one process";
  const LeftHint first{RepoId{7}, {}, false, instant(1)};
  const LeftHint second{RepoId{7}, {}, false, instant(2)};
  must(store().leave_hint(first));
  must(store().leave_hint(second));
  must(store().take_hints(std::vector{first}));
  EXPECT_THAT(must(store().left_hints()), ElementsAre(second));
}

}  // namespace
}  // namespace repopulse::store
