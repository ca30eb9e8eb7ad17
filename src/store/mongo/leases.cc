#include "store/mongo/leases.h"

#include <algorithm>
#include <utility>

#include "store/mongo/schema.h"

namespace repopulse::store::mongo {

namespace {

constexpr core::Millis kSilentServerKept{24 * 3'600'000};

std::string term_id(int shard, std::int64_t fence) {
  return std::to_string(shard) + "/" + std::to_string(fence);
}

std::string term_id(const Lease& lease) {
  return term_id(lease.shard, lease.fence);
}

HeldLease from_bson(const Bson& term) {
  return {{static_cast<int>(term.integer("shard").value_or(0)), term.integer("fence").value_or(0),
           term.time("expires_at").value_or(core::Timestamp{})},
          term.text("holder").value_or("")};
}

Bson by_ids(const std::vector<std::string>& ids) {
  return Bson{{"_id", Bson{{"$in", TextArray{ids}}}}};
}

}  // namespace

Result<Leases::ByShard> Leases::terms(const Bson& filter) {
  ByShard found;
  return database_
      .visit(kLeases, filter, {},
             [&](const Bson& document) {
               HeldLease term = from_bson(document);
               const auto [place, first] = found.try_emplace(term.lease.shard);
               Terms& of_shard = place->second;
               if (!first && term.lease.fence > of_shard.newest.lease.fence) std::swap(term, of_shard.newest);
               if (first) {
                 of_shard.newest = std::move(term);
               } else {
                 of_shard.former.push_back(term.lease.fence);
               }
               return true;
             })
      .map([&] { return std::move(found); });
}

Result<Leases::ByShard> Leases::terms_of(std::span<const int> shards) {
  return terms(Bson{{"shard", Bson{{"$in", Int64Array{{shards.begin(), shards.end()}}}}}});
}

Result<std::vector<HeldLease>> Leases::all() {
  return terms({}).map([](ByShard found) {
    std::vector<HeldLease> out;
    for (auto& [shard, terms] : found) out.push_back(std::move(terms.newest));
    return out;
  });
}

Status Leases::check(int shard, std::int64_t fence) {
  const auto newest = database_.find_one(kLeases, Bson{{"shard", std::int64_t{shard}}},
                                         {.sort = Bson{{"fence", std::int64_t{-1}}}, .projection = {}});
  if (!newest) return tl::unexpected(newest.error());
  if (!*newest || (*newest)->integer("fence").value_or(0) <= fence) return {};
  return core::fail(core::ErrorKind::kStale, "the lease of shard " + std::to_string(shard) + " was taken over by " +
                                                 (*newest)->text("holder").value_or("another server"));
}

Result<std::vector<Lease>> Leases::acquire(const std::string& holder, std::span<const int> shards, core::Millis ttl,
                                           core::Timestamp now) {
  if (shards.empty()) return std::vector<Lease>();
  const auto before = terms_of(shards);
  if (!before) return tl::unexpected(before.error());
  std::vector<std::string> renewed;
  std::vector<Lease> wanted;
  for (const int shard : shards) {
    const auto found = before->find(shard);
    const HeldLease newest = found != before->end() ? found->second.newest : HeldLease{};
    if (newest.lease.expires_at <= now) {
      wanted.push_back({shard, newest.lease.fence + 1, now + ttl});
    } else if (newest.holder == holder) {
      renewed.push_back(term_id(newest.lease));
    }
  }
  if (Status written = write_end(renewed, now + ttl); !written) return tl::unexpected(written.error());
  const auto begun = begin(holder, wanted);
  if (!begun) return tl::unexpected(begun.error());
  // Whoever has the newest term holds the lease, whatever was written before.
  const auto after = terms_of(shards);
  if (!after) return tl::unexpected(after.error());
  if (Status removed = remove_passed(*begun, *after, now + ttl); !removed) return tl::unexpected(removed.error());
  std::vector<Lease> held;
  for (const auto& [shard, terms] : *after) {
    const auto& [lease, of] = terms.newest;
    if (of == holder && lease.expires_at > now) held.push_back(lease);
  }
  return held;
}

// Those of the wanted terms that no other server began at the same time.
Result<std::vector<Lease>> Leases::begin(const std::string& holder, const std::vector<Lease>& wanted) {
  std::vector<Bson> documents;
  for (const Lease& lease : wanted) {
    documents.push_back(Bson{{"_id", std::string_view(term_id(lease))},
                             {"shard", std::int64_t{lease.shard}},
                             {"fence", lease.fence},
                             {"holder", std::string_view(holder)},
                             {"expires_at", lease.expires_at}});
  }
  return database_.insert(kLeases, documents).map([&](const std::vector<std::size_t>& refused) {
    std::vector<Lease> begun;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (std::ranges::find(refused, i) == refused.end()) begun.push_back(wanted[i]);
    }
    return begun;
  });
}

// Of the shards whose terms were begun just now: deletes all terms but the newest. A server that was suspended may have
// begun one that was passed, and deleted, long ago. Also long expired leases of negative shards: the seats of servers
// that are gone.
Status Leases::remove_passed(const std::vector<Lease>& begun, const ByShard& now_there, core::Timestamp until) {
  if (begun.empty()) return {};
  std::vector<std::string> passed;
  for (const Lease& lease : begun) {
    const auto found = now_there.find(lease.shard);
    if (found == now_there.end()) continue;
    for (const std::int64_t fence : found->second.former) passed.push_back(term_id(lease.shard, fence));
  }
  if (!passed.empty()) {
    if (const auto removed = database_.remove(kLeases, by_ids(passed)); !removed) {
      return tl::unexpected(removed.error());
    }
  }
  const Bson forgotten{{"shard", Bson{{"$lt", std::int64_t{0}}}},
                       {"expires_at", Bson{{"$lt", until - kSilentServerKept}}}};
  return database_.remove(kLeases, forgotten).map([](std::int64_t) {});
}

Status Leases::release(const std::string& holder, std::span<const int> shards) {
  if (shards.empty()) return {};
  const auto found = terms_of(shards);
  if (!found) return tl::unexpected(found.error());
  std::vector<std::string> held;
  for (const auto& [shard, terms] : *found) {
    if (terms.newest.holder == holder) held.push_back(term_id(terms.newest.lease));
  }
  // The terms stay, so that their fences are never given again.
  return write_end(held, core::Timestamp{});
}

Status Leases::write_end(const std::vector<std::string>& ids, core::Timestamp end) {
  if (ids.empty()) return {};
  return database_.update_many(kLeases, by_ids(ids), Bson{{"$set", Bson{{"expires_at", end}}}}).map([](std::int64_t) {
  });
}

}  // namespace repopulse::store::mongo
