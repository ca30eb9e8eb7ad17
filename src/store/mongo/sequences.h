// The sequence numbers of events: allocated in ranges, and shown to readers only when a range's writer has finished.
//
// A range is a document of `ranges`, { _id: first, last, open, recount, at, shard, repositories }. One is taken by
// inserting it after the last one: the unique `_id` lets only one of several writers succeed, on every server that has
// unique indexes. A reader that follows the store reads events up to settled() only, so that it cannot miss a range
// whose events are inserted late. It does not wait longer than kWriterTimeout for a writer: the range then counts as
// abandoned, and the writer, if it is alive after all, learns on closing that its events need new numbers.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/result.h"
#include "store/mongo/database.h"
#include "store/sequence.h"

namespace repopulse::store::mongo {

inline constexpr core::Millis kWriterTimeout{10'000};  // by the server's clock

struct Range {
  Sequence first = 0;  // below 0: made by announce(), holds no numbers
  Sequence last = 0;
  core::Timestamp at{};  // by the server's clock
  int shard = 0;
  std::vector<std::int64_t> repositories;  // whose counts are wrong if the writer stops now
};

class Sequences {
 public:
  explicit Sequences(Database& database) : database_(database) {}

  // `count` is at least 1.
  core::Result<Range> allocate(std::int64_t count, int shard, const std::vector<std::int64_t>& repositories);
  // A range without numbers: the counts of the repositories are about to change. To be closed like any other.
  core::Result<Range> announce(int shard, const std::vector<std::int64_t>& repositories);
  // True: readers see the range from now on. False: it was abandoned meanwhile, the events need new numbers.
  core::Result<bool> close(const Range& range);
  core::Result<Sequence> last();     // highest number ever allocated
  core::Result<Sequence> settled();  // up to it every event is in the store
  // Abandoned ranges of these shards, or of writers without a shard, whose repositories are to be counted again.
  core::Result<std::vector<Range>> to_recount(std::span<const int> shards);
  core::Status recounted(const Range& range);
  // Did a writer store or delete events of one of the repositories at `since` or after it, or does it now?
  core::Result<bool> touched_since(core::Timestamp since, const std::vector<std::int64_t>& repositories);
  // The writer has stopped: closes the range, to be recounted.
  core::Status abandon(const Range& range);
  // The same for all open ranges of these shards; only for one who knows that their writers may write no more.
  core::Status abandon_all(std::span<const int> shards);

 private:
  core::Result<Sequence> end(std::int64_t direction);
  core::Result<Range> insert(const std::function<Range(Sequence)>& after, std::int64_t direction);
  core::Status clear_old(core::Timestamp now);

  Database& database_;
  std::atomic<std::uint64_t> closed_{0};
};

}  // namespace repopulse::store::mongo
