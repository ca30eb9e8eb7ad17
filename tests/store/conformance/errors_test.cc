// The errors that every call of every store can give.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/store/conformance/conformance.h"
#include "tests/store/conformance/samples.h"
#include "tests/store/one_lease.h"

namespace repopulse::store {
namespace {

using core::ErrorKind;

// Makes every call once, with arguments that are right; how each failed.
std::map<std::string, std::optional<ErrorKind>> failures_of_every_call(Store& store) {
  const RepoId id{1};
  const std::vector<NewRepository> wanted = {{name("o/r"), true}};
  const core::OwnerName owner = *core::OwnerName::parse("o/*");
  const std::vector<core::EventKey> keys = {event(1, 1).key};
  const std::vector<core::Gap> gaps = {gap(1, 2)};
  return {
      {"repositories", failure_of(store.repositories())},
      {"repositories_of", failure_of(store.repositories_of({&id, 1}))},
      {"add_repositories", failure_of(store.add_repositories(wanted, instant(0)))},
      {"set_active", failure_of(store.set_active(id, true))},
      {"remove_repository", failure_of(store.remove_repository(id))},
      {"list_changes", failure_of(store.list_changes(0))},
      {"owners", failure_of(store.owners())},
      {"add_owner", failure_of(store.add_owner({.name = owner}))},
      {"update_owner", failure_of(store.update_owner({.name = owner}))},
      {"remove_owner", failure_of(store.remove_owner(owner))},
      {"feeds", failure_of(store.feeds())},
      {"notes", failure_of(store.notes())},
      {"find", failure_of(store.find(id, keys))},
      {"commit", failure_of(store.commit({{}, {feed("orgs/o")}, {}, {}, {}, 0}))},
      {"close_gaps", failure_of(store.close_gaps(id, gaps))},
      {"replace_gaps", failure_of(store.replace_gaps(id, gaps))},
      {"visit_newest", failure_of(store.visit_newest(id, 1, [](const auto&, auto, auto) { return true; }))},
      {"visit_newest_of",
       failure_of(store.visit_newest_of({&id, 1}, {}, [](auto, const auto&, auto, auto) { return true; }))},
      {"visit_times", failure_of(store.visit_times(id, {}, [](auto, auto) {}))},
      {"first_event_at", failure_of(store.first_event_at(id))},
      {"arrivals", failure_of(store.arrivals(id, moment(0)))},
      {"events", failure_of(store.events(id, {}, 0, 1))},
      {"visit_events", failure_of(store.visit_events(id, {}, [](const auto&) { return true; }))},
      {"events_after", failure_of(store.events_after(0, 1))},
      {"last_sequence", failure_of(store.last_sequence())},
      {"settled_sequence", failure_of(store.settled_sequence())},
      {"delete_events_before", failure_of(store.delete_events_before(moment(0), 1))},
      {"keys", failure_of(store.keys())},
      {"add_key", failure_of(store.add_key(key("k")))},
      {"revoke_key", failure_of(store.revoke_key("k"))},
      {"acquire_leases", failure_of(acquire_one(store, "one", 0, core::Millis(1), instant(0)))},
      {"release_leases", failure_of(release_one(store, "one", 0))},
      {"add_alert", failure_of(store.add_alert({}))},
      {"update_alert", failure_of(store.update_alert({}))},
      {"open_alerts", failure_of(store.open_alerts())},
      {"alerts", failure_of(store.alerts(std::nullopt, 0, 1))},
      {"forget_alerts", failure_of(store.forget_alerts(instant(0)))},
      {"ping", failure_of(store.ping())},
  };
}

TEST_P(StoreConformance, EveryCallOfAStoreThatIsAwayIsUnavailable) {
  if (!cause(Trouble::kAway)) GTEST_SKIP() << "a test cannot take this store away";
  for (const auto& [call, failure] : failures_of_every_call(store())) {
    EXPECT_EQ(failure, ErrorKind::kUnavailable) << call;
  }
}

TEST_P(StoreConformance, EveryCallOfADamagedStoreSaysThatItIsCorrupt) {
  if (!cause(Trouble::kDamaged)) GTEST_SKIP() << "a test cannot damage this store as a whole";
  for (const auto& [call, failure] : failures_of_every_call(store())) {
    EXPECT_EQ(failure, ErrorKind::kCorrupt) << call;
  }
}

}  // namespace
}  // namespace repopulse::store
