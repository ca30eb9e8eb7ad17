// How feeds come in, and are to be asked soon: one by one, or by thousands.
#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "polling/backoff.h"
#include "polling/poller.h"

namespace repopulse::polling {

using core::Timestamp;

// Its shared sources are reviewed.
void Poller::settle(const Entered& entered, Timestamp now) {
  Feed& feed = portfolio_->feed(entered.feed);
  probes_->review(feed, may_be_probed(feed.name()), now);
  const auto& planned = entered.planned;
  const bool may_wait = planned && sources_.informing(feed.name()) == nullptr && !feed.state().overlap_boundary;
  const bool kept = sources_.keeps_plan(feed);
  // What an account's feed brought before, and does not any more, may not have been all.
  const bool probed = may_wait && probes_->await_answer(feed.name(), now) && (kept || feed.save_partly().empty());
  if (may_wait && (probed || kept)) {
    portfolio_->set_due(feed, std::max(entered.due, std::min(*planned, now + kLongestPlan)));
  }
}

void Poller::add_many(const std::function<void()>& adding, Timestamp now) {
  REPOPULSE_CHECK(!entering_);
  entering_.emplace();
  adding();
  const std::vector<Entered> all = *std::exchange(entering_, std::nullopt);
  std::vector<std::string> feeds;
  for (const Entered& entered : all) feeds.push_back(entered.feed);
  sources_.review_all(feeds, now);
  for (const Entered& entered : all) settle(entered, now);
}

void Poller::poll_many_soon(std::span<const std::string> feeds, Timestamp now) {
  std::vector<std::string> polled;
  for (const std::string& name : feeds) {
    const auto at = portfolio_->feeds.find(name);
    if (at == portfolio_->feeds.end()) continue;
    hurry(at->second, now);
    polled.push_back(name);
  }
  sources_.review_all(polled, now);
  for (const std::string& name : polled) probes_->review(portfolio_->feed(name), may_be_probed(name), now);
}

}  // namespace repopulse::polling
