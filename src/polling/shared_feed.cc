#include "polling/shared_feed.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "core/clock.h"
#include "core/events_feed.h"
#include "core/feed_name.h"
#include "polling/coverage.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

constexpr Millis kSlack = 15min;  // events mostly become visible within two minutes; clocks differ
constexpr Millis kLooksBackWhole = std::chrono::days(7);  // a feed that shows all there is

// How far back an answer looks: everything that was created later, and was visible, is on it. Of the last entries the
// newest counts: one that became visible late may stand anywhere.
std::optional<Timestamp> reach_of(const core::Answer& answer, Timestamp now) {
  constexpr std::size_t kLast = 10;
  std::optional<Timestamp> reach;
  std::size_t seen = 0;
  for (auto event = answer.events.rbegin(); event != answer.events.rend() && seen < kLast; ++event) {
    if (core::is_ahead(event->key.created_at, told_at(answer, now))) continue;
    ++seen;
    const Timestamp at = core::to_timestamp(event->key.created_at);
    reach = reach ? std::max(*reach, at) : at;
  }
  return reach;
}

}  // namespace

void SharedFeed::remove_repository(const std::string& feed) {
  repositories_.erase(feed);
  std::erase(poll_is_for_, feed);
}

void SharedFeed::add_informed(const std::string& feed) {
  const auto at = std::ranges::lower_bound(informs_, feed);
  if (at == informs_.end() || *at != feed) informs_.insert(at, feed);
}

void SharedFeed::remove_informed(std::string_view feed) {
  const auto at = std::ranges::lower_bound(informs_, feed);
  if (at != informs_.end() && *at == feed) informs_.erase(at);
}

bool SharedFeed::informs_now(std::string_view feed) const {
  return informing_ && std::ranges::binary_search(informs_, feed);
}

void SharedFeed::open(core::FeedState stored) {
  REPOPULSE_CHECK(!is_open());
  stored.feed = name_;
  feed_.emplace(std::move(stored));
  if (!feed_->state().last_full_at || interrupted_) feed_->set_read_at(std::nullopt);
  interrupted_ = false;
}

core::FeedState SharedFeed::close(bool interrupted) {
  REPOPULSE_CHECK(is_open());
  core::FeedState state = feed_->state();
  feed_.reset();
  interrupted_ = interrupted;
  return state;
}

// --- a poll ---

void SharedFeed::begin_poll() {
  poll_is_for_ = informs_;
  overlaps_.clear();
  reach_.reset();
  pages_ = 0;
  all_read_ = true;
}

SourceStep SharedFeed::take(const core::Answer& answer, const Known& known, bool charged, std::uint64_t seed,
                            const Feeds& feeds, const ProvenOf& proven, Timestamp now) {
  SourceStep step;
  const std::int64_t boundary = feed_->overlap_until(known.last_sequence);
  step.boundary = boundary;
  step.progress = feed_->take(answer, known, charged, seed, now);
  step.finished = step.progress == Progress::kTrouble;
  if (step.finished || answer.kind == core::AnswerKind::kRedirect) return step;
  ++pages_;
  if (answer.kind == core::AnswerKind::kEvents) take_page(answer, known, boundary, step, feeds, now);
  if (!feed_->take_unread(false, answer, known, now).empty()) all_read_ = false;
  if (step.progress == Progress::kAgain) return step;

  if (step.progress == Progress::kMore && !is_enough(feeds, proven)) {
    for (const std::string& name : poll_is_for_) step.findings.push_back({name, Finding::Kind::kReadsOn, {}, boundary});
    return step;
  }
  const bool ended =
      step.progress == Progress::kEnd || (step.progress == Progress::kOverlap && !feed_->walk().may_go_on());
  const bool shown_whole =
      step.progress == Progress::kUnchanged || (ended && feed_->walk().entries() < core::kFeedDepthAtLeast);
  finish(answer, shown_whole, boundary, feeds, proven, step, now);
  return step;
}

// What is to be found out needs all that the feed has.
bool SharedFeed::is_enough(const Feeds& feeds, const ProvenOf& proven) const {
  if (!shows_all() && !informing_) return false;
  return std::ranges::all_of(poll_is_for_, [&](const std::string& name) {
    const auto feed = feeds.find(name);
    return feed == feeds.end() || covers(feed->second, proven(feed->second));
  });
}

void SharedFeed::take_page(const core::Answer& answer, const Known& known, std::int64_t boundary, SourceStep& step,
                           const Feeds& feeds, Timestamp now) {
  REPOPULSE_CHECK(known.sequences.size() == answer.events.size());
  for (std::size_t i = 0; i < answer.events.size(); ++i) {
    const std::string name = core::repository_feed(answer.events[i].repository);
    if (!std::ranges::binary_search(poll_is_for_, name)) continue;
    const auto feed = feeds.find(name);
    if (feed == feeds.end()) continue;
    if (!known.sequences[i]) {
      step.fresh.push_back(i);
      continue;
    }
    if (!shows_all()) continue;
    const Feed& own = feed->second;
    const bool before = *known.sequences[i] <= own.overlap_until(boundary);
    const bool whole = answer.events[i].key.created_at <= own.whole_until().value_or(core::EventTime::min());
    if (before && (whole || *known.sequences[i] == Known::kForgotten)) overlaps_.insert(name);
  }
  if (const auto reach = reach_of(answer, now)) reach_ = reach;
}

// A poll has seen all of a repository's events when it met one that had been stored before, or when its pages go back
// to a time at which nothing of the repository lay unseen.
bool SharedFeed::covers(const Feed& feed, std::optional<Timestamp> proven) const {
  if (overlaps_.contains(feed.name())) return true;
  return proven && reach_ && *reach_ + kSlack <= *proven;
}

void SharedFeed::finish(const core::Answer& answer, bool shown_whole, std::int64_t boundary, const Feeds& feeds,
                        const ProvenOf& proven, SourceStep& step, Timestamp now) {
  step.finished = true;
  const Timestamp at = answered_at(answer, now);
  if (!feed_->take_unread(true, {}, {}, now).empty()) all_read_ = false;
  const bool unchanged = !feed_->walk().read_any();  // a 304 may be stuck: it proves nothing more
  feed_->end_poll(now);
  feed_->set_read_at(now);
  if (reach_) looked_back_ = shown_whole ? kLooksBackWhole : at - *reach_;
  std::set<std::string, std::less<>> covered;
  for (const std::string& name : poll_is_for_) {
    const auto feed = feeds.find(name);
    if (feed == feeds.end()) continue;
    const auto before = proven(feed->second);
    const bool seen = (shown_whole && before) || covers(feed->second, before);
    if (seen && all_read_) {
      covered.insert(name);
      const auto kind = unchanged ? Finding::Kind::kNothingSeen : Finding::Kind::kSeen;
      step.findings.push_back({name, kind, at, std::nullopt});
    } else {
      step.findings.push_back({name, Finding::Kind::kReadNow, at, boundary});
    }
  }
  if (!unchanged) feed_->set_policy_state(save_coverage(at, covered));
  const bool compares = !shows_all() && !informing_;  // it looks at all pages, and no feed is read because of it
  if (!compares) cost_.charge(pages_, step.findings.size() - covered.size());
}

}  // namespace repopulse::polling
