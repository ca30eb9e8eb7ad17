// Organisations' feeds: one request for several repositories of one owner.
//
// While an organisation's feed serves, its repositories' own feeds are read rarely, to see that it shows what they do,
// and where a poll of it leaves something open. A poll has seen all of a repository's events when an event of it was
// met that had been stored before, or when the pages go back to a time at which nothing of it was open. Otherwise the
// repository's own feed is read, beginning at once; what the poll stored then proves nothing there (overlap_boundary).
#include <algorithm>
#include <cassert>
#include <utility>

#include "core/events_feed.h"
#include "core/feed_name.h"
#include "polling/backoff.h"
#include "polling/poller.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;
using core::FeedState;
using core::Millis;
using core::RepoStatus;
using core::Timestamp;

constexpr double kWorthBeginning = 1.25;  // requests that are saved for one that is sent …
constexpr double kWorthKeeping = 1.05;    // … with some distance between the two, so that it does not flap
constexpr double kMostCost = 0.85;        // of what is saved
constexpr Millis kSlack = 15min;          // events mostly become visible within two minutes; clocks differ
constexpr Millis kLatest = 6h;            // GitHub's documentation: the longest that an event takes to be visible
constexpr Millis kRest = std::chrono::days(3);
constexpr Millis kLongestRest = std::chrono::days(14);
constexpr int kPatience = 3;  // failures in a row
// A repository's own feed is read so often while another serves it, at the most: a day apart, or a week where the
// organisation's pages go back so far that what is visible late is on them. And before its first page is full.
constexpr Millis kCheck = 24h;
constexpr Millis kRareCheck = std::chrono::days(7);
constexpr std::size_t kCheckEvents = 60;

// As long as a repository may be silent before its own feed is asked why: it may have been renamed, and the
// organisation's feed tells of it under the new name.
Millis suspicious_silence(const std::vector<core::EventTime>& recent) {
  constexpr int kGaps = 30;
  if (recent.size() < 2) return kRareCheck;
  return std::max(kLatest, kGaps * Millis(recent.back() - recent.front()) / static_cast<std::int64_t>(recent.size()));
}

// The earlier of both clocks: taken too early, it only costs a proof.
Timestamp github_time(const core::Answer& answer, Timestamp now) {
  return answer.date ? std::min(now, core::to_timestamp(*answer.date)) : now;
}

}  // namespace

// --- who belongs together ---

void Poller::remember(FeedState organisation) {
  ++organisations_version_;
  if (find(organisation.feed) == nullptr) remembered_[organisation.feed] = std::move(organisation);
}

std::vector<FeedState> Poller::organisations() const {
  std::map<std::string_view, const FeedState*> all;
  for (const auto& [name, state] : remembered_) all[name] = &state;
  for (auto at = feeds_.lower_bound(core::organisation_feed(""));
       at != feeds_.end() && core::is_organisation_feed(at->first); ++at) {
    all[at->first] = &at->second.state;
  }
  std::vector<FeedState> out;
  for (const auto& [name, state] : all) out.push_back(*state);
  return out;
}

std::vector<std::string> Poller::repositories_of(std::string_view name) const {
  const auto at = organisations_.find(name);
  if (at == organisations_.end()) return {};
  return walking_ == name ? at->second.members : at->second.ready;
}

FeedState Poller::shown_state(std::string_view name) const {
  const Feed& feed = feeds_.find(name)->second;
  FeedState shown = feed.state;
  if (!feed.served) return shown;
  const FeedState& other = *state(feed.organisation);
  if (feed.last_success) shown.last_polled_at = std::max(shown.last_polled_at, feed.last_success);
  if (other.next_poll_at) shown.next_poll_at = std::min(feed.due, *other.next_poll_at);
  return shown;
}

void Poller::enlist(Feed& feed) {
  FeedState& state = feed.state;
  feed.organisation = core::organisation_feed_of(state.feed);
  if (feed.organisation.empty()) return;
  organisations_[feed.organisation].repositories.insert(state.feed);
  if (state.last_polled_at) feed.own_read_at = *state.last_polled_at;
  if (state.failures_in_a_row > 0 || state.overlap_boundary) return;
  feed.whole_at = state.last_full_at;
  const auto remembered = remembered_.find(feed.organisation);
  const FeedState* other = remembered == remembered_.end() ? this->state(feed.organisation) : &remembered->second;
  if (!feed.whole_at || other == nullptr) return;
  const auto covered = covered_at(other->policy_state, state.feed);
  if (!covered) return;
  feed.whole_at = std::max(feed.whole_at, covered);
  feed.last_success = std::max(feed.last_success, covered);
}

void Poller::delist(Feed& feed, Timestamp now) {
  const auto at = organisations_.find(feed.organisation);
  if (at == organisations_.end()) return;
  at->second.repositories.erase(feed.state.feed);
  std::erase(at->second.members, feed.state.feed);
  review(feed.organisation, now);
}

// Its own feed was read to the end, lately and without trouble, and under the name that its events bear.
bool Poller::is_ready(const Feed& feed) const {
  const FeedState& state = feed.state;
  return state.last_full_at && feed.last_success && state.failures_in_a_row == 0 && state.location.empty() &&
         state.status == RepoStatus::kOk && !feed.urgent && walking_ != state.feed;
}

// Whether the organisation's feed should be asked, and for whom; to be called whenever the answer may have changed.
void Poller::review(const std::string& name, Timestamp now) {
  const auto at = organisations_.find(name);
  if (!settings_.organisation_feeds || at == organisations_.end()) return;
  Organisation& organisation = at->second;
  std::vector<std::string> ready;
  for (const std::string& repository : organisation.repositories) {
    if (is_ready(*find(repository))) ready.push_back(repository);
  }
  const bool open = find(name) != nullptr;
  const double least = open ? kWorthKeeping : kWorthBeginning;
  const bool wanted = ready.size() > 1 && policy_->gain_together(ready) >= least;
  if (organisation.serving && ready != organisation.ready) end_service(organisation, now);
  organisation.ready = std::move(ready);
  if (open && !wanted) close_organisation(name, now);
  if (!open && wanted) open_organisation(name, now);
  const Feed* feed = find(name);
  const bool proven = feed != nullptr && feed->last_success && feed->state.failures_in_a_row == 0;
  if (wanted && proven && !organisation.serving) begin_service(organisation, now);
  if (organisation.repositories.empty()) organisations_.erase(at);
}

void Poller::open_organisation(const std::string& name, Timestamp now) {
  ++organisations_version_;
  const auto at = feeds_.try_emplace(name).first;
  Feed& feed = at->second;
  if (const auto remembered = remembered_.find(name); remembered != remembered_.end()) {
    feed.state = std::move(remembered->second);
    remembered_.erase(remembered);
  }
  FeedState& state = feed.state;
  state.feed = name;
  feed.longest = settings_.longest_interval;
  const bool interrupted = std::exchange(organisations_.find(name)->second.interrupted, false);
  if (state.failures_in_a_row == 0 && state.last_full_at && !interrupted) feed.last_success = state.last_polled_at;
  feed.due = state.next_poll_at.value_or(now);
  if (state.last_polled_at) feed.due = std::max(feed.due, *state.last_polled_at + state.floor);
  state.next_poll_at = feed.due;
  schedule_.emplace(feed.due, at->first);
}

void Poller::close_organisation(const std::string& name, Timestamp now) {
  ++organisations_version_;
  Feed& feed = *find(name);
  Organisation& organisation = organisations_.find(name)->second;
  if (asking_ == name) {
    abandon(now);
    feed.state.last_polled_at = now;
    organisation.interrupted = true;
  }
  if (walking_ == name) walking_.reset();
  if (organisation.serving) end_service(organisation, now);
  schedule_.erase({feed.due, feeds_.find(name)->first});
  if (feed.state.failures_in_a_row == 0) feed.state.next_poll_at.reset();
  remembered_[name] = std::move(feed.state);
  feeds_.erase(name);
}

void Poller::begin_service(Organisation& organisation, Timestamp now) {
  if (!organisation.serving) policy_->ask_together(organisation.ready);
  organisation.serving = true;
  Feed* feed = nullptr;
  for (const std::string& name : organisation.ready) {
    Feed& member = *find(name);
    member.served = true;
    feed = find(member.organisation);
    set_due(member, own_due(member, now));
  }
  if (walking_ == feed->state.feed) return;
  // What was planned before a restart is kept: a server that is restarted again and again would never ask.
  const Timestamp earliest = *feed->last_success + floor_of(feed->state);
  set_due(*feed, std::max(earliest, std::min(feed->due, organisation_wish(*feed, now))));
}

void Poller::end_service(Organisation& organisation, Timestamp now) {
  organisation.serving = false;
  for (const std::string& name : organisation.ready) {
    Feed* member = find(name);
    if (member == nullptr) continue;
    member->served = false;
    policy_->ask_together({&name, 1});
    const bool waits = member->state.failures_in_a_row > 0 || member->urgent || walking_ == name;
    if (!waits && organisation.repositories.contains(name)) set_due(*member, own_due(*member, now));
  }
}

// --- when ---

// A repository's own feed.
Timestamp Poller::own_due(const Feed& feed, Timestamp now) {
  const Timestamp earliest = feed.state.last_polled_at ? *feed.state.last_polled_at + floor_of(feed.state) : now;
  const bool open = feed.state.overlap_boundary || (feed.served && !feed.whole_at);
  if (open) return std::max(now, earliest);
  if (!feed.served) return std::max(earliest, wished(feed, now));
  const Organisation& organisation = organisations_.find(feed.organisation)->second;
  Timestamp heard = feed.own_read_at;
  if (!feed.recent_arrivals.empty()) heard = std::max(heard, core::to_timestamp(feed.recent_arrivals.back()));
  const Timestamp due = std::min({feed.own_read_at + (organisation.looked_back >= 2 * kLatest ? kRareCheck : kCheck),
                                  heard + suspicious_silence(feed.recent_arrivals), *feed.last_success + feed.longest});
  return std::max({now, earliest, feed.since_own_read >= kCheckEvents ? now : due});
}

Timestamp Poller::organisation_wish(const Feed& feed, Timestamp now) {
  const Organisation& organisation = organisations_.find(feed.state.feed)->second;
  const Millis floor = floor_of(feed.state);
  Millis longest = settings_.longest_interval;
  for (const std::string& name : organisation.ready) longest = std::min(longest, find(name)->longest);
  const Timestamp wish = policy_->next(organisation.ready.front(), now);
  return std::min(std::max(wish, *feed.last_success + floor), *feed.last_success + std::max(longest, floor));
}

// --- answers ---

// The members of a poll are told with its first answer; those that took part in the pages before are as they were
// stored.
void Poller::ask_organisation(const Feed& feed) {
  Organisation& organisation = organisations_.find(feed.state.feed)->second;
  if (!walking_) organisation.members.clear();
  for (const std::string& name : organisation.members) {
    Feed& member = *find(name);
    member.stored = member.state;
  }
}

void Poller::begin_organisation_poll(Feed& feed) {
  Organisation& organisation = organisations_.find(feed.state.feed)->second;
  organisation.begin_poll();
  for (const std::string& name : organisation.members) {
    Feed& member = *find(name);
    member.stored = member.state;
  }
}

void Poller::absorb_organisation(Feed& feed, const core::Answer& answer, const Known& known, Step& step,
                                 Timestamp now) {
  Organisation& organisation = organisations_.find(feed.state.feed)->second;
  ++organisation.pages;
  if (answer.kind == AnswerKind::kNotModified) {
    if (take_unchanged(feed)) finish_organisation(feed, answer, known, true, step, now);
    return;
  }
  if (answer.kind == AnswerKind::kEndOfFeed) {
    finish_organisation(feed, answer, known, feed.walk.entries() < core::kFeedDepthAtLeast, step, now);
    return;
  }
  take_organisation_page(feed, answer, known, step);
  const std::int64_t boundary = feed.state.overlap_boundary.value_or(known.last_sequence);
  const auto page = static_cast<std::size_t>(feed.walk.page());
  const PageWalk::Verdict verdict = feed.walk.take(answer, known.sequences, boundary, feed.last_success);
  const bool whole = !feed.walk.may_go_on() && feed.walk.entries() < core::kFeedDepthAtLeast;
  const bool enough = std::ranges::all_of(organisation.members, [&](const std::string& name) {
    const Feed* member = find(name);
    return member == nullptr || covered(organisation, *member);
  });
  if (verdict != PageWalk::Verdict::kGoOn || enough) {
    finish_organisation(feed, answer, known, whole, step, now);
    return;
  }
  // As with a repository's feed; and should its own feed go on from here, it must know as well.
  feed.state.overlap_boundary = boundary;
  if (page <= feed.state.validators.size()) feed.state.validators[page - 1] = {};
  for (const std::string& name : organisation.members) {
    if (Feed* member = find(name)) prove_less(*member, boundary, known, step);
  }
}

void Poller::take_organisation_page(Feed& feed, const core::Answer& answer, const Known& known, Step& step) {
  assert(known.sequences.size() == answer.events.size());
  Organisation& organisation = organisations_.find(feed.state.feed)->second;
  const std::int64_t boundary = feed.state.overlap_boundary.value_or(known.last_sequence);
  for (std::size_t i = 0; i < answer.events.size(); ++i) {
    const std::string name = core::repository_feed(answer.events[i].repository);
    Feed* member = std::ranges::binary_search(organisation.members, name) ? find(name) : nullptr;
    if (member == nullptr) continue;
    if (!known.sequences[i]) {
      step.fresh.push_back(i);
      member->fresh_arrivals.push_back(answer.events[i].key.created_at);
    } else if (*known.sequences[i] <= std::min(boundary, member->state.overlap_boundary.value_or(boundary))) {
      organisation.overlaps.insert(name);
    }
  }
  if (const auto reach = reach_of(answer)) organisation.reach = reach;
}

bool Poller::covered(const Organisation& organisation, const Feed& member) const {
  if (organisation.overlaps.contains(member.state.feed)) return true;
  return member.whole_at && organisation.reach && *organisation.reach + kSlack <= *member.whole_at;
}

// What is stored from here on of a repository proves nothing until all before it is seen.
void Poller::prove_less(Feed& member, std::int64_t boundary, const Known& known, Step& step) {
  FeedState& state = member.state;
  if (state.overlap_boundary) return;
  state.overlap_boundary = boundary;
  const auto newest = known.newest_by_feed.find(state.feed);
  if (newest != known.newest_by_feed.end()) state.overlap_newest = newest->second;
  // Its own feed cannot be what it was; where nothing new was seen of it, "not modified" proves as much as a page does.
  if (!member.fresh_arrivals.empty() && !state.validators.empty()) state.validators.front() = {};
  step.others.push_back(state);
}

void Poller::finish_organisation(Feed& feed, const core::Answer& answer, const Known& known, bool all_seen, Step& step,
                                 Timestamp now) {
  step.poll_finished = true;
  Organisation& organisation = organisations_.find(feed.state.feed)->second;
  const std::int64_t boundary = feed.state.overlap_boundary.value_or(known.last_sequence);
  const bool unchanged = feed.walk.validators().empty();  // a 304 may be stuck: what was proven remains as it was
  keep_pages_read(feed, now);
  feed.last_success = now;
  if (organisation.reach) organisation.looked_back = github_time(answer, now) - *organisation.reach;
  if (all_seen && organisation.reach) organisation.looked_back = kRareCheck;
  organisation.covered.clear();
  std::size_t open = 0;
  for (const std::string& name : organisation.members) {
    Feed* member = find(name);
    if (member == nullptr) continue;
    if ((all_seen && member->whole_at) || covered(organisation, *member)) {
      organisation.covered.insert(name);
      if (!unchanged) member->whole_at = github_time(answer, now);
      member->since_own_read += member->fresh_arrivals.size();
      if (member->state.overlap_boundary) {
        member->state.overlap_boundary.reset();
        member->state.overlap_newest.reset();
        step.others.push_back(member->state);
      }
      observe(*member, true, false, now);
    } else {
      ++open;
      member->whole_at.reset();
      prove_less(*member, boundary, known, step);
    }
  }
  if (!unchanged) feed.state.policy_state = save_coverage(github_time(answer, now), organisation.covered);
  organisation.charge(open);
  const double most = kMostCost * policy_->gain_together(organisation.ready);
  if (organisation.cost > most) {
    organisation.cost = most;  // where it goes on like that when it is tried again, once is enough
    rest_organisation(feed, "the organisation's other repositories fill it: it costs more requests than it saves", now);
  } else {
    begin_service(organisation, now);
    set_due(feed, organisation_wish(feed, now));
  }
  reconsider_moved(now);
}

// --- trouble ---

void Poller::organisation_troubled(Feed& feed, AnswerKind kind, Timestamp now) {
  const bool gone = kind == AnswerKind::kNotFound || kind == AnswerKind::kBlocked || kind == AnswerKind::kForbidden;
  const int failures = feed.state.failures_in_a_row;
  if (!gone && failures < kPatience) return;
  end_service(organisations_.find(feed.state.feed)->second, now);
  if (gone) set_due(feed, now + exponential(kRest, failures, kLongestRest));
}

void Poller::rest_organisation(Feed& feed, const std::string& why, Timestamp now) {
  FeedState& state = feed.state;
  ++state.failures_in_a_row;
  state.status = RepoStatus::kFailing;
  state.status_detail = why;
  Organisation& organisation = organisations_.find(state.feed)->second;
  end_service(organisation, now);
  // In between it was asked, and answered well: that alone makes it no better.
  if (now > organisation.rested_until + kLongestRest) organisation.rests = 0;
  organisation.rested_until = now + exponential(kRest, ++organisation.rests, kLongestRest);
  set_due(feed, organisation.rested_until);
}

// What the page brought is not stored: it is as if it had not been.
void Poller::abandon_organisation(Feed& feed, Timestamp now) {
  Organisation& organisation = organisations_.find(feed.state.feed)->second;
  for (const std::string& name : organisation.members) {
    Feed* member = find(name);
    if (member == nullptr) continue;
    member->state = member->stored;
    member->fresh_arrivals.clear();
    member->whole_at.reset();
    set_due(*member, own_due(*member, now));
  }
}

// --- a repository's own feed ---

// It was read to the end. Does it show what the organisation's feed should have shown?
void Poller::finish_own_read(Feed& feed, const core::Answer& answer, const Known& known, Step& step, Timestamp now) {
  if (feed.organisation.empty()) return;
  const Feed* other = find(feed.organisation);
  const bool was_whole = feed.served && feed.whole_at && other != nullptr && other->last_success;
  std::size_t missed = 0;
  if (was_whole) {
    missed = static_cast<std::size_t>(std::ranges::count_if(feed.fresh_arrivals, [&](core::EventTime at) {
      return core::to_timestamp(at) + kLatest < *other->last_success;
    }));
  }
  const bool leaves_out = missed * 10 > feed.since_own_read;
  const bool unchanged = answer.kind == AnswerKind::kNotModified && feed.whole_at;
  if (!unchanged) feed.whole_at = github_time(answer, now);
  feed.own_read_at = now;
  feed.since_own_read = 0;
  if (leaves_out) {
    distrust(feed.organisation, step, now);
  } else {
    feed.own_sequence = known.last_sequence;
  }
}

// Where the organisation's feed leaves events out, those that it brought prove nothing: each repository is read again,
// back to what was stored when its own feed was read last.
void Poller::distrust(const std::string& name, Step& step, Timestamp now) {
  const std::vector<std::string> members = organisations_.find(name)->second.ready;
  Feed& other = *find(name);
  rest_organisation(other, "it does not show all events of its repositories", now);
  step.others.push_back(other.state);
  for (const std::string& member_name : members) {
    Feed& member = *find(member_name);
    if (!member.own_sequence || member.state.overlap_boundary) continue;
    member.whole_at.reset();
    prove_less(member, *member.own_sequence, {}, step);
    set_due(member, own_due(member, now));
  }
}

}  // namespace repopulse::polling
