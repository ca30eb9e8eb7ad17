// Alerts, and the messages that are still to be sent about them.
#include <gmock/gmock.h>

#include <vector>

#include "tests/store/conformance/conformance.h"
#include "tests/store/conformance/samples.h"

namespace repopulse::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Alert silence(const std::string& key, std::vector<Notice> notices = {}) {
  return {.key = key,
          .repository = "o/r",
          .rule = "silence",
          .since = instant(10),
          .resolved_at = std::nullopt,
          .summary = "No event for 3 h — \"quiet\"",
          .value = 10'800.5,
          .threshold = 7200,
          .notices = std::move(notices)};
}

std::vector<std::int64_t> ids_of(const std::vector<Alert>& alerts) {
  std::vector<std::int64_t> ids;
  for (const Alert& alert : alerts) ids.push_back(alert.id);
  return ids;
}

TEST_P(StoreConformance, AnAlertIsKeptAsItWasGivenAndSurvivesARestart) {
  const Notice begun{"t1", false, instant(10), "", instant(70), 0};
  const Notice retried{"t2", false, instant(10), "delivery", instant(99), 3};
  Alert wanted = silence("silence o/r", {begun, retried});
  const Alert added = must(store().add_alert(wanted));
  EXPECT_GT(added.id, 0);
  wanted.id = added.id;
  wanted.revision = added.revision;
  EXPECT_EQ(added, wanted);
  reopen();
  EXPECT_THAT(must(store().open_alerts()), ElementsAre(wanted));
  EXPECT_THAT(must(store().alerts(std::nullopt, 0, 10)).alerts, ElementsAre(wanted));
}

TEST_P(StoreConformance, NoTwoAlertsOfOneKeyHoldAtTheSameTime) {
  Alert first = must(store().add_alert(silence("silence o/r")));
  EXPECT_EQ(failure_of(store().add_alert(silence("silence o/r"))), core::ErrorKind::kConflict);
  must(store().add_alert(silence("silence o/other")));
  first.resolved_at = instant(50);
  must(store().update_alert(first));
  const Alert again = must(store().add_alert(silence("silence o/r")));
  EXPECT_GT(again.id, first.id);
}

TEST_P(StoreConformance, AChangeOfAnAlertThatWasChangedSinceItWasReadIsRefused) {
  const Alert added = must(store().add_alert(silence("silence o/r", {{"t", false, instant(10), "", instant(70), 0}})));
  Alert ours = added, theirs = added;
  theirs.notices.clear();
  theirs = must(store().update_alert(theirs));
  ours.resolved_at = instant(60);
  EXPECT_EQ(failure_of(store().update_alert(ours)), core::ErrorKind::kStale);
  theirs.resolved_at = instant(60);
  EXPECT_EQ(must(store().update_alert(theirs)).resolved_at, instant(60));
  Alert unknown = theirs;
  unknown.id += 100;
  EXPECT_EQ(failure_of(store().update_alert(unknown)), core::ErrorKind::kStale);
}

TEST_P(StoreConformance, AnAlertIsOpenWhileItHoldsOrATargetIsToBeTold) {
  Alert alert = must(store().add_alert(silence("silence o/r")));
  EXPECT_EQ(must(store().open_alerts()).size(), 1u);
  alert.resolved_at = instant(60);
  alert.notices = {{"t", true, instant(60), "", instant(120), 0}};
  alert = must(store().update_alert(alert));
  EXPECT_THAT(must(store().open_alerts()), ElementsAre(alert));
  alert.notices.clear();
  must(store().update_alert(alert));
  EXPECT_THAT(must(store().open_alerts()), IsEmpty());
}

TEST_P(StoreConformance, AlertsAreListedNewestFirstInPagesByState) {
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 5; ++i) {
    Alert alert = must(store().add_alert(silence("silence o/r" + std::to_string(i))));
    ids.push_back(alert.id);
    if (i % 2 == 1) continue;
    alert.resolved_at = instant(60);
    must(store().update_alert(alert));
  }
  const AlertPage all = must(store().alerts(std::nullopt, 1, 2));
  EXPECT_EQ(all.total, 5u);
  EXPECT_THAT(ids_of(all.alerts), ElementsAre(ids[3], ids[2]));
  const AlertPage firing = must(store().alerts(AlertState::kFiring, 0, 10));
  EXPECT_EQ(firing.total, 2u);
  EXPECT_THAT(ids_of(firing.alerts), ElementsAre(ids[3], ids[1]));
  const AlertPage resolved = must(store().alerts(AlertState::kResolved, 2, 10));
  EXPECT_EQ(resolved.total, 3u);
  EXPECT_THAT(ids_of(resolved.alerts), ElementsAre(ids[0]));
}

TEST_P(StoreConformance, OldAlertsAreForgottenButNotTheNewestNorThoseThatAreToBeTold) {
  std::vector<Alert> alerts;
  for (int i = 0; i < 5; ++i) alerts.push_back(must(store().add_alert(silence("silence o/r" + std::to_string(i)))));
  for (const int i : {0, 1, 2, 4}) {
    alerts[static_cast<std::size_t>(i)].resolved_at = instant(i == 2 ? 500 : 60);
    if (i == 1) alerts[static_cast<std::size_t>(i)].notices = {{"t", true, instant(60), "", instant(120), 0}};
    must(store().update_alert(alerts[static_cast<std::size_t>(i)]));
  }
  must(store().forget_alerts(instant(100)));
  EXPECT_THAT(ids_of(must(store().alerts(std::nullopt, 0, 10)).alerts),
              ElementsAre(alerts[4].id, alerts[3].id, alerts[2].id, alerts[1].id));
}

}  // namespace
}  // namespace repopulse::store
