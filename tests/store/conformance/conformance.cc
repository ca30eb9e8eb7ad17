#include "tests/store/conformance/conformance.h"

#include <gmock/gmock.h>

#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "store/limits.h"
#include "tests/store/conformance/samples.h"
#include "tests/store/one_lease.h"

namespace repopulse::store {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(StoreConformance);

namespace {

using core::ErrorKind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> page(Store& store, RepoId repository, const EventFilter& filter, std::size_t offset,
                              std::size_t limit) {
  return must(store.events(repository, filter, offset, limit)).json;
}

// --- polls ---

TEST_P(StoreConformance, ACommitWritesEverythingOfAPoll) {
  const RepoId a = add(store(), "o/a");
  const RepoId b = add(store(), "o/b");
  PollCommit poll;
  poll.events = {{a, {event(10, 5), event(11, 7)}}, {b, {event(10, 5)}}};
  poll.feeds = {feed("orgs/o", 7)};
  poll.gaps = {{b, gap(1, 2)}};
  poll.notes = {{"budget", std::string("\0x\xff", 3)}};

  const CommitReceipt receipt = must(store().commit(poll));

  ASSERT_THAT(receipt.inserted, SizeIs(2));
  ASSERT_THAT(receipt.inserted[0], SizeIs(2));
  ASSERT_THAT(receipt.inserted[1], SizeIs(1));
  EXPECT_LT(receipt.inserted[0][0], receipt.inserted[0][1]);
  EXPECT_LT(receipt.inserted[0][1], receipt.inserted[1][0]);
  EXPECT_GE(receipt.inserted[0][0], 1);
  EXPECT_EQ(must(store().last_sequence()), receipt.inserted[1][0]);
  const auto repositories = must(store().repositories());
  EXPECT_EQ(repositories[0].events_stored, 2U);
  EXPECT_EQ(repositories[0].last_event_at, moment(7));
  EXPECT_EQ(repositories[1].events_stored, 1U);
  EXPECT_THAT(repositories[1].gaps, ElementsAre(gap(1, 2)));
  EXPECT_THAT(must(store().feeds()), ElementsAre(feed("orgs/o", 7)));
  EXPECT_THAT(must(store().notes()), ElementsAre(std::pair("budget", std::string("\0x\xff", 3))));
}

TEST_P(StoreConformance, KnownEventsArePassedOver) {
  const RepoId id = add(store(), "o/r");
  put(store(), id, {event(1, 1), event(2, 2)});
  core::Event changed = event(2, 2);
  changed.json = R"({"changed":true})";

  const CommitReceipt receipt = put(store(), id, {changed, event(3, 3), event(3, 3)});

  EXPECT_EQ(receipt.inserted[0][0], std::nullopt);
  EXPECT_NE(receipt.inserted[0][1], std::nullopt);
  EXPECT_EQ(receipt.inserted[0][2], std::nullopt) << "twice in one poll";
  EXPECT_EQ(must(store().repositories())[0].events_stored, 3U);
  EXPECT_EQ(all_events(store(), id)[1].event, event(2, 2)) << "what GitHub said first stays";
}

TEST_P(StoreConformance, AnEventIsItsRepositoryIdAndTime) {
  const RepoId a = add(store(), "o/a");
  const RepoId b = add(store(), "o/b");
  put(store(), a, {event(1, 1)});
  EXPECT_NE(put(store(), a, {event(1, 99)}).inserted[0][0], std::nullopt) << "ids come again years apart";
  EXPECT_NE(put(store(), b, {event(1, 1)}).inserted[0][0], std::nullopt);
  EXPECT_EQ(must(store().repositories())[0].events_stored, 2U);
}

TEST_P(StoreConformance, FindTellsTheSequenceOfKnownEvents) {
  const RepoId id = add(store(), "o/r");
  const CommitReceipt receipt = put(store(), id, {event(1, 1), event(2, 2)});
  const std::vector<core::EventKey> keys = {event(2, 2).key, event(2, 3).key, event(1, 1).key, event(3, 1).key};
  EXPECT_THAT(must(store().find(id, keys)),
              ElementsAre(receipt.inserted[0][1], std::nullopt, receipt.inserted[0][0], std::nullopt));
  EXPECT_THAT(must(store().find(id, {})), IsEmpty());
}

TEST_P(StoreConformance, EveryStoreTakesAndRefusesTheSameEvents) {
  const RepoId id = add(store(), "o/r");
  const auto of_size = [](std::uint64_t number, std::size_t bytes) {
    core::Event out = event(number, 1);
    out.json = R"({"filling":")" + std::string(bytes - 14, 'x') + R"("})";
    return out;
  };
  const auto of = [&](core::Event one) {
    PollCommit poll;
    poll.events = {{id, {std::move(one)}}};
    return poll;
  };
  EXPECT_EQ(failure_of(store().commit(of(of_size(1, kLargestEvent + 1)))), ErrorKind::kBadInput);
  core::Event long_names = event(2, 1);
  long_names.actor = std::string(kLongestNames, 'a');
  EXPECT_EQ(failure_of(store().commit(of(long_names))), ErrorKind::kBadInput);
  EXPECT_EQ(failure_of(store().commit(of(event(1ULL << 63, 1)))), ErrorKind::kBadInput);
  EXPECT_THAT(all_events(store(), id), IsEmpty());
  put(store(), id, {of_size(4, kLargestEvent)});
  EXPECT_EQ(must(store().events(id, {}, 0, 1)).json.at(0).size(), kLargestEvent);
}

TEST_P(StoreConformance, ACommitThatFailsHasChangedNothing) {
  const RepoId id = add(store(), "o/r");
  PollCommit poll;
  poll.events = {{id, {event(1, 1)}}, {RepoId{4711}, {event(2, 2)}}};
  poll.feeds = {feed("repos/o/r")};
  poll.notes = {{"n", "v"}};
  EXPECT_EQ(failure_of(store().commit(poll)), ErrorKind::kNotFound);
  poll.events.pop_back();
  poll.gaps = {{id, gap(1, 2)}, {id, {moment(2), moment(1)}}};
  EXPECT_EQ(failure_of(store().commit(poll)), ErrorKind::kBadInput);

  EXPECT_EQ(must(store().repositories())[0].events_stored, 0U);
  EXPECT_THAT(must(store().repositories())[0].gaps, IsEmpty());
  EXPECT_THAT(all_events(store(), id), IsEmpty());
  EXPECT_THAT(must(store().feeds()), IsEmpty());
  EXPECT_THAT(must(store().notes()), IsEmpty());
}

TEST_P(StoreConformance, AnEmptyCommitIsFine) {
  EXPECT_THAT(must(store().commit({})).inserted, IsEmpty());
}

TEST_P(StoreConformance, FeedsArePutByName) {
  PollCommit poll;
  for (int variant = 1; variant <= 6; ++variant)
    poll.feeds.push_back(feed("repos/o/" + std::to_string(variant), variant));
  must(store().commit(poll));
  EXPECT_EQ(must(store().feeds()), poll.feeds);
  // The same names with other values: fields are cleared as well as set, validators fewer as well as more.
  for (int variant = 1; variant <= 6; ++variant) {
    poll.feeds[static_cast<std::size_t>(variant - 1)] = feed("repos/o/" + std::to_string(variant), variant + 3);
  }
  must(store().commit(poll));
  EXPECT_EQ(must(store().feeds()), poll.feeds);
  core::FeedState bare;
  bare.feed = "repos/o/1";
  must(store().commit({{}, {bare}, {}, {}, {}, 0}));
  EXPECT_EQ(must(store().feeds())[0], bare);
}

TEST_P(StoreConformance, NotesArePutByName) {
  PollCommit poll;
  poll.notes = {{"a", "1"}, {"b", "2"}};
  must(store().commit(poll));
  poll.notes = {{"b", std::string(100'000, 'x')}, {"c", ""}};
  must(store().commit(poll));
  EXPECT_THAT(must(store().notes()),
              ElementsAre(std::pair("a", "1"), std::pair("b", std::string(100'000, 'x')), std::pair("c", "")));
}

TEST_P(StoreConformance, GapsThatTouchAreMergedAndCanBeReplaced) {
  const RepoId id = add(store(), "o/r");
  PollCommit poll;
  poll.gaps = {{id, gap(50, 60)}, {id, gap(10, 20)}};
  must(store().commit(poll));
  poll.gaps = {{id, gap(20, 30)}, {id, gap(55, 70)}};
  must(store().commit(poll));
  EXPECT_THAT(must(store().repositories())[0].gaps, ElementsAre(gap(10, 30), gap(50, 70)));

  const std::vector<core::Gap> left = {gap(52, 70), gap(10, 12), gap(11, 13)};
  must(store().replace_gaps(id, left));
  EXPECT_THAT(must(store().repositories())[0].gaps, ElementsAre(gap(10, 13), gap(52, 70)));
  const std::vector<core::Gap> backwards = {{moment(2), moment(1)}};
  EXPECT_EQ(failure_of(store().replace_gaps(id, backwards)), ErrorKind::kBadInput);
  must(store().replace_gaps(id, {}));
  EXPECT_THAT(must(store().repositories())[0].gaps, IsEmpty());
}

TEST_P(StoreConformance, ClosingGapsLeavesThoseThatCameMeanwhile) {
  const RepoId id = add(store(), "o/r");
  PollCommit poll;
  poll.gaps = {{id, gap(10, 20)}};
  must(store().commit(poll));
  poll.gaps = {{id, gap(50, 60)}};
  must(store().commit(poll));
  const auto change = must(store().close_gaps(id, std::vector{gap(5, 15), gap(18, 30)}));
  EXPECT_THAT(change.before, ElementsAre(gap(10, 20), gap(50, 60)));
  EXPECT_THAT(change.after, ElementsAre(gap(15, 18), gap(50, 60)));
  EXPECT_THAT(must(store().repositories())[0].gaps, ElementsAre(gap(15, 18), gap(50, 60)));
  must(store().close_gaps(id, std::vector{gap(0, 99)}));
  EXPECT_THAT(must(store().repositories())[0].gaps, IsEmpty());
}

TEST_P(StoreConformance, TheLatestTimeOfEventsOfOthersCounts) {
  const RepoId id = add(store(), "o/r");
  EXPECT_EQ(must(store().repositories())[0].others_until, std::nullopt);
  PollCommit poll;
  poll.others = {{id, moment(50)}, {id, moment(20)}};
  must(store().commit(poll));
  poll.others = {{id, moment(40)}};
  must(store().commit(poll));
  EXPECT_EQ(must(store().repositories())[0].others_until, moment(50));
  poll.others = {{RepoId{core::to_int(id) + 7}, moment(40)}};
  EXPECT_EQ(failure_of(store().commit(poll)), ErrorKind::kNotFound);
}

// --- events ---

TEST_P(StoreConformance, AnEventStaysTheBytesThatCame) {
  const RepoId id = add(store(), "o/r");
  std::mt19937 noise(1);
  std::vector<core::Event> events;
  const auto with_json = [&](std::string json) {
    core::Event made = event(events.size() + 1, static_cast<std::int64_t>(events.size()));
    made.json = std::move(json);
    events.push_back(std::move(made));
  };
  with_json("{}");
  with_json("");
  with_json("{ \"spaces\" :\t1.50,\n\"twice\":1,\"twice\":2, \"unicode\":\"\xf0\x9f\x90\x99 \\u00e9 \\/\" }");
  with_json(std::string("{\"zero\":\"\0\"}", 12));
  with_json("{\"latin1\":\"\xe9\"}");
  with_json("\"" + std::string(3'000'000, 'a') + "\"");
  std::string random(5'000, '\0');
  for (char& c : random) c = static_cast<char>(noise());
  with_json(random);
  const core::Event plain = event(100, 100);
  with_json(plain.json);
  put(store(), id, events);
  reopen();

  const std::vector<StoredEvent> stored = all_events(store(), id);
  const std::vector<std::string> newest_first = page(store(), id, {}, 0, 100);
  ASSERT_EQ(stored.size(), events.size());
  ASSERT_EQ(newest_first.size(), events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_TRUE(stored[i].event == events[i]) << "event " << i;
    EXPECT_TRUE(newest_first[events.size() - 1 - i] == events[i].json) << "event " << i;
  }
}

TEST_P(StoreConformance, EveryFieldOfAnEventIsKept) {
  const RepoId id = add(store(), "O/R");
  core::Event odd = event(9'999'999'999'999, 1, "Some\"New'Event", "");
  odd.repository = "renamed/Since";
  core::Event own = event(2, 2, "WatchEvent", "Mixed-Case[bot]");
  own.repository = "O/R";
  const CommitReceipt receipt = put(store(), id, {odd, own});

  const std::vector<StoredEvent> stored = must(store().events_after(0, 10));
  ASSERT_THAT(stored, SizeIs(2));
  EXPECT_EQ(stored[0].event, odd);
  EXPECT_EQ(stored[0].repository, id);
  EXPECT_EQ(stored[0].sequence, receipt.inserted[0][0]);
  EXPECT_EQ(stored[1].event, own);
  EXPECT_EQ(ids(all_events(store(), id)), (std::vector<std::uint64_t>{9'999'999'999'999, 2}));
}

TEST_P(StoreConformance, PagesAreNewestFirstByTimeThenId) {
  const RepoId id = add(store(), "o/r");
  // Stored in another order than that of time, with ids that are no order of time either.
  put(store(), id, {event(50, 10), event(7, 30)});
  put(store(), id, {event(900, 5), event(8, 30), event(6, 30)});
  const std::vector<std::string> expected = {event(8, 30).json, event(7, 30).json, event(6, 30).json,
                                             event(50, 10).json, event(900, 5).json};
  EXPECT_EQ(page(store(), id, {}, 0, 100), expected);
  EXPECT_THAT(page(store(), id, {}, 1, 2), ElementsAre(expected[1], expected[2]));
  EXPECT_THAT(page(store(), id, {}, 4, 2), ElementsAre(expected[4]));
  EXPECT_EQ(must(store().events(id, {}, 5, 2)).total, 5U);
  EXPECT_THAT(page(store(), id, {}, 5, 2), IsEmpty());
  EXPECT_THAT(page(store(), id, {}, 1'000'000'000, 2), IsEmpty());
  EXPECT_THAT(page(store(), id, {}, 0, 0), IsEmpty());
  EXPECT_EQ(ids(all_events(store(), id)), (std::vector<std::uint64_t>{900, 50, 6, 7, 8}));
}

TEST_P(StoreConformance, FiltersPickByTypeTimeAndActor) {
  const RepoId id = add(store(), "o/r");
  put(store(), id,
      {event(1, 10, "PushEvent", "Ann"), event(2, 20, "WatchEvent", "bob"), event(3, 30, "PushEvent", "bob"),
       event(4, 40, "ForkEvent", "ann"), event(5, 50, "PushEvent", "annika")});
  const auto found = [&](const EventFilter& filter) {
    const EventPage first = must(store().events(id, filter, 0, 100));
    std::vector<std::uint64_t> oldest_first = ids(all_events(store(), id, filter));
    EXPECT_EQ(first.total, oldest_first.size());
    EXPECT_EQ(first.json.size(), oldest_first.size());
    const EventPage second = must(store().events(id, filter, 1, 1));
    EXPECT_EQ(second.total, oldest_first.size());
    if (first.json.size() > 1) {
      EXPECT_THAT(second.json, ElementsAre(first.json[1]));
    }
    return oldest_first;
  };
  EXPECT_THAT(found({{"PushEvent"}, {}, {}, ""}), ElementsAre(1, 3, 5));
  EXPECT_THAT(found({{"ForkEvent", "WatchEvent", "NoEvent", "ForkEvent"}, {}, {}, ""}), ElementsAre(2, 4));
  EXPECT_THAT(found({{"pushevent"}, {}, {}, ""}), IsEmpty()) << "types are exact";
  EXPECT_THAT(found({{}, moment(20), {}, ""}), ElementsAre(2, 3, 4, 5));
  EXPECT_THAT(found({{}, {}, moment(20), ""}), ElementsAre(1, 2));
  EXPECT_THAT(found({{}, moment(20), moment(40), ""}), ElementsAre(2, 3, 4));
  EXPECT_THAT(found({{}, moment(40), moment(20), ""}), IsEmpty());
  EXPECT_THAT(found({{}, {}, {}, "ANN"}), ElementsAre(1, 4));
  EXPECT_THAT(found({{}, {}, {}, "%"}), IsEmpty());
  EXPECT_THAT(found({{"PushEvent", "ForkEvent"}, moment(11), moment(50), "ann"}), ElementsAre(4));
}

TEST_P(StoreConformance, AVisitEndsWhenTheVisitorSaysSo) {
  const RepoId id = add(store(), "o/r");
  put(store(), id, {event(1, 1), event(2, 2), event(3, 3)});
  std::vector<std::uint64_t> seen;
  must(store().visit_events(id, {}, [&](const StoredEvent& stored) {
    seen.push_back(stored.event.key.id);
    return seen.size() < 2;
  }));
  EXPECT_THAT(seen, ElementsAre(1, 2));
}

TEST_P(StoreConformance, ALongVisitSeesEachEventOnceInOrder) {
  const RepoId id = add(store(), "o/r");
  std::vector<core::Event> events;
  // Several of each second, so that batches end amid a second.
  for (std::uint64_t i = 0; i < 2'345; ++i) events.push_back(event(5'000 - i, static_cast<std::int64_t>(i / 7)));
  put(store(), id, events);
  std::sort(events.begin(), events.end(), [](const core::Event& a, const core::Event& b) {
    return std::pair(a.key.created_at, a.key.id) < std::pair(b.key.created_at, b.key.id);
  });
  const std::vector<StoredEvent> stored = all_events(store(), id);
  ASSERT_EQ(stored.size(), events.size());
  for (std::size_t i = 0; i < events.size(); ++i) ASSERT_EQ(stored[i].event, events[i]) << i;
}

TEST_P(StoreConformance, AVisitorMayUseTheStore) {
  const RepoId id = add(store(), "o/r");
  put(store(), id, {event(1, 1)});
  must(store().visit_events(id, {}, [&](const StoredEvent& stored) {
    put(store(), stored.repository, {event(2, 2)});
    return false;
  }));
  EXPECT_EQ(must(store().events(id, {}, 0, 1)).total, 2U);
}

TEST_P(StoreConformance, AWindowIsLoadedFromTheNewestEvents) {
  const RepoId id = add(store(), "o/r");
  const RepoId other = add(store(), "o/other");
  put(store(), id, {event(1, 10, "A"), event(2, 30, "B"), event(9, 20, "C"), event(4, 20, "D"), event(3, 5, "E")});
  put(store(), other, {event(1, 100, "X")});
  const auto newest = [&](std::size_t limit) {
    std::vector<std::pair<core::EventKey, std::string>> seen;
    must(store().visit_newest(id, limit, [&](const core::EventKey& key, std::string_view type, std::string_view) {
      seen.emplace_back(key, type);
      return true;
    }));
    return seen;
  };
  using Seen = std::pair<core::EventKey, std::string>;
  EXPECT_THAT(newest(2), ::testing::UnorderedElementsAre(Seen{event(2, 30).key, "B"}, Seen{event(9, 20).key, "C"}));
  EXPECT_THAT(newest(100), SizeIs(5));
  EXPECT_THAT(newest(0), IsEmpty());
}

TEST_P(StoreConformance, ArrivalsAreTheTimesOfEvents) {
  const RepoId id = add(store(), "o/r");
  put(store(), id, {event(3, 30), event(1, 10), event(2, 10), event(4, 9)});
  EXPECT_THAT(must(store().arrivals(id, moment(10))), ElementsAre(moment(10), moment(10), moment(30)));
  EXPECT_THAT(must(store().arrivals(id, moment(31))), IsEmpty());
}

TEST_P(StoreConformance, TimesOfAStretchComeInOrderWithTheirTypes) {
  const RepoId id = add(store(), "o/r");
  const RepoId other = add(store(), "o/other");
  put(store(), id, {event(3, 30, "A"), event(1, 10, "B"), event(2, 10, "A"), event(4, 9, "C"), event(5, 31, "A")});
  put(store(), other, {event(6, 20, "A")});
  const auto times = [&](RepoId repository, const EventFilter& filter) {
    std::vector<std::pair<std::int64_t, std::string>> out;
    must(store().visit_times(repository, filter, [&](core::EventTime at, std::string_view type) {
      out.emplace_back((at - moment(0)).count(), type);
    }));
    return out;
  };
  using ::testing::Pair;
  EXPECT_THAT(times(id, {{}, moment(10), moment(30), ""}), ElementsAre(Pair(10, "B"), Pair(10, "A"), Pair(30, "A")));
  EXPECT_THAT(times(id, {{"A"}, moment(11), {}, ""}), ElementsAre(Pair(30, "A"), Pair(31, "A")));
  EXPECT_THAT(times(id, {{"B", "C"}, {}, {}, ""}), ElementsAre(Pair(9, "C"), Pair(10, "B")));
  EXPECT_THAT(times(id, {{}, moment(31), moment(10), ""}), IsEmpty());
  EXPECT_THAT(times(RepoId{999}, {}), IsEmpty());
}

TEST_P(StoreConformance, TheFirstEventIsTheOldestThatIsStored) {
  const RepoId id = add(store(), "o/r");
  EXPECT_EQ(must(store().first_event_at(id)), std::nullopt);
  put(store(), id, {event(1, 30), event(2, 10)});
  EXPECT_EQ(must(store().first_event_at(id)), moment(10));
  put(store(), id, {event(3, 5)});
  EXPECT_EQ(must(store().first_event_at(id)), moment(5));
  while (must(store().delete_events_before(moment(20), 10)) > 0) {
  }
  EXPECT_EQ(must(store().first_event_at(id)), moment(30));
  EXPECT_EQ(must(store().first_event_at(RepoId{999})), std::nullopt);
}

TEST_P(StoreConformance, PagesOfRareAndOfCommonTypesAndActorsAgreeWithAWalk) {
  const RepoId id = add(store(), "o/r");
  std::vector<core::Event> events;
  for (std::uint64_t i = 1; i <= 60; ++i) {
    const char* type = i % 30 == 0 ? "Rare" : i % 2 == 0 ? "Push" : "Watch";
    events.push_back(event(i, static_cast<std::int64_t>(i * 7 % 60), type, i % 3 == 0 ? "Ann" : "bob"));
  }
  put(store(), id, events);
  const std::vector<std::vector<std::string>> types = {{}, {"Rare"}, {"Push"}, {"Rare", "Push"}, {"Rare", "None"}};
  for (const auto& wanted : types) {
    for (const char* actor : {"", "ANN"}) {
      const EventFilter filter{wanted, moment(3), moment(55), actor};
      std::vector<StoredEvent> expected = all_events(store(), id, filter);
      std::reverse(expected.begin(), expected.end());
      const EventPage found = must(store().events(id, filter, 1, 5));
      ASSERT_EQ(found.total, expected.size()) << wanted.size() << actor;
      for (std::size_t i = 0; i < found.json.size(); ++i) EXPECT_EQ(found.json[i], expected[i + 1].event.json);
      EXPECT_EQ(found.json.size(),
                std::min<std::size_t>(5, expected.size() - std::min<std::size_t>(1, expected.size())));
    }
  }
}

TEST_P(StoreConformance, AStreamResumesFromAnySequence) {
  const RepoId a = add(store(), "o/a");
  const RepoId b = add(store(), "o/b");
  put(store(), a, {event(5, 50), event(4, 40)});
  put(store(), b, {event(5, 1)});
  const std::vector<StoredEvent> all = must(store().events_after(0, 100));
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_THAT(ids(all), ElementsAre(5, 4, 5));
  EXPECT_LT(all[0].sequence, all[1].sequence);
  EXPECT_LT(all[1].sequence, all[2].sequence);
  EXPECT_EQ(all[2].repository, b);
  EXPECT_THAT(ids(must(store().events_after(all[0].sequence, 1))), ElementsAre(4));
  EXPECT_EQ(must(store().last_sequence()), all[2].sequence);
  EXPECT_EQ(must(store().settled_sequence()), all[2].sequence) << "nobody is storing anything";
  EXPECT_THAT(must(store().events_after(all[2].sequence, 10)), IsEmpty());
}

TEST_P(StoreConformance, OldEventsAreDeletedAFewAtATime) {
  const RepoId a = add(store(), "o/a");
  const RepoId b = add(store(), "o/b");
  put(store(), a, {event(1, 10), event(2, 20), event(3, 30)});
  put(store(), b, {event(1, 5), event(2, 20)});
  const Sequence last = must(store().last_sequence());

  EXPECT_EQ(must(store().delete_events_before(moment(20), 1)), 1U);
  EXPECT_EQ(must(store().delete_events_before(moment(20), 100)), 1U);
  EXPECT_EQ(must(store().delete_events_before(moment(20), 100)), 0U);

  EXPECT_EQ(ids(all_events(store(), a)), (std::vector<std::uint64_t>{2, 3}));
  EXPECT_EQ(ids(all_events(store(), b)), (std::vector<std::uint64_t>{2}));
  EXPECT_EQ(must(store().repositories())[0].events_stored, 2U);
  EXPECT_EQ(must(store().delete_events_before(moment(1000), 100)), 3U);
  EXPECT_EQ(must(store().repositories())[0].events_stored, 0U);
  EXPECT_EQ(must(store().repositories())[0].last_event_at, std::nullopt);
  EXPECT_EQ(must(store().last_sequence()), last) << "a sequence number is never given twice";
  EXPECT_GT(put(store(), a, {event(9, 90)}).inserted[0][0], last);
}

// --- keys ---

TEST_P(StoreConformance, KeysAreAddedListedAndRevoked) {
  must(store().add_key(key("b", KeyRole::kAdmin)));
  must(store().add_key(key("a")));
  EXPECT_EQ(failure_of(store().add_key(key("a", KeyRole::kAdmin))), ErrorKind::kConflict);
  EXPECT_THAT(must(store().keys()), ElementsAre(key("a"), key("b", KeyRole::kAdmin)));
  must(store().revoke_key("b"));
  EXPECT_EQ(failure_of(store().revoke_key("b")), ErrorKind::kNotFound);
  EXPECT_THAT(must(store().keys()), ElementsAre(key("a")));
}

// --- who polls ---

TEST_P(StoreConformance, ALeaseIsRenewedUnderTheSameFence) {
  const auto first = must(acquire_one(store(), "one", 0, core::Millis(10'000), instant(0)));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->shard, 0);
  EXPECT_GE(first->fence, 1);
  EXPECT_EQ(first->expires_at, instant(10));
  const auto again = must(acquire_one(store(), "one", 0, core::Millis(10'000), instant(5)));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->fence, first->fence);
  EXPECT_EQ(again->expires_at, instant(15));
}

TEST_P(StoreConformance, WritesUnderALeaseThatWasTakenOverAreStale) {
  const auto first = must(acquire_one(store(), "one", 0, core::Millis(10'000), instant(0)));
  const auto second = must(acquire_one(store(), "two", 0, core::Millis(10'000), instant(20)));
  ASSERT_TRUE(first && second);
  EXPECT_GT(second->fence, first->fence);
  const RepoId id = add(store(), "o/r");
  PollCommit poll;
  poll.events = {{id, {event(1, 1)}}};
  poll.feeds = {feed("repos/o/r")};
  poll.fence = first->fence;
  EXPECT_EQ(failure_of(store().commit(poll)), ErrorKind::kStale);
  EXPECT_THAT(all_events(store(), id), IsEmpty());
  EXPECT_THAT(must(store().feeds()), IsEmpty());
  poll.fence = second->fence;
  must(store().commit(poll));
  poll.shard = 1;
  poll.fence = first->fence;
  must(store().commit(poll));
}

TEST_P(StoreConformance, ALeaseIsOneHoldersWhereServersShareTheStore) {
  if (!GetParam().exclusive_leases) GTEST_SKIP() << "a store for one process";
  const auto first = must(acquire_one(store(), "one", 0, core::Millis(10'000), instant(0)));
  ASSERT_TRUE(first);
  EXPECT_FALSE(must(acquire_one(store(), "two", 0, core::Millis(10'000), instant(9))));
  EXPECT_TRUE(must(acquire_one(store(), "two", 1, core::Millis(10'000), instant(9)))) << "another shard is free";
  must(release_one(store(), "two", 0));
  EXPECT_FALSE(must(acquire_one(store(), "two", 0, core::Millis(10'000), instant(9)))) << "only its holder gives it up";
  must(release_one(store(), "one", 0));
  const auto second = must(acquire_one(store(), "two", 0, core::Millis(10'000), instant(9)));
  ASSERT_TRUE(second);
  EXPECT_GT(second->fence, first->fence);
}

TEST_P(StoreConformance, TheLastLeaseOfEveryShardIsListedWhereServersShareTheStore) {
  EXPECT_THAT(must(store().leases()), IsEmpty());
  must(acquire_one(store(), "one", 0, core::Millis(10'000), instant(0)));
  const auto second = must(acquire_one(store(), "two", 0, core::Millis(10'000), instant(20)));
  const auto other = must(acquire_one(store(), "one", 7, core::Millis(10'000), instant(20)));
  ASSERT_TRUE(second && other);
  const auto listed = must(store().leases());
  if (!GetParam().exclusive_leases) {
    EXPECT_THAT(listed, IsEmpty());
    return;
  }
  ASSERT_THAT(listed, SizeIs(2));
  EXPECT_EQ(listed[0].holder, "two");
  EXPECT_EQ(listed[0].lease.fence, second->fence);
  EXPECT_EQ(listed[0].lease.expires_at, second->expires_at);
  EXPECT_EQ(listed[1].holder, "one");
  EXPECT_EQ(listed[1].lease.shard, 7);
}

// --- over time ---

TEST_P(StoreConformance, EverythingIsThereAfterReopening) {
  const RepoId id = add(store(), "o/r", true);
  PollCommit poll;
  poll.events = {{id, {event(1, 1), event(2, 2)}}};
  poll.feeds = {feed("repos/o/r", 7)};
  poll.gaps = {{id, gap(1, 2)}};
  poll.notes = {{"n", "v"}};
  must(store().commit(poll));
  must(store().add_key(key("k")));
  const auto lease = must(acquire_one(store(), "one", 0, core::Millis(1), instant(0)));
  ASSERT_TRUE(lease);
  const std::int64_t revision = revision_of(store());
  const Sequence last = must(store().last_sequence());

  reopen();

  EXPECT_EQ(revision_of(store()), revision);
  EXPECT_EQ(must(store().last_sequence()), last);
  EXPECT_EQ(ids(all_events(store(), id)), (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(must(store().repositories())[0].events_stored, 2U);
  EXPECT_THAT(must(store().repositories())[0].gaps, ElementsAre(gap(1, 2)));
  EXPECT_EQ(must(store().feeds()), poll.feeds);
  EXPECT_EQ(must(store().notes()), poll.notes);
  EXPECT_THAT(must(store().keys()), ElementsAre(key("k")));
  const auto successor = must(acquire_one(store(), "two", 0, core::Millis(1), instant(60)));
  ASSERT_TRUE(successor);
  EXPECT_GT(successor->fence, lease->fence);
  EXPECT_EQ(put(store(), id, {event(2, 2)}).inserted[0][0], std::nullopt);
}

TEST_P(StoreConformance, ReadersSeeWholeCommitsWhileAWriterWrites) {
  const RepoId id = add(store(), "o/r");
  constexpr std::uint64_t kCommits = 40;
  constexpr std::uint64_t kEvents = 10;
  std::atomic<bool> done{false};
  std::atomic<int> torn{0};
  std::atomic<int> failures{0};
  const auto read = [&] {
    std::uint64_t seen = 0;
    while (!done) {
      const auto found = store().events(id, {}, 0, 5);
      if (!found) {
        ++failures;
        continue;
      }
      if (found->total % kEvents != 0 || found->total < seen) ++torn;
      if (found->json.size() != std::min<std::uint64_t>(found->total, 5)) ++torn;
      seen = found->total;
    }
  };
  std::thread first(read);
  std::thread second(read);
  for (std::uint64_t i = 0; i < kCommits; ++i) {
    std::vector<core::Event> events;
    for (std::uint64_t k = 0; k < kEvents; ++k) {
      events.push_back(event(i * kEvents + k, static_cast<std::int64_t>((i * 7919) % 1000)));
    }
    put(store(), id, std::move(events));
  }
  done = true;
  first.join();
  second.join();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(must(store().events(id, {}, 0, 5)).total, kCommits * kEvents);
}

}  // namespace
}  // namespace repopulse::store
