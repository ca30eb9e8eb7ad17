#include "base/hash.h"

#include <gtest/gtest.h>

namespace repopulse::base {
namespace {

// Test vectors of the FNV reference (Fowler, Noll, Vo; draft-eastlake-fnv).
TEST(Hash, Fnv1aAgreesWithItsReference) {
  EXPECT_EQ(fnv1a(""), 0xCBF29CE484222325ULL);
  EXPECT_EQ(fnv1a("a"), 0xAF63DC4C8601EC8CULL);
  EXPECT_EQ(fnv1a("foobar"), 0x85944171F73967E8ULL);
}

}  // namespace
}  // namespace repopulse::base
