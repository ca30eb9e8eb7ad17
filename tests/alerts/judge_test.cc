#include "alerts/judge.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace repopulse::alerts {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::RepoStatus;
using core::Timestamp;

constexpr EventTime kMonday = core::event_time_from_unix(1'731'283'200);  // 0:00 UTC

Rule rule(RuleKind kind, const std::string& repository = {}, const std::string& type = {},
          std::optional<core::Millis> lasting = {}) {
  Rule made;
  made.kind = kind;
  if (!repository.empty()) made.repositories = {repository};
  made.type = type;
  made.lasting = lasting;
  return made;
}

Timestamp at(EventTime time) {
  return core::to_timestamp(time);
}

// A server with one repository, as its snapshots show it.
class World {
 public:
  World() {
    view_.feed.status = RepoStatus::kOk;
    view_.feed.last_polled_at = at(kMonday);
  }

  // Polled at that time; these came.
  void poll(EventTime now, const std::vector<EventTime>& events = {}, std::string_view type = "PushEvent") {
    for (const EventTime event : events) {
      view_.window.insert({++id_, event}, type);
      ++view_.events_version;
    }
    view_.feed.last_polled_at = at(now);
  }

  monitor::RepositoryView& view() { return view_; }
  monitor::Snapshot& snapshot() { return snapshot_; }

  Judgement judge(Judge& judge, EventTime now) {
    snapshot_.ready = true;
    snapshot_.repositories.put(std::make_shared<const monitor::RepositoryView>(view_));
    for (const Judge::Wanted& series : judge.wanted(snapshot_)) judge.give_history(series, history);
    return judge.judge(snapshot_, at(now));
  }

  std::vector<EventTime> history;

 private:
  static store::Repository named(std::string_view name) {
    return {core::RepoId{1}, core::RepoName::parse(name).value(), true, {}, 0, {}, {}, {}};
  }

  monitor::RepositoryView view_{named("Owner/Repo"), {}, core::Window(), 0, 0, {}, {}};
  monitor::Snapshot snapshot_;
  std::uint64_t id_ = 0;
};

std::vector<std::string> keys(const Judgement& judgement) {
  std::vector<std::string> out;
  for (const Finding& finding : judgement.findings) out.push_back(finding.key);
  return out;
}
using Keys = std::vector<std::string>;

bool is_work(EventTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::weekday weekday{day};
  const auto hour = time - day;
  return weekday != std::chrono::Saturday && weekday != std::chrono::Sunday && hour >= 8h && hour < 18h;
}

TEST(Judge, raises_no_silence_at_weekends_and_one_when_the_work_stops) {
  World world;
  Judge judge({rule(RuleKind::kSilence)});
  for (EventTime t = kMonday - std::chrono::days(42); t < kMonday; t += 20min) {
    if (is_work(t)) world.history.push_back(t);
  }
  const EventTime stop = kMonday + std::chrono::days(15) + 11h;  // a Tuesday
  std::optional<EventTime> raised;
  std::optional<EventTime> resolved;
  for (EventTime now = kMonday; now < kMonday + std::chrono::days(18); now += 20min) {
    const bool comes = is_work(now) && (now < stop || now >= stop + 26h);
    world.poll(now, comes ? std::vector{now} : std::vector<EventTime>{});
    const Judgement judgement = world.judge(judge, now);
    if (now < stop) {
      ASSERT_TRUE(judgement.findings.empty()) << core::format_rfc3339(now) << judgement.findings[0].summary;
    }
    if (!judgement.findings.empty() && !raised) raised = now;
    if (raised && judgement.findings.empty() && !resolved) resolved = now;
  }
  ASSERT_TRUE(raised);
  EXPECT_LT(*raised, stop + 8h);
  ASSERT_TRUE(resolved);
  EXPECT_EQ(*resolved, stop + 26h) << "with the first event";
}

TEST(Judge, goes_by_other_rules_and_remembers_since_when_trouble_lasts) {
  World world;
  world.view().feed.status = RepoStatus::kNotFound;
  Judge judge({rule(RuleKind::kStatus, {}, {}, 2h)});
  EXPECT_TRUE(keys(world.judge(judge, kMonday)).empty());
  judge.set_rules({rule(RuleKind::kGap), rule(RuleKind::kStatus, {}, {}, 1h)});
  EXPECT_EQ(keys(world.judge(judge, kMonday + 1h)), Keys{"status owner/repo"});
  judge.set_rules({rule(RuleKind::kGap)});
  EXPECT_TRUE(keys(world.judge(judge, kMonday + 1h)).empty());
}

TEST(Judge, does_not_take_for_a_silence_what_nobody_has_asked_for) {
  World world;
  Judge judge({rule(RuleKind::kSilence)});
  for (EventTime t = kMonday - std::chrono::days(8); t < kMonday; t += 10min) world.history.push_back(t);
  world.poll(kMonday);
  EXPECT_TRUE(world.judge(judge, kMonday).findings.empty());
  // The feed cannot be read for two days: that is trouble, but no silence.
  world.view().feed.status = RepoStatus::kFailing;
  world.view().feed.last_polled_at = at(kMonday + 48h);
  EXPECT_TRUE(world.judge(judge, kMonday + 48h).findings.empty());
  world.view().feed.status = RepoStatus::kOk;
  world.poll(kMonday + 49h);
  const Judgement silent = world.judge(judge, kMonday + 49h);
  ASSERT_EQ(keys(silent), Keys{"silence owner/repo"});
  EXPECT_EQ(silent.findings[0].repository, "Owner/Repo");
  EXPECT_GT(silent.findings[0].value, silent.findings[0].threshold);
}

TEST(Judge, hears_the_silence_of_one_type_among_others) {
  World world;
  Judge judge({rule(RuleKind::kSilence, "owner/repo", "ReleaseEvent")});
  for (EventTime t = kMonday - std::chrono::days(20); t < kMonday; t += 2h) world.history.push_back(t);
  EventTime now = kMonday;
  Judgement last;
  for (; now < kMonday + std::chrono::days(3); now += 1h) {
    world.poll(now, {now}, "PushEvent");
    last = world.judge(judge, now);
  }
  EXPECT_EQ(keys(last), Keys{"silence ReleaseEvent owner/repo"});
  world.poll(now, {now}, "ReleaseEvent");
  EXPECT_TRUE(world.judge(judge, now).findings.empty());
}

TEST(Judge, raises_a_burst_while_its_hour_and_the_next_last) {
  World world;
  Judge judge({rule(RuleKind::kBurst)});
  for (EventTime t = kMonday - std::chrono::days(20); t < kMonday; t += 30min) world.history.push_back(t);
  world.poll(kMonday);
  EXPECT_TRUE(world.judge(judge, kMonday).findings.empty());
  std::vector<EventTime> flood;
  for (int i = 0; i < 50; ++i) flood.push_back(kMonday + 3h + std::chrono::seconds(10 * i));
  world.poll(kMonday + 3h + 10min, flood);
  const Judgement burst = world.judge(judge, kMonday + 3h + 10min);
  ASSERT_EQ(keys(burst), Keys{"burst owner/repo"});
  EXPECT_EQ(burst.findings[0].value, 50);
  EXPECT_EQ(keys(world.judge(judge, kMonday + 4h + 59min)), Keys{"burst owner/repo"});
  EXPECT_TRUE(world.judge(judge, kMonday + 5h).findings.empty());
}

TEST(Judge, takes_no_history_that_comes_with_the_first_poll_for_a_burst) {
  World world;
  Judge judge({rule(RuleKind::kBurst)});
  std::vector<EventTime> history;
  for (int i = 0; i < 300; ++i) history.push_back(kMonday - 10min + std::chrono::seconds(i));
  world.poll(kMonday, history);
  EXPECT_TRUE(world.judge(judge, kMonday).findings.empty());
}

TEST(Judge, raises_an_alert_for_each_gap_until_it_is_filled_or_old) {
  World world;
  Judge judge({rule(RuleKind::kGap)});
  world.view().repository.gaps = {{kMonday - std::chrono::days(30), kMonday - std::chrono::days(29)},
                                  {kMonday - 3h, kMonday - 2h},
                                  {kMonday - 1h, kMonday}};
  const Judgement two = world.judge(judge, kMonday + 1h);
  ASSERT_EQ(two.findings.size(), 2u);
  EXPECT_EQ(two.findings[0].value, 3600);
  world.view().repository.gaps.pop_back();
  EXPECT_EQ(world.judge(judge, kMonday + 1h).findings.size(), 1u);
  EXPECT_TRUE(world.judge(judge, kMonday + std::chrono::days(8)).findings.empty());
}

TEST(Judge, raises_a_lasting_trouble_at_once_and_a_passing_one_after_half_an_hour) {
  World world;
  Judge judge({rule(RuleKind::kStatus)});
  EXPECT_TRUE(world.judge(judge, kMonday).findings.empty());
  world.view().feed.status = RepoStatus::kNotFound;
  EXPECT_EQ(keys(world.judge(judge, kMonday + 1min)), Keys{"status owner/repo"});
  world.view().feed.status = RepoStatus::kFailing;
  EXPECT_TRUE(world.judge(judge, kMonday + 2min).findings.empty());
  EXPECT_TRUE(world.judge(judge, kMonday + 2min).open.contains("status owner/repo"));
  EXPECT_TRUE(world.judge(judge, kMonday + 31min).findings.empty());
  EXPECT_EQ(keys(world.judge(judge, kMonday + 32min)), Keys{"status owner/repo"});
  world.view().feed.status = RepoStatus::kOk;
  const Judgement well = world.judge(judge, kMonday + 33min);
  EXPECT_TRUE(well.findings.empty());
  EXPECT_TRUE(well.open.empty());
}

TEST(Judge, waits_as_long_as_the_rule_says) {
  World world;
  Judge judge({rule(RuleKind::kStatus, {}, {}, 5min), rule(RuleKind::kPoller, {}, {}, 5min)});
  world.view().feed.status = RepoStatus::kBlocked;
  world.snapshot().poller.condition = monitor::PollerCondition::kRateLimited;
  EXPECT_TRUE(world.judge(judge, kMonday).findings.empty());
  EXPECT_TRUE(world.judge(judge, kMonday + 4min).findings.empty());
  EXPECT_EQ(keys(world.judge(judge, kMonday + 5min)), (Keys{"poller", "status owner/repo"}));
}

TEST(Judge, raises_webhooks_that_have_stopped) {
  World world;
  Judge judge({rule(RuleKind::kPoller)});
  world.snapshot().poller.hints.failing = 2;
  EXPECT_TRUE(keys(world.judge(judge, kMonday)).empty());
  const Judgement judgement = world.judge(judge, kMonday + 11min);
  ASSERT_EQ(keys(judgement), Keys{"poller hints"});
  EXPECT_NE(judgement.findings.front().summary.find("2 repositories"), std::string::npos);
  world.snapshot().poller.hints.failing = 0;
  EXPECT_TRUE(keys(world.judge(judge, kMonday + 12min)).empty());
}

TEST(Judge, raises_the_trouble_of_the_poller) {
  World world;
  Judge judge({rule(RuleKind::kPoller)});
  world.snapshot().poller.condition = monitor::PollerCondition::kBadToken;
  const Judgement bad_token = world.judge(judge, kMonday);
  ASSERT_EQ(keys(bad_token), Keys{"poller"});
  EXPECT_EQ(bad_token.findings[0].repository, "");
  world.snapshot().poller.condition = monitor::PollerCondition::kFollowing;
  EXPECT_TRUE(world.judge(judge, kMonday + 1min).findings.empty());
  world.snapshot().store_ok = false;
  EXPECT_TRUE(world.judge(judge, kMonday + 2min).findings.empty());
  EXPECT_EQ(keys(world.judge(judge, kMonday + 12min)), Keys{"poller"});
}

TEST(Judge, looks_at_active_repositories_that_the_rule_names) {
  World world;
  Judge judge({rule(RuleKind::kStatus, "other/repo")});
  world.view().feed.status = RepoStatus::kNotFound;
  EXPECT_TRUE(world.judge(judge, kMonday).findings.empty());
  Judge all({rule(RuleKind::kStatus), rule(RuleKind::kStatus, "owner/repo")});
  EXPECT_EQ(world.judge(all, kMonday).findings.size(), 1u) << "two rules say the same";
  world.view().repository.active = false;
  EXPECT_TRUE(world.judge(all, kMonday).findings.empty());
}

TEST(Judge, says_nothing_of_a_series_whose_history_it_does_not_have) {
  World world;
  Judge judge({rule(RuleKind::kSilence)});
  monitor::Snapshot snapshot;
  snapshot.repositories.put(std::make_shared<const monitor::RepositoryView>(world.view()));
  ASSERT_EQ(judge.wanted(snapshot).size(), 1u);
  EXPECT_TRUE(judge.judge(snapshot, at(kMonday)).open.contains("silence owner/repo"));
}

}  // namespace
}  // namespace repopulse::alerts
