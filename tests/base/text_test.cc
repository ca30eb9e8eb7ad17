#include "base/text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace repopulse::base {
namespace {

TEST(Text, TrimTakesWhiteSpaceFromBothEnds) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim_start(" \t a "), "a ");
  EXPECT_EQ(trim_end(" a \n"), " a");
}

TEST(Text, TrimOfNothingButWhiteSpaceIsEmpty) {
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim(" \t\r\n"), "");
}

RC_GTEST_PROP(Text, TrimTakesNothingElse, (const std::string& text)) {
  const std::string_view trimmed = trim(text);
  const auto at = text.find(trimmed);
  RC_ASSERT(at != std::string::npos);
  RC_ASSERT(text.substr(0, trimmed.empty() ? text.size() : at).find_first_not_of(kBlanks) == std::string::npos);
  RC_ASSERT(trim(trimmed) == trimmed);
}

TEST(Text, LowerCaseIsOfAsciiAlone) {
  EXPECT_EQ(to_lower("Kubernetes/TEST-infra_Z"), "kubernetes/test-infra_z");
  EXPECT_EQ(to_lower("\xC3\x84@[`{"), "\xC3\x84@[`{");
}

TEST(Text, EqualityIgnoresTheCaseOfAsciiAlone) {
  EXPECT_TRUE(equals_ignoring_case("X-Poll-Interval", "x-poll-INTERVAL"));
  EXPECT_FALSE(equals_ignoring_case("Link", "Links"));
  EXPECT_FALSE(equals_ignoring_case("@", "`"));
}

}  // namespace
}  // namespace repopulse::base
