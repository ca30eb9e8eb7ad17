#include "polling/plan.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "polling/backoff.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

constexpr double kWorthBeginning = 1.25;  // requests that are saved for one that is sent …
constexpr double kWorthKeeping = 1.05;    // … with some distance between the two, so that it does not flap
constexpr double kCheapEnough = 0.95;     // of what it costs without a source
constexpr double kMostCost = 0.85;        // of what is saved
constexpr double kBetter = 1.15;          // of two sources for the same feeds, before they change places

// While a source informs a feed, the feed is read by itself at least daily; weekly where the source looks back so far
// that what is visible late is still shown; and before its first page is full.
constexpr Millis kCheck = 24h;
constexpr Millis kRareCheck = std::chrono::days(7);
constexpr std::size_t kCheckEvents = 60;
// A probed feed in which nothing has happened for long.
constexpr Millis kRarestCheck = std::chrono::days(14);

// After a silence that is long for the feed its own feed is read: it may have been renamed, and the source tells of it
// under the new name.
constexpr int kDoubtfulGaps = 30;
// A probe tells the name. It may be stuck for one repository.
constexpr int kDoubtfulGapsOfProbed = 100;
Millis doubtful_silence(const std::vector<core::EventTime>& recent, int gaps) {
  if (recent.size() < 2) return kRarestCheck;
  const auto events = static_cast<std::int64_t>(recent.size());
  return std::max(kLongestLatency, gaps * Millis(recent.back() - recent.front()) / events);
}

}  // namespace

Timestamp Plan::earliest(const Feed& feed, Timestamp now) const {
  const core::FeedState& state = feed.state();
  return state.last_polled_at ? *state.last_polled_at + floor_of(state) : now;
}

Millis Plan::safe(const Feed& feed) const {
  return feed.arrivals().safe_interval(longest_);
}

Timestamp Plan::first_due(const Feed& feed, Timestamp now) const {
  const core::FeedState& state = feed.state();
  Timestamp due = std::min(state.next_poll_at.value_or(now), now + kLongestPlan);
  if (state.failures_in_a_row == 0) {
    if (state.overlap_boundary) due = now;
    if (feed.read_at()) due = wish_after_restart(feed, due, now);
  }
  if (state.last_polled_at) due = std::max(due, *state.last_polled_at + state.floor);
  return due;
}

// The policy, or the freshness that it aims at, may be another than before, and what a shared source brought then may
// have to be asked for now. The interval counts from the last read: counted from now, a feed would never be asked where
// processes start again and again.
Timestamp Plan::wish_after_restart(const Feed& feed, Timestamp planned, Timestamp now) const {
  const Timestamp wish = policy_->next(feed.name(), now);
  if (planned == Timestamp::max()) return wish;  // nothing was planned
  if (wish >= planned) return planned;
  return std::min(wish, std::max(now, *feed.read_at() + (wish - now)));
}

Timestamp Plan::due_after_learning(const Feed& feed, std::optional<Timestamp> planned, Timestamp now) const {
  REPOPULSE_CHECK(feed.read_at());
  const Timestamp wish = wish_after_restart(feed, planned.value_or(Timestamp::max()), now);
  return std::max({wish, *feed.read_at() + floor_of(feed.state()), earliest(feed, now)});
}

Timestamp Plan::due(const Feed& feed, Timestamp now) const {
  const Timestamp poll = poll_due(feed, now);
  return std::max(earliest(feed, now), std::min(poll, feed.late_events().wanted_at().value_or(poll)));
}

Timestamp Plan::poll_due(const Feed& feed, Timestamp now) const {
  if (feed.state().overlap_boundary) return std::max(now, earliest(feed, now));
  REPOPULSE_CHECK(feed.read_at());
  const Millis floor = floor_of(feed.state());
  const Timestamp latest = *feed.read_at() + std::max(safe(feed), floor);
  const Timestamp wish = std::min(std::max(policy_->next(feed.name(), now), *feed.read_at() + floor), latest);
  return std::max(earliest(feed, now), wish);
}

Timestamp Plan::soonest(const Feed& feed, Timestamp now) const {
  return std::max(now, earliest(feed, now));
}

Timestamp Plan::check_due(const Feed& feed, Millis looked_back, Timestamp now) const {
  if (feed.state().overlap_boundary || !feed.whole_at()) return std::max(now, earliest(feed, now));
  REPOPULSE_CHECK(feed.read_at());
  Timestamp heard = feed.own_read_at();
  if (!feed.arrivals().recent().empty()) heard = std::max(heard, core::to_timestamp(feed.arrivals().recent().back()));
  const Timestamp look = feed.late_events().wanted_at().value_or(Timestamp::max());
  const Timestamp check =
      std::min({look, feed.own_read_at() + (looked_back >= 2 * kLongestLatency ? kRareCheck : kCheck),
                heard + doubtful_silence(feed.arrivals().recent(), kDoubtfulGaps), *feed.read_at() + safe(feed)});
  return std::max({now, earliest(feed, now), feed.heard_elsewhere() >= kCheckEvents ? now : check});
}

Timestamp Plan::probed_due(const Feed& feed, Timestamp unannounced, Timestamp now) const {
  if (feed.state().overlap_boundary) return std::max(now, earliest(feed, now));
  REPOPULSE_CHECK(feed.read_at());
  Timestamp heard = feed.own_read_at();
  const std::vector<core::EventTime>& recent = feed.arrivals().recent();
  if (!recent.empty()) heard = std::max(heard, core::to_timestamp(recent.back()));
  const Millis silent = recent.empty() ? kRarestCheck : feed.own_read_at() - core::to_timestamp(recent.back());
  const Timestamp look = feed.late_events().wanted_at().value_or(Timestamp::max());
  const Timestamp check =
      std::min({look, unannounced, feed.own_read_at() + std::clamp(silent, kRareCheck, kRarestCheck),
                heard + doubtful_silence(recent, kDoubtfulGapsOfProbed),
                *feed.read_at() + feed.arrivals().safe_interval(kRarestCheck)});
  return std::max({now, earliest(feed, now), check});
}

bool Plan::worth_asking(std::span<const std::string> feeds, bool open) const {
  return feeds.size() > 1 && policy_->gain_together(feeds) >= (open ? kWorthKeeping : kWorthBeginning);
}

bool Plan::worth_more_than_probe(std::span<const std::string> feeds, double poll_cost, double probe_cost,
                                 bool open) const {
  const double polls = policy_->cost_together(feeds) * std::sqrt(std::max(1.0, poll_cost));
  return probe_cost >= polls * (open ? 1 / kBetter : kBetter);
}

bool Plan::is_worth(double relative_cost, bool open) {
  return relative_cost < (open ? 1.0 : kCheapEnough);
}

double Plan::most_cost(std::span<const std::string> feeds) const {
  return kMostCost * policy_->gain_together(feeds);
}

Timestamp Plan::source_due(const Feed& source, std::span<const std::string> informs, const Feeds& feeds,
                           Timestamp now) const {
  REPOPULSE_CHECK(!informs.empty());
  return source_due_at(policy_->next(informs.front(), now), source, informs, feeds);
}

Timestamp Plan::shown_due(const Feed& source, std::span<const std::string> informs, const Feeds& feeds,
                          Timestamp now) const {
  return source_due_at(policy_->next_shown(now), source, informs, feeds);
}

Timestamp Plan::source_due_at(Timestamp wish, const Feed& source, std::span<const std::string> informs,
                              const Feeds& feeds) const {
  REPOPULSE_CHECK(source.read_at());
  const Millis floor = floor_of(source.state());
  Millis longest = longest_;
  for (const std::string& name : informs) longest = feeds.find(name)->second.arrivals().safe_interval(longest);
  return std::min(std::max(wish, *source.read_at() + floor), *source.read_at() + std::max(longest, floor));
}

}  // namespace repopulse::polling
