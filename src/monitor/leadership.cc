#include "monitor/leadership.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "core/feed_name.h"

namespace repopulse::monitor {

namespace {

// Seats lie below all shards, and below the number for "no shard".
int seat_of(std::string_view holder) {
  constexpr std::uint64_t kSeats = 1'000'000'000;
  return -2 - static_cast<int>(base::fnv1a(holder) % kSeats);
}

bool is_live(const store::HeldLease& held, core::Timestamp now) {
  return held.lease.expires_at > now;
}

}  // namespace

int shard_of(std::string_view feed, int shards) {
  return static_cast<int>(base::fnv1a(core::owner_of(feed)) % static_cast<std::uint64_t>(shards));
}

Leadership::Leadership(store::Store& store, std::string holder, int shards)
    : store_(store), holder_(std::move(holder)), shards_(shards), seat_(seat_of(holder_)) {}

core::Status Leadership::tick(core::Timestamp now) {
  const bool due = now >= next_renewal_;
  if (due) {
    if (const auto renewed = renew(now); !renewed) return renewed;
    next_renewal_ = now + kRenewal;
  }
  if (shards_ == 1) return held().empty() ? reach(0, now) : core::Status();
  return due ? share(now) : core::Status();
}

core::Status Leadership::renew(core::Timestamp now) {
  if (shards_ > 1) {
    if (const auto seat = store_.acquire_lease(holder_, seat_, kLease, now); !seat) return tl::unexpected(seat.error());
  }
  for (const auto& [shard, fence] : held()) {
    if (const auto renewed = reach(shard, now); !renewed) return renewed;
  }
  return {};
}

// Takes or renews one shard, or notes that another has it.
core::Status Leadership::reach(int shard, core::Timestamp now) {
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
core::Status Leadership::share(core::Timestamp now) {
  const auto all = store_.leases();
  if (!all) return tl::unexpected(all.error());
  int servers = 0;
  std::vector<bool> taken(static_cast<std::size_t>(shards_), false);
  for (const store::HeldLease& held : *all) {
    if (!is_live(held, now)) continue;
    if (held.lease.shard < 0) ++servers;
    if (held.lease.shard >= 0 && held.lease.shard < shards_) taken[static_cast<std::size_t>(held.lease.shard)] = true;
  }
  const int part = (shards_ + std::max(servers, 1) - 1) / std::max(servers, 1);
  std::size_t have = held().size();
  const auto fair = static_cast<std::size_t>(part);
  if (have > fair) return give_back(fair);
  for (int shard = 0; shard < shards_ && have < fair; ++shard) {
    if (taken[static_cast<std::size_t>(shard)]) continue;
    if (const auto reached = reach(shard, now); !reached) return reached;
    have = held().size();
  }
  return {};
}

core::Status Leadership::give_back(std::size_t keep) {
  for (const auto& [shard, fence] : held()) {
    if (keep > 0) {
      --keep;
      continue;
    }
    lost(shard);  // first of all nothing more is asked for it
    if (const auto released = store_.release_lease(holder_, shard); !released) return released;
  }
  return {};
}

std::map<int, std::int64_t> Leadership::held() const {
  const std::lock_guard lock(mutex_);
  std::map<int, std::int64_t> out;
  for (const auto& [shard, lease] : leases_) out[shard] = lease.fence;
  return out;
}

bool Leadership::may_ask(int shard, core::Timestamp now) const {
  const std::lock_guard lock(mutex_);
  const auto found = leases_.find(shard);
  return found != leases_.end() && now + kMargin < found->second.expires_at;
}

void Leadership::lost(int shard) {
  const std::lock_guard lock(mutex_);
  leases_.erase(shard);
}

core::Status Leadership::release_all() {
  if (const auto given = give_back(0); !given) return given;
  return shards_ > 1 ? store_.release_lease(holder_, seat_) : core::Status();
}

}  // namespace repopulse::monitor
