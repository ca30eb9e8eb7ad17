#include "store/mongo/leases.h"

#include <map>

#include "store/mongo/schema.h"

namespace repopulse::store::mongo {

namespace {

constexpr core::Millis kSilentServerKept{24 * 3'600'000};

std::string term_id(int shard, std::int64_t fence) {
  return std::to_string(shard) + "/" + std::to_string(fence);
}

}  // namespace

Result<std::optional<Bson>> Leases::newest_term(int shard) {
  return database_.find_one(kLeases, Bson{{"shard", std::int64_t{shard}}},
                            {.sort = Bson{{"fence", std::int64_t{-1}}}, .projection = {}});
}

Result<std::int64_t> Leases::highest(int shard) {
  return newest_term(shard).map(
      [](const std::optional<Bson>& term) { return term ? term->integer("fence").value_or(0) : 0; });
}

Result<std::vector<HeldLease>> Leases::all() {
  std::map<int, HeldLease> newest;
  return database_
      .visit(kLeases, {}, {},
             [&](const Bson& term) {
               const Lease lease{static_cast<int>(term.integer("shard").value_or(0)), term.integer("fence").value_or(0),
                                 term.time("expires_at").value_or(core::Timestamp{})};
               HeldLease& held = newest[lease.shard];
               if (lease.fence > held.lease.fence) held = {lease, term.text("holder").value_or("")};
               return true;
             })
      .map([&] {
        std::vector<HeldLease> out;
        for (auto& [shard, held] : newest) out.push_back(std::move(held));
        return out;
      });
}

Status Leases::check(int shard, std::int64_t fence) {
  const auto term = newest_term(shard);
  if (!term) return tl::unexpected(term.error());
  if (!*term || (*term)->integer("fence").value_or(0) <= fence) return {};
  return core::fail(core::ErrorKind::kStale, "the lease of shard " + std::to_string(shard) + " was taken over by " +
                                                 (*term)->text("holder").value_or("another server"));
}

Result<std::optional<Lease>> Leases::acquire(const std::string& holder, int shard, core::Millis ttl,
                                             core::Timestamp now) {
  const auto term = newest_term(shard);
  if (!term) return tl::unexpected(term.error());
  if (!*term) return take(holder, shard, 1, now + ttl);
  const bool expired = (*term)->time("expires_at").value_or(core::Timestamp{}) <= now;
  if (expired) return take(holder, shard, (*term)->integer("fence").value_or(0) + 1, now + ttl);
  if ((*term)->text("holder") == holder) return renew(**term, now + ttl);
  return std::nullopt;
}

Result<std::optional<Lease>> Leases::renew(const Bson& term, core::Timestamp until) {
  const int shard = static_cast<int>(term.integer("shard").value_or(0));
  const std::int64_t fence = term.integer("fence").value_or(0);
  const auto renewed = database_.update_one(kLeases, Bson{{"_id", std::string_view(term_id(shard, fence))}},
                                            Bson{{"$set", Bson{{"expires_at", until}}}});
  if (!renewed) return tl::unexpected(renewed.error());
  const auto newest = highest(shard);
  if (!newest) return tl::unexpected(newest.error());
  if (*renewed == 0 || *newest != fence) return std::nullopt;
  return Lease{shard, fence, until};
}

Result<std::optional<Lease>> Leases::take(const std::string& holder, int shard, std::int64_t fence,
                                          core::Timestamp until) {
  const std::string id = term_id(shard, fence);
  const auto inserted = database_.insert_one(kLeases, Bson{{"_id", std::string_view(id)},
                                                           {"shard", std::int64_t{shard}},
                                                           {"fence", fence},
                                                           {"holder", std::string_view(holder)},
                                                           {"expires_at", until}});
  if (!inserted) return tl::unexpected(inserted.error());
  if (!*inserted) return std::nullopt;
  // A server that was suspended may insert a fence that was passed, and deleted, long ago.
  const auto newest = highest(shard);
  if (!newest) return tl::unexpected(newest.error());
  if (*newest != fence) {
    const auto withdrawn = database_.remove(kLeases, Bson{{"_id", std::string_view(id)}});
    if (!withdrawn) return tl::unexpected(withdrawn.error());
    return std::nullopt;
  }
  // Delete former terms of this shard, and long expired leases of negative shards: the seats of servers that are gone.
  const Bson forgotten{{"shard", Bson{{"$lt", std::int64_t{0}}}},
                       {"expires_at", Bson{{"$lt", until - kSilentServerKept}}}};
  if (const auto gone = database_.remove(kLeases, forgotten); !gone) return tl::unexpected(gone.error());
  const auto cleared = database_.remove(kLeases, Bson{{"shard", std::int64_t{shard}}, {"fence", Bson{{"$lt", fence}}}});
  if (!cleared) return tl::unexpected(cleared.error());
  return Lease{shard, fence, until};
}

Status Leases::release(const std::string& holder, int shard) {
  const auto term = newest_term(shard);
  if (!term) return tl::unexpected(term.error());
  if (!*term || (*term)->text("holder") != holder) return {};
  // The term stays, so that its fence is never given again.
  const std::string id = term_id(shard, (*term)->integer("fence").value_or(0));
  return database_
      .update_one(kLeases, Bson{{"_id", std::string_view(id)}}, Bson{{"$set", Bson{{"expires_at", core::Timestamp{}}}}})
      .map([](std::int64_t) {});
}

}  // namespace repopulse::store::mongo
