// What a poller does where the clock has gone back.
#include <algorithm>
#include <vector>

#include "base/check.h"
#include "core/clock.h"
#include "polling/backoff.h"
#include "polling/poller.h"

namespace repopulse::polling {

using core::EventTime;
using core::Timestamp;

bool Poller::watch_clock(Timestamp now) {
  const core::Millis restarted = budget_.seen_ahead(now);
  const bool back = latest_ && core::went_back(*latest_, now);
  if (back) {
    clock_went_back(*latest_ - now, now);
  } else if (restarted > core::Millis(0)) {
    budget_.clock_went_back(restarted);  // the feeds were brought back as they came in
  }
  if (const core::Millis ahead = probe_budget_.seen_ahead(now); ahead > core::Millis(0)) {
    probe_budget_.clock_went_back(ahead);
  }
  latest_ = back ? now : std::max(latest_.value_or(now), now);
  portfolio_->hints.see(now);
  return back || restarted > core::Millis(0);
}

void Poller::clock_went_back(core::Millis step, Timestamp now) {
  REPOPULSE_CHECK(step > core::Millis(0));
  budget_.clock_went_back(step);
  probe_budget_.clock_went_back(step);
  portfolio_->time_shares.clock_went_back(step);
  portfolio_->hints.clock_went_back(step);
  planned_.clear();
  // A policy that has seen time pass that did not pass starts again, as after a restart.
  for (auto& [name, feed] : portfolio_->feeds) {
    std::vector<EventTime> recent = feed.arrivals().recent();
    std::erase_if(recent, [now](EventTime at) { return core::is_ahead(at, now); });
    feed.arrivals().set_history(recent);
    policy_->remove(name);
    if (policy_->history_span() > core::Millis(0)) {
      policy_->add_without_history(name, recent, {}, now);
      portfolio_->without_history.insert(name);
    } else {
      policy_->add(name, recent, {}, now);
    }
  }
  sources_.tell_policy();
  probes_->clock_went_back(step, now);
  received_->clock_went_back(step);
  for (auto& [name, feed] : portfolio_->feeds) bring_back(feed, step, now);
  for (SharedFeed* source : sources_.open_ones()) bring_back(source->feed(), step, now);
}

// A feed that was polled by the clock as it was is due as soon as its floor permits, even if it rests.
void Poller::bring_back(Feed& feed, core::Millis step, Timestamp now) {
  const Timestamp due = portfolio_->schedule.due(feed.name()) - step;
  const bool polled_ahead = feed.clock_went_back(now);
  if (portfolio_->schedule.walking() == feed.name()) {
    portfolio_->set_due(feed, now);
  } else {
    portfolio_->set_due(feed, polled_ahead ? now + floor_of(feed.state()) : std::max(now, due));
  }
}

}  // namespace repopulse::polling
