#include "monitor/silent_leases.h"

#include <algorithm>
#include <utility>

#include "monitor/lease_times.h"

namespace repopulse::monitor {

std::vector<store::HeldLease> SilentLeases::among(const std::vector<store::HeldLease>& others, core::Timestamp now) {
  // A step of this server's own clock counts as little.
  const core::Millis passed = std::clamp<core::Millis>(now - last_, core::Millis(0), 2 * kRenewal);
  last_ = now;
  std::vector<store::HeldLease> ended;
  std::map<int, Watched> watched;
  for (const store::HeldLease& held : others) {
    const auto& [shard, fence, expires_at] = held.lease;
    if (expires_at <= now + kLease + kMargin) continue;
    Watched seen{fence, expires_at, core::Millis(0)};
    const auto before = watched_.find(shard);
    if (before != watched_.end() && before->second.fence == fence && before->second.expires_at == expires_at) {
      seen.silent = before->second.silent + passed;
    }
    if (seen.silent >= kLease + kMargin) ended.push_back(held);
    watched.emplace(shard, seen);
  }
  watched_ = std::move(watched);
  return ended;
}

}  // namespace repopulse::monitor
