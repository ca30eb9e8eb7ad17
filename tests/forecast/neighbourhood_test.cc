#include "forecast/neighbourhood.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace repopulse::forecast {
namespace {

// The homes must outlive their members' stay, as the models see to.
struct Settled {
  std::vector<std::shared_ptr<Neighbourhood>> homes;
  std::map<std::string, std::set<const Neighbourhood*>> by_owner;
};

void settle(Neighbourhoods& all, const std::string& owner, int feeds, Settled& settled) {
  for (int i = 0; i < feeds; ++i) {
    auto home = all.place_for(owner);
    home->join("repos/" + owner + "/" + std::to_string(i));
    settled.by_owner[owner].insert(home.get());
    settled.homes.push_back(std::move(home));
  }
}

TEST(Neighbourhoods, keeps_neighbourhoods_small_and_few_however_many_feeds_there_are) {
  Neighbourhoods all;
  Settled settled;
  std::mt19937_64 random(20260);  // the seed
  std::size_t feeds = 0;
  for (int owner = 0; owner < 1000; ++owner) {
    const int more = 1 + static_cast<int>(random() % 9);
    settle(all, "o" + std::to_string(random() % 400), more, settled);
    feeds += static_cast<std::size_t>(more);
  }
  std::set<const Neighbourhood*> homes;
  for (const auto& home : settled.homes) {
    EXPECT_LE(home->members().size(), Neighbourhoods::kMostMembers);
    homes.insert(home.get());
  }
  EXPECT_LE(homes.size(), feeds / Neighbourhoods::kMostMembers + 1);
}

TEST(Neighbourhoods, keeps_an_owners_feeds_together_while_there_is_room) {
  Neighbourhoods all;
  Settled settled;
  settle(all, "first", 10, settled);
  settle(all, "large", 20, settled);
  settle(all, "first", 10, settled);
  EXPECT_EQ(settled.by_owner["first"].size(), 1U);
  settle(all, "crowd", 60, settled);
  settle(all, "large", 20, settled);  // what is left of its first home, and the newest
  EXPECT_EQ(settled.by_owner["large"].size(), 2U);
}

TEST(Neighbourhoods, fills_the_place_of_those_who_left) {
  Neighbourhoods all;
  auto home = all.place_for("o");
  std::vector<Neighbourhood::MemberId> members;
  for (std::size_t i = 0; i < Neighbourhoods::kMostMembers; ++i) members.push_back(home->join("repos/o/r"));
  EXPECT_NE(all.place_for("p"), home);
  home->leave(members.front());
  EXPECT_EQ(all.place_for("o"), home);
}

TEST(Neighbourhoods, forgets_a_neighbourhood_that_all_have_left) {
  Neighbourhoods all;
  std::weak_ptr<Neighbourhood> watched;
  {
    const auto home = all.place_for("o");
    home->join("repos/o/r");
    watched = home;
  }
  EXPECT_TRUE(watched.expired());
  EXPECT_EQ(all.place_for("o")->members().size(), 0U);
}

}  // namespace
}  // namespace repopulse::forecast
