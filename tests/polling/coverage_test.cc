#include "polling/coverage.h"

#include <gtest/gtest.h>

namespace repopulse::polling {
namespace {

constexpr core::Timestamp kRead{std::chrono::seconds(1'750'000'000)};

TEST(Coverage, is_of_the_repositories_that_were_covered_alone) {
  const std::string saved = save_coverage(kRead, {"repos/o/a", "repos/o/abc"});
  EXPECT_EQ(covered_at(saved, "repos/o/a"), kRead);
  EXPECT_EQ(covered_at(saved, "repos/o/abc"), kRead);
  EXPECT_EQ(covered_at(saved, "repos/o/ab"), std::nullopt);
  EXPECT_EQ(covered_at(saved, ""), std::nullopt);
}

TEST(Coverage, at_a_time_that_cannot_be_proves_nothing) {
  for (const std::string saved : {"", "x", "-1 repos/o/a", "9223372036854775807 repos/o/a"}) {
    EXPECT_EQ(covered_at(saved, "repos/o/a"), std::nullopt) << saved;
  }
}

}  // namespace
}  // namespace repopulse::polling
