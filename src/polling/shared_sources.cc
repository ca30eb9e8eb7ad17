#include "polling/shared_sources.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "core/feed_name.h"
#include "polling/backoff.h"
#include "polling/coverage.h"

namespace repopulse::polling {

using core::FeedState;
using core::Timestamp;

SharedSources::SharedSources(Policy& policy, const Plan& plan, Portfolio& portfolio, ChangeProbes& probes, bool enabled)
    : policy_(&policy), plan_(plan), portfolio_(&portfolio), probes_(&probes), enabled_(enabled) {}

// --- which there are ---

void SharedSources::remember(FeedState stored) {
  ++portfolio_->organisations_version;
  if (find(stored.feed) == nullptr) remembered_[stored.feed] = std::move(stored);
}

std::vector<FeedState> SharedSources::states() const {
  std::map<std::string_view, const FeedState*> all;
  for (const auto& [name, state] : remembered_) all[name] = &state;
  for (const auto& [name, source] : organisations_) {
    if (source.is_open()) all[name] = &source.feed().state();
  }
  std::vector<FeedState> out;
  for (const auto& [name, state] : all) out.push_back(*state);
  return out;
}

OrganisationFeed* SharedSources::find(std::string_view name) {
  const auto at = organisations_.find(name);
  return at == organisations_.end() || !at->second.is_open() ? nullptr : &at->second;
}

std::vector<OrganisationFeed*> SharedSources::open_ones() {
  std::vector<OrganisationFeed*> out;
  for (auto& [name, source] : organisations_) {
    if (source.is_open()) out.push_back(&source);
  }
  return out;
}

void SharedSources::tell_policy() {
  for (const auto& [name, source] : organisations_) {
    if (source.informing()) policy_->ask_together(source.informs());
  }
}

const OrganisationFeed* SharedSources::known(std::string_view name) const {
  const auto at = organisations_.find(name);
  return at == organisations_.end() ? nullptr : &at->second;
}

const OrganisationFeed* SharedSources::informing(std::string_view feed) const {
  const OrganisationFeed* source = known(core::organisation_feed_of(feed));
  return source != nullptr && source->informs_now(feed) ? source : nullptr;
}

OrganisationFeed* SharedSources::informing(std::string_view feed) {
  const OrganisationFeed* source = std::as_const(*this).informing(feed);
  return source == nullptr ? nullptr : find(source->name());
}

// --- which feeds they inform ---

void SharedSources::join(Feed& feed) {
  const std::string owner = core::organisation_feed_of(feed.name());
  if (owner.empty()) return;
  OrganisationFeed& source = organisations_.try_emplace(owner, owner).first->second;
  source.add_repository(feed.name());
  if (!feed.whole_at()) return;
  const auto remembered = remembered_.find(owner);
  const bool stored = remembered != remembered_.end();
  if (!stored && !source.is_open()) return;
  const FeedState& state = stored ? remembered->second : source.feed().state();
  const auto covered = covered_at(state.policy_state, feed.name());
  if (!covered) return;
  feed.set_whole_at(std::max(*feed.whole_at(), *covered));
  feed.set_read_at(std::max(feed.read_at(), covered));
}

void SharedSources::leave(const Feed& feed, Timestamp now) {
  const auto at = organisations_.find(core::organisation_feed_of(feed.name()));
  if (at == organisations_.end()) return;
  at->second.remove_repository(feed.name());
  review(feed.name(), now);
}

bool SharedSources::is_ready(const Feed& feed) const {
  const Schedule& schedule = portfolio_->schedule;
  return feed.can_be_informed() && !schedule.is_urgent(feed.name()) && schedule.walking() != feed.name();
}

// More than nothing at all, and more than a change probe of the same feeds.
bool SharedSources::is_wanted(const OrganisationFeed& source, std::span<const std::string> ready, Timestamp now) {
  if (!plan_.worth_asking(ready, source.is_open())) return false;
  const auto probe = probes_->added_cost(ready, now);
  return !probe || plan_.worth_more_than_probe(ready, source.cost().mean(), *probe, source.is_open());
}

void SharedSources::review(std::string_view feed, Timestamp now) {
  const auto at = organisations_.find(core::organisation_feed_of(feed));
  if (!enabled_ || at == organisations_.end()) return;
  OrganisationFeed& source = at->second;
  std::vector<std::string> ready;
  for (const std::string& name : source.repositories()) {
    if (is_ready(portfolio_->feed(name))) ready.push_back(name);
  }
  const bool wanted = is_wanted(source, ready, now);
  if (source.informing() && !std::ranges::equal(ready, source.informs())) stop_informing(source, now);
  source.set_informs(std::move(ready));
  if (source.is_open() && !wanted) {
    close(source, now);
  } else if (!source.is_open() && wanted) {
    open(source, now);
  }
  if (wanted && source.is_proven() && !source.informing()) start_informing(source, now);
  if (source.repositories().empty()) organisations_.erase(at);
}

void SharedSources::open(OrganisationFeed& source, Timestamp now) {
  ++portfolio_->organisations_version;
  FeedState state;
  if (const auto remembered = remembered_.find(source.name()); remembered != remembered_.end()) {
    state = std::move(remembered->second);
    remembered_.erase(remembered);
  }
  source.open(std::move(state));
  if (source.feed().remembers_ahead(now)) source.feed().clock_went_back(now);
  const FeedState& opened = source.feed().state();
  Timestamp due = std::min(opened.next_poll_at.value_or(now), now + kLongestPlan);
  if (opened.last_polled_at) due = std::max(due, *opened.last_polled_at + opened.floor);
  portfolio_->set_due(source.feed(), due);
}

void SharedSources::close(OrganisationFeed& source, Timestamp now) {
  ++portfolio_->organisations_version;
  const bool interrupted = portfolio_->schedule.asked() == source.name();
  if (interrupted) abandon(source, now);
  if (source.informing()) stop_informing(source, now);
  portfolio_->schedule.remove(source.name());
  portfolio_->time_shares.remove(source.name());
  FeedState state = source.close(interrupted);
  if (state.failures_in_a_row == 0) state.next_poll_at.reset();
  remembered_[source.name()] = std::move(state);
}

void SharedSources::start_informing(OrganisationFeed& source, Timestamp now) {
  REPOPULSE_CHECK(source.is_proven() && !source.informs().empty());
  if (!source.informing()) policy_->ask_together(source.informs());
  source.set_informing(true);
  for (const std::string& name : source.informs()) {
    Feed& feed = portfolio_->feed(name);
    portfolio_->set_due(feed, own_due(feed, now));
  }
  if (portfolio_->schedule.walking() == source.name()) return;
  // What was planned before a restart is kept: a server that is restarted again and again would never ask.
  const Timestamp earliest = *source.feed().read_at() + floor_of(source.feed().state());
  const Timestamp planned = portfolio_->schedule.due(source.name());
  portfolio_->set_due(source.feed(), std::max(earliest, std::min(planned, due(source, now))));
}

void SharedSources::stop_informing(OrganisationFeed& source, Timestamp now) {
  source.set_informing(false);
  for (const std::string& name : source.informs()) {
    const auto at = portfolio_->feeds.find(name);
    if (at == portfolio_->feeds.end()) continue;
    Feed& feed = at->second;
    policy_->ask_together({&name, 1});
    const bool waits = feed.state().failures_in_a_row > 0 || portfolio_->schedule.is_urgent(name) ||
                       portfolio_->schedule.walking() == name;
    if (!waits && source.repositories().contains(name)) portfolio_->set_due(feed, own_due(feed, now));
  }
}

// --- when ---

Timestamp SharedSources::own_due(const Feed& feed, Timestamp now) const {
  const OrganisationFeed* source = informing(feed.name());
  return source == nullptr ? plan_.due(feed, now) : plan_.check_due(feed, source->looked_back(), now);
}

Timestamp SharedSources::due(const OrganisationFeed& source, Timestamp now) const {
  return plan_.source_due(source.feed(), source.informs(), portfolio_->feeds, now);
}

// --- a poll of a source ---

void SharedSources::ask(OrganisationFeed& source) {
  REPOPULSE_CHECK(source.is_open() && portfolio_->schedule.asked() == source.name());
  if (!portfolio_->schedule.walking()) source.forget_poll();
  for (const std::string& name : source.poll_is_for()) portfolio_->feed(name).mark();
}

void SharedSources::begin_poll(OrganisationFeed& source) {
  REPOPULSE_CHECK(portfolio_->schedule.asked() == source.name());
  source.begin_poll();
  for (const std::string& name : source.poll_is_for()) portfolio_->feed(name).mark();
}

void SharedSources::finish_poll(OrganisationFeed& source, Timestamp now) {
  const double most = plan_.most_cost(source.informs());
  if (source.cost().mean() > most) {
    source.cost().limit(most);
    rest(source, "the organisation's other repositories fill it: it costs more requests than it saves", now);
  } else {
    start_informing(source, now);
    portfolio_->set_due(source.feed(), due(source, now));
  }
}

void SharedSources::take_trouble(OrganisationFeed& source, core::AnswerKind trouble, Timestamp now) {
  const int failures = source.feed().state().failures_in_a_row;
  if (!gives_up(trouble, failures)) return;
  stop_informing(source, now);
  if (is_gone(trouble)) portfolio_->set_due(source.feed(), rest_when_gone(failures, now));
}

void SharedSources::rest(OrganisationFeed& source, const std::string& why, Timestamp now) {
  source.feed().fail(why);
  const Timestamp until = source.cost().rest(now);
  stop_informing(source, now);
  portfolio_->set_due(source.feed(), until);
}

void SharedSources::abandon(OrganisationFeed& source, Timestamp now) {
  REPOPULSE_CHECK(source.is_open() && portfolio_->schedule.asked() == source.name());
  portfolio_->schedule.stop_walk();
  portfolio_->schedule.close_question();
  for (const std::string& name : source.poll_is_for()) {
    const auto at = portfolio_->feeds.find(name);
    if (at == portfolio_->feeds.end()) continue;
    at->second.abandon_elsewhere();
    portfolio_->set_due(at->second, own_due(at->second, now));
  }
  source.feed().abandon();
  source.feed().set_last_polled(now);  // so that its floor outlasts a close() too
  portfolio_->set_due(source.feed(), now + floor_of(source.feed().state()));
}

// --- a feed's own poll ---

void SharedSources::take_own_read(Feed& feed, const core::Answer& answer, const Known& known, Step& step,
                                  Timestamp now) {
  OrganisationFeed* source = informing(feed.name());
  bool leaves_out = false;
  if (source != nullptr && feed.whole_at() && source->feed().read_at()) {
    const Timestamp shown = *source->feed().read_at() - kLongestLatency;
    const auto missed = std::ranges::count_if(feed.arrivals().fresh(),
                                              [&](core::EventTime at) { return core::to_timestamp(at) < shown; });
    feed.compare_late_with(*source->feed().read_at() - source->looked_back(), now);
    leaves_out = OrganisationFeed::leaves_out(static_cast<std::size_t>(missed), feed.heard_elsewhere());
  }
  feed.own_read(answer, now);
  if (leaves_out) {
    distrust(*source, step, now);
  } else {
    feed.set_own_sequence(known.last_sequence);
  }
}

// Where a source leaves events out, those that it brought prove nothing: each repository is read again, back to what
// was stored when its own feed was read last.
void SharedSources::distrust(OrganisationFeed& source, Step& step, Timestamp now) {
  rest(source, "it does not show all events of its repositories", now);
  step.others.push_back(source.feed().state());
  for (const std::string& name : source.informs()) {
    Feed& feed = portfolio_->feed(name);
    if (!feed.own_sequence() || feed.state().overlap_boundary) continue;
    feed.set_whole_at(std::nullopt);
    if (feed.distrust_elsewhere()) step.others.push_back(feed.state());
    portfolio_->set_due(feed, own_due(feed, now));
  }
}

}  // namespace repopulse::polling
