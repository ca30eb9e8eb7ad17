#include "polling/shared_sources.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "core/events_feed.h"
#include "core/feed_name.h"
#include "polling/backoff.h"
#include "polling/coverage.h"
#include "polling/feed_memory.h"

namespace repopulse::polling {

using core::FeedState;
using core::Timestamp;

namespace {

using namespace std::chrono_literals;

constexpr core::Millis kPlanning = 10ms;  // for each repository, between two plans while much changes
// So many events that an account's feed brought stand above what a repository's own feed was read to: half its depth.
constexpr std::size_t kDeep = core::kFeedDepth / 2;
constexpr double kShareMoved = 0.1;  // of a hidden share, before the policy is told
// Floors between two polls of what an account receives, while it informs of no repository; then longer each time.
constexpr int kFloorsToComparison = 10;
constexpr core::Millis kLongestComparison = std::chrono::days(3);

bool about_the_same(std::span<const PartlyShown> some, std::span<const PartlyShown> others) {
  return std::ranges::equal(some, others, [](const PartlyShown& one, const PartlyShown& other) {
    return one.feed == other.feed && std::abs(one.hidden - other.hidden) <= kShareMoved * other.hidden;
  });
}

}  // namespace

SharedSources::SharedSources(Policy& policy, const Plan& plan, Portfolio& portfolio, ChangeProbes& probes,
                             ReceivedFeed& received, bool organisations)
    : policy_(&policy),
      plan_(plan),
      portfolio_(&portfolio),
      probes_(&probes),
      received_(&received),
      organisations_(organisations) {
  if (received_->exists()) sources_.try_emplace(received_->name(), received_->name());
}

// --- which there are ---

void SharedSources::remember(FeedState stored) {
  ++portfolio_->shared_feeds_version;
  // The setting may have named another account before.
  if (core::is_received_feed(stored.feed) && stored.feed != received_->name()) return;
  if (find(stored.feed) == nullptr) remembered_[stored.feed] = std::move(stored);
}

std::vector<FeedState> SharedSources::states() const {
  std::map<std::string_view, const FeedState*> all;
  for (const auto& [name, state] : remembered_) all[name] = &state;
  for (const auto& [name, source] : sources_) {
    if (source.is_open()) all[name] = &source.feed().state();
  }
  std::vector<FeedState> out;
  for (const auto& [name, state] : all) out.push_back(*state);
  return out;
}

SharedFeed* SharedSources::find(std::string_view name) {
  const auto at = sources_.find(name);
  return at == sources_.end() || !at->second.is_open() ? nullptr : &at->second;
}

std::vector<SharedFeed*> SharedSources::open_ones() {
  std::vector<SharedFeed*> out;
  for (auto& [name, source] : sources_) {
    if (source.is_open()) out.push_back(&source);
  }
  return out;
}

void SharedSources::tell_policy() {
  for (const auto& [name, source] : sources_) {
    if (source.informing() && source.shows_all()) policy_->ask_together(source.informs());
  }
  if (!parts_.empty()) policy_->show_parts(parts_);
}

const SharedFeed* SharedSources::known(std::string_view name) const {
  const auto at = sources_.find(name);
  return at == sources_.end() ? nullptr : &at->second;
}

const SharedFeed* SharedSources::informing(std::string_view feed) const {
  if (!organisations_) return nullptr;
  const SharedFeed* source = known(core::organisation_feed_of(feed));
  return source != nullptr && source->informs_now(feed) ? source : nullptr;
}

SharedFeed* SharedSources::informing(std::string_view feed) {
  const SharedFeed* source = std::as_const(*this).informing(feed);
  return source == nullptr ? nullptr : find(source->name());
}

// --- which feeds they inform ---

void SharedSources::join(Feed& feed, Timestamp now) {
  if (!core::is_repository_feed(feed.name())) return;
  join_organisation(feed);
  if (received_->exists()) join_received(feed, now);
}

const FeedState* SharedSources::state_of(std::string_view name) const {
  if (const auto at = remembered_.find(name); at != remembered_.end()) return &at->second;
  const SharedFeed* source = known(name);
  return source != nullptr && source->is_open() ? &source->feed().state() : nullptr;
}

void SharedSources::join_organisation(Feed& feed) {
  const std::string owner = core::organisation_feed_of(feed.name());
  SharedFeed& source = sources_.try_emplace(owner, owner).first->second;
  source.add_repository(feed.name());
  const FeedState* state = state_of(owner);
  if (!feed.whole_at() || state == nullptr) return;
  const auto covered = covered_at(state->policy_state, feed.name());
  if (!covered) return;
  feed.set_whole_at(std::max(*feed.whole_at(), *covered));
  feed.set_read_at(std::max(feed.read_at(), covered));
}

void SharedSources::join_received(const Feed& feed, Timestamp now) {
  received_source()->add_repository(feed.name());
  const FeedState* state = state_of(received_->name());
  const auto shown_at = state == nullptr ? std::nullopt : covered_at(state->policy_state, feed.name());
  received_->add(feed.name(), split_memory(feed.state().policy_state).received, shown_at);
  const bool good = state != nullptr && state->failures_in_a_row == 0;
  if (good && policy_->knows_parts() && received_->is_proven(feed.name(), now)) awaited_.insert(feed.name());
}

void SharedSources::leave(const Feed& feed, Timestamp now) {
  if (SharedFeed* received = received_source()) {
    received->remove_repository(feed.name());
    received->remove_informed(feed.name());
    if (received_->informs(feed.name())) {
      std::vector<PartlyShown> others = parts_;
      std::erase_if(others, [&](const PartlyShown& part) { return part.feed == feed.name(); });
      show_parts(*received, std::move(others), now);
    }
    received_->remove(feed.name());
    awaited_.erase(feed.name());
  }
  const auto at = sources_.find(core::organisation_feed_of(feed.name()));
  if (at == sources_.end()) return;
  at->second.remove_repository(feed.name());
  review_organisation(feed.name(), now);
}

bool SharedSources::is_ready(const Feed& feed) const {
  const Schedule& schedule = portfolio_->schedule;
  return feed.can_be_informed() && !portfolio_->hints.informs(feed.name()) && !schedule.is_urgent(feed.name()) &&
         schedule.walking() != feed.name();
}

// More than nothing at all, and more than a change probe of the same feeds, or what an account receives of them.
bool SharedSources::is_wanted(const SharedFeed& source, std::span<const std::string> ready, Timestamp now) {
  if (!plan_.worth_asking(ready, source.is_open())) return false;
  if (!parts_.empty()) {
    const std::vector<PartlyShown> parts = received_->parts(ready, now);
    const double received = policy_->added_cost_of_parts(parts, probes_->lag_if_told(now));
    if (parts.size() == ready.size())
      return plan_.worth_more_than_probe(ready, source.cost().mean(), received, source.is_open());
  }
  const auto probe = probes_->added_cost(ready, now);
  return !probe || plan_.worth_more_than_probe(ready, source.cost().mean(), *probe, source.is_open());
}

void SharedSources::review(std::string_view feed, Timestamp now) {
  review_organisation(feed, now);
  const auto at = portfolio_->feeds.find(feed);
  if (received_->exists() && at != portfolio_->feeds.end()) review_received(at->second);
}

void SharedSources::review_all(std::span<const std::string> feeds, Timestamp now) {
  std::set<std::string> organisations;
  for (const std::string& feed : feeds) {
    if (organisations.insert(core::organisation_feed_of(feed)).second) review_organisation(feed, now);
  }
  if (!received_->exists()) return;
  for (const std::string& feed : feeds) review_received(portfolio_->feed(feed));
}

void SharedSources::review_organisation(std::string_view feed, Timestamp now) {
  if (!organisations_) return;
  const auto at = sources_.find(core::organisation_feed_of(feed));
  if (at == sources_.end()) return;
  SharedFeed& source = at->second;
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
  if (source.repositories().empty()) sources_.erase(at);
}

void SharedSources::open(SharedFeed& source, Timestamp now) {
  ++portfolio_->shared_feeds_version;
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

void SharedSources::close(SharedFeed& source, Timestamp now) {
  ++portfolio_->shared_feeds_version;
  const bool interrupted = portfolio_->schedule.asked() == source.name();
  if (interrupted) abandon(source, now);
  if (source.informing()) stop_informing(source, now);
  portfolio_->schedule.remove(source.name());
  portfolio_->time_shares.remove(source.name());
  FeedState state = source.close(interrupted);
  if (state.failures_in_a_row == 0) state.next_poll_at.reset();
  remembered_[source.name()] = std::move(state);
}

// Of an organisation's feed.
void SharedSources::start_informing(SharedFeed& source, Timestamp now) {
  REPOPULSE_CHECK(source.is_proven() && !source.informs().empty());
  if (!source.informing()) policy_->ask_together(source.informs());
  source.set_informing(true);
  for (const std::string& name : source.informs()) {
    Feed& feed = portfolio_->feed(name);
    portfolio_->set_due(feed, alone_due(feed, now));
  }
  if (portfolio_->schedule.walking() == source.name()) return;
  // What was planned before a restart is kept: a server that is restarted again and again would never ask.
  const Timestamp earliest = *source.feed().read_at() + floor_of(source.feed().state());
  const Timestamp planned = portfolio_->schedule.due(source.name());
  portfolio_->set_due(source.feed(), std::max(earliest, std::min(planned, due(source, now))));
}

void SharedSources::stop_informing(SharedFeed& source, Timestamp now) {
  if (!source.shows_all()) return show_parts(source, {}, now);
  source.set_informing(false);
  for (const std::string& name : source.informs()) {
    const auto at = portfolio_->feeds.find(name);
    if (at == portfolio_->feeds.end()) continue;
    Feed& feed = at->second;
    policy_->ask_together({&name, 1});
    const bool waits = feed.state().failures_in_a_row > 0 || portfolio_->schedule.is_urgent(name) ||
                       portfolio_->schedule.walking() == name;
    if (!waits && source.repositories().contains(name)) portfolio_->set_due(feed, alone_due(feed, now));
  }
}

// --- when ---

Timestamp SharedSources::own_due(const Feed& feed, Timestamp now) const {
  if (portfolio_->hints.informs(feed.name())) return hinted_due(feed, now);
  const Timestamp due = probes_->informs(feed.name()) ? probes_->own_due(feed, now) : alone_due(feed, now);
  const bool deep = received_->informs(feed.name()) && feed.heard_elsewhere() >= kDeep;
  return deep || received_->doubted(feed.name()) ? std::min(due, plan_.soonest(feed, now)) : due;
}

// While hints inform of it: when what they told of is worth a request, and when it is to be seen whether they still
// come.
Timestamp SharedSources::hinted_due(const Feed& feed, Timestamp now) const {
  const std::string& name = feed.name();
  const Hints& hints = portfolio_->hints;
  const Timestamp doubtful = policy_->next_doubtful(name, hints.doubtful_events(), now);
  const Timestamp due = plan_.probed_due(feed, std::min(policy_->next_unannounced(name, now), doubtful), now);
  const HintedFeed& told = hints.told(name);
  std::optional<Timestamp> news;
  if (const auto fresh = told.first_fresh())
    news = std::max(policy_->next_hinted(name, now), *fresh + hints.lag().lag());
  if (const auto again = told.newest_in_vain()) {
    const double chance = hints.lag().chance_after(again->reads);
    const Timestamp look = told.read_at() + policy_->look_again_after(told.read_at() - again->hinted_at, chance);
    news = std::min(news.value_or(look), look);
  }
  return news ? std::min(due, std::max({*news, hints.not_before(name), plan_.soonest(feed, now)})) : due;
}

// While no probe informs of it.
Timestamp SharedSources::alone_due(const Feed& feed, Timestamp now) const {
  const SharedFeed* source = informing(feed.name());
  return source == nullptr ? plan_.due(feed, now) : plan_.check_due(feed, source->looked_back(), now);
}

Timestamp SharedSources::due(const SharedFeed& source, Timestamp now) const {
  return plan_.source_due(source.feed(), source.informs(), portfolio_->feeds, now);
}

// --- a poll of a source ---

void SharedSources::ask(SharedFeed& source) {
  REPOPULSE_CHECK(source.is_open() && portfolio_->schedule.asked() == source.name());
  if (!portfolio_->schedule.walking()) source.forget_poll();
  mark(source);
}

void SharedSources::mark(const SharedFeed& source) {
  for (const std::string& name : source.poll_is_for()) {
    portfolio_->feed(name).mark();
    if (!source.shows_all()) received_->mark(name);
  }
}

void SharedSources::begin_poll(SharedFeed& source) {
  REPOPULSE_CHECK(portfolio_->schedule.asked() == source.name());
  source.begin_poll();
  mark(source);
}

SourceStep SharedSources::take(SharedFeed& source, const core::Answer& answer, const Known& known, bool charged,
                               std::uint64_t seed, Timestamp now) {
  const ProvenOf proven = [&](const Feed& feed) {
    return source.shows_all() ? feed.whole_at() : std::max(feed.whole_at(), received_->shown_at(feed.name()));
  };
  SourceStep step = source.take(answer, known, charged, seed, portfolio_->feeds, proven, now);
  if (source.shows_all() || answer.kind != core::AnswerKind::kEvents || step.progress == Progress::kTrouble)
    return step;
  for (std::size_t i = 0; i < answer.events.size(); ++i) {
    const core::Event& event = answer.events[i];
    const bool fresh = std::ranges::binary_search(step.fresh, i);
    received_->see(core::repository_feed(event.repository), event, fresh);
  }
  return step;
}

void SharedSources::finish_poll(SharedFeed& source, Timestamp now) {
  if (!source.shows_all()) return finish_received(source, now);
  const double most = plan_.most_cost(source.informs());
  if (source.cost().mean() > most) {
    source.cost().limit(most);
    rest(source, "the organisation's other repositories fill it: it costs more requests than it saves", now);
  } else {
    start_informing(source, now);
    portfolio_->set_due(source.feed(), due(source, now));
  }
}

void SharedSources::take_trouble(SharedFeed& source, core::AnswerKind trouble, Timestamp now) {
  const int failures = source.feed().state().failures_in_a_row;
  if (!gives_up(trouble, failures)) return;
  if (!source.shows_all()) doubt_all();
  stop_informing(source, now);
  if (is_gone(trouble)) portfolio_->set_due(source.feed(), rest_when_gone(failures, now));
}

void SharedSources::rest(SharedFeed& source, const std::string& why, Timestamp now) {
  source.feed().fail(why);
  const Timestamp until = source.cost().rest(now);
  stop_informing(source, now);
  portfolio_->set_due(source.feed(), until);
}

void SharedSources::abandon(SharedFeed& source, Timestamp now) {
  REPOPULSE_CHECK(source.is_open() && portfolio_->schedule.asked() == source.name());
  portfolio_->schedule.stop_walk();
  portfolio_->schedule.close_question();
  for (const std::string& name : source.poll_is_for()) {
    const auto at = portfolio_->feeds.find(name);
    if (at == portfolio_->feeds.end()) continue;
    if (source.shows_all()) {
      at->second.abandon_elsewhere();
      portfolio_->set_due(at->second, own_due(at->second, now));
    } else {
      at->second.abandon_partly();
      received_->abandon(name);
      set_due_anew(name, now);
    }
  }
  source.feed().abandon();
  source.feed().set_last_polled(now);  // so that its floor outlasts a close() too
  portfolio_->set_due(source.feed(), now + floor_of(source.feed().state()));
}

// --- a feed's own poll ---

void SharedSources::hear(std::string_view feed, const core::Event& event) {
  received_->hear(feed, event);
}

std::size_t SharedSources::take_own_read(Feed& feed, const core::Answer& answer, const Known& known, Step& step,
                                         Timestamp now) {
  SharedFeed* source = informing(feed.name());
  bool leaves_out = false;
  if (source != nullptr && feed.whole_at() && source->feed().read_at()) {
    const Timestamp shown = *source->feed().read_at() - kLongestLatency;
    const auto missed = std::ranges::count_if(feed.arrivals().fresh(),
                                              [&](core::EventTime at) { return core::to_timestamp(at) < shown; });
    feed.compare_late_with(*source->feed().read_at() - source->looked_back(), now);
    leaves_out = SharedFeed::leaves_out(static_cast<std::size_t>(missed), feed.heard_elsewhere());
  }
  feed.own_read(answer, now);
  const std::size_t left = received_->finish_read(feed.name());
  if (leaves_out) {
    distrust(*source, step, now);
  } else {
    feed.set_own_sequence(known.last_sequence);
  }
  return left;
}

// Where a source leaves events out, those that it brought prove nothing: each repository is read again, back to what
// was stored when its own feed was read last.
void SharedSources::distrust(SharedFeed& source, Step& step, Timestamp now) {
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

// --- the feed that an account receives ---

SharedFeed* SharedSources::received_source() {
  const auto at = received_->exists() ? sources_.find(received_->name()) : sources_.end();
  return at == sources_.end() ? nullptr : &at->second;
}

// An organisation's feed shows all of a repository, and comes first.
void SharedSources::review_received(const Feed& feed) {
  SharedFeed& source = *received_source();
  const bool may = source.repositories().contains(feed.name()) && is_ready(feed) && informing(feed.name()) == nullptr;
  if (may == std::ranges::binary_search(source.informs(), feed.name())) return;
  may ? source.add_informed(feed.name()) : source.remove_informed(feed.name());
  received_changed_ = true;
}

void SharedSources::plan_due(Timestamp now) {
  SharedFeed* source = received_source();
  if (source == nullptr || !policy_->knows_parts()) return;
  const core::Millis pause = std::max<core::Millis>(1s, source->informs().size() * kPlanning);
  if (received_planned_at_) {
    const core::Millis since = now - *received_planned_at_;  // negative where the clock has gone back
    if (since >= core::Millis(0) && since < (received_changed_ ? pause : kPlanAnew)) return;
  }
  plan_received(*source, now);
}

// It is asked where it saves requests, and where that is to be found out.
void SharedSources::plan_received(SharedFeed& source, Timestamp now) {
  received_planned_at_ = now;
  received_changed_ = false;
  PartsPlan plan =
      policy_->plan_parts(received_->parts(source.informs(), now), probes_->lag_if_told(now), source.cost().mean());
  const bool wanted = Plan::is_worth(plan.cost, source.informing());
  const bool compares = source.informs().size() > 1 && received_->has_unproven(source.informs(), now) &&
                        (source.is_open() || now >= next_comparison());
  if (wanted || compares) {
    if (!source.is_open()) open(source, now);
    if (!wanted || !source.is_proven()) plan.feeds.clear();
    show_parts(source, std::move(plan.feeds), now);
  } else if (source.is_open()) {
    close(source, now);
  }
  stop_awaiting(now);
}

// After a restart, what was planned for a repository of which it informed stays planned where it informs of it again.
// That is not known before the policy was given the repository's history.
void SharedSources::stop_awaiting(Timestamp now) {
  for (const std::string& name : std::exchange(awaited_, {})) {
    if (portfolio_->without_history.contains(name)) {
      awaited_.insert(name);
    } else if (!received_->informs(name)) {
      set_due_anew(name, now);
    }
  }
}

void SharedSources::show_parts(SharedFeed& source, std::vector<PartlyShown> parts, Timestamp now) {
  if (about_the_same(parts, parts_)) return;
  const std::vector<PartlyShown> before = std::exchange(parts_, std::move(parts));
  received_->set_informed(parts_);
  policy_->show_parts(parts_);
  source.set_informing(!parts_.empty());
  std::vector<PartlyShown> changed;
  std::ranges::set_symmetric_difference(before, parts_, std::back_inserter(changed), {}, &PartlyShown::feed,
                                        &PartlyShown::feed);
  for (const PartlyShown& part : changed) {
    if (!awaited_.contains(part.feed)) set_due_anew(part.feed, now);
  }
  const Schedule& schedule = portfolio_->schedule;
  const bool asked = schedule.asked() == source.name() || schedule.walking() == source.name();
  if (source.informing() && source.is_proven() && !asked) portfolio_->set_due(source.feed(), received_due(source, now));
}

void SharedSources::set_due_anew(const std::string& name, Timestamp now) {
  const auto at = portfolio_->feeds.find(name);
  if (at != portfolio_->feeds.end() && portfolio_->follows_plan(at->second))
    portfolio_->set_due(at->second, own_due(at->second, now));
}

// Between two polls of what an account receives, while it informs of no repository.
core::Millis SharedSources::comparison_pause(const FeedState& state) const {
  return exponential(kFloorsToComparison * floor_of(state), comparisons_, kLongestComparison);
}

// Of one that is closed: no sooner than if it had stayed open.
Timestamp SharedSources::next_comparison() const {
  const FeedState* state = state_of(received_->name());
  return state != nullptr && state->last_polled_at ? *state->last_polled_at + comparison_pause(*state) : Timestamp{};
}

Timestamp SharedSources::received_due(const SharedFeed& source, Timestamp now) const {
  if (source.informing()) return plan_.shown_due(source.feed(), source.informs(), portfolio_->feeds, now);
  const FeedState& state = source.feed().state();
  return std::max(now + floor_of(state), *source.feed().read_at() + comparison_pause(state));
}

void SharedSources::take_finding(const Finding& finding, Timestamp now) {
  const bool left_out = finding.kind == Finding::Kind::kReadNow && received_->informs(finding.feed);
  if (left_out) {
    received_->doubt(finding.feed);
  } else if (finding.kind != Finding::Kind::kNothingSeen) {
    received_->seen_until(finding.feed, finding.at);
  }
  const auto verdict = received_->judge(finding.feed, finding.at, now);
  if (verdict != ReceivedFeed::Verdict::kBelieved) {
    received_changed_ = true;
    received_->doubt(finding.feed);
  }
  if (verdict == ReceivedFeed::Verdict::kAllRefuted) received_refuted_ = true;
}

void SharedSources::finish_received(SharedFeed& source, Timestamp now) {
  if (std::exchange(received_refuted_, false)) return distrust_received(source, now);
  received_->doubt_all_silent();
  for (const PartlyShown& part : parts_) {
    if (received_->doubted(part.feed)) set_due_anew(part.feed, now);
  }
  comparisons_ = source.informing() ? 0 : comparisons_ + 1;
  if (!source.informing()) received_changed_ = true;
  portfolio_->set_due(source.feed(), received_due(source, now));
}

// What it brought last may not be all: each repository is read by itself.
void SharedSources::doubt_all() {
  for (const PartlyShown& part : parts_) received_->doubt(part.feed);
}

// It is silent although much happens: each repository is read, and it rests.
void SharedSources::distrust_received(SharedFeed& source, Timestamp now) {
  doubt_all();
  rest(source, "it does not show what happens in its repositories", now);
}

ReceivedView SharedSources::received() const {
  return {received_->name(), parts_.size()};
}

}  // namespace repopulse::polling
