// A lease of one shard, for tests: the store takes and ends many with one call.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/lease_store.h"

namespace repopulse::store {

// nullopt: another holder has it.
inline Result<std::optional<Lease>> acquire_one(LeaseStore& store, const std::string& holder, int shard,
                                                core::Millis ttl, core::Timestamp now) {
  return store.acquire_leases(holder, std::span(&shard, 1), ttl, now).map([](const std::vector<Lease>& held) {
    return held.empty() ? std::nullopt : std::optional(held.front());
  });
}

inline Status release_one(LeaseStore& store, const std::string& holder, int shard) {
  return store.release_leases(holder, std::span(&shard, 1));
}

}  // namespace repopulse::store
