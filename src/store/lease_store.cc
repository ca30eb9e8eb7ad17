#include "store/lease_store.h"

#include <map>

namespace repopulse::store {

Status LeaseStore::release_held(std::span<const HeldLease> leases) {
  std::map<std::string, std::vector<int>> by_holder;
  for (const HeldLease& held : leases) by_holder[held.holder].push_back(held.lease.shard);
  for (const auto& [holder, shards] : by_holder) {
    if (Status released = release_leases(holder, shards); !released) return released;
  }
  return {};
}

}  // namespace repopulse::store
