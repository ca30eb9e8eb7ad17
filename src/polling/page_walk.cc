#include "polling/page_walk.h"

#include <algorithm>

#include "core/clock.h"
#include "core/events_feed.h"
#include "polling/round.h"

namespace repopulse::polling {
namespace {

// GitHub's feeds are three pages deep; an Enterprise server's may be deeper. A bound on every loop.
constexpr int kMostPages = 20;
// Where no page has a Link, a full one may have another behind it, as deep as GitHub's feeds go.
constexpr int kMostPagesUnsaid = 3;
constexpr int kMostHops = 3;

// From this second on events may have come that the reading did not show: it was asked for up to a second earlier than
// it was answered.
core::EventTime begin_of(core::Timestamp read) {
  return core::to_event_time(read) - core::Seconds(1);
}

}  // namespace

PageWalk::Verdict PageWalk::take(const core::Answer& answer, std::span<const std::optional<std::int64_t>> sequences,
                                 const Before& before, core::Timestamp told_at) {
  validators_.push_back(answer.validator);
  entries_ += answer.page_entries;
  core::EventTime page_oldest = core::EventTime::max();
  for (std::size_t i = 0; i < answer.events.size(); ++i) {
    const core::EventTime at = answer.events[i].key.created_at;
    if (core::is_ahead(at, told_at)) continue;
    page_oldest = std::min(page_oldest, at);
    if (core::to_timestamp(at) <= told_at) newest_ = std::max(newest_.value_or(at), at);
    if (!sequences[i] || *sequences[i] > before.boundary) continue;
    const bool proves = at <= before.whole_until || *sequences[i] == Known::kForgotten;
    if (proves) newest_known_ = std::max(newest_known_.value_or(at), at);
  }
  if (page_oldest != core::EventTime::max()) oldest_ = std::min(oldest_.value_or(page_oldest), page_oldest);
  ++page_;
  linked_ = linked_ || answer.linked;
  const bool unsaid_more = !linked_ && answer.page_entries >= core::kEventsPerPage && page_ <= kMostPagesUnsaid;
  more_ = (answer.has_next && answer.page_entries > 0 && page_ <= kMostPages) || unsaid_more;
  const bool cuts_the_second =
      newest_known_ && before.read_at && page_oldest >= *newest_known_ && *newest_known_ >= begin_of(*before.read_at);
  if (more_ && (!newest_known_ || cuts_the_second)) return Verdict::kGoOn;
  return newest_known_ ? Verdict::kOverlap : Verdict::kEnd;
}

bool PageWalk::hop() {
  return ++hops_ <= kMostHops;
}

}  // namespace repopulse::polling
