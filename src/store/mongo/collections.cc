#include "store/mongo/collections.h"

#include <algorithm>

namespace repopulse::store::mongo {

namespace {

// Shows events to readers who are past their numbers.
Status show(Collections& collections, const Range& range, const std::vector<Sequence>& unseen) {
  // Nobody's count changes, whatever happens to the new range.
  const auto given = give_new_numbers(collections, range, unseen, kNoShard, {});
  if (!given) return tl::unexpected(given.error());
  // Where that took too long, it is looked after like any other.
  return collections.sequences.close(*given).map([](bool) {});
}

// False: another writer may have counted some of its own events twice or not at all, and it is to be done again.
Result<bool> count_again(Collections& collections, const Range& range) {
  const auto begun = collections.database->server_time();
  if (!begun) return tl::unexpected(begun.error());
  const auto touched_before = collections.sequences.touched_since(*begun, range.repositories);
  if (!touched_before) return touched_before;
  if (Status counted = collections.repositories.recount(range.repositories); !counted) {
    return tl::unexpected(counted.error());
  }
  return collections.sequences.touched_since(*begun, range.repositories).map([&](bool touched) {
    return !touched && !*touched_before;
  });
}

struct Look {
  core::Timestamp at{};  // by the server's clock, and then
  std::vector<Sequence> unseen;
};

// True: something changed.
Result<bool> look_after(Collections& collections, const Range& range, const Look& look, bool ours) {
  const bool last_time = look.at - range.at >= kWatched;
  const bool late = !look.unseen.empty();
  if (late) {
    // First: whoever may count them sees it, even if this process stops in the middle.
    if (Status noted = collections.sequences.note_counted(range, false); !noted) return tl::unexpected(noted.error());
    if (Status shown = show(collections, range, look.unseen); !shown) return tl::unexpected(shown.error());
  }
  if (!last_time && !(ours && (late || !range.counted))) return late;
  const auto counted = count_again(collections, range);
  if (!counted) return counted;
  if (*counted) {
    const Status noted =
        last_time ? collections.sequences.look_after_no_more(range) : collections.sequences.note_counted(range, true);
    if (!noted) return tl::unexpected(noted.error());
  }
  return true;
}

}  // namespace

Result<Range> give_new_numbers(Collections& collections, const Range& abandoned, const std::vector<Sequence>& numbers,
                               int shard, const std::vector<std::int64_t>& repositories) {
  auto range = collections.sequences.allocate(abandoned.last - abandoned.first + 1, shard, repositories);
  if (!range) return range;
  if (Status done = collections.events.renumber(numbers, range->first - abandoned.first); !done) {
    return tl::unexpected(done.error());
  }
  return range;
}

Result<bool> finish_abandoned(Collections& collections, std::span<const int> shards) {
  const auto ranges = collections.sequences.abandoned();
  if (!ranges) return tl::unexpected(ranges.error());
  if (ranges->empty()) return false;
  const auto now = collections.database->server_time();
  if (!now) return tl::unexpected(now.error());
  const auto in_use = collections.sequences.in_use(*ranges);
  if (!in_use) return tl::unexpected(in_use.error());
  bool changed = false;
  for (const Range& range : *ranges) {
    const bool ours = range.shard < 0 || std::ranges::find(shards, range.shard) != shards.end();
    const auto done = look_after(collections, range, {*now, unseen(range, *in_use)}, ours);
    if (!done) return done;
    changed = changed || *done;
  }
  return changed;
}

}  // namespace repopulse::store::mongo
