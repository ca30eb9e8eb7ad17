#include "core/feed_name.h"

#include <gtest/gtest.h>

namespace repopulse::core {
namespace {

TEST(FeedName, ARepositorysFeedIsLowerCaseHoweverItIsNamed) {
  EXPECT_EQ(repository_feed(*RepoName::parse("CLI/Cli")), "repos/cli/cli");
  EXPECT_EQ(repository_feed("CLI/Cli"), "repos/cli/cli");
  EXPECT_EQ(organisation_feed("CLI"), "orgs/cli");
  EXPECT_EQ(received_feed("Hubot-Watches"), "users/hubot-watches");
}

TEST(FeedName, TheKindOfAFeedIsToldByItsName) {
  EXPECT_TRUE(is_repository_feed("repos/cli/cli"));
  EXPECT_FALSE(is_repository_feed("orgs/cli"));
  EXPECT_TRUE(is_organisation_feed("orgs/cli"));
  EXPECT_FALSE(is_organisation_feed("repos/orgs/cli"));
  EXPECT_TRUE(is_received_feed("users/hubot"));
  EXPECT_FALSE(is_received_feed("repos/users/cli"));
  EXPECT_FALSE(is_received_feed("orgs/users"));
  EXPECT_FALSE(is_repository_feed("users/repos"));
  EXPECT_FALSE(is_organisation_feed("users/orgs"));
}

TEST(FeedName, OrganisationsAndReceivedFeedsShowSeveralRepositories) {
  EXPECT_TRUE(is_shared_feed("orgs/cli"));
  EXPECT_TRUE(is_shared_feed("users/hubot"));
  EXPECT_FALSE(is_shared_feed("repos/orgs/users"));
}

TEST(FeedName, SubjectAndOwnerOfEachKind) {
  EXPECT_EQ(subject_of("repos/cli/go-gh"), "cli/go-gh");
  EXPECT_EQ(subject_of("orgs/cli"), "cli");
  EXPECT_EQ(owner_of("repos/cli/go-gh"), "cli");
  EXPECT_EQ(owner_of("orgs/cli"), "cli");
  EXPECT_EQ(subject_of("users/hubot"), "hubot");
  EXPECT_EQ(owner_of("users/hubot"), "hubot");
}

TEST(FeedName, OnlyARepositoryHasAnOrganisationsFeedBesideItsOwn) {
  EXPECT_EQ(organisation_feed_of("repos/cli/go-gh"), "orgs/cli");
  EXPECT_EQ(organisation_feed_of("orgs/cli"), "");
  EXPECT_EQ(organisation_feed_of("users/hubot"), "");
}

}  // namespace
}  // namespace repopulse::core
