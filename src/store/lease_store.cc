#include "store/lease_store.h"

#include <map>

namespace repopulse::store {

Result<std::optional<Lease>> LeaseStore::acquire_lease(const std::string& holder, int shard, core::Millis ttl,
                                                       core::Timestamp now) {
  return acquire_leases(holder, std::span(&shard, 1), ttl, now).map([](const std::vector<Lease>& held) {
    return held.empty() ? std::nullopt : std::optional(held.front());
  });
}

Status LeaseStore::release_lease(const std::string& holder, int shard) {
  return release_leases(holder, std::span(&shard, 1));
}

Status LeaseStore::release_held(std::span<const HeldLease> leases) {
  std::map<std::string, std::vector<int>> by_holder;
  for (const HeldLease& held : leases) by_holder[held.holder].push_back(held.lease.shard);
  for (const auto& [holder, shards] : by_holder) {
    if (Status released = release_leases(holder, shards); !released) return released;
  }
  return {};
}

}  // namespace repopulse::store
