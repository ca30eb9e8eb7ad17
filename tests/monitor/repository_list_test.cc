#include "monitor/repository_list.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "monitor/repository_book.h"
#include "monitor/snapshot.h"

namespace repopulse::monitor {
namespace {

using Model = std::map<std::string, std::uint64_t>;  // versions, by key

RepositoryView view(int number, std::uint64_t version = 0) {
  const core::RepoName name = core::RepoName::parse("Owner/r" + std::to_string(number)).value();
  return {{core::RepoId{number}, name, true, {}, 0, {}, {}}, {}, core::Window(core::WindowRule()), version, 0, {}, {}};
}

Model contents(const RepositoryList& list) {
  Model out;
  std::string before;
  for (const auto& each : list) {
    RC_ASSERT(before < each->repository.name.key());
    before = each->repository.name.key();
    out[before] = each->version;
  }
  return out;
}

// Enough of them for several chunks, which are split and emptied.
RC_GTEST_PROP(RepositoryList, holds_what_a_map_would_and_leaves_its_copies_alone, ()) {
  RepositoryList list;
  Model model;
  std::vector<std::pair<RepositoryList, Model>> copies;
  const int names = *rc::gen::element(5, 600, 3000);
  const int steps = 2 * names;
  std::uint64_t random = *rc::gen::arbitrary<std::uint32_t>();
  for (int step = 0; step < steps; ++step) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    const int number = static_cast<int>((random >> 33) % static_cast<std::uint64_t>(names));
    const bool grows = (step / names) % 2 == 0;
    const auto made = std::make_shared<const RepositoryView>(view(number, static_cast<std::uint64_t>(step) + 1));
    const std::string& key = made->repository.name.key();
    const auto known = model.find(key);
    if ((random >> 20) % 4 != 0 ? grows : !grows) {
      const auto before = list.put(made);
      RC_ASSERT((before != nullptr) == (known != model.end()));
      if (before) RC_ASSERT(before->version == known->second);
      model[key] = made->version;
    } else {
      const auto erased = list.erase(key);
      RC_ASSERT((erased != nullptr) == (known != model.end()));
      model.erase(key);
    }
    RC_ASSERT(list.size() == model.size());
    RC_ASSERT((list.find(key) != nullptr) == model.contains(key));
    const auto from = list.from(key);
    const auto expected = model.lower_bound(key);
    RC_ASSERT((from == list.end()) == (expected == model.end()));
    if (expected != model.end()) RC_ASSERT((*from)->repository.name.key() == expected->first);
    if (step % (1 + steps / 8) == 0) copies.emplace_back(list, model);
  }
  copies.emplace_back(list, model);
  for (const auto& [copy, expected] : copies) {
    RC_ASSERT(contents(copy) == expected);
    for (const auto& [key, version] : expected) RC_ASSERT(copy.find(key)->version == version);
  }
}

TEST(RepositoryList, of_nothing_is_empty) {
  RepositoryList list;
  EXPECT_TRUE(list.empty());
  EXPECT_TRUE(list.begin() == list.end());
  EXPECT_EQ(list.find("owner/r1"), nullptr);
  EXPECT_EQ(list.erase("owner/r1"), nullptr);
}

// What is counted up and down must be what counting anew would give.
TEST(RepositoryBook, keeps_the_totals_that_counting_anew_would_give) {
  RepositoryBook book;
  std::uint64_t random = 7;  // the seed
  for (int step = 0; step < 2000; ++step) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    const int number = static_cast<int>((random >> 33) % 60);
    const std::string key = "owner/r" + std::to_string(number);
    const auto draw = [&](RepositoryView& changed) {
      changed.repository.active = (random >> 40) % 3 != 0;
      changed.feed.status = (random >> 42) % 2 == 0 ? core::RepoStatus::kFailing : core::RepoStatus::kOk;
      changed.feed.counters = {(random >> 44) % 100, (random >> 45) % 50, (random >> 46) % 20, (random >> 47) % 30};
    };
    if (step % 5 == 0) {
      book.erase(key);
    } else if (book.find(key) != nullptr && step % 2 == 0) {
      book.change(key, draw);
    } else {
      RepositoryView made = view(number + (step % 3 == 0 ? 1000 : 0));  // stored anew, under another number
      made.repository.name = core::RepoName::parse(key).value();
      draw(made);
      book.put(std::move(made));
    }
    RepositoryBook::Totals sum;
    for (const auto& each : book.all()) {
      sum.counters.requests += each->feed.counters.requests;
      sum.counters.not_modified += each->feed.counters.not_modified;
      sum.counters.failures += each->feed.counters.failures;
      sum.counters.quota_spent += each->feed.counters.quota_spent;
      if (!each->repository.active) continue;
      ++sum.active;
      if (each->feed.status == core::RepoStatus::kFailing) ++sum.failing;
      ASSERT_EQ(book.find(each->repository.id), each);
    }
    ASSERT_EQ(book.totals().counters, sum.counters) << "after step " << step;
    ASSERT_EQ(book.totals().active, sum.active) << "after step " << step;
    ASSERT_EQ(book.totals().failing, sum.failing) << "after step " << step;
  }
}

}  // namespace
}  // namespace repopulse::monitor
