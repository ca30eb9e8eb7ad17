// One round of the monitor: a question to GitHub, and its answer's way into the store and the windows.
#include <algorithm>
#include <utility>

#include "core/feed_name.h"
#include "monitor/monitor_state.h"
#include "polling/backoff.h"
#include "store/gaps.h"

namespace repopulse::monitor {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;
using core::ErrorKind;
using core::Millis;
using core::Timestamp;
using Forecast = std::vector<polling::HourForecast>;

constexpr Millis kShortestStoreRest = 1s;  // between two tries at a store that is away
constexpr Millis kLongestStoreRest = 30s;
constexpr Millis kLearningRest = 5s;
constexpr Millis kLeaseRest = 500ms;  // until the lease is looked at again
constexpr int kForecastHours = 24;

}  // namespace

Action Monitor::State::decide(Timestamp now) {
  if (round) return Wait{round->retry_at};
  if (!may_ask(now)) return Wait{now + kLeaseRest};
  const polling::Decision decision = poller.next(now);
  if (const auto* wait = std::get_if<polling::Wait>(&decision)) {
    Timestamp until = wait->until;
    if (settings.retention_days > 0) until = std::min(until, next_sweep);
    if (poller.untaught().empty() || until <= now) return Wait{until};
    if (now < next_learning) return Wait{std::min(until, next_learning)};
    // While there is nothing to ask: one at a time, and whatever falls due meanwhile goes first.
    if (!learn(*poller.untaught().begin(), now)) next_learning = now + kLearningRest;
    return Wait{now};
  }
  const auto& ask = std::get<polling::Ask>(decision);
  learn_before_asking(ask.feed, now);
  asked_at = now;
  const std::string path = ask.location.empty() ? github::feed_path(ask.feed) : ask.location;
  return github::events_request(settings.github, path, ask.page, ask.validator);
}

// Has the policy learn a feed's history. False: the store did not give it.
bool Monitor::State::learn(const std::string& feed, Timestamp now) {
  const auto since = core::to_event_time(now - poller.policy().history_span());
  const auto history = store.arrivals(book.find(core::subject_of(feed))->repository.id, since);
  if (history) poller.teach(feed, *history, now);
  return history.has_value();
}

// What the answer brings is no history any more. Where the store does not give that, the window must do.
void Monitor::State::learn_before_asking(const std::string& feed, Timestamp now) {
  if (poller.untaught().empty()) return;
  std::vector<std::string> asked = poller.repositories_of(feed);
  if (!core::is_organisation_feed(feed)) asked = {feed};
  for (const std::string& each : asked) {
    if (!poller.untaught().contains(each) || learn(each, now)) continue;
    poller.teach(each, book.find(core::subject_of(each))->window.arrivals(now), now);
  }
}

// Brings the answer at hand into the store, then into the windows. Comes again until the store has taken it.
void Monitor::State::settle(Timestamp now, News& news) {
  if (!poller.awaits_answer()) {  // the feed was removed while GitHub was asked
    finish_round();
    return;
  }
  if (const auto looked = look_up_and_absorb(now); !looked) {
    store_failed(looked.error(), now);
    return;
  }
  stamp(round->commit);
  const auto receipt = store.commit(round->commit);
  if (!receipt) {
    store_failed(receipt.error(), now);
    return;
  }
  store_trouble.clear();
  poller.confirm();
  fold(*receipt, now, news);
  finish_round();
}

core::Status Monitor::State::look_up_and_absorb(Timestamp now) {
  if (round->step) return {};
  polling::Known known;
  known.last_sequence = last_sequence;
  const std::string feed = poller.asked_feed();
  if (!core::is_organisation_feed(feed)) known.newest = book.find(core::subject_of(feed))->repository.last_event_at;
  for (const std::string& repository : poller.repositories_of(feed)) {
    const auto newest = book.find(core::subject_of(repository))->repository.last_event_at;
    if (newest) known.newest_by_feed[repository] = *newest;
  }
  if (const auto found = look_up(feed, known); !found) return found;
  know_expired(known, now);
  round->step = poller.absorb(round->answer, known, now);
  build_commit(feed);
  return {};
}

// Which events of the answer are stored; of those that belong to no repository under watch it finds none.
core::Status Monitor::State::look_up(const std::string& feed, polling::Known& known) const {
  const std::vector<core::Event>& events = round->answer.events;
  known.sequences.resize(events.size());
  for (const auto& [repository, indices] : by_repository(feed)) {
    std::vector<core::EventKey> keys;
    keys.reserve(indices.size());
    for (const std::size_t i : indices) keys.push_back(events[i].key);
    const auto found = store.find(repository, keys);
    if (!found) return tl::unexpected(found.error());
    for (std::size_t k = 0; k < indices.size(); ++k) known.sequences[indices[k]] = (*found)[k];
  }
  return {};
}

// What the retention would delete is not stored again: it was there, or would have been.
void Monitor::State::know_expired(polling::Known& known, Timestamp now) const {
  const auto before = kept_since(now);
  if (!before) return;
  constexpr std::int64_t kLongAgo = 0;  // sequences begin above it
  for (std::size_t i = 0; i < known.sequences.size(); ++i) {
    if (!known.sequences[i] && round->answer.events[i].key.created_at < *before) known.sequences[i] = kLongAgo;
  }
}

// The indices of the answer's events, by the repository that they belong to.
std::map<core::RepoId, std::vector<std::size_t>> Monitor::State::by_repository(const std::string& feed) const {
  std::map<core::RepoId, std::vector<std::size_t>> out;
  const bool organisation = core::is_organisation_feed(feed);
  for (std::size_t i = 0; i < round->answer.events.size(); ++i) {
    const auto view =
        book.find(core::subject_of(organisation ? core::repository_feed(round->answer.events[i].repository) : feed));
    if (view && view->repository.active) out[view->repository.id].push_back(i);
  }
  return out;
}

void Monitor::State::build_commit(const std::string& feed) {
  const polling::Step& step = *round->step;
  store::PollCommit& commit = round->commit;
  commit.feeds = step.others;
  commit.feeds.push_back(step.state);
  commit.notes = poller.save();
  commit.notes.emplace_back(kTokenNote, settings.token_fingerprint);
  if (step.gap) commit.gaps.emplace_back(book.find(core::subject_of(feed))->repository.id, *step.gap);
  for (const auto& [repository, indices] : by_repository(feed)) {
    store::RepositoryEvents batch{repository, {}};
    for (const std::size_t i : indices) {
      if (std::ranges::binary_search(step.fresh, i)) batch.events.push_back(std::move(round->answer.events[i]));
    }
    if (!batch.events.empty()) commit.events.push_back(std::move(batch));
  }
}

void Monitor::State::store_failed(const core::Error& error, Timestamp now) {
  store_trouble = error.message;
  if (error.kind != ErrorKind::kUnavailable && error.kind != ErrorKind::kCorrupt) {
    const std::string feed = poller.awaits_answer() ? poller.asked_feed() : std::string();
    if (round->step) poller.abandon(now);
    finish_round();
    if (error.kind == ErrorKind::kStale) lose(feed, now);
    return;
  }
  // Nothing is asked of GitHub while what it said cannot be kept.
  ++round->tries;
  round->retry_at = now + polling::exponential(kShortestStoreRest, round->tries, kLongestStoreRest);
}

void Monitor::State::fold(const store::CommitReceipt& receipt, Timestamp now, News& news) {
  const polling::Step& step = *round->step;
  PollReport report;
  for (std::size_t batch = 0; batch < receipt.inserted.size(); ++batch) {
    fold_batch(round->commit.events[batch], receipt.inserted[batch], now, report, news);
  }
  for (const auto& [repository, gap] : round->commit.gaps) {
    book.change(book.find(repository)->repository.name.key(), [&, found = gap](RepositoryView& changed) {
      changed.repository.gaps.push_back(found);
      changed.repository.gaps = store::merge_gaps(std::move(changed.repository.gaps));
      ++changed.events_version;
    });
  }
  std::vector<std::string> touched = poller.repositories_of(step.state.feed);
  if (!core::is_organisation_feed(step.state.feed)) touched = {step.state.feed};
  for (const std::string& feed : touched) show_feed(feed, step.poll_finished, now);
  describe(report, now);
  news.polls.push_back(std::move(report));
}

// Takes what was stored for one repository into its window.
void Monitor::State::fold_batch(store::RepositoryEvents& batch,
                                const std::vector<std::optional<store::Sequence>>& sequences, Timestamp now,
                                PollReport& report, News& news) {
  std::size_t inserted = 0;
  const auto view = book.change(book.find(batch.repository)->repository.name.key(), [&](RepositoryView& changed) {
    for (std::size_t i = 0; i < batch.events.size(); ++i) {
      const auto sequence = sequences[i];
      if (!sequence) continue;
      ++inserted;
      last_sequence = std::max(last_sequence, *sequence);
      const core::EventTime at = batch.events[i].key.created_at;
      changed.window.insert(batch.events[i].key, batch.events[i].type);
      changed.repository.last_event_at = std::max(changed.repository.last_event_at.value_or(at), at);
      if (!round->step->first_contact) {
        report.waits.push_back(now - core::to_timestamp(at));
        staleness.add(report.waits.back());
      }
      if (replica) {  // told in the order in which all servers store, see follow_events()
        replica->folded.insert(*sequence);
        continue;
      }
      news.events.emplace_back(store::StoredEvent{*sequence, changed.repository.id, std::move(batch.events[i])},
                               changed.repository.name);
    }
    changed.repository.events_stored += inserted;
    if (inserted > 0) ++changed.events_version;
  });
  if (inserted > 0) news.statistics.push_back(view);
  report.new_events += inserted;
}

// Brings a repository's view to what the poller knows of its feed.
void Monitor::State::show_feed(const std::string& feed, bool poll_finished, Timestamp now) {
  if (poller.state(feed) == nullptr) return;
  book.change(core::subject_of(feed), [&](RepositoryView& changed) {
    changed.feed = poller.shown_state(feed);
    if (poll_finished) changed.forecast = poller.policy().forecast(feed, now, kForecastHours).value_or(Forecast{});
  });
}

// What subscribers are told of the poll, beside what it brought.
void Monitor::State::describe(PollReport& report, Timestamp now) const {
  const std::string& feed = round->step->state.feed;
  const auto view = core::is_organisation_feed(feed) ? nullptr : book.find(core::subject_of(feed));
  const core::FeedState* state = poller.state(feed);  // none: nobody needs it any more
  report.feed = feed;
  if (view) report.repository = view->repository.name.full_name();
  report.at = now;
  report.outcome = std::string(core::to_string(round->answer.kind));
  report.status = round->answer.status;
  report.malformed = round->answer.malformed;
  report.not_modified = round->answer.kind == AnswerKind::kNotModified;
  if (state != nullptr) report.next_poll_at = next_poll_of(*state, poller.budget().view(now));
  report.detail = round->step->state.status_detail;
  report.took = round->took;
}

}  // namespace repopulse::monitor
