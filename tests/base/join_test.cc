#include "base/join.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <set>
#include <vector>

namespace repopulse::base {
namespace {

TEST(JoinTest, PutsTheSeparatorBetweenWordsAlone) {
  EXPECT_EQ(join(std::vector<std::string>(), ", "), "");
  EXPECT_EQ(join(std::vector<std::string>{"one"}, ", "), "one");
  EXPECT_EQ(join(std::set<std::string>{"two", "one"}, ", "), "one, two");
  EXPECT_EQ(join(std::initializer_list<std::string_view>{"a", "", "b"}, " | "), "a |  | b");
}

}  // namespace
}  // namespace repopulse::base
