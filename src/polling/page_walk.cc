#include "polling/page_walk.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "core/clock.h"
#include "core/events_feed.h"
#include "polling/round.h"

namespace repopulse::polling {
namespace {

// GitHub's feeds are three pages deep; an Enterprise server's may be deeper. A bound on every loop.
constexpr std::size_t kDeepest = 20 * core::kEventsPerPage;
// Where no page has a Link, a full one may have another behind it, as deep as GitHub's feeds go.
constexpr std::size_t kDeepestUnsaid = core::kFeedDepth;
constexpr int kMostHops = 3;
// Of a page, largest first; each divides the one before.
constexpr std::array<std::size_t, 5> kPageSizes = {core::kEventsPerPage, 50, 25, 5, 1};

// From this second on events may have come that the reading did not show: it was asked for up to a second earlier than
// it was answered.
core::EventTime begin_of(core::Timestamp read) {
  return core::to_event_time(read) - core::Seconds(1);
}

}  // namespace

PageWalk::Verdict PageWalk::take(const core::Answer& answer, std::span<const std::optional<std::int64_t>> sequences,
                                 const Before& before, core::Timestamp told_at) {
  REPOPULSE_CHECK(sequences.size() == answer.events.size());
  REPOPULSE_CHECK(offset_ < kDeepest && offset_ % page_size_ == 0);
  if (full_page() == validators_.size()) validators_.push_back(answer.validator);
  read_any_ = true;
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
  const std::size_t asked = page_size_;
  advance(asked);
  linked_ = linked_ || answer.linked;
  const bool unsaid_more = !linked_ && answer.page_entries >= asked && offset_ < kDeepestUnsaid;
  more_ = (answer.has_next && answer.page_entries > 0 && offset_ < kDeepest) || unsaid_more;
  const bool cuts_the_second =
      newest_known_ && before.read_at && page_oldest >= *newest_known_ && *newest_known_ >= begin_of(*before.read_at);
  return verdict(cuts_the_second);
}

// A poll looks as deep in small pages as in one of full size.
PageWalk::Verdict PageWalk::verdict(bool cuts_the_second) const {
  if (more_ && (!newest_known_ || cuts_the_second || offset_ < core::kEventsPerPage)) return Verdict::kGoOn;
  return newest_known_ ? Verdict::kOverlap : Verdict::kEnd;
}

void PageWalk::advance(std::size_t events) {
  offset_ += events;
  page_size_ = *std::ranges::find_if(kPageSizes, [this](std::size_t size) { return offset_ % size == 0; });
  REPOPULSE_CHECK(offset_ <= kDeepest);
}

std::optional<std::size_t> PageWalk::full_page() const {
  return page_size_ == core::kEventsPerPage ? std::optional(offset_ / core::kEventsPerPage) : std::nullopt;
}

bool PageWalk::shrink() {
  const auto smaller = std::ranges::find_if(kPageSizes, [this](std::size_t size) { return size < page_size_; });
  if (smaller == kPageSizes.end()) return false;
  page_size_ = *smaller;
  REPOPULSE_CHECK(offset_ % page_size_ == 0);
  return true;
}

PageWalk::Verdict PageWalk::skip() {
  REPOPULSE_CHECK(page_size_ == 1);
  advance(1);
  ++entries_;
  ++passed_over_;
  more_ = offset_ < kDeepest;
  return verdict(false);
}

PageWalk::Verdict PageWalk::end() {
  more_ = false;
  return verdict(false);
}

bool PageWalk::hop() {
  REPOPULSE_CHECK(hops_ <= kMostHops);
  return ++hops_ <= kMostHops;
}

}  // namespace repopulse::polling
