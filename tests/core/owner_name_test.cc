#include "core/owner_name.h"

#include <gtest/gtest.h>

#include "core/repo_name.h"

namespace repopulse::core {
namespace {

TEST(OwnerName, TakesAnOwnerWithAStar) {
  for (const char* text : {"Some-Org/*", " Some-Org/*\n", "Some-Org/%2A", "Some-Org/%2a",
                           "https://github.com/Some-Org/*", "github.com/Some-Org/*"}) {
    EXPECT_TRUE(OwnerName::is_meant_by(text)) << text;
    const auto owner = OwnerName::parse(text);
    ASSERT_TRUE(owner) << text;
    EXPECT_EQ(owner->login(), "Some-Org") << text;
    EXPECT_EQ(owner->key(), "some-org") << text;
    EXPECT_EQ(owner->full_name(), "Some-Org/*") << text;
  }
}

TEST(OwnerName, RefusesEverythingElse) {
  for (const char* text : {"", "*", "/*", "org", "org/", "org/r", "org/**", "org/*x", "*/*", "a/b/*", "o rg/*",
                           "org/*/", "https://github.com/*", "https://github.com/o/r/*", "https://github.com/login/*",
                           "0123456789012345678901234567890123456789/*"}) {
    EXPECT_FALSE(OwnerName::parse(text)) << text;
  }
  EXPECT_FALSE(OwnerName::is_meant_by("org/r"));
  EXPECT_FALSE(RepoName::parse("org/*")) << "no repository has that name";
}

TEST(OwnerName, IsTheSameInUpperAndLowerCase) {
  EXPECT_EQ(OwnerName::parse("ORG/*").value(), OwnerName::parse("org/%2A").value());
}

}  // namespace
}  // namespace repopulse::core
