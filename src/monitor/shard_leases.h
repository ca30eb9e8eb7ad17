// The leases of the shards that this server may poll, of several servers on one store: takes, renews and gives back
// leases in the store, so that one server at a time polls each shard and all have equal parts. Each lease has a fence,
// a number that grows with every change of holder; every write of poll state carries it.
//
// A lease lasts kLease and is renewed every kRenewal: by renew(), on a thread that does nothing else, so that nothing
// else delays it; and by update(). A server that could not renew one stops asking kMargin before it ends, because
// clocks of servers may differ by as much; another server takes the shard when it has ended.
//
// With several shards, each server holds one more lease, its seat: by these the servers count each other, and the
// leases of shards last as long as the seat, so that one call of the store renews all of them, and writes one document.
// Taking and giving back need a call for each kAtOnce shards: they stop after kTaking and continue at the next update,
// so that a store which answers slowly delays no renewal.
//
// Whether a lease of this server still lasts is asked of two clocks: of the caller's `now`, which tells how long a
// machine was asleep, and of the steady clock, which tells how long the caller has waited for the store since it read
// `now`.
//
// A lease of another server counts until it ends, by this server's clock. One that ends further ahead than a lease can
// last is ended when nobody renews it: see silent_leases.h.
//
// Any thread may call anything; update(), renew() and release_all() wait for each other. It touches the store's leases
// alone, and knows no feeds: Follower starts and stops polling them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "monitor/lease_times.h"
#include "monitor/silent_leases.h"
#include "store/store.h"

namespace repopulse::monitor {

class ShardLeases {
 public:
  // `holder`: unlike every other server's, and every earlier process's. `shards`: the same for all servers, at most
  // kShardsMax. Without a `clock`, calls of the store take no time. The store must outlive this.
  ShardLeases(store::Store& store, std::string holder, int shards, SteadyClock clock = {});

  // Renews, takes and gives back what is due. To be called a few times a second. Errors are the store's; leases that
  // are held stay held until they end.
  core::Status update(core::Timestamp now);
  // Renews alone what is due: never longer than the store needs for one call, and for what update() is doing.
  core::Status renew(core::Timestamp now);
  // Gives all back, so that other servers take them at once.
  core::Status release_all();

  // The fences of the leases that the store has granted, by shard. Some may have ended since: see may_ask().
  std::map<int, std::int64_t> held() const;
  std::optional<std::int64_t> fence(int shard) const;  // of held(); nullopt: none
  // Whether the lease lasts long enough to ask GitHub now.
  bool may_ask(int shard, core::Timestamp now) const;
  // A request about the shard begins: until the next call of end_request() its lease is not given back to others, who
  // would ask GitHub at the same time. False: the lease has gone, or may have ended, while the caller waited for the
  // store, and nothing may be asked. To be called last before a request is sent; one at a time.
  bool begin_request(int shard, core::Timestamp now);
  void end_request();
  // The store refused a write with the lease's fence: another server holds it.
  void lost(int shard);

 private:
  // A lease of this server.
  struct Mine {
    store::Lease lease;
    std::chrono::nanoseconds until{};  // by the steady clock
  };
  core::Status renew_due(core::Timestamp now);
  core::Status renew_all(core::Timestamp now);
  core::Result<std::vector<store::HeldLease>> live_leases(core::Timestamp now);
  core::Status take_equal_part(core::Timestamp now);
  core::Status take(std::span<const int> free, std::size_t part, core::Timestamp now);
  core::Status release(std::span<const int> shards);
  bool has_time(std::chrono::nanoseconds begun);
  bool let_go(int shard);
  bool lasts(int shard, core::Timestamp now) const;
  bool is_requested(int shard) const;
  std::vector<int> held_and_seat() const;
  Mine granted(const store::Lease& lease, core::Timestamp now) const;
  std::chrono::nanoseconds elapsed() const { return clock_ ? clock_() : std::chrono::nanoseconds(0); }

  store::Store& store_;
  const std::string holder_;
  const int shards_;
  const int seat_;
  const SteadyClock clock_;
  std::mutex updating_;               // guards what follows up to mutex_; always locked before it
  std::chrono::nanoseconds begun_{};  // the present update or renewal, by the steady clock
  // It has not its equal part yet: kTaking had passed, or a request about a shard was under way.
  bool unfinished_ = false;
  SilentLeases silent_;
  core::Timestamp next_renewal_{};
  core::Timestamp next_look_{};  // at how the shards are shared
  mutable std::mutex mutex_;
  std::map<int, Mine> leases_;
  std::optional<int> requested_;  // a request about this shard is under way
};

}  // namespace repopulse::monitor
