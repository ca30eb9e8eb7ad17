#include "monitor/shard_leases.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "core/clock.h"

namespace repopulse::monitor {

namespace {

// How many leases one call of the store takes or gives back. Taking is a dozen messages, and two more for each
// different fence among them.
constexpr std::size_t kLeasedAtOnce = 128;
// After how long one update makes no further call. It delays the next renewal, which must come before kLease - kMargin
// has passed since the last.
constexpr core::Millis kTaking{1'000};

// The number of a server's seat: below those of shards, and below -1, "no shard".
int seat_of(std::string_view holder) {
  constexpr std::uint64_t kNumbers = 1'000'000'000;
  return -2 - static_cast<int>(base::fnv1a(holder) % kNumbers);
}

}  // namespace

ShardLeases::ShardLeases(store::Store& store, std::string holder, int shards, SteadyClock clock)
    : store_(store), holder_(std::move(holder)), shards_(shards), seat_(seat_of(holder_)), clock_(std::move(clock)) {}

core::Status ShardLeases::update(core::Timestamp now) {
  const auto begun = elapsed();  // `now` is as old, whatever is waited for
  const std::lock_guard lock(updating_);
  begun_ = begun;
  if (const auto renewed = renew_due(now); !renewed) return renewed;
  const bool due = core::is_due(next_look_, kRenewal, now);
  if (!due && !unfinished_ && !held().empty()) return {};
  if (const auto taken = take_equal_part(now); !taken) return taken;
  if (due) next_look_ = now + kRenewal;
  return {};
}

core::Status ShardLeases::renew(core::Timestamp now) {
  const auto begun = elapsed();
  const std::lock_guard lock(updating_);
  begun_ = begun;
  return renew_due(now);
}

core::Status ShardLeases::renew_due(core::Timestamp now) {
  if (!core::is_due(next_renewal_, kRenewal, now)) return {};
  if (const auto renewed = renew_all(now); !renewed) return renewed;
  next_renewal_ = now + kRenewal;
  return {};
}

core::Status ShardLeases::renew_all(core::Timestamp now) {
  const std::vector<int> asked = held_and_seat();
  if (asked.empty()) return {};
  const auto renewed = store_.acquire_leases(holder_, asked, kLease, now);
  if (!renewed) return tl::unexpected(renewed.error());
  std::map<int, store::Lease> by_shard;
  for (const store::Lease& lease : *renewed) by_shard[lease.shard] = lease;
  const std::lock_guard lock(mutex_);
  std::erase_if(leases_, [&](const auto& held) { return !by_shard.contains(held.first); });
  // None that was lost meanwhile comes back.
  for (auto& [shard, mine] : leases_) mine = granted(by_shard.at(shard), now);
  return {};
}

// All leases that last, after those were ended that no other server renews though their end is far ahead.
core::Result<std::vector<store::HeldLease>> ShardLeases::live_leases(core::Timestamp now) {
  auto all = store_.leases();
  if (!all) return all;
  std::erase_if(*all, [&](const store::HeldLease& held) { return held.lease.expires_at <= now; });
  std::vector<store::HeldLease> others;
  const auto is_another = [&](const store::HeldLease& held) { return held.holder != holder_; };
  std::ranges::copy_if(*all, std::back_inserter(others), is_another);
  const std::vector<store::HeldLease> silent = silent_.among(others, now);
  if (const auto released = store_.release_held(silent); !released) return tl::unexpected(released.error());
  std::set<int> ended;
  for (const store::HeldLease& held : silent) ended.insert(held.lease.shard);
  std::erase_if(*all, [&](const store::HeldLease& held) { return ended.contains(held.lease.shard); });
  return all;
}

// Brings this server to an equal part of the shards, or nearer to it.
core::Status ShardLeases::take_equal_part(core::Timestamp now) {
  const auto all = live_leases(now);
  if (!all) return tl::unexpected(all.error());
  unfinished_ = false;
  const std::map<int, std::int64_t> mine = held();
  int servers = 1;  // this one
  std::set<int> taken;
  std::vector<int> to_release;
  for (const auto& [lease, holder] : *all) {
    if (holder != holder_) {
      if (lease.shard < 0) ++servers;
      taken.insert(lease.shard);
    } else if (lease.shard >= 0 && !mine.contains(lease.shard)) {
      to_release.push_back(lease.shard);  // again: the store failed when it was given back
    }
  }
  const auto part = static_cast<std::size_t>((shards_ + servers - 1) / servers);
  if (mine.size() < part) {
    std::vector<int> free;
    for (int shard = 0; shard < shards_; ++shard) {
      if (!taken.contains(shard) && !mine.contains(shard)) free.push_back(shard);
    }
    return take(free, part, now);
  }
  std::size_t beyond = mine.size() - part;
  for (auto last = mine.rbegin(); last != mine.rend() && beyond > 0; ++last) {
    if (is_requested(last->first)) continue;
    to_release.push_back(last->first);
    --beyond;
  }
  return release(to_release);
}

// Takes of these until the server has its part. Others may take them at the same time.
core::Status ShardLeases::take(std::span<const int> free, std::size_t part, core::Timestamp now) {
  const auto begun = elapsed();
  while (!free.empty() && held().size() < part && has_time(begun)) {
    const auto next = free.first(std::min({free.size(), part - held().size(), kLeasedAtOnce}));
    free = free.subspan(next.size());
    const auto acquired = store_.acquire_leases(holder_, next, kLease, now);
    if (!acquired) return tl::unexpected(acquired.error());
    const std::lock_guard lock(mutex_);
    for (const store::Lease& lease : *acquired) leases_[lease.shard] = granted(lease, now);
  }
  return {};
}

// What lasts until `expires_at` by the clock that said `now` when the update began.
ShardLeases::Mine ShardLeases::granted(const store::Lease& lease, core::Timestamp now) const {
  return {lease, begun_ + (lease.expires_at - now)};
}

core::Status ShardLeases::release(std::span<const int> shards) {
  const auto begun = elapsed();
  bool kept = false;
  while (!shards.empty() && has_time(begun)) {
    const auto next = shards.first(std::min(shards.size(), kLeasedAtOnce));
    shards = shards.subspan(next.size());
    std::vector<int> free;  // first, so that nothing more is asked for them
    std::ranges::copy_if(next, std::back_inserter(free), [this](int shard) { return let_go(shard); });
    kept = kept || free.size() < next.size();
    if (const auto released = store_.release_leases(holder_, free); !released) return released;
  }
  unfinished_ = unfinished_ || kept;  // the next update tries again
  return {};
}

// Nothing is asked about the shard from now on. False: something is being asked.
bool ShardLeases::let_go(int shard) {
  const std::lock_guard lock(mutex_);
  if (requested_ == shard) return false;
  leases_.erase(shard);
  return true;
}

// For another call of the store in this update, which has taken or given back since `begun`.
bool ShardLeases::has_time(std::chrono::nanoseconds begun) {
  unfinished_ = elapsed() - begun >= kTaking;
  return !unfinished_;
}

std::map<int, std::int64_t> ShardLeases::held() const {
  const std::lock_guard lock(mutex_);
  std::map<int, std::int64_t> out;
  for (const auto& [shard, mine] : leases_) out[shard] = mine.lease.fence;
  return out;
}

std::optional<std::int64_t> ShardLeases::fence(int shard) const {
  const std::lock_guard lock(mutex_);
  const auto found = leases_.find(shard);
  return found == leases_.end() ? std::nullopt : std::optional(found->second.lease.fence);
}

bool ShardLeases::may_ask(int shard, core::Timestamp now) const {
  const std::lock_guard lock(mutex_);
  return lasts(shard, now);
}

bool ShardLeases::lasts(int shard, core::Timestamp now) const {
  const auto found = leases_.find(shard);
  if (found == leases_.end()) return false;
  const auto& [lease, until] = found->second;
  if (clock_ && clock_() + kMargin >= until) return false;
  const core::Timestamp end = lease.expires_at;
  return now + kMargin < end && end <= now + kLease + kMargin;  // further ahead: this clock was set back since
}

bool ShardLeases::begin_request(int shard, core::Timestamp now) {
  const std::lock_guard lock(mutex_);
  if (!lasts(shard, now)) return false;
  requested_ = shard;
  return true;
}

void ShardLeases::end_request() {
  const std::lock_guard lock(mutex_);
  requested_.reset();
}

bool ShardLeases::is_requested(int shard) const {
  const std::lock_guard lock(mutex_);
  return requested_ == shard;
}

void ShardLeases::lost(int shard) {
  const std::lock_guard lock(mutex_);
  leases_.erase(shard);
}

core::Status ShardLeases::release_all() {
  const std::lock_guard updating(updating_);
  const std::vector<int> all = held_and_seat();
  {
    const std::lock_guard lock(mutex_);
    leases_.clear();
  }
  return store_.release_leases(holder_, all);
}

// The shards that it holds, and its seat where it has one.
std::vector<int> ShardLeases::held_and_seat() const {
  std::vector<int> out;
  for (const auto& [shard, fence] : held()) out.push_back(shard);
  if (shards_ > 1) out.push_back(seat_);
  return out;
}

}  // namespace repopulse::monitor
