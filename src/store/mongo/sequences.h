// Sequence numbers of events: handed out in ranges, and shown to readers only when the range's writer is done.
//
// A range is a document of `ranges`, { _id: first, last, open, recount, at, shard, repositories }. One is taken by
// inserting it after the last one: the unique `_id` lets one of several takers through, on every server that has unique
// indexes. A reader that follows the store asks for events up to settled() only, so that a range whose events come in
// late cannot be passed over. A writer that takes longer than kPatience is passed over, though: its range is no longer
// open then, and the writer, on closing, learns that it must number its events anew.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "core/result.h"
#include "store/mongo/database.h"
#include "store/store.h"

namespace repopulse::store::mongo {

inline constexpr core::Millis kPatience{10'000};

struct Range {
  Sequence first = 0;  // below 0: an announcement, which has no numbers
  Sequence last = 0;
  core::Timestamp at{};  // by the server's clock
  int shard = 0;
  std::vector<std::int64_t> repositories;  // whose counts are wrong should the writer die
};

class Sequences {
 public:
  explicit Sequences(Database& database) : database_(database) {}

  // `count` is at least 1.
  core::Result<Range> allocate(std::int64_t count, int shard, const std::vector<std::int64_t>& repositories);
  // Without numbers: says that the counts of the repositories are about to change. To be closed like a range.
  core::Result<Range> announce(int shard, const std::vector<std::int64_t>& repositories);
  // True: readers see the range from now on. False: they were told not to wait, the events need new numbers.
  core::Result<bool> close(const Range& range);
  core::Result<Sequence> last();     // highest number ever handed out
  core::Result<Sequence> settled();  // every event up to it is in the store already
  // Ranges whose writers were given up, of `shard`, or of no server's (imports).
  core::Result<std::vector<Range>> to_recount(int shard);
  core::Status recounted(const Range& range);
  // Ranges of `shard` that are still open, once nobody else may write for it: their writers are gone.
  core::Status give_up(int shard);
  core::Status give_up(const Range& range);

 private:
  core::Result<Sequence> end(std::int64_t direction);
  core::Result<Range> insert(const std::function<Range(Sequence)>& after, std::int64_t direction);
  core::Status clear_old(core::Timestamp now);

  Database& database_;
  std::atomic<std::uint64_t> closed_{0};
};

}  // namespace repopulse::store::mongo
