#include "polling/policy_table.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;

TEST(PolicyTable, makes_each_policy_under_its_own_name) {
  std::set<std::string_view> names;
  for (const PolicyEntry& entry : policy_table()) {
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name << " stands twice";
    const auto made = make_policy(entry.name, {});
    ASSERT_TRUE(made) << entry.name;
    EXPECT_EQ((*made)->name(), entry.name);
  }
  EXPECT_TRUE(names.contains(kDefaultPolicy));
  EXPECT_TRUE(names.contains(kBaselinePolicy));
}

TEST(PolicyTable, has_a_plain_sentence_for_each_policy) {
  for (const PolicyEntry& entry : policy_table()) {
    EXPECT_FALSE(entry.sentence.empty()) << entry.name;
    EXPECT_NE(entry.sentence.back(), '.') << entry.name;
    EXPECT_LE(entry.sentence.size(), 90u) << entry.name << ": must fit into a line of a help text";
    EXPECT_NE(policy_choice().find(entry.name), std::string::npos) << entry.name;
  }
}

TEST(PolicyTable, says_truly_which_policies_use_the_freshness_and_which_forecast) {
  constexpr core::Timestamp kStart{std::chrono::seconds(1'700'000'000)};
  std::vector<core::EventTime> history;
  for (int i = 400; i > 0; --i) history.push_back(core::to_event_time(kStart) - i * 1h);
  for (const PolicyEntry& entry : policy_table()) {
    const auto fresh = entry.make({.freshness = 60s, .window = {}});
    const auto stale = entry.make({.freshness = 6h, .window = {}});
    for (const auto& policy : {fresh.get(), stale.get()}) policy->add("repos/o/r", history, {}, kStart);
    const bool differ = fresh->next("repos/o/r", kStart) != stale->next("repos/o/r", kStart);
    EXPECT_EQ(differ, entry.uses_freshness) << entry.name;
    EXPECT_EQ(fresh->forecast("repos/o/r", kStart, 24).has_value(), entry.forecasts) << entry.name;
  }
}

TEST(PolicyTable, names_the_accepted_names_where_one_is_unknown) {
  const auto wrong = make_policy("psychic", {});
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("mean"), std::string::npos);
  EXPECT_EQ(find_policy("psychic"), nullptr);
}

}  // namespace
}  // namespace repopulse::polling
