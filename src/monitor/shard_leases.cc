#include "monitor/shard_leases.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "core/clock.h"

namespace repopulse::monitor {

namespace {

// Under which number a server holds its own lease: below those of shards, and below -1, "no shard".
int own_lease_of(std::string_view holder) {
  constexpr std::uint64_t kNumbers = 1'000'000'000;
  return -2 - static_cast<int>(base::fnv1a(holder) % kNumbers);
}

bool is_live(const store::HeldLease& held, core::Timestamp now) {
  return held.lease.expires_at > now;
}

}  // namespace

ShardLeases::ShardLeases(store::Store& store, std::string holder, int shards)
    : store_(store), holder_(std::move(holder)), shards_(shards), own_(own_lease_of(holder_)) {}

core::Status ShardLeases::update(core::Timestamp now) {
  const bool due = core::is_due(next_renewal_, kRenewal, now);
  if (due) {
    if (const auto renewed = renew_all(now); !renewed) return renewed;
    next_renewal_ = now + kRenewal;
  }
  if (shards_ == 1) return held().empty() ? acquire(0, now) : core::Status();
  return due ? take_equal_part(now) : core::Status();
}

core::Status ShardLeases::renew_all(core::Timestamp now) {
  if (shards_ > 1) {
    if (const auto own = store_.acquire_lease(holder_, own_, kLease, now); !own) return tl::unexpected(own.error());
  }
  for (const auto& [shard, fence] : held()) {
    if (const auto renewed = acquire(shard, now); !renewed) return renewed;
  }
  return {};
}

// Takes or renews one lease, or notes that another server has it.
core::Status ShardLeases::acquire(int shard, core::Timestamp now) {
  const auto lease = store_.acquire_lease(holder_, shard, kLease, now);
  if (!lease) return tl::unexpected(lease.error());
  const std::lock_guard lock(mutex_);
  if (*lease) {
    leases_[shard] = **lease;
  } else {
    leases_.erase(shard);
  }
  return {};
}

// Brings this server to an equal part of the shards.
core::Status ShardLeases::take_equal_part(core::Timestamp now) {
  const auto all = store_.leases();
  if (!all) return tl::unexpected(all.error());
  int servers = 0;
  std::vector<bool> taken(static_cast<std::size_t>(shards_), false);
  for (const store::HeldLease& held : *all) {
    if (!is_live(held, now)) continue;
    if (held.lease.shard < 0) ++servers;
    if (held.lease.shard >= 0 && held.lease.shard < shards_) taken[static_cast<std::size_t>(held.lease.shard)] = true;
  }
  const auto part = static_cast<std::size_t>((shards_ + std::max(servers, 1) - 1) / std::max(servers, 1));
  std::size_t have = held().size();
  if (have > part) return release_beyond(part);
  for (int shard = 0; shard < shards_ && have < part; ++shard) {
    if (taken[static_cast<std::size_t>(shard)]) continue;
    if (const auto acquired = acquire(shard, now); !acquired) return acquired;
    have = held().size();
  }
  return {};
}

core::Status ShardLeases::release_beyond(std::size_t keep) {
  for (const auto& [shard, fence] : held()) {
    if (keep > 0) {
      --keep;
      continue;
    }
    lost(shard);  // first, so that nothing more is asked for it
    if (const auto released = store_.release_lease(holder_, shard); !released) return released;
  }
  return {};
}

std::map<int, std::int64_t> ShardLeases::held() const {
  const std::lock_guard lock(mutex_);
  std::map<int, std::int64_t> out;
  for (const auto& [shard, lease] : leases_) out[shard] = lease.fence;
  return out;
}

bool ShardLeases::may_ask(int shard, core::Timestamp now) const {
  const std::lock_guard lock(mutex_);
  const auto found = leases_.find(shard);
  return found != leases_.end() && now + kMargin < found->second.expires_at;
}

void ShardLeases::lost(int shard) {
  const std::lock_guard lock(mutex_);
  leases_.erase(shard);
}

core::Status ShardLeases::release_all() {
  if (const auto released = release_beyond(0); !released) return released;
  return shards_ > 1 ? store_.release_lease(holder_, own_) : core::Status();
}

}  // namespace repopulse::monitor
