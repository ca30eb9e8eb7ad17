#include "store/mongo/sequences.h"

#include <algorithm>

#include "store/mongo/schema.h"

namespace repopulse::store::mongo {

using core::ErrorKind;
using core::fail;

namespace {

constexpr int kTakesMax = 200;
// Longer than any taker can be between looking for the last range and inserting the next.
constexpr core::Millis kKept{120'000};
constexpr std::uint64_t kClearEvery = 100;

Bson by_id(Sequence first) {
  return Bson{{"_id", first}};
}

Bson to_bson(const Range& range) {
  return Bson{{"_id", range.first},
              {"last", range.last},
              {"open", true},
              {"recount", false},
              {"at", range.at},
              {"shard", std::int64_t{range.shard}},
              {"repositories", Int64Array{range.repositories}}};
}

Range from_bson(const Bson& document) {
  return {document.integer("_id").value_or(0), document.integer("last").value_or(0),
          document.time("at").value_or(core::Timestamp{}), static_cast<int>(document.integer("shard").value_or(0)),
          document.integers("repositories")};
}

}  // namespace

// The number at the upper end of all ranges (1), or the lower (-1); 0 where there is none.
Result<Sequence> Sequences::end(std::int64_t direction) {
  return database_.find_one(kRanges, {}, {.sort = Bson{{"_id", -direction}}, .projection = {}})
      .map([direction](const std::optional<Bson>& outermost) -> Sequence {
        if (!outermost) return 0;
        const Range range = from_bson(*outermost);
        return direction > 0 ? std::max<Sequence>(range.last, 0) : std::min<Sequence>(range.first, 0);
      });
}

Result<Sequence> Sequences::last() {
  return end(1);
}

Result<Range> Sequences::insert(const std::function<Range(Sequence)>& after, std::int64_t direction) {
  for (int attempt = 0; attempt < kTakesMax; ++attempt) {
    const auto outermost = end(direction);
    if (!outermost) return tl::unexpected(outermost.error());
    const Range range = after(*outermost);
    const auto taken = database_.insert_one(kRanges, to_bson(range));
    if (!taken) return tl::unexpected(taken.error());
    if (*taken) return range;
  }
  return fail(ErrorKind::kUnavailable, "MongoDB: too many writers take sequence numbers at the same time");
}

Result<Range> Sequences::allocate(std::int64_t count, int shard, const std::vector<std::int64_t>& repositories) {
  const auto now = database_.server_time();
  if (!now) return tl::unexpected(now.error());
  return insert([&](Sequence last) { return Range{last + 1, last + count, *now, shard, repositories}; }, 1);
}

Result<Range> Sequences::announce(int shard, const std::vector<std::int64_t>& repositories) {
  const auto now = database_.server_time();
  if (!now) return tl::unexpected(now.error());
  return insert([&](Sequence lowest) { return Range{lowest - 1, lowest - 1, *now, shard, repositories}; }, -1);
}

Result<bool> Sequences::close(const Range& range) {
  const Bson still_open{{"_id", range.first}, {"open", true}};
  const auto closed = database_.update_one(kRanges, still_open, Bson{{"$set", Bson{{"open", false}}}});
  if (!closed) return tl::unexpected(closed.error());
  if (*closed == 0) {  // the writer is alive after all, and will count by itself
    if (Status done = recounted(range); !done) return tl::unexpected(done.error());
    return false;
  }
  if (++closed_ % kClearEvery == 0) {
    if (Status cleared = clear_old(range.at); !cleared) return tl::unexpected(cleared.error());
  }
  return true;
}

// The newest range always stays: the next one is taken after it.
Status Sequences::clear_old(core::Timestamp now) {
  const auto newest = last();
  if (!newest) return tl::unexpected(newest.error());
  const Bson old{
      {"open", false}, {"recount", false}, {"at", Bson{{"$lt", now - kKept}}}, {"last", Bson{{"$lt", *newest}}}};
  return database_.remove(kRanges, old).map([](std::int64_t) {});
}

Status Sequences::abandon(const Range& range) {
  return database_
      .update_one(kRanges, Bson{{"_id", range.first}, {"open", true}},
                  Bson{{"$set", Bson{{"open", false}, {"recount", true}}}})
      .map([](std::int64_t) {});
}

Result<Sequence> Sequences::settled() {
  // In this order: a range that is taken in between begins after `settled`.
  const auto newest = last();
  if (!newest) return tl::unexpected(newest.error());
  const auto open = database_.find(kRanges, Bson{{"open", true}});
  if (!open) return tl::unexpected(open.error());
  if (open->empty()) return *newest;
  const auto now = database_.server_time();
  if (!now) return tl::unexpected(now.error());
  Sequence settled = *newest;
  for (const Bson& document : *open) {
    const Range range = from_bson(document);
    if (*now - range.at < kWriterTimeout) {
      if (range.first > 0) settled = std::min(settled, range.first - 1);
    } else if (Status abandoned = abandon(range); !abandoned) {
      return tl::unexpected(abandoned.error());
    }
  }
  return settled;
}

Result<std::vector<Range>> Sequences::to_recount(std::span<const int> shards) {
  return database_.find(kRanges, Bson{{"recount", true}}).map([shards](const std::vector<Bson>& documents) {
    std::vector<Range> out;
    for (const Bson& document : documents) {
      Range range = from_bson(document);
      const bool of_these = std::ranges::find(shards, range.shard) != shards.end();
      if (of_these || range.shard < 0) out.push_back(std::move(range));
    }
    return out;
  });
}

Result<bool> Sequences::touched_since(core::Timestamp since, const std::vector<std::int64_t>& repositories) {
  const Bson of_these{{"$in", Int64Array{repositories}}};
  const auto open = database_.find_one(kRanges, Bson{{"open", true}, {"repositories", of_these}});
  if (!open) return tl::unexpected(open.error());
  if (*open) return true;
  const auto later = database_.find_one(kRanges, Bson{{"at", Bson{{"$gte", since}}}, {"repositories", of_these}});
  return later.map([](const std::optional<Bson>& found) { return found.has_value(); });
}

Status Sequences::recounted(const Range& range) {
  return database_.update_one(kRanges, by_id(range.first), Bson{{"$set", Bson{{"recount", false}}}})
      .map([](std::int64_t) {});
}

Status Sequences::abandon_all(std::span<const int> shards) {
  const Bson of_these{{"$in", Int64Array{{shards.begin(), shards.end()}}}};
  const auto open = database_.find(kRanges, Bson{{"open", true}, {"shard", of_these}});
  if (!open) return tl::unexpected(open.error());
  for (const Bson& document : *open) {
    if (Status abandoned = abandon(from_bson(document)); !abandoned) return abandoned;
  }
  return {};
}

}  // namespace repopulse::store::mongo
