// Leases of other servers that end further ahead than any server can take one, as this server's clock sees it, and that
// nobody renews: the clock of their holder was ahead by hours or days, and the holder is gone. Waiting for their end
// would stop polling for as long.
//
// The clock of a holder that lives may be ahead too: its leases change with each renewal, and are left alone. So no
// clock of another server is believed, only that a lease which is renewed changes. Not for several threads; touches no
// store.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/time.h"
#include "store/lease_store.h"

namespace repopulse::monitor {

class SilentLeases {
 public:
  // To be told all leases of other servers about every kRenewal. Those that may be ended now.
  std::vector<store::HeldLease> among(const std::vector<store::HeldLease>& others, core::Timestamp now);

 private:
  struct Watched {
    std::int64_t fence = 0;
    core::Timestamp expires_at{};
    core::Millis silent{0};  // for how long it was seen unchanged
  };

  std::map<int, Watched> watched_;  // by shard
  core::Timestamp last_{};
};

}  // namespace repopulse::monitor
