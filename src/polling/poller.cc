#include "polling/poller.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "core/feed_name.h"
#include "polling/backoff.h"
#include "polling/feed_memory.h"

namespace repopulse::polling {
namespace {

using core::EventTime;
using core::FeedState;
using core::Timestamp;

constexpr std::string_view kBudgetNote = "poller.budget";
constexpr std::string_view kPortfolioNote = "poller.portfolio";
constexpr std::string_view kProbeBudgetNote = "poller.probe_budget";
constexpr std::string_view kProbesNote = "poller.probes";
constexpr std::string_view kReceivedNote = "poller.received";

// A policy's memory is marked with its name: another policy starts afresh.
std::string mark(std::string_view policy, const std::string& memory) {
  return memory.empty() ? std::string() : std::string(policy) + "\n" + memory;
}
std::string_view unmark(std::string_view policy, std::string_view marked) {
  if (marked.size() <= policy.size() || !marked.starts_with(policy) || marked[policy.size()] != '\n') return {};
  return marked.substr(policy.size() + 1);
}

}  // namespace

core::Millis late_within(core::Millis freshness) {
  return std::max<core::Millis>(100 * freshness, std::chrono::minutes(1));
}

Poller::Poller(std::unique_ptr<Policy> policy, const PollerSettings& settings)
    : policy_(std::move(policy)),
      portfolio_(std::make_unique<Portfolio>()),
      settings_(settings),
      budget_(settings.authenticated),
      plan_(*policy_, settings.longest_interval),
      received_(std::make_unique<ReceivedFeed>(settings.received_feed)),
      probes_(std::make_unique<ChangeProbes>(*policy_, plan_, *portfolio_, *received_,
                                             settings.change_probes && settings.authenticated)),
      sources_(*policy_, plan_, *portfolio_, *probes_, *received_, settings.organisation_feeds),
      probe_budget_(settings.authenticated) {
  portfolio_->hints.let_inform(policy_->knows_hints());
}

// --- which feeds ---

void Poller::add(FeedState state, std::span<const EventTime> history, Timestamp now) {
  REPOPULSE_CHECK(!portfolio_->feeds.contains(state.feed));
  policy_->add(state.feed, history, unmark(policy_->name(), split_memory(state.policy_state).policy), now);
  enter(std::move(state), history, now);
}

void Poller::add_without_history(FeedState state, std::span<const EventTime> recent, Timestamp now) {
  REPOPULSE_CHECK(!portfolio_->feeds.contains(state.feed));
  policy_->add_without_history(state.feed, recent, unmark(policy_->name(), split_memory(state.policy_state).policy),
                               now);
  portfolio_->without_history.insert(state.feed);
  if (state.next_poll_at) planned_[state.feed] = *state.next_poll_at;
  enter(std::move(state), recent, now);
}

void Poller::enter(FeedState state, std::span<const EventTime> history, Timestamp now) {
  const std::string name = state.feed;
  if (const auto told = floors_.find(name); told != floors_.end() && state.floor == core::Millis(0))
    state.floor = told->second;
  Feed& feed = portfolio_->feeds.try_emplace(name, Feed(std::move(state))).first->second;
  feed.arrivals().set_history(history);
  portfolio_->hints.restore(name, split_memory(feed.state().policy_state).hints, now);
  if (feed.remembers_ahead(now)) feed.clock_went_back(now);
  const core::Millis step = budget_.seen_ahead(now);
  if (feed.state().next_poll_at) feed.set_next_poll(*feed.state().next_poll_at - step);
  Entered entered{name, plan_.first_due(feed, now), feed.state().next_poll_at};
  portfolio_->set_due(feed, entered.due);
  sources_.join(feed, now);
  if (entering_) {
    entering_->push_back(std::move(entered));
  } else {
    sources_.review(name, now);
    settle(entered, now);
  }
}

void Poller::stop_waiting_for_history(std::string_view name) {
  if (const auto at = planned_.find(name); at != planned_.end()) planned_.erase(at);
  auto& without_history = portfolio_->without_history;
  if (const auto at = without_history.find(name); at != without_history.end()) without_history.erase(at);
}

void Poller::give_history(std::string_view name, std::span<const EventTime> history, Timestamp now) {
  if (!portfolio_->without_history.contains(name)) return;
  policy_->give_history(name, history);
  Feed& feed = portfolio_->feed(name);
  feed.arrivals().set_history(history);
  const auto planned = planned_.find(name);
  if (!sources_.keeps_plan(feed))
    plan_with_history(feed, planned == planned_.end() ? std::nullopt : std::optional(planned->second), now);
  sources_.take_history();
  stop_waiting_for_history(feed.name());  // `name` may be the very string that this erases
}

// As it would have been planned in the first place.
void Poller::plan_with_history(Feed& feed, std::optional<Timestamp> planned, Timestamp now) {
  SharedFeed* source = sources_.informing(feed.name());
  Feed& asked = source != nullptr ? source->feed() : feed;
  const Schedule& schedule = portfolio_->schedule;
  if (schedule.asked() == asked.name() || schedule.walking() == asked.name()) return;
  if (schedule.is_urgent(asked.name()) || !asked.read_at()) return;
  if (asked.state().failures_in_a_row > 0 || asked.state().overlap_boundary) return;
  if (source == nullptr) {
    portfolio_->set_due(feed, plan_.due_after_learning(feed, planned, now));
  } else {
    const Timestamp wish = std::min(schedule.due(asked.name()), sources_.due(*source, now));
    portfolio_->set_due(asked, std::max(wish, *asked.read_at() + floor_of(asked.state())));
  }
}

void Poller::remove(std::string_view name, Timestamp now) {
  const auto at = portfolio_->feeds.find(name);
  if (at == portfolio_->feeds.end()) return;
  stop_waiting_for_history(at->first);
  remember_floor(at->second.state());
  sources_.leave(at->second, now);
  probes_->leave(at->first);
  policy_->remove(at->first);
  portfolio_->schedule.remove(at->first);
  portfolio_->time_shares.remove(at->first);
  portfolio_->hints.remove(at->first);
  portfolio_->feeds.erase(at);
}

// One that is added anew without its state is asked at once, and after trouble no sooner than GitHub permits.
void Poller::remember_floor(const core::FeedState& state) {
  constexpr std::size_t kMost = 1'000;
  if (state.floor == core::Millis(0)) return;
  if (floors_.size() >= kMost) floors_.clear();
  floors_[state.feed] = state.floor;
}

void Poller::poll_soon(std::string_view name, Timestamp now) {
  Feed* feed = find(name);
  if (feed == nullptr) return;
  hurry(*feed, now);
  review(*feed, now);
}

void Poller::hurry(Feed& feed, Timestamp now) {
  portfolio_->schedule.set_urgent(feed.name(), true);
  portfolio_->set_due(feed, std::min(portfolio_->schedule.due(feed.name()), plan_.soonest(feed, now)));
}

Feed* Poller::find(std::string_view name) {
  if (const auto at = portfolio_->feeds.find(name); at != portfolio_->feeds.end()) return &at->second;
  SharedFeed* source = sources_.find(name);
  return source == nullptr ? nullptr : &source->feed();
}

const FeedState* Poller::state(std::string_view name) const {
  if (const auto at = portfolio_->feeds.find(name); at != portfolio_->feeds.end()) return &at->second.state();
  const SharedFeed* source = sources_.known(name);
  return source == nullptr || !source->is_open() ? nullptr : &source->feed().state();
}

std::optional<Timestamp> Poller::read_at(std::string_view name) const {
  const auto at = portfolio_->feeds.find(name);
  return at == portfolio_->feeds.end() ? std::nullopt : at->second.read_at();
}

FeedState Poller::shown_state(std::string_view name) const {
  REPOPULSE_CHECK(state(name) != nullptr);
  FeedState shown = *state(name);
  if (probes_->informs(name)) {
    shown.next_poll_at = std::min(portfolio_->schedule.due(name), probes_->probe_due_of(name));
    return shown;
  }
  const SharedFeed* source = sources_.informing(name);
  if (source == nullptr) return shown;
  const Feed& feed = portfolio_->feed(name);
  if (feed.read_at()) shown.last_polled_at = std::max(shown.last_polled_at, feed.read_at());
  const std::optional<Timestamp>& next = source->feed().state().next_poll_at;
  if (next) shown.next_poll_at = std::min(portfolio_->schedule.due(name), *next);
  return shown;
}

// Whether another source should inform of it.
void Poller::review(const Feed& feed, Timestamp now) {
  sources_.review(feed.name(), now);
  probes_->review(feed, may_be_probed(feed.name()), now);
}

bool Poller::may_be_probed(std::string_view name) const {
  return sources_.informing(name) == nullptr && !portfolio_->hints.informs(name);
}

// What a probe informs of no more, such as a repository that was renamed, is polled by itself from now on.
void Poller::review_after_poll(Feed& feed, Timestamp now) {
  const bool probed = probes_->informs(feed.name());
  review(feed, now);
  const bool alone = !probes_->informs(feed.name()) && sources_.informing(feed.name()) == nullptr;
  if (probed && alone && feed.state().failures_in_a_row == 0) portfolio_->set_due(feed, sources_.own_due(feed, now));
}

// --- shared feeds ---

void Poller::remember(FeedState shared_feed) {
  sources_.remember(std::move(shared_feed));
}

std::vector<FeedState> Poller::shared_feeds() const {
  return sources_.states();
}

std::vector<std::string> Poller::repositories_of(std::string_view shared_feed) const {
  const SharedFeed* source = sources_.known(shared_feed);
  if (source == nullptr) return {};
  if (portfolio_->schedule.walking() == shared_feed) return source->poll_is_for();
  return {source->informs().begin(), source->informs().end()};
}

// --- a round ---

Decision Poller::next(Timestamp now) {
  const auto found = due(now);
  if (const auto* nothing = std::get_if<NothingDue>(&found)) return *nothing;
  const auto& entry = std::get<Schedule::Entry>(found);
  return ChangeProbes::is_probe(entry.feed) ? ask_probe(entry, now) : ask_feed(entry, now);
}

bool Poller::wants_to_ask(Timestamp now) {
  return std::holds_alternative<Schedule::Entry>(due(now));
}

// What is to be asked now, or until when nothing is.
std::variant<NothingDue, Schedule::Entry> Poller::due(Timestamp now) {
  Schedule& schedule = portfolio_->schedule;
  REPOPULSE_CHECK(!schedule.asked());  // one request at a time
  watch_clock(now);
  if (!schedule.walking()) {
    if (replans_all_) replan_all(now);
    sources_.plan_due(now);
    probes_->plan_due(now);
  }
  while (auto entry = schedule.next()) {
    const bool probe = ChangeProbes::is_probe(entry->feed);
    Feed* feed = probe ? nullptr : find(entry->feed);
    REPOPULSE_CHECK(probe || feed != nullptr);
    // A look is worth no reserve of the budget. Where GitHub may not be asked at all, neither may a probe.
    const bool must_go_on = probe || (schedule.walking().has_value() && !feed->looking());
    const Timestamp earliest = std::max(entry->due, budget_.earliest(now, must_go_on));
    if (earliest > now) return NothingDue{earliest};
    const Timestamp permitted = probe ? probe_budget_.earliest(now) : now;
    if (permitted <= now) return *std::move(entry);
    probes_->put_off(entry->feed, permitted, now);  // its own quota does not permit it now, and others go first
  }
  return NothingDue{Timestamp::max()};
}

Decision Poller::ask_feed(const Schedule::Entry& entry, Timestamp now) {
  Schedule& schedule = portfolio_->schedule;
  Feed* feed = find(entry.feed);
  schedule.ask(entry.feed);
  if (is_for_look_alone(*feed, now)) feed->begin_look(pace(now), now);
  if (!schedule.walking() && !feed->looking()) portfolio_->hints.begin_read(entry.feed);
  Ask ask = feed->ask(now);
  ask.time_limit = portfolio_->time_shares.ask(entry.feed, !schedule.walking(), now);
  if (SharedFeed* source = sources_.find(entry.feed)) sources_.ask(*source);
  return ask;
}

Decision Poller::ask_probe(const Schedule::Entry& entry, Timestamp now) {
  portfolio_->schedule.ask(entry.feed);
  const core::Millis time_limit = portfolio_->time_shares.ask(entry.feed, true, now);
  return AskProbe{entry.feed, probes_->ask(entry.feed), time_limit};
}

std::vector<std::string> Poller::absorb_probe(const core::ProbeAnswer& answer, Timestamp now) {
  REPOPULSE_CHECK(awaits_answer() && ChangeProbes::is_probe(asked_feed()));
  watch_clock(now);
  core::Answer limits;
  limits.kind = answer.kind;
  limits.rate_limit = answer.rate_limit;
  if (limits.rate_limit) limits.rate_limit->resource.clear();  // it is of the right one: see ProbeAnswer
  limits.retry_after = answer.retry_after;
  limits.date = answer.date;
  limits.took = answer.took;
  probe_budget_.absorb(limits, now);
  if (answer.kind == core::AnswerKind::kSecondaryLimit) heed_limit(limits, now);
  const std::string probe = asked_feed();
  std::vector<std::string> moved = portfolio_->time_shares.take(probe, limits, true, now);
  portfolio_->schedule.close_question();
  move_due(moved);
  for (std::string& name : probes_->take(probe, answer, probe_budget_.earliest(now), now)) {
    const auto at = portfolio_->feeds.find(name);
    if (at == portfolio_->feeds.end()) continue;
    Feed& feed = at->second;
    if (!portfolio_->follows_plan(feed) || sources_.informing(name) != nullptr) continue;
    portfolio_->set_due(feed, sources_.own_due(feed, now));
    moved.push_back(std::move(name));
  }
  return moved;
}

std::optional<EventTime> Poller::oldest_met() const {
  if (!awaits_answer()) return std::nullopt;
  const auto own = portfolio_->feeds.find(asked_feed());
  return own == portfolio_->feeds.end() ? std::nullopt : own->second.walk().oldest();
}

Step Poller::absorb(const core::Answer& answer, const Known& known, Timestamp now) {
  REPOPULSE_CHECK(awaits_answer());
  watch_clock(now);
  const std::string name = asked_feed();
  budget_.absorb(answer, now);
  REPOPULSE_CHECK(find(name) != nullptr);
  Feed& feed = *find(name);
  Step step;
  SharedFeed* source = sources_.find(name);
  step.first_contact = source == nullptr && !feed.state().last_full_at;
  if (source != nullptr) {
    absorb_shared(*source, answer, known, step, now);
  } else if (feed.looking()) {
    absorb_look(feed, answer, known, step, now);
  } else {
    absorb_own(feed, answer, known, step, now);
  }
  portfolio_->schedule.set_walking(!step.poll_finished);
  if (step.poll_finished && source == nullptr) review_after_poll(feed, now);
  if (step.poll_finished && source != nullptr) {
    for (const std::string& each : std::vector<std::string>(source->informs().begin(), source->informs().end())) {
      const auto at = portfolio_->feeds.find(each);  // it may have been removed amid the poll
      if (at != portfolio_->feeds.end()) probes_->review(at->second, may_be_probed(each), now);
    }
  }
  if (feed.looking()) portfolio_->schedule.set_walking(true);
  if (portfolio_->schedule.walking()) portfolio_->set_due(feed, now);
  share_time(answer, step, now);
  step.state = feed.state();
  REPOPULSE_CHECK(asked_feed() == name && step.fresh.size() <= answer.events.size());
  REPOPULSE_CHECK(!step.poll_finished || !feed.walk().read_any());
  REPOPULSE_CHECK(step.state.next_poll_at && *step.state.next_poll_at >= now);
  return step;
}

// What this poll took may say that others are to rest, and what it brought, that others are to blame.
void Poller::share_time(const core::Answer& answer, Step& step, Timestamp now) {
  const std::string name = asked_feed();
  step.moved = portfolio_->time_shares.take(name, answer, step.poll_finished, now);
  move_due(step.moved);
}

// They are to rest, or need not any more.
void Poller::move_due(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (Feed* feed = find(name)) portfolio_->set_due(*feed, portfolio_->schedule.due(name));
  }
}

void Poller::absorb_own(Feed& feed, const core::Answer& answer, const Known& known, Step& step, Timestamp now) {
  if (feed.shows_another(answer, known)) {
    begin_anew(feed, answer, known, now);
    step.replaced = true;
  }
  const bool anew = feed.begins_anew();
  step.first_contact = step.first_contact || anew;
  const Progress progress = feed.take(answer, known, budget_.charged(answer.kind), settings_.seed, now);
  if (progress == Progress::kTrouble) {
    step.poll_finished = true;
    portfolio_->set_due(feed, now + feed.rest());
    return;
  }
  for (std::size_t i = 0; i < answer.events.size(); ++i) {
    if (known.sequences[i]) continue;
    step.fresh.push_back(i);
    feed.arrivals().hear(answer.events[i].key.created_at);
    probes_->hear(feed.name(), answer.events[i]);
    sources_.hear(feed.name(), answer.events[i]);
    portfolio_->hints.hear(feed.name(), answer.events[i]);
  }
  step.passed_over = feed.passed_over();
  step.unread = feed.take_unread(progress != Progress::kAgain && progress != Progress::kMore, answer, known, now);
  if (progress == Progress::kAgain || progress == Progress::kMore) return;
  if (progress == Progress::kEnd || anew) step.gap = feed.gap_at_end(known, now);
  finish_own(feed, answer, known, step, now);
}

// The name was given to another repository: what the policy learned is of the one before.
void Poller::begin_anew(Feed& feed, const core::Answer& answer, const Known& known, Timestamp now) {
  stop_waiting_for_history(feed.name());
  sources_.leave(feed, now);
  probes_->leave(feed.name());
  policy_->remove(feed.name());
  policy_->add(feed.name(), {}, {}, now);
  portfolio_->hints.remove(feed.name());
  feed.begin_anew(answer, known, now);
  sources_.join(feed, now);
  sources_.begin_anew(feed);
}

void Poller::finish_own(Feed& feed, const core::Answer& answer, const Known& known, Step& step, Timestamp now) {
  step.poll_finished = true;
  feed.end_poll(now);
  const std::size_t left = sources_.take_own_read(feed, answer, known, step, now);
  const core::Millis lag = probes_->informs(feed.name()) ? probes_->least_lag() : core::Millis(0);
  const ProbedFeed::Read read = probes_->finish_read(feed, told_at(answer, now), now);
  const bool hinted = portfolio_->hints.informs(feed.name());
  const HintedFeed::Read hints = portfolio_->hints.finish_read(feed.name(), told_at(answer, now), now);
  observe(feed,
          {.complete = !step.gap,
           .first_contact = step.first_contact,
           .unannounced = hinted ? hints.unannounced : read.unannounced,
           .misled = hinted ? hints.misled : read.missed > 0,
           .lag = hinted ? portfolio_->hints.lag().least() : lag,
           .of_shown_part = left},
          now);
  if (hinted != portfolio_->hints.informs(feed.name())) change_hinted(feed, hints.misled, now);
  portfolio_->schedule.set_urgent(feed.name(), false);
  portfolio_->hints.read(feed.name(), now);
  if (feed.begin_look(pace(now), now)) keep_memory(feed);
  portfolio_->set_due(feed, sources_.own_due(feed, now));
  replan(now);
}

// What it brings is stored, and nothing else follows from it. The policy hears nothing of it, since what comes late
// says little about when the next events come.
void Poller::absorb_look(Feed& feed, const core::Answer& answer, const Known& known, Step& step, Timestamp now) {
  step.poll_finished = true;
  if (feed.take_look(answer, known, budget_.charged(answer.kind), pace(now), now)) {
    for (std::size_t i = 0; i < answer.events.size(); ++i) {
      if (!known.sequences[i]) step.fresh.push_back(i);
    }
  }
  keep_memory(feed);
  const Timestamp rest = now + answer.retry_after.value_or(core::Millis(0));
  if (!feed.looking()) portfolio_->set_due(feed, std::max(rest, sources_.own_due(feed, now)));
}

// It is due for a look, and not yet for a poll. Of a feed that a source informs, the first page is read too.
bool Poller::is_for_look_alone(const Feed& feed, Timestamp now) const {
  const Schedule& schedule = portfolio_->schedule;
  if (schedule.walking() || schedule.is_urgent(feed.name()) || !portfolio_->feeds.contains(feed.name())) return false;
  if (portfolio_->hints.wants(feed.name(), now)) return false;
  const auto wanted = feed.late_events().wanted_at();
  const bool usual =
      feed.read_at() && feed.state().failures_in_a_row == 0 && sources_.informing(feed.name()) == nullptr;
  if (portfolio_->hints.informs(feed.name())) return false;
  const bool probed = probes_->informs(feed.name());
  return usual && wanted && *wanted <= now && (probed ? probes_->own_due(feed, now) : plan_.poll_due(feed, now)) > now;
}

// Where the quota of the hour grows short, polls go first.
LateEvents::Pace Poller::pace(Timestamp now) const {
  return {.within = settings_.late_within,
          .charged = budget_.charged(core::AnswerKind::kNotModified),
          .sparing = !budget_.has_plenty(now)};
}

void Poller::keep_memory(Feed& feed) {
  const std::string late = feed.late_events().save();
  const std::string probes = probes_->save_feed(feed.name());
  const std::string partly = feed.save_partly();
  const std::string received = received_->save_feed(feed.name());
  const std::string hints = portfolio_->hints.save_feed(feed.name());
  const std::string policy = mark(policy_->name(), policy_->save(feed.name()));
  feed.set_policy_state(join_memory({.late_events = late,
                                     .probes = probes,
                                     .partly = partly,
                                     .received = received,
                                     .hints = hints,
                                     .policy = policy}));
}

void Poller::absorb_shared(SharedFeed& source, const core::Answer& answer, const Known& known, Step& step,
                           Timestamp now) {
  ++portfolio_->shared_feeds_version;
  if (!portfolio_->schedule.walking()) sources_.begin_poll(source);
  const SourceStep taken = sources_.take(source, answer, known, budget_.charged(answer.kind), settings_.seed, now);
  step.poll_finished = taken.finished;
  if (taken.progress == Progress::kTrouble) {
    portfolio_->set_due(source.feed(), now + source.feed().rest());
    if (answer.kind != core::AnswerKind::kRedirect) sources_.take_trouble(source, answer.kind, now);
    return;
  }
  step.passed_over = source.feed().passed_over();
  step.fresh = taken.fresh;
  for (const std::size_t i : taken.fresh) {
    const core::Event& event = answer.events[i];
    portfolio_->feed(core::repository_feed(event.repository)).arrivals().hear(event.key.created_at);
  }
  if (source.shows_all()) {
    for (const Finding& finding : taken.findings) apply(finding, known, step, now);
  } else {
    absorb_received(taken, answer, step, now);
  }
  if (!taken.finished) return;
  sources_.finish_poll(source, now);
  replan(now);
}

void Poller::apply(const Finding& finding, const Known& known, Step& step, Timestamp now) {
  const auto at = portfolio_->feeds.find(finding.feed);
  if (at == portfolio_->feeds.end()) return;
  Feed& feed = at->second;
  switch (finding.kind) {
    case Finding::Kind::kSeen:
      feed.set_whole_at(finding.at);
      [[fallthrough]];
    case Finding::Kind::kNothingSeen:
      if (feed.seen_elsewhere(finding.at)) step.others.push_back(feed.state());
      observe(feed, {}, now);
      return;
    case Finding::Kind::kReadNow:
      feed.set_whole_at(std::nullopt);
      [[fallthrough]];
    case Finding::Kind::kReadsOn:
      break;
  }
  if (!finding.boundary) return;
  const auto newest = known.newest_by_feed.find(finding.feed);
  const bool any = newest != known.newest_by_feed.end();
  if (feed.leave_open(*finding.boundary, any ? std::optional(newest->second) : std::nullopt)) {
    step.others.push_back(feed.state());
  }
}

// What it brings proves nothing for the repositories' own feeds, and their states remember that.
void Poller::absorb_received(const SourceStep& taken, const core::Answer& answer, Step& step, Timestamp now) {
  std::set<std::string> changed;
  for (const std::size_t i : taken.fresh) {
    const core::Event& event = answer.events[i];
    Feed& feed = portfolio_->feed(core::repository_feed(event.repository));
    probes_->hear_elsewhere(feed.name(), event);
    feed.hear_partly(taken.boundary);
    changed.insert(feed.name());
  }
  for (const Finding& finding : taken.findings) apply_partly(finding, now);
  for (const std::string& name : changed) {
    Feed& feed = portfolio_->feed(name);
    keep_memory(feed);
    step.others.push_back(feed.state());
  }
}

// All events that it shows of the repository up to now are known.
void Poller::apply_partly(const Finding& finding, Timestamp now) {
  const auto at = portfolio_->feeds.find(finding.feed);
  if (at == portfolio_->feeds.end() || finding.kind == Finding::Kind::kReadsOn) return;
  sources_.take_finding(finding, now);
  if (!received_->informs(finding.feed)) return;
  Feed& feed = at->second;
  sources_.expect(feed, policy_->observe_shown(feed.name(), with_arrivals({}, feed, now)));
  feed.learn_partly(now);
  to_replan_.insert(feed.name());
  to_replan_.insert(policy_->changed_wishes().begin(), policy_->changed_wishes().end());
}

// What has come of the feed since that was told last, by whichever feed: the policy is to hear of it.
PollObservation Poller::with_arrivals(PollObservation poll, Feed& feed, Timestamp now) {
  feed.arrivals().sort_out(now);
  poll.at = now;
  poll.arrivals = feed.arrivals().fresh();
  if (!poll.arrivals.empty()) portfolio_->hints.brought(feed.name(), poll.arrivals.back());
  return poll;
}

// All arrivals of a repository up to now are known, by whichever feed.
void Poller::observe(Feed& feed, PollObservation poll, Timestamp now) {
  stop_waiting_for_history(feed.name());
  REPOPULSE_CHECK(portfolio_->feeds.contains(feed.name()));
  poll.previous = feed.read_at();
  policy_->observe(feed.name(), with_arrivals(poll, feed, now));
  feed.learn(now);
  keep_memory(feed);
  to_replan_.insert(policy_->changed_wishes().begin(), policy_->changed_wishes().end());
}

// What one feed brought may tell of others.
void Poller::replan(Timestamp now) {
  for (const std::string& name : std::exchange(to_replan_, {})) {
    const auto at = portfolio_->feeds.find(name);
    if (at == portfolio_->feeds.end()) continue;
    SharedFeed* source = sources_.informing(name);
    Feed& asked = source != nullptr ? source->feed() : at->second;
    const bool urgent = portfolio_->schedule.is_urgent(asked.name());
    if (asked.state().failures_in_a_row > 0 || !asked.read_at() || urgent) continue;
    portfolio_->set_due(asked, source != nullptr ? sources_.due(*source, now) : sources_.own_due(asked, now));
  }
}

void Poller::set_freshness(core::Millis freshness, Timestamp now) {
  policy_->set_freshness(freshness);
  settings_.late_within = late_within(freshness);
  replans_all_ = true;
  if (!portfolio_->schedule.asked() && !portfolio_->schedule.walking()) replan_all(now);
}

void Poller::replan_all(Timestamp now) {
  replans_all_ = false;
  probes_->plan_anew(now);
  for (const auto& [name, feed] : portfolio_->feeds) to_replan_.insert(name);
  replan(now);
}

void Poller::renew_token(Timestamp now) {
  budget_.renew_token();
  probe_budget_.renew_token();
  probes_->renew_token(now);
  const Schedule& schedule = portfolio_->schedule;
  const auto wake = [&](Feed& feed) {
    const FeedState& state = feed.state();
    if (!waits_for_token(state) || schedule.asked() == feed.name()) return;
    const Timestamp soonest = state.last_polled_at ? *state.last_polled_at + state.floor : now;
    portfolio_->set_due(feed, std::min(schedule.due(feed.name()), std::max(now, soonest)));
  };
  for (auto& [name, feed] : portfolio_->feeds) wake(feed);
  for (SharedFeed* source : sources_.open_ones()) wake(source->feed());
}

void Poller::lift_refusal(Timestamp now) {
  budget_.renew_token();
  if (!probe_budget_.view(now).bad_token) return;
  probe_budget_.renew_token();
  probes_->renew_token(now);
}

void Poller::heed_limit(core::Answer answer, Timestamp now) {
  answer.rate_limit.reset();  // it is another quota's
  budget_.absorb(answer, now);
}

void Poller::confirm() {
  REPOPULSE_CHECK(awaits_answer());
  portfolio_->schedule.close_question();
}

void Poller::abandon(Timestamp now) {
  Schedule& schedule = portfolio_->schedule;
  schedule.stop_walk();
  if (!schedule.asked()) return;
  const std::string name = asked_feed();
  if (SharedFeed* source = sources_.find(name)) {
    sources_.abandon(*source, now);
    return;
  }
  schedule.close_question();
  if (ChangeProbes::is_probe(name)) return probes_->abandon(name, now);
  Feed& feed = portfolio_->feed(name);
  feed.abandon();
  probes_->forget_heard(name);
  received_->forget_heard(name);
  portfolio_->hints.forget_heard(name);
  portfolio_->hints.put_off(name, now + floor_of(feed.state()));
  portfolio_->set_due(feed, now + floor_of(feed.state()));
}

// --- over a restart ---

std::vector<std::pair<std::string, std::string>> Poller::save() const {
  std::vector<std::pair<std::string, std::string>> notes{
      {std::string(kBudgetNote), budget_.save()},
      {std::string(kPortfolioNote), mark(policy_->name(), policy_->save_portfolio())}};
  if (std::string received = received_->save(); !received.empty())
    notes.emplace_back(kReceivedNote, std::move(received));
  if (std::string probes = probes_->save(); !probes.empty()) {
    notes.emplace_back(kProbesNote, std::move(probes));
    notes.emplace_back(kProbeBudgetNote, probe_budget_.save());
  }
  return notes;
}

void Poller::restore(std::span<const std::pair<std::string, std::string>> notes) {
  for (const auto& [name, text] : notes) {
    if (name == kBudgetNote) budget_.restore(text);
    if (name == kProbeBudgetNote) probe_budget_.restore(text);
    if (name == kProbesNote) probes_->restore(text);
    if (name == kReceivedNote) received_->restore(text);
    if (name == kPortfolioNote) policy_->restore_portfolio(unmark(policy_->name(), text));
  }
}

}  // namespace repopulse::polling
