// What a poller does with hints from outside, and where they begin or cease to inform of a feed.
#include "polling/poller.h"

namespace repopulse::polling {

using core::Timestamp;

void Poller::hint(std::string_view name, const core::Hint& hint, Timestamp now) {
  const auto at = portfolio_->feeds.find(name);
  if (at == portfolio_->feeds.end()) return;
  Hints& hints = portfolio_->hints;
  hints.see(now);
  if (!hints.take(name, hint, now)) return;
  if (!hints.informs(name)) return portfolio_->set_due(at->second, portfolio_->schedule.due(name));
  policy_->observe_hint(name, now, hints.told(name).true_share());
  if (portfolio_->follows_plan(at->second)) portfolio_->set_due(at->second, sources_.own_due(at->second, now));
}

// Hints inform of the feed from now on, or no more. Where they failed, those of other feeds may have failed too.
void Poller::change_hinted(const Feed& feed, bool failed, Timestamp now) {
  policy_->tell_by_hints(feed.name(), portfolio_->hints.informs(feed.name()));
  if (!failed) return;
  for (const std::string& name : portfolio_->hints.informed()) {
    Feed& other = portfolio_->feed(name);
    if (portfolio_->follows_plan(other)) portfolio_->set_due(other, sources_.own_due(other, now));
  }
}

}  // namespace repopulse::polling
