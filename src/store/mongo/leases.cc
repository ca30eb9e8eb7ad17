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

bool is_below_zero(int shard) {
  return shard < 0;
}

Bson by_ids(const std::vector<std::string>& ids) {
  return Bson{{"_id", Bson{{"$in", TextArray{ids}}}}};
}

}  // namespace

// Everything: one document a seat and one a shard, and for moments those of terms that were passed.
Result<Leases::ByShard> Leases::read() {
  ByShard found;
  const auto add = [&](const Bson& document) {
    Term term;
    term.held.lease = {static_cast<int>(document.integer("shard").value_or(0)), document.integer("fence").value_or(0),
                       document.time("expires_at").value_or(core::Timestamp{})};
    term.held.holder = document.text("holder").value_or("");
    term.with_seat = document.boolean("with_seat").value_or(false);
    const auto [place, first] = found.try_emplace(term.held.lease.shard);
    Terms& terms = place->second;
    if (first || term.held.lease.fence > terms.newest.held.lease.fence) std::swap(term, terms.newest);
    if (!first) terms.former.push_back(term.held.lease.fence);
    return true;
  };
  if (Status visited = database_.visit(kLeases, {}, {}, add); !visited) return tl::unexpected(visited.error());
  std::map<std::string, core::Timestamp> seats;
  for (const auto& [shard, terms] : found) {
    if (shard < 0) seats[terms.newest.held.holder] = terms.newest.held.lease.expires_at;
  }
  for (auto& [shard, terms] : found) {
    core::Timestamp& end = terms.newest.held.lease.expires_at;
    if (!terms.newest.with_seat || end == core::Timestamp{}) continue;
    const auto seat = seats.find(terms.newest.held.holder);
    end = seat != seats.end() ? seat->second : core::Timestamp{};
  }
  return found;
}

Result<std::vector<HeldLease>> Leases::all() {
  return read().map([](ByShard found) {
    std::vector<HeldLease> out;
    for (auto& [shard, terms] : found) out.push_back(std::move(terms.newest.held));
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
  const auto before = read();
  if (!before) return tl::unexpected(before.error());
  std::vector<std::string> renewed;
  std::vector<Lease> wanted;
  for (const int shard : shards) {
    const auto found = before->find(shard);
    const Term newest = found != before->end() ? found->second.newest : Term{};
    const auto& [lease, of] = newest.held;
    if (lease.expires_at <= now) {
      wanted.push_back({shard, lease.fence + 1, now + ttl});
    } else if (of == holder && !newest.with_seat) {
      renewed.push_back(term_id(lease));
    }
  }
  if (Status written = write_end(renewed, now + ttl); !written) return tl::unexpected(written.error());
  const auto is_seat = [&](const auto& terms) {
    return terms.first < 0 && terms.second.newest.held.holder == holder &&
           terms.second.newest.held.lease.expires_at > now;
  };
  const bool seated =
      std::ranges::any_of(*before, is_seat) || std::ranges::any_of(wanted, is_below_zero, &Lease::shard);
  const auto begun = begin(holder, wanted, seated);
  if (!begun) return tl::unexpected(begun.error());
  // Whoever has the newest term holds the lease, whatever was written before.
  const auto after = read();
  if (!after) return tl::unexpected(after.error());
  if (Status removed = remove_passed(*begun, *after, now + ttl); !removed) return tl::unexpected(removed.error());
  std::vector<Lease> held;
  for (const int shard : shards) {
    const auto found = after->find(shard);
    if (found == after->end()) continue;
    const auto& [lease, of] = found->second.newest.held;
    if (of == holder && lease.expires_at > now) held.push_back(lease);
  }
  return held;
}

// Those of the wanted terms that no other server began at the same time.
Result<std::vector<Lease>> Leases::begin(const std::string& holder, const std::vector<Lease>& wanted, bool seated) {
  std::vector<Bson> documents;
  for (const Lease& lease : wanted) {
    documents.push_back(Bson{{"_id", std::string_view(term_id(lease))},
                             {"shard", std::int64_t{lease.shard}},
                             {"fence", lease.fence},
                             {"holder", std::string_view(holder)},
                             {"expires_at", lease.expires_at},
                             {"with_seat", seated && lease.shard >= 0}});
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
  const auto found = read();
  if (!found) return tl::unexpected(found.error());
  const bool seat_too = std::ranges::any_of(shards, is_below_zero);
  std::vector<std::string> ended;
  for (const int shard : shards) {
    const auto terms = found->find(shard);
    if (terms == found->end()) continue;
    const Term& newest = terms->second.newest;
    const bool ends_by_itself = newest.with_seat && seat_too;
    if (newest.held.holder == holder && !ends_by_itself) ended.push_back(term_id(newest.held.lease));
  }
  // The terms stay, so that their fences are never given again.
  return write_end(ended, core::Timestamp{});
}

Status Leases::write_end(const std::vector<std::string>& ids, core::Timestamp end) {
  if (ids.empty()) return {};
  return database_.update_many(kLeases, by_ids(ids), Bson{{"$set", Bson{{"expires_at", end}}}}).map([](std::int64_t) {
  });
}

}  // namespace repopulse::store::mongo
