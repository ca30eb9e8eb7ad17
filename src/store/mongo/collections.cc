#include "store/mongo/collections.h"

namespace repopulse::store::mongo {

Status recount_abandoned(Collections& collections, int shard) {
  const auto ranges = collections.sequences.to_recount(shard);
  if (!ranges) return tl::unexpected(ranges.error());
  for (const Range& range : *ranges) {
    if (Status counted = collections.repositories.recount(range.repositories); !counted) return counted;
    if (Status done = collections.sequences.recounted(range); !done) return done;
  }
  return {};
}

}  // namespace repopulse::store::mongo
