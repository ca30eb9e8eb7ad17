#include "store/mongo/collections.h"

namespace repopulse::store::mongo {

Status recount_abandoned(Collections& collections, std::span<const int> shards) {
  const auto ranges = collections.sequences.to_recount(shards);
  if (!ranges) return tl::unexpected(ranges.error());
  for (const Range& range : *ranges) {
    const auto begun = collections.database->server_time();
    if (!begun) return tl::unexpected(begun.error());
    if (Status counted = collections.repositories.recount(range.repositories); !counted) return counted;
    // Another writer may have counted some of its own events twice or not at all: count again later.
    const auto touched = collections.sequences.touched_since(*begun, range.repositories);
    if (!touched) return tl::unexpected(touched.error());
    if (*touched) continue;
    if (Status done = collections.sequences.recounted(range); !done) return done;
  }
  return {};
}

}  // namespace repopulse::store::mongo
