// Which server may poll which part of the repositories: a lease for each shard, with a fence that makes late writes of
// a former holder fail.
//
// It only keeps leases; whoever holds one must renew it in time. It reads no clock: `now` is the caller's, and the
// clocks of servers that share a store must agree well within a lease's duration. It touches nothing but leases and
// what a former holder left unfinished.
//
// Any thread may call anything at any time. Every call may fail with kUnavailable (disk, server or network; the same
// call may succeed later) or kCorrupt (the stored data contradict themselves; a person must look), and with nothing
// else. After a failed acquire_leases() each lease may be held or not; the same call, made again, tells.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/time.h"

namespace repopulse::store {

using core::Result;
using core::Status;

// The right to poll a shard of the repositories until it expires.
struct Lease {
  int shard = 0;
  std::int64_t fence = 0;  // grows with every change of holder, starts at 1; goes into PollCommit::fence
  core::Timestamp expires_at{};
};

struct HeldLease {
  Lease lease;
  std::string holder;
};

class LeaseStore {
 public:
  virtual ~LeaseStore() = default;

  // Takes the leases of these shards for `holder`, or renews them, until now + ttl. Those that are held now, in any
  // order; the others are held by someone else. A renewed lease keeps its fence; one that had ended may get the next. A
  // store that serves one process always grants all, under new fences to a new holder.
  //
  // A number below 0 is a seat. Leases that a holder takes while it has a seat last as long as the seat does: one that
  // has a thousand renews the seat. As few messages as for one lease, but for repairs after former holders that died.
  virtual Result<std::vector<Lease>> acquire_leases(const std::string& holder, std::span<const int> shards,
                                                    core::Millis ttl, core::Timestamp now) = 0;

  // Ends the leases now, so that another need not wait until they expire. Leaves alone those that `holder` does not
  // hold. With a seat all leases end that last as long as it.
  virtual Status release_leases(const std::string& holder, std::span<const int> shards) = 0;
  Status release_held(std::span<const HeldLease> leases);  // of any holders

  // The last lease of every shard that ever had one, expired ones too. A store that serves one process lists none.
  virtual Result<std::vector<HeldLease>> leases() { return std::vector<HeldLease>(); }
};

}  // namespace repopulse::store
