// The newest events of many repositories, read at once: what is read of each is what is read of it alone.
#include <gmock/gmock.h>

#include <algorithm>
#include <limits>
#include <random>
#include <tuple>
#include <vector>

#include "tests/store/conformance/conformance.h"
#include "tests/store/conformance/samples.h"

namespace repopulse::store {
namespace {

constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

using Seen = std::tuple<std::uint64_t, core::EventTime, std::string, std::string>;

// The first `wanted` that are visited, by the call for one repository.
std::vector<Seen> alone(Store& store, RepoId repository, std::size_t wanted) {
  std::vector<Seen> seen;
  must(store.visit_newest(repository, kAll,
                          [&](const core::EventKey& key, std::string_view type, std::string_view actor) {
                            seen.emplace_back(key.id, key.created_at, type, actor);
                            return seen.size() < wanted;
                          }));
  return seen;
}

std::vector<std::vector<Seen>> together(Store& store, const std::vector<RepoId>& repositories,
                                        core::EventTime mostly_since, const std::vector<std::size_t>& wanted) {
  std::vector<std::vector<Seen>> seen(repositories.size());
  must(store.visit_newest_of(
      repositories, mostly_since,
      [&](std::size_t place, const core::EventKey& key, std::string_view type, std::string_view actor) {
        seen[place].emplace_back(key.id, key.created_at, type, actor);
        return seen[place].size() < wanted[place];
      }));
  return seen;
}

class WindowsOf {
 public:
  WindowsOf(Store& store, unsigned seed) : store_(store), random_(seed) {}

  // Histories of a few events in days, of many in hours, of none, and of years with long silences.
  void fill() {
    for (int i = 0; i < 12; ++i) {
      repositories_.push_back(add(store_, "o/r" + std::to_string(i)));
      const std::int64_t span = std::vector<std::int64_t>{3'600, 86'400 * 6, 86'400 * 90, 86'400LL * 3'000}[below(4)];
      std::vector<core::Event> events;
      const std::size_t count = i % 4 == 0 ? 0 : below(i % 4 == 1 ? 4 : 60);
      for (std::size_t n = 0; n < count; ++n) {
        const std::int64_t at = static_cast<std::int64_t>(below(static_cast<std::uint64_t>(span))) - span + 500;
        events.push_back(event(1'000 + n, at, below(2) == 0 ? "A" : "B", below(3) == 0 ? "dependabot[bot]" : "Ada"));
      }
      if (!events.empty()) put(store_, repositories_.back(), events);
    }
    must(store_.remove_repository(repositories_[3]));
    repositories_.push_back(RepoId{4711});  // unknown
  }

  void compare() {
    std::vector<RepoId> chosen;
    for (const RepoId repository : repositories_) {
      if (below(4) != 0) chosen.push_back(repository);
    }
    std::ranges::shuffle(chosen, random_);
    std::vector<std::size_t> wanted;
    for (std::size_t i = 0; i < chosen.size(); ++i) wanted.push_back(below(3) == 0 ? kAll : 1 + below(20));
    const core::EventTime since = moment(static_cast<std::int64_t>(below(86'400 * 20)) - 86'400 * 18);
    const auto seen = together(store_, chosen, since, wanted);
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      EXPECT_EQ(seen[i], alone(store_, chosen[i], wanted[i])) << "repository " << core::to_int(chosen[i]);
    }
  }

 private:
  std::uint64_t below(std::uint64_t end) { return random_() % end; }

  Store& store_;
  std::mt19937_64 random_;
  std::vector<RepoId> repositories_;
};

TEST_P(StoreConformance, TheNewestOfManyRepositoriesAreThoseOfEach) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  WindowsOf windows(store(), seed);
  windows.fill();
  const int rounds = std::max(2, GetParam().model_steps / 40);
  for (int round = 0; round < rounds; ++round) windows.compare();
}

// More than any store reads in vain before it asks for the others anew.
TEST_P(StoreConformance, ALongHistoryHidesNoOtherRepository) {
  std::vector<RepoId> repositories;
  for (int i = 0; i < 3; ++i) repositories.push_back(add(store(), "o/r" + std::to_string(i)));
  put(store(), repositories[0], {event(1, 5), event(2, 7)});
  std::vector<core::Event> events;
  for (std::uint64_t id = 1; id <= 2'600; ++id) events.push_back(event(id, static_cast<std::int64_t>(id)));
  put(store(), repositories[1], std::move(events));
  put(store(), repositories[2], {event(1, -86'400 * 400), event(2, 9)});
  const auto seen = together(store(), repositories, moment(0), {9, 3, 9});
  const auto ids_of = [&](std::size_t place) {
    std::vector<std::uint64_t> ids;
    for (const Seen& one : seen[place]) ids.push_back(std::get<0>(one));
    return ids;
  };
  EXPECT_THAT(ids_of(0), ::testing::ElementsAre(2, 1));
  EXPECT_THAT(ids_of(1), ::testing::ElementsAre(2'600, 2'599, 2'598));
  EXPECT_THAT(ids_of(2), ::testing::ElementsAre(2, 1));
}

TEST_P(StoreConformance, TheNewestOfNoRepositoriesAreNone) {
  EXPECT_TRUE(together(store(), {}, moment(0), {}).empty());
}

}  // namespace
}  // namespace repopulse::store
