#include "store/mongo/sequences.h"

#include <algorithm>
#include <iterator>

#include "store/mongo/schema.h"

namespace repopulse::store::mongo {

using core::ErrorKind;
using core::fail;

namespace {

constexpr int kTakesMax = 200;
constexpr std::uint64_t kClearEvery = 100;

Bson by_id(Sequence first) {
  return Bson{{"_id", first}};
}

Bson to_bson(const Range& range) {
  return Bson{{"_id", range.first},
              {"last", range.last},
              {"open", true},
              {"recount", false},
              {"counted", range.counted},
              {"shown", Int64Array{range.shown}},
              {"at", range.at},
              {"shard", std::int64_t{range.shard}},
              {"repositories", Int64Array{range.repositories}}};
}

Range from_bson(const Bson& document) {
  return {.first = document.integer("_id").value_or(0),
          .last = document.integer("last").value_or(0),
          .at = document.time("at").value_or(core::Timestamp{}),
          .shard = static_cast<int>(document.integer("shard").value_or(0)),
          .repositories = document.integers("repositories"),
          .shown = document.integers("shown"),
          .counted = document.boolean("counted").value_or(false)};
}

Range range_of(Sequence first, Sequence last, core::Timestamp at, int shard,
               const std::vector<std::int64_t>& repositories) {
  return {.first = first, .last = last, .at = at, .shard = shard, .repositories = repositories, .shown = {}};
}

}  // namespace

std::vector<Sequence> unseen(const Range& range, std::span<const Sequence> in_use) {
  std::vector<Sequence> out;
  std::ranges::copy_if(in_use, std::back_inserter(out), [&](Sequence number) {
    const bool shown = std::ranges::find(range.shown, number) != range.shown.end();
    return number >= range.first && number <= range.last && !shown;
  });
  return out;
}

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
  for (int attempt = 0; attempt < kTakesMax; ++attempt) {
    const auto begun = database_.server_time();
    if (!begun) return tl::unexpected(begun.error());
    auto range =
        insert([&](Sequence last) { return range_of(last + 1, last + count, *begun, shard, repositories); }, 1);
    if (!range) return range;
    const auto taken = database_.server_time();
    if (!taken) return tl::unexpected(taken.error());
    if (*taken - *begun < kept_) return range;
    // This process slept since it looked for the last range: those that followed may be cleared, and readers past them.
    if (Status abandoned = abandon(*range); !abandoned) return tl::unexpected(abandoned.error());
  }
  return fail(ErrorKind::kUnavailable, "MongoDB: taking sequence numbers takes minutes");
}

Result<Range> Sequences::announce(int shard, const std::vector<std::int64_t>& repositories) {
  const auto now = database_.server_time();
  if (!now) return tl::unexpected(now.error());
  return insert([&](Sequence lowest) { return range_of(lowest - 1, lowest - 1, *now, shard, repositories); }, -1);
}

Status Sequences::reach_events(int shard) {
  // In this order: a writer takes a range before it stores events under its numbers.
  const auto newest =
      database_.find_one(kEvents, {},
                         {.sort = Bson{{"sequence", std::int64_t{-1}}, {"repository", std::int64_t{-1}}},
                          .projection = Bson{{"_id", false}, {"sequence", true}}});
  if (!newest) return tl::unexpected(newest.error());
  const auto reached = last();
  if (!reached) return tl::unexpected(reached.error());
  const Sequence highest = *newest ? (*newest)->integer("sequence").value_or(0) : 0;
  if (highest <= *reached) return {};
  const auto now = database_.server_time();
  if (!now) return tl::unexpected(now.error());
  return insert([&](Sequence last) { return range_of(last + 1, std::max(last + 1, highest), *now, shard, {}); }, 1)
      .and_then([this](const Range& range) { return close(range); })
      .map([](bool) {});
}

Result<bool> Sequences::close(const Range& range) {
  const Bson still_open{{"_id", range.first}, {"open", true}};
  const auto closed = database_.update_one(kRanges, still_open, Bson{{"$set", Bson{{"open", false}}}});
  if (!closed) return tl::unexpected(closed.error());
  if (*closed == 0) return false;
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
      {"open", false}, {"recount", false}, {"at", Bson{{"$lt", now - kept_}}}, {"last", Bson{{"$lt", *newest}}}};
  return database_.remove(kRanges, old).map([](std::int64_t) {});
}

// An event that comes between the two steps is seen, and does not count as shown: it gets a new number, and readers
// hear of it twice rather than never.
Status Sequences::abandon(const Range& range) {
  const auto shown = in_use({&range, 1});
  if (!shown) return tl::unexpected(shown.error());
  return database_
      .update_one(kRanges, Bson{{"_id", range.first}, {"open", true}},
                  Bson{{"$set", Bson{{"open", false}, {"recount", true}, {"shown", Int64Array{*shown}}}}})
      .map([](std::int64_t) {});
}

Result<std::vector<Sequence>> Sequences::in_use(std::span<const Range> ranges) {
  Array each;
  for (const Range& range : ranges) {
    if (range.first <= 0) continue;
    each.push_back(Bson{{"sequence", Bson{{"$gte", range.first}, {"$lte", range.last}}}});
  }
  std::vector<Sequence> numbers;
  if (each.empty()) return numbers;
  const FindOptions options{.sort = {}, .projection = Bson{{"_id", false}, {"sequence", true}}};
  const auto add = [&](const Bson& document) {
    numbers.push_back(document.integer("sequence").value_or(0));
    return true;
  };
  return database_.visit(kEvents, Bson{{"$or", each}}, options, add).map([&] { return std::move(numbers); });
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

Result<std::vector<Range>> Sequences::abandoned() {
  return database_.find(kRanges, Bson{{"recount", true}}).map([](const std::vector<Bson>& documents) {
    std::vector<Range> out;
    for (const Bson& document : documents) out.push_back(from_bson(document));
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

Result<Range> Sequences::reread(const Range& range) {
  return database_.find_one(kRanges, by_id(range.first)).map([&](const std::optional<Bson>& document) {
    return document ? from_bson(*document) : range;
  });
}

Status Sequences::note_counted(const Range& range, bool counted) {
  return set(range, "counted", counted);
}

Status Sequences::look_after_no_more(const Range& range) {
  return set(range, "recount", false);
}

Status Sequences::set(const Range& range, std::string_view field, bool value) {
  return database_.update_one(kRanges, by_id(range.first), Bson{{"$set", Bson{{field, value}}}}).map([](std::int64_t) {
  });
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
