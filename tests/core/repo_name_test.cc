#include "core/repo_name.h"

#include <gtest/gtest.h>

namespace repopulse::core {
namespace {

TEST(RepoName, is_equal_without_regard_to_case_and_keeps_how_it_was_written) {
  const auto a = RepoName::parse("Homebrew/brew");
  const auto b = RepoName::parse("homebrew/BREW");
  ASSERT_TRUE(a && b);
  EXPECT_EQ(*a, *b);
  EXPECT_EQ(a->full_name(), "Homebrew/brew");
  EXPECT_EQ(a->key(), "homebrew/brew");
  EXPECT_EQ(a->owner(), "Homebrew");
  EXPECT_EQ(a->name(), "brew");
  EXPECT_EQ(a->owner_key(), "homebrew");
}

TEST(RepoName, reads_the_urls_that_people_paste) {
  for (const char* text : {"cli/cli", "https://github.com/cli/cli", "https://github.com/cli/cli/",
                           "https://github.com/cli/cli.git", "http://www.github.com/cli/cli/tree/trunk/docs",
                           "git@github.com:cli/cli.git", "ssh://git@github.com/cli/cli.git", "github.com/cli/cli",
                           "https://api.github.com/repos/cli/cli", "https://ghe.example.com/api/v3/repos/cli/cli",
                           "https://github.com/cli/cli?tab=readme#top", "git://github.com/cli/cli.git"}) {
    const auto name = RepoName::parse(text);
    ASSERT_TRUE(name) << text << ": " << name.error().message;
    EXPECT_EQ(name->full_name(), "cli/cli") << text;
  }
}

TEST(RepoName, keeps_dots_and_underscores) {
  EXPECT_EQ(RepoName::parse("kubernetes/kubernetes.github.io")->name(), "kubernetes.github.io");
  EXPECT_EQ(RepoName::parse("a_b/c.git_d")->full_name(), "a_b/c.git_d");
}

TEST(RepoName, refuses_what_could_not_be_a_repository) {
  for (const char* text : {"", "cli", "/", "cli/", "/cli", "cli/cli/cli", "c li/cli", "cli/..", "cli/.", "cli/c%2Fli",
                           "cli/c\nli", "../cli", "https://github.com/", "https://github.com/cli", "cli/é"}) {
    EXPECT_FALSE(RepoName::parse(text)) << text;
  }
  EXPECT_FALSE(RepoName::parse("cli/" + std::string(101, 'a')));
  EXPECT_FALSE(RepoName::parse(std::string(40, 'a') + "/cli"));
}

}  // namespace
}  // namespace repopulse::core
