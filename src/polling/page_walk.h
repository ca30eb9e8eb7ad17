// One poll's walk through the pages of a feed: which page is next, and when enough pages were read. It stores nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/answer.h"
#include "core/events_feed.h"
#include "core/feed_state.h"
#include "core/time.h"

namespace repopulse::polling {

// A further page is read only while no page so far shows an event that was stored before this walk began. Events that
// the walk itself brought do not count: pages drift while they are read, so page 2 may repeat events of page 1.
//
// One known event is not always enough. Events of one second stand in any order. So where a page ends inside the second
// in which the feed was last read, events of the rest of that second may stand on the next page.
//
// A page that is too large for the limit of a body is asked for again in smaller pages. All sizes divide each other, so
// that page numbers stay right; behind the large part the pages grow again. An event that is too large by itself is
// passed over.
class PageWalk {
 public:
  enum class Verdict {
    kGoOn,     // read the next page
    kOverlap,  // met an event that was known: nothing lies unseen between the two polls
    kEnd,      // the feed ended before anything known was met
  };

  // To be asked next: the page, from 1, of pages of `page_size()` events, and how many events stand before it.
  int page() const { return static_cast<int>(offset_ / page_size_) + 1; }
  std::size_t page_size() const { return page_size_; }
  std::size_t offset() const { return offset_; }
  // Of the page to be asked next, among pages of full size; nullopt: it is a smaller one, which has no validator.
  std::optional<std::size_t> full_page() const;

  // One page. `sequences`: by event, the number under which it is stored, or nullopt. `before`: what was known before.
  // Events ahead of `told_at`, the time of the answer, are passed over: they stand on top and tell nothing.
  struct Before {
    std::int64_t boundary = 0;  // the highest number in the store before this walk, or an unfinished one, began
    core::EventTime whole_until = core::EventTime::max();  // a known event proves an overlap if it is not newer
    std::optional<core::Timestamp> read_at;                // when the feed was read last
  };
  Verdict take(const core::Answer& answer, std::span<const std::optional<std::int64_t>> sequences, const Before& before,
               core::Timestamp told_at);
  // The page was too large: it is to be asked in smaller ones. False: it was a single event.
  bool shrink();
  // Passes over the event that was asked for alone.
  Verdict skip();
  // There is no further page.
  Verdict end();
  // May the feed have further pages after the one taken last?
  bool may_go_on() const { return more_; }
  // A redirect within a poll; false when there were too many.
  bool hop();
  // Where a redirect that is not permanent leads the rest of the poll; empty: nowhere.
  void take_detour(std::string location) { detour_ = std::move(location); }
  const std::string& detour() const { return detour_; }

  bool read_any() const { return read_any_; }  // a page of events came
  // Of the pages of full size that were read, first page first.
  const std::vector<core::Validator>& validators() const { return validators_; }
  std::optional<core::EventTime> oldest() const { return oldest_; }  // created_at of the oldest event met
  std::optional<core::EventTime> newest() const { return newest_; }  // and of the newest
  std::size_t passed_over() const { return passed_over_; }           // events that skip() passed over
  std::size_t entries() const { return entries_; }                   // events met, repetitions included

 private:
  void advance(std::size_t events);
  Verdict verdict(bool cuts_the_second) const;

  std::size_t offset_ = 0;
  std::size_t page_size_ = core::kEventsPerPage;
  std::size_t passed_over_ = 0;
  bool read_any_ = false;
  int hops_ = 0;
  std::string detour_;
  bool linked_ = false;  // a page had a Link
  bool more_ = false;
  std::vector<core::Validator> validators_;
  std::optional<core::EventTime> newest_known_;
  std::optional<core::EventTime> oldest_;
  std::optional<core::EventTime> newest_;
  std::size_t entries_ = 0;
};

}  // namespace repopulse::polling
