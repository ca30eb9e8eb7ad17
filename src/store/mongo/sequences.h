// The sequence numbers of events: allocated in ranges, and shown to readers only when a range's writer has finished.
//
// Nothing but the ranges keeps two events from the same number: they never overlap, and the index of events by number
// is not unique (see schema.cc).
//
// A range is a document of `ranges`, { _id: first, last, open, recount, counted, shown, at, shard, repositories }. One
// is taken by inserting it after the last one: the unique `_id` lets only one of several writers succeed, on every
// server that has unique indexes. A reader that follows the store reads events up to settled() only, so that it cannot
// miss a range whose events are inserted late. It does not wait longer than kWriterTimeout for a writer: the range then
// counts as abandoned.
//
// Of an abandoned range, `shown` are the numbers whose events were in the store at that moment: readers see these. What
// its writer inserts later lies behind them, and needs new numbers: the writer gives them when it learns on closing
// that it was too slow, and whoever looks after abandoned ranges (finish_abandoned() in collections.h) does it where
// the writer died before. `recount` stays set for kWatched, because an insertion may still be on its way.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "store/mongo/database.h"
#include "store/sequence.h"

namespace repopulse::store::mongo {

inline constexpr core::Millis kWriterTimeout{10'000};  // by the server's clock
// For how long, from its beginning by the same clock, events are looked for that a writer inserted under numbers of an
// abandoned range: longer than a message is under way, or a writer is held up between taking numbers and using them.
inline constexpr core::Millis kWatched{600'000};

// For how long a closed range stays: a writer that was slower to take the next one tries again.
inline constexpr core::Millis kKept{120'000};

struct Range {
  Sequence first = 0;  // below 0: made by announce(), holds no numbers
  Sequence last = 0;
  core::Timestamp at{};  // by the server's clock
  int shard = 0;
  std::vector<std::int64_t> repositories;  // whose counts are wrong if the writer stops now
  // Of one that was abandoned:
  std::vector<Sequence> shown;  // numbers whose events readers see
  bool counted = false;         // its repositories were counted since
};

// Of the numbers that events have, those of an abandoned range that readers do not see.
std::vector<Sequence> unseen(const Range& range, std::span<const Sequence> in_use);

class Sequences {
 public:
  explicit Sequences(Database& database, core::Millis kept = kKept) : database_(database), kept_(kept) {}

  // `count` is at least 1.
  core::Result<Range> allocate(std::int64_t count, int shard, const std::vector<std::int64_t>& repositories);
  // A range without numbers: the counts of the repositories are about to change. To be closed like any other.
  core::Result<Range> announce(int shard, const std::vector<std::int64_t>& repositories);
  // True: readers see the range from now on. False: it was abandoned meanwhile, and events that are not among those
  // that it has shown need new numbers.
  core::Result<bool> close(const Range& range);
  // Makes the ranges reach the highest number that an event has. They do, but in a copy of a store that was made
  // collection by collection while servers wrote.
  core::Status reach_events(int shard);
  core::Result<Sequence> last();     // highest number ever allocated
  core::Result<Sequence> settled();  // up to it every event is in the store
  // The abandoned ranges that are looked after.
  core::Result<std::vector<Range>> abandoned();
  core::Result<Range> reread(const Range& range);  // as it is where it is not there any more
  core::Status note_counted(const Range& range, bool counted);
  core::Status look_after_no_more(const Range& range);
  // The numbers of these ranges that events have.
  core::Result<std::vector<Sequence>> in_use(std::span<const Range> ranges);
  // Did a writer store or delete events of one of the repositories at `since` or after it, or does it now?
  core::Result<bool> touched_since(core::Timestamp since, const std::vector<std::int64_t>& repositories);
  // The writer has stopped, or is too slow: closes the range, to be looked after.
  core::Status abandon(const Range& range);
  // The same for all open ranges of these shards; only for one who knows that their writers may write no more.
  core::Status abandon_all(std::span<const int> shards);

 private:
  core::Result<Sequence> end(std::int64_t direction);
  core::Result<Range> insert(const std::function<Range(Sequence)>& after, std::int64_t direction);
  core::Status clear_old(core::Timestamp now);
  core::Status set(const Range& range, std::string_view field, bool value);

  Database& database_;
  const core::Millis kept_;
  std::atomic<std::uint64_t> closed_{0};
};

}  // namespace repopulse::store::mongo
