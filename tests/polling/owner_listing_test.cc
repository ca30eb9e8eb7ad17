#include "polling/owner_listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;
using core::Millis;
using core::RepoStatus;
using core::Timestamp;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Timestamp kStart{1'700'000'000'000ms};
constexpr Millis kInterval = 1h;

core::ListedRepository listed(std::uint64_t id, const std::string& owner = "org") {
  return {*core::RepoName::make(owner, "r" + std::to_string(id)), id};
}

// GitHub's list of one owner, newest first, on pages of `per_page`.
struct List {
  std::size_t per_page = OwnerListing::kPerPage;
  std::vector<core::ListedRepository> newest;
  std::set<std::uint64_t> left_out;  // of the pages, though they are counted

  std::string etag(std::size_t page) const {
    std::string text = "\"";
    for (const auto& repository : shown(page)) {
      text += std::to_string(repository.github_id) + (repository.archived ? "a" : "") + (repository.fork ? "f" : "") +
              (repository.hidden ? "h" : "") + ",";
    }
    return text + "\"";
  }
  std::vector<core::ListedRepository> shown(std::size_t page) const {
    const std::size_t first = std::min(newest.size(), (page - 1) * per_page);
    const std::size_t last = std::min(newest.size(), first + per_page);
    return {newest.begin() + static_cast<std::ptrdiff_t>(first), newest.begin() + static_cast<std::ptrdiff_t>(last)};
  }
  core::ListingPage answer(const OwnerListing::Ask& ask) const {
    const auto page = static_cast<std::size_t>(ask.page);
    core::ListingPage out;
    if (!ask.validator.etag.empty() && ask.validator.etag == etag(page)) {
      out.answer.kind = AnswerKind::kNotModified;
      return out;
    }
    out.answer.kind = AnswerKind::kEvents;
    out.repositories = shown(page);
    std::erase_if(out.repositories, [&](const auto& one) { return left_out.contains(one.github_id); });
    out.answer.page_entries = out.repositories.size();
    out.answer.validator.etag = etag(page);
    out.answer.has_next = page * per_page < newest.size();
    return out;
  }
};

core::ListingPage failed(AnswerKind kind, const std::string& message = "trouble") {
  core::ListingPage out;
  out.answer.kind = kind;
  out.answer.message = message;
  return out;
}

class OwnerListingTest : public ::testing::Test {
 protected:
  // One request. The numbers that it told.
  std::vector<std::uint64_t> request() {
    const auto ask = listing.ask(now);
    pages.push_back(ask.page);
    const auto step = listing.absorb(list.answer(ask), terms, now);
    std::vector<std::uint64_t> told;
    for (const auto& repository : step.taken) told.push_back(repository.github_id);
    return told;
  }
  // Requests until it rests. All that was told.
  std::vector<std::uint64_t> read() {
    std::vector<std::uint64_t> told;
    pages.clear();
    do {
      const auto more = request();
      told.insert(told.end(), more.begin(), more.end());
    } while (listing.is_due(now));
    return told;
  }
  void pass(Millis time) { now += time; }
  void add(std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t id = first; id <= last; ++id) list.newest.insert(list.newest.begin(), listed(id));
  }

  // Was it news?
  bool hear(std::uint64_t number) {
    const bool news = listing.is_news(number);
    listing.hear(number, now);
    return news;
  }

  Timestamp now = kStart;
  List list;
  OwnerListing listing{"org", 1};
  OwnerListing::Terms terms{.interval = kInterval};
  std::vector<int> pages;  // that were asked
};

TEST_F(OwnerListingTest, ReadsAllPagesAtFirst) {
  add(1, 250);
  EXPECT_EQ(listing.status(), RepoStatus::kPending);
  EXPECT_TRUE(listing.is_due(now));
  EXPECT_EQ(read().size(), 250u);
  EXPECT_THAT(pages, ElementsAre(1, 2, 3));
  EXPECT_EQ(listing.status(), RepoStatus::kOk);
  EXPECT_EQ(listing.due(), now + kInterval);
}

TEST_F(OwnerListingTest, AnOwnerWithoutRepositoriesCostsOneRequest) {
  EXPECT_THAT(read(), IsEmpty());
  EXPECT_THAT(pages, ElementsAre(1));
  EXPECT_EQ(listing.status(), RepoStatus::kOk);
}

TEST_F(OwnerListingTest, ReadsOnlyWhatIsNewAfterThat) {
  add(1, 250);
  read();
  pass(kInterval);
  EXPECT_THAT(read(), IsEmpty());
  EXPECT_THAT(pages, ElementsAre(1)) << "one conditional request";
  EXPECT_EQ(listing.counters().not_modified, 1u);
  add(251, 252);
  pass(kInterval);
  EXPECT_THAT(read(), ElementsAre(252, 251));
  EXPECT_THAT(pages, ElementsAre(1));
  add(301, 420);
  pass(kInterval);
  EXPECT_EQ(read().size(), 120u);
  EXPECT_THAT(pages, ElementsAre(1, 2)) << "the first page held nothing that was known";
}

TEST_F(OwnerListingTest, ReadsEverythingOnceADay) {
  add(1, 250);
  read();
  list.newest.push_back(listed(999));  // transferred to the owner: it is old
  pass(kInterval);
  EXPECT_THAT(read(), IsEmpty());
  pass(OwnerListing::kWholeEvery);
  EXPECT_THAT(read(), ElementsAre(999));
  EXPECT_THAT(pages, ElementsAre(1, 2, 3));
}

TEST_F(OwnerListingTest, AnEventThatNamesAnOldRepositoryMakesTheReadingGoOnUntilItIsFound) {
  add(1, 250);
  read();
  list.newest.push_back(listed(999));  // it was made public
  pass(10min);
  EXPECT_FALSE(hear(17)) << "it is known";
  EXPECT_FALSE(listing.is_due(now));
  EXPECT_TRUE(hear(999));
  EXPECT_FALSE(hear(999)) << "once is enough";
  EXPECT_TRUE(listing.is_due(now));
  EXPECT_THAT(read(), ElementsAre(999));
  EXPECT_THAT(pages, ElementsAre(1, 2, 3));
}

TEST_F(OwnerListingTest, AnEventOfANewRepositoryCostsOneRequest) {
  add(1, 250);
  read();
  add(251, 251);
  pass(10s);
  EXPECT_TRUE(hear(251));
  EXPECT_FALSE(listing.is_due(now)) << "a minute lies between two readings";
  pass(OwnerListing::kFloor);
  EXPECT_THAT(read(), ElementsAre(251));
  EXPECT_THAT(pages, ElementsAre(1));
}

// Of such a repository, the page on which it would stand has been read already.
TEST_F(OwnerListingTest, OneThatIsCreatedDuringAReadingIsLookedForByAnother) {
  for (const Millis pause : {Millis{0}, Millis{25h}}) {
    pass(pause);
    const std::uint64_t last = list.newest.size();
    add(last + 1, last + 250);
    request();
    list.newest.insert(list.newest.begin(), listed(last + 251));
    EXPECT_TRUE(hear(last + 251));
    EXPECT_FALSE(hear(last + 251));
    while (listing.is_due(now)) request();
    pass(OwnerListing::kFloor);
    EXPECT_THAT(read(), ElementsAre(last + 251));
    EXPECT_EQ(pages.size(), 1u);
    pass(OwnerListing::kFloor);
    EXPECT_FALSE(listing.is_due(now));
  }
}

TEST_F(OwnerListingTest, WhatTheListDoesNotShowIsLookedForOnceADay) {
  add(1, 150);
  read();
  pass(10min);
  EXPECT_TRUE(hear(999));
  EXPECT_THAT(read(), IsEmpty());
  pass(10min);
  EXPECT_FALSE(hear(999));
  pass(OwnerListing::kWholeEvery);
  EXPECT_THAT(read(), IsEmpty());
  pass(10min);
  EXPECT_TRUE(hear(999));
}

TEST_F(OwnerListingTest, ArchivedForkedAndHiddenOnesAreToldWhenTheyBecomeWanted) {
  add(1, 4);
  list.newest[0].archived = true;  // 4
  list.newest[1].fork = true;      // 3
  list.newest[2].hidden = true;    // 2
  EXPECT_THAT(read(), ElementsAre(1));
  EXPECT_FALSE(hear(4)) << "an event of one that is not wanted costs nothing";
  list.newest[0].archived = false;
  pass(kInterval);
  EXPECT_THAT(read(), ElementsAre(4));
  terms.forks = true;
  listing.read_all(now);
  pass(OwnerListing::kFloor);
  EXPECT_THAT(read(), ElementsAre(3));
  list.newest[2].hidden = false;
  pass(kInterval);
  EXPECT_THAT(read(), ElementsAre(2));
}

TEST_F(OwnerListingTest, WhatBecomesArchivedOrGetsAnotherNameIsNotToldAgain) {
  add(1, 2);
  read();
  list.newest[0].archived = true;
  list.newest[1].name = *core::RepoName::make("org", "another");
  pass(kInterval);
  EXPECT_THAT(read(), IsEmpty());
}

TEST_F(OwnerListingTest, AnOwnerThatIsNotThereIsToldAndAskedRarely) {
  listing.ask(now);
  listing.absorb(failed(AnswerKind::kNotFound, "Not found"), terms, now);
  EXPECT_EQ(listing.status(), RepoStatus::kNotFound);
  EXPECT_EQ(listing.status_detail(), "Not found");
  EXPECT_GT(listing.due(), now + 7min);
  for (int i = 0; i < 20; ++i) {
    now = listing.due();
    listing.ask(now);
    listing.absorb(failed(AnswerKind::kNotFound), terms, now);
  }
  EXPECT_GT(listing.due(), now + 17h);
  listing.renew_token(now);
  EXPECT_EQ(listing.due(), now + OwnerListing::kFloor);
}

// As long as GitHub refuses the token, the budget waits.
TEST_F(OwnerListingTest, ARefusedTokenMakesTheListWaitForNothingItself) {
  add(1, 250);
  request();
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(listing.ask(now).page, 2);
    listing.absorb(failed(AnswerKind::kUnauthorized, "The token is not valid"), terms, now);
    EXPECT_EQ(listing.due(), now);
    EXPECT_EQ(listing.status(), RepoStatus::kFailing);
    EXPECT_EQ(listing.status_detail(), "The token is not valid");
  }
  EXPECT_EQ(read().size(), 150u);
  EXPECT_EQ(listing.status(), RepoStatus::kOk);
}

TEST_F(OwnerListingTest, TroubleInTheMiddleAsksTheSamePageAgain) {
  add(1, 250);
  request();
  EXPECT_EQ(listing.ask(now).page, 2);
  listing.absorb(failed(AnswerKind::kServerError), terms, now);
  EXPECT_EQ(listing.status(), RepoStatus::kFailing);
  EXPECT_GT(listing.due(), now);
  now = listing.due();
  EXPECT_EQ(read().size(), 150u);
  EXPECT_THAT(pages, ElementsAre(2, 3));
  EXPECT_EQ(listing.status(), RepoStatus::kOk);
}

TEST_F(OwnerListingTest, ALimitIsTheBudgetsAffair) {
  listing.ask(now);
  listing.absorb(failed(AnswerKind::kPrimaryLimit), terms, now);
  EXPECT_TRUE(listing.is_due(now));
  EXPECT_EQ(listing.status(), RepoStatus::kPending);
}

TEST_F(OwnerListingTest, ARedirectIsFollowedOnceInAReading) {
  core::ListingPage moved = failed(AnswerKind::kRedirect, "");
  moved.answer.location = "/user/42/repos?page=1";
  listing.ask(now);
  listing.absorb(moved, terms, now);
  const auto ask = listing.ask(now);
  EXPECT_EQ(ask.location, "/user/42/repos");
  listing.absorb(moved, terms, now);
  EXPECT_EQ(listing.status(), RepoStatus::kFailing);
}

TEST_F(OwnerListingTest, RepositoriesOfAnotherOwnerAreNotTold) {
  list.newest = {listed(1, "renamed"), listed(2, "renamed")};
  EXPECT_THAT(read(), IsEmpty());
  EXPECT_EQ(listing.status(), RepoStatus::kMoved);
  EXPECT_THAT(listing.status_detail(), ::testing::HasSubstr("renamed"));
}

TEST_F(OwnerListingTest, AnAnswerThatComesAfterEverythingIsToBeReadAgainIsPassedOver) {
  add(1, 3);
  const auto ask = listing.ask(now);
  listing.read_all(now);
  EXPECT_THAT(listing.absorb(list.answer(ask), terms, now).taken, IsEmpty());
  pass(OwnerListing::kFloor);
  EXPECT_EQ(read().size(), 3u);
}

TEST_F(OwnerListingTest, BehindAFullPageThatHasNotChangedThereMayBeAnother) {
  add(1, 200);
  read();
  list.newest.push_back(listed(999));
  pass(OwnerListing::kWholeEvery);
  EXPECT_THAT(read(), ElementsAre(999));
}

TEST_F(OwnerListingTest, BehindAPageThatIsNotFullThereMayBeAnother) {
  add(1, 250);
  list.left_out = {200};
  EXPECT_EQ(read().size(), 249u);
  pass(25h);
  list.newest.erase(list.newest.end() - 50);
  list.newest.push_back(listed(900));  // with an old date
  EXPECT_THAT(read(), ElementsAre(900u));
  EXPECT_THAT(pages, ElementsAre(1, 2, 3));
}

// Of any kind: afterwards nothing is missing, though what the first pages held is known already.
TEST_F(OwnerListingTest, TroubleBetweenTwoPagesLosesNothing) {
  for (const AnswerKind kind : {AnswerKind::kNotFound, AnswerKind::kUnauthorized, AnswerKind::kForbidden,
                                AnswerKind::kBlocked, AnswerKind::kServerError, AnswerKind::kSecondaryLimit}) {
    for (const bool restart : {false, true}) {
      list.newest.clear();
      listing = OwnerListing{"org", 1};
      add(1, 50);
      read();
      add(51, 300);
      pass(kInterval);
      EXPECT_EQ(request().size(), 100u);
      listing.ask(now);
      listing.absorb(failed(kind), terms, now);
      if (restart) {
        OwnerListing restored{"org", 1};
        restored.restore(listing.save());
        listing = restored;
      }
      listing.renew_token(now);
      pass(2h);
      EXPECT_EQ(read().size(), 150u) << core::to_string(kind);
    }
  }
}

TEST_F(OwnerListingTest, WhatAPersonRemovedBeforeItWasSeenIsNotTold) {
  add(1, 2);
  listing.drop("org/r1", 0);
  OwnerListing restored("org", 1);
  restored.restore(listing.save());
  listing = restored;
  EXPECT_THAT(read(), ElementsAre(2));
  list.newest[1].name = *core::RepoName::make("org", "another");
  pass(kInterval);
  EXPECT_THAT(read(), IsEmpty()) << "its number is known now";
}

TEST_F(OwnerListingTest, WhatAPersonRemovedIsNotToldWhenItBecomesWanted) {
  add(1, 2);
  list.newest[0].archived = true;  // number 2
  EXPECT_THAT(read(), ElementsAre(1u));
  listing.drop("org/r2", 2);  // a person had added it
  list.newest[0].archived = false;
  pass(25h);
  EXPECT_THAT(read(), IsEmpty());
}

TEST_F(OwnerListingTest, WhatIsHeldIsRemembered) {
  listing.hold("org/a");
  listing.hold("org/b");
  OwnerListing restored("org", 1);
  restored.restore(listing.save());
  EXPECT_THAT(restored.held(), ElementsAre("org/a", "org/b"));
  EXPECT_TRUE(restored.release("org/a"));
  EXPECT_FALSE(restored.release("org/a"));
}

RC_GTEST_PROP(OwnerListingProperty, WhatIsSavedBetweenTwoReadingsComesBack, ()) {
  OwnerListing listing("org", 1);
  List list;
  const auto count = *rc::gen::inRange(0, 330);
  for (int id = 1; id <= count; ++id) {
    list.newest.insert(list.newest.begin(), listed(static_cast<std::uint64_t>(id)));
    list.newest.front().archived = *rc::gen::arbitrary<bool>();
  }
  while (!listing.absorb(list.answer(listing.ask(kStart)), {.interval = kInterval}, kStart).finished) {
  }
  OwnerListing restored("org", 1);
  restored.restore(listing.save());
  RC_ASSERT(restored == listing);
}

RC_GTEST_PROP(OwnerListingProperty, AnyBytesMayBeRestored, (const std::string& bytes)) {
  OwnerListing listing("org", 1);
  listing.restore(bytes);
  listing.restore("page " + bytes + "\ndue " + bytes + "\ntold " + bytes + "\ncounters " + bytes);
  const auto ask = listing.ask(kStart);
  RC_ASSERT(ask.page >= 1);
  listing.absorb(List().answer(ask), {.interval = kInterval}, kStart);
}

// A world in which repositories come, go, change and are made public, with faults and restarts. What a reader that asks
// for everything all the time would have seen is what must have been told: each once, and nothing else.
RC_GTEST_PROP(OwnerListingProperty, TellsWhatAWholeListWouldAndEachOnce, ()) {
  List list;
  list.per_page = *rc::gen::inRange<std::size_t>(1, 7);
  OwnerListing listing("org", 7, list.per_page);
  OwnerListing::Terms terms{.interval = kInterval};
  std::map<std::uint64_t, int> told;
  std::map<std::uint64_t, bool> wanted;  // by number: whether it was ever shown as one that is wanted
  std::uint64_t last = 0;
  Timestamp now = kStart;
  const auto note = [&] {
    for (const auto& one : list.newest) {
      if ((terms.archived || !one.archived) && (terms.forks || !one.fork) && !one.hidden) wanted[one.github_id] = true;
    }
  };
  const auto ask_what_is_due = [&](bool may_fail) {
    for (int i = 0; i < 200 && listing.is_due(now); ++i) {
      const auto ask = listing.ask(now);
      if (may_fail && *rc::gen::inRange(0, 6) == 0) {
        const auto kind = *rc::gen::element(AnswerKind::kServerError, AnswerKind::kNoAnswer, AnswerKind::kNotFound,
                                            AnswerKind::kUnauthorized, AnswerKind::kBadAnswer, AnswerKind::kForbidden);
        listing.absorb(failed(kind), terms, now);
        continue;
      }
      for (const auto& one : listing.absorb(list.answer(ask), terms, now).taken) ++told[one.github_id];
    }
  };
  const int steps = *rc::gen::inRange(1, 60);
  for (int step = 0; step < steps; ++step) {
    const std::size_t size = list.newest.size();
    const auto any = [&] { return *rc::gen::inRange<std::size_t>(0, size); };
    switch (*rc::gen::inRange(0, 9)) {
      case 0:
      case 1:
      case 2:
        list.newest.insert(list.newest.begin(), listed(++last));
        list.newest.front().archived = *rc::gen::inRange(0, 4) == 0;
        list.newest.front().fork = *rc::gen::inRange(0, 4) == 0;
        break;
      case 3:
        list.newest.insert(
            list.newest.begin() + static_cast<std::ptrdiff_t>(*rc::gen::inRange<std::size_t>(0, size + 1)),
            listed(++last));
        if (*rc::gen::arbitrary<bool>()) listing.hear(last, now);
        break;
      case 4:
        if (size > 0) list.newest.erase(list.newest.begin() + static_cast<std::ptrdiff_t>(any()));
        break;
      case 5:
        if (size > 0) list.newest[any()].archived = *rc::gen::arbitrary<bool>();
        break;
      case 6:
        terms.forks = *rc::gen::arbitrary<bool>();
        if (terms.forks) listing.read_all(now);
        break;
      case 7: {
        OwnerListing restarted("org", 7, list.per_page);
        restarted.restore(listing.save());
        listing = restarted;
        break;
      }
      default:
        listing.hear(*rc::gen::inRange<std::uint64_t>(1, last + 3), now);
    }
    note();
    ask_what_is_due(true);
    now += *rc::gen::element<Millis>(Millis(0), Millis(30s), Millis(10min), kInterval, Millis(25h));
  }
  // Nothing changes any more, and nothing fails.
  const auto requests_before = listing.counters().requests;
  for (int hour = 0; hour < 60; ++hour) {
    now += 1h;
    note();
    ask_what_is_due(false);
  }
  for (const auto& one : list.newest) {
    const bool is_wanted = (terms.archived || !one.archived) && (terms.forks || !one.fork);
    RC_ASSERT(!is_wanted || told[one.github_id] == 1);
  }
  for (const auto& [number, times] : told) RC_ASSERT(times <= 1 && (times == 0 || wanted[number]));
  // Few requests: three whole readings at most in 60 hours, what was heard of, and one conditional request an hour.
  const std::size_t whole = list.newest.size() / list.per_page + 1;
  RC_ASSERT(listing.counters().requests - requests_before <= 60 + 6 * whole);
}

}  // namespace
}  // namespace repopulse::polling
