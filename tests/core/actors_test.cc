#include "core/actors.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <regex>

#include "core/actor_kinds.h"

namespace repopulse::core {
namespace {

bool is_bot(const BotPatterns& bots, std::string_view login) {
  return bots.kind_of(login) == ActorKind::kBot;
}

TEST(Actors, HaveNames) {
  for (const Actors actors : {Actors::kAll, Actors::kPeople, Actors::kBots}) {
    EXPECT_EQ(parse_actors(to_string(actors)), actors);
  }
  for (const char* wrong : {"", "robots", "People", "all "}) EXPECT_FALSE(parse_actors(wrong)) << wrong;
}

TEST(BotPatterns, WellKnownRobotsAreAppsAndAFewAccounts) {
  const BotPatterns bots = BotPatterns::well_known();
  for (const char* login :
       {"dependabot[bot]", "github-actions[bot]", "Renovate[Bot]", "k8s-ci-robot", "K8S-CI-Robot"}) {
    EXPECT_TRUE(is_bot(bots, login)) << login;
  }
  for (const char* login : {"ada", "robot", "abbot", "bot", "[bot]x", "talbot", ""})
    EXPECT_FALSE(is_bot(bots, login)) << login;
}

TEST(BotPatterns, AStarStandsForAnyCharacters) {
  BotPatterns bots;
  for (const char* pattern : {"ci-*", "*-bot", "a*b*c", "exact"}) EXPECT_TRUE(bots.add(pattern)) << pattern;
  for (const char* login : {"ci-", "ci-x", "x-bot", "-bot", "abc", "aXbYc", "abbcc", "EXACT"}) {
    EXPECT_TRUE(is_bot(bots, login)) << login;
  }
  for (const char* login : {"ci", "x-bot2", "acb", "exactly", "inexact"}) EXPECT_FALSE(is_bot(bots, login)) << login;
  BotPatterns all;
  ASSERT_TRUE(all.add("*"));
  EXPECT_TRUE(is_bot(all, ""));
  EXPECT_FALSE(is_bot(BotPatterns(), "dependabot[bot]")) << "nobody";
}

TEST(BotPatterns, AreLoginsAndStarsAlone) {
  BotPatterns bots;
  for (const char* wrong : {"", "a b", "a%", "a/b", "\u00e9"}) EXPECT_FALSE(bots.add(wrong)) << wrong;
  EXPECT_FALSE(bots.add(std::string(BotPatterns::kLongest + 1, 'a')));
  EXPECT_TRUE(bots.add("a") && bots.add("a"));
  EXPECT_EQ(bots.patterns().size(), 1u);
  for (std::size_t i = 1; i < BotPatterns::kMost; ++i) EXPECT_TRUE(bots.add("a" + std::to_string(i)));
  EXPECT_FALSE(bots.add("one-more"));
}

TEST(ActorKinds, SaysTheSameEachTime) {
  const BotPatterns bots = BotPatterns::well_known();
  ActorKinds kinds(bots);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(kinds.kind_of("dependabot[bot]"), ActorKind::kBot);
    EXPECT_EQ(kinds.kind_of("ada"), ActorKind::kPerson);
    EXPECT_EQ(kinds.kind_of(""), ActorKind::kPerson);
  }
}

RC_GTEST_PROP(MatchesLogin, AgreesWithARegularExpression, ()) {
  constexpr int kLongest = 20;  // std::regex takes a time that grows exponentially with the number of stars
  const auto letters = [](auto letter) { return rc::gen::resize(kLongest, rc::gen::container<std::string>(letter)); };
  const std::string pattern = *letters(rc::gen::element('a', 'b', 'B', '[', ']', '-', '*'));
  const std::string login = *letters(rc::gen::element('a', 'A', 'b', '[', ']', '-'));
  std::string expression;
  for (const char c : pattern) expression += c == '*' ? std::string(".*") : std::string("[\\") + c + "]";
  for (std::size_t at = 0; (at = expression.find("[\\a]", at)) != std::string::npos;) expression.replace(at, 4, "a");
  for (std::size_t at = 0; (at = expression.find("[\\b]", at)) != std::string::npos;) expression.replace(at, 4, "b");
  for (std::size_t at = 0; (at = expression.find("[\\B]", at)) != std::string::npos;) expression.replace(at, 4, "B");
  const bool expected = std::regex_match(login, std::regex(expression, std::regex::icase));
  RC_ASSERT(matches_login(pattern, login) == expected);
}

}  // namespace
}  // namespace repopulse::core
