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
  for (const char* text :
       {"cli/cli", "https://github.com/cli/cli", "https://github.com/cli/cli/", "https://github.com/cli/cli.git",
        "http://www.github.com/cli/cli/tree/trunk/docs", "git@github.com:cli/cli.git",
        "ssh://git@github.com/cli/cli.git", "github.com/cli/cli", "https://api.github.com/repos/cli/cli",
        "https://ghe.example.com/api/v3/repos/cli/cli", "https://github.com/cli/cli?tab=readme#top",
        "git://github.com/cli/cli.git", "cli/cli.git", "cli/cli/", "cli/cli.GIT", "https://github.com/cli/cli.Git/",
        "cli/cli.git.git/", " cli/cli\n", "https://ada@github.com:443/cli/cli"}) {
    const auto name = RepoName::parse(text);
    ASSERT_TRUE(name) << text << ": " << name.error().message;
    EXPECT_EQ(name->full_name(), "cli/cli") << text;
  }
}

TEST(RepoName, a_url_of_another_host_is_not_at_github) {
  const char* root = "https://ghe.example.com:8443/api/v3";
  for (const char* text : {"cli/cli", "https://github.com/cli/cli", "GitHub.com/cli/cli", "git@github.com:cli/cli.git",
                           "https://api.github.com/repos/cli/cli", "ssh://git@ssh.github.com:443/cli/cli",
                           "https://GHE.example.com/cli/cli", "git@ghe.example.com:cli/cli"}) {
    EXPECT_TRUE(is_at_github(text, root)) << text;
  }
  for (const char* text :
       {"https://gitlab.com/cli/cli", "git@gitlab.com:cli/cli", "https://github.com.evil.com/cli/cli",
        "https://github.com@evil.com/cli/cli", "https://example.com/cli/cli", "https://ada@github.com/cli/cli",
        "https://github.com@ghe.example.com/cli/cli", "https://github.com:443/cli/cli",

        "http://ada:pw@github.com/cli/cli", "https://ghe.example.com:8443/cli/cli", "ssh://ada@github.com/cli/cli",
        "git@ada@github.com:cli/cli", "https://github.com\\@ghe.example.com/cli/cli"}) {
    EXPECT_FALSE(is_at_github(text, root)) << text;
  }
}

TEST(RepoName, pages_of_github_that_are_not_repositories_are_refused) {
  for (const char* text :
       {"https://github.com/orgs/a", "https://github.com/orgs/a/repositories", "github.com/users/x",
        "https://www.github.com/settings/profile", "https://github.com/Topics/rust", "https://github.com/sponsors/x",
        "https://github.com/search/advanced", "https://api.github.com/users/x",
        "https://api.github.com/repositories/42", "https://ghe.example.com/api/v3/orgs/a"}) {
    EXPECT_FALSE(RepoName::parse(text)) << text;
  }
  EXPECT_TRUE(RepoName::parse("https://github.com/education/classroom"));
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
