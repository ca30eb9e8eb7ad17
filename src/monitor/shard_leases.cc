#include "monitor/shard_leases.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "core/clock.h"

namespace repopulse::monitor {

namespace {

// With how many shards one call of the store begins. A call is a dozen messages, and two more for each other number
// that their fences have.
constexpr std::size_t kAtOnce = 128;
// After how long one update begins with no more. It delays the next renewal, which must come before kLease - kMargin
// has passed since the last.
constexpr core::Millis kTaking{1'000};

// Under which number a server holds its own lease: below those of shards, and below -1, "no shard".
int own_lease_of(std::string_view holder) {
  constexpr std::uint64_t kNumbers = 1'000'000'000;
  return -2 - static_cast<int>(base::fnv1a(holder) % kNumbers);
}

bool is_live(const store::HeldLease& held, core::Timestamp now) {
  return held.lease.expires_at > now;
}

}  // namespace

ShardLeases::ShardLeases(store::Store& store, std::string holder, int shards, SteadyClock clock)
    : store_(store),
      holder_(std::move(holder)),
      shards_(shards),
      own_(own_lease_of(holder_)),
      clock_(std::move(clock)) {}

core::Status ShardLeases::update(core::Timestamp now) {
  const bool due = core::is_due(next_renewal_, kRenewal, now);
  if (due) {
    if (const auto renewed = renew_all(now); !renewed) return renewed;
    next_renewal_ = now + kRenewal;
  }
  return due || unfinished_ || held().empty() ? take_equal_part(now) : core::Status();
}

core::Status ShardLeases::renew_all(core::Timestamp now) {
  const std::vector<int> asked = held_with_own();
  if (asked.empty()) return {};
  const auto renewed = store_.acquire_leases(holder_, asked, kLease, now);
  if (!renewed) return tl::unexpected(renewed.error());
  std::map<int, store::Lease> by_shard;
  for (const store::Lease& lease : *renewed) by_shard[lease.shard] = lease;
  const std::lock_guard lock(mutex_);
  std::erase_if(leases_, [&](const auto& held) { return !by_shard.contains(held.first); });
  for (auto& [shard, lease] : leases_) lease = by_shard.at(shard);  // none that was lost meanwhile comes back
  return {};
}

// The leases that other servers hold, after those were ended that nobody renews though their end is far ahead.
core::Result<std::vector<store::HeldLease>> ShardLeases::others(core::Timestamp now) {
  auto all = store_.leases();
  if (!all) return all;
  std::erase_if(*all, [&](const store::HeldLease& held) { return held.holder == holder_ || !is_live(held, now); });
  const std::vector<store::HeldLease> silent = silent_.among(*all, now);
  if (const auto released = store_.release_held(silent); !released) return tl::unexpected(released.error());
  std::set<int> ended;
  for (const store::HeldLease& held : silent) ended.insert(held.lease.shard);
  std::erase_if(*all, [&](const store::HeldLease& held) { return ended.contains(held.lease.shard); });
  return all;
}

// Brings this server to an equal part of the shards, or nearer to it.
core::Status ShardLeases::take_equal_part(core::Timestamp now) {
  const auto all = others(now);
  if (!all) return tl::unexpected(all.error());
  int servers = 1;  // this one
  std::set<int> taken;
  for (const store::HeldLease& held : *all) {
    if (held.lease.shard < 0) ++servers;
    taken.insert(held.lease.shard);
  }
  for (const auto& [shard, fence] : held()) taken.insert(shard);
  std::vector<int> free;
  for (int shard = 0; shard < shards_; ++shard) {
    if (!taken.contains(shard)) free.push_back(shard);
  }
  const auto part = static_cast<std::size_t>((shards_ + servers - 1) / servers);
  unfinished_ = false;
  return held().size() > part ? release_beyond(part) : take(free, part, now);
}

// Takes of these until the server has its part. Others may take them at the same time.
core::Status ShardLeases::take(std::span<const int> free, std::size_t part, core::Timestamp now) {
  const auto begun = elapsed();
  while (!free.empty() && held().size() < part) {
    unfinished_ = elapsed() - begun >= kTaking;
    if (unfinished_) return {};
    const auto next = free.first(std::min({free.size(), part - held().size(), kAtOnce}));
    free = free.subspan(next.size());
    const auto acquired = store_.acquire_leases(holder_, next, kLease, now);
    if (!acquired) return tl::unexpected(acquired.error());
    const std::lock_guard lock(mutex_);
    for (const store::Lease& lease : *acquired) leases_[lease.shard] = lease;
  }
  return {};
}

core::Status ShardLeases::release_beyond(std::size_t keep) {
  std::vector<int> beyond;
  {
    const std::lock_guard lock(mutex_);
    while (leases_.size() > keep) {  // first, so that nothing more is asked for them
      beyond.push_back(leases_.rbegin()->first);
      leases_.erase(beyond.back());
    }
  }
  return store_.release_leases(holder_, beyond);
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
  if (found == leases_.end()) return false;
  const core::Timestamp end = found->second.expires_at;
  return now + kMargin < end && end <= now + kLease + kMargin;  // further ahead: this clock was set back since
}

void ShardLeases::lost(int shard) {
  const std::lock_guard lock(mutex_);
  leases_.erase(shard);
}

core::Status ShardLeases::release_all() {
  const std::vector<int> all = held_with_own();
  {
    const std::lock_guard lock(mutex_);
    leases_.clear();
  }
  return store_.release_leases(holder_, all);
}

// The shards that it holds, and the number of its own lease where there is one.
std::vector<int> ShardLeases::held_with_own() const {
  std::vector<int> out;
  for (const auto& [shard, fence] : held()) out.push_back(shard);
  if (shards_ > 1) out.push_back(own_);
  return out;
}

}  // namespace repopulse::monitor
