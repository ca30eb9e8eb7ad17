#include "store/mongo/revisions.h"

#include <set>

#include "store/mongo/schema.h"

namespace repopulse::store::mongo {

using core::ErrorKind;
using core::fail;

namespace {

constexpr int kRevisionTriesMax = 20;
constexpr std::int64_t kForgetEvery = 100;

}  // namespace

Bson list_counter() {
  return Bson{{"_id", std::string_view("repositories")}};
}

Status Revisions::move(const std::vector<std::int64_t>& repositories) {
  return move(repositories, false);
}

Status Revisions::move_for_owners() {
  return move({}, true);
}

// The unique `_id` keeps two changes from one revision, also where the server's increments are not atomic.
Status Revisions::move(const std::vector<std::int64_t>& repositories, bool owners) {
  for (int attempt = 0; attempt < kRevisionTriesMax; ++attempt) {
    const auto moved =
        database_.find_and_update(kCounters, list_counter(), Bson{{"$inc", Bson{{"revision", std::int64_t{1}}}}});
    if (!moved) return tl::unexpected(moved.error());
    if (!*moved) return fail(ErrorKind::kCorrupt, "MongoDB: `counters` has no document `repositories`");
    const std::int64_t revision = (*moved)->integer("revision").value_or(0);
    const auto written = database_.insert_one(
        kListChanges, Bson{{"_id", revision}, {"repositories", Int64Array{repositories}}, {"owners", owners}});
    if (!written) return tl::unexpected(written.error());
    if (*written && revision % kForgetEvery == 0) forget_old(revision);
    if (*written) return {};
  }
  return fail(ErrorKind::kUnavailable, "MongoDB: too many servers change the list at the same time");
}

// Where that fails, a later one does it.
void Revisions::forget_old(std::int64_t revision) {
  (void)database_.remove(kListChanges, Bson{{"_id", Bson{{"$lte", revision - kChangesKept}}}});
}

Result<std::int64_t> Revisions::now() {
  return database_.find_one(kCounters, list_counter()).map([](const std::optional<Bson>& document) {
    return document ? document->integer("revision").value_or(0) : std::int64_t{0};
  });
}

Result<ListChanges> Revisions::changes(std::int64_t since) {
  const auto revision = now();
  if (!revision) return tl::unexpected(revision.error());
  if (*revision == since) return ListChanges{since, std::vector<RepoId>(), false};
  const ListChanges anything{*revision, std::nullopt, true};
  const std::int64_t count = *revision - since;
  if (since < 0 || count < 0 || count > kChangesKept) return anything;
  const auto written = database_.find(kListChanges, Bson{{"_id", Bson{{"$gt", since}, {"$lte", *revision}}}});
  if (!written) return tl::unexpected(written.error());
  if (static_cast<std::int64_t>(written->size()) < count) return anything;
  ListChanges changes{*revision, std::nullopt, false};
  std::set<RepoId> changed;
  for (const Bson& change : *written) {
    for (const std::int64_t id : change.integers("repositories")) changed.insert(RepoId{id});
    changes.owners = changes.owners || change.boolean("owners").value_or(true);
  }
  changes.repositories.emplace(changed.begin(), changed.end());
  return changes;
}

}  // namespace repopulse::store::mongo
