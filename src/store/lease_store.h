// Which server may poll which part of the repositories: a lease for each shard, with a fence that makes late writes of
// a former holder fail.
//
// It only keeps leases; whoever holds one must renew it in time. It reads no clock: `now` is the caller's, and the
// clocks of servers that share a store must agree well within a lease's duration. It touches nothing but leases and
// what a former holder left unfinished.
//
// Any thread may call anything at any time. Every call may fail with kUnavailable (disk, server or network; the same
// call may succeed later) or kCorrupt (the stored data contradict themselves; a person must look), and with nothing
// else. After a failed acquire_lease() the lease may be held or not; the same call, made again, tells.
#pragma once

#include <cstdint>
#include <optional>
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

  // Takes the lease of a shard for `holder`, or renews it, until now + ttl; nullopt while another holds it. A renewed
  // lease keeps its fence. A store that serves one process always grants it, under a new fence to a new holder.
  virtual Result<std::optional<Lease>> acquire_lease(const std::string& holder, int shard, core::Millis ttl,
                                                     core::Timestamp now) = 0;

  // Ends the lease now, so that another need not wait until it expires. Does nothing where `holder` does not hold it.
  virtual Status release_lease(const std::string& holder, int shard) = 0;

  // The last lease of every shard that ever had one, expired ones too. A store that serves one process lists none.
  virtual Result<std::vector<HeldLease>> leases() { return std::vector<HeldLease>(); }
};

}  // namespace repopulse::store
