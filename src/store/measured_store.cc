#include "store/measured_store.h"

#include <utility>

namespace repopulse::store {
namespace {

using namespace std::chrono_literals;

constexpr std::array<MeasuredStore::Duration, 13> kBounds = {100us, 250us, 500us, 1ms,   2500us, 5ms, 10ms,
                                                             25ms,  50ms,  100ms, 500ms, 1s,     5s};

// In the order of MeasuredStore::Name.
constexpr std::array<std::string_view, 25> kOperations = {"repositories",
                                                          "add_repositories",
                                                          "set_active",
                                                          "remove_repository",
                                                          "repositories_revision",
                                                          "feeds",
                                                          "find",
                                                          "commit",
                                                          "replace_gaps",
                                                          "notes",
                                                          "visit_newest",
                                                          "arrivals",
                                                          "events",
                                                          "visit_events",
                                                          "events_after",
                                                          "last_sequence",
                                                          "settled_sequence",
                                                          "delete_events_before",
                                                          "keys",
                                                          "add_key",
                                                          "revoke_key",
                                                          "acquire_lease",
                                                          "release_lease",
                                                          "leases",
                                                          "ping"};

}  // namespace

MeasuredStore::Measure::Measure() : latency(kBounds) {}

MeasuredStore::MeasuredStore(Store& store, Clock clock) : store_(store), clock_(std::move(clock)) {
  static_assert(kOperations.size() == kNames);
}

std::vector<MeasuredStore::Operation> MeasuredStore::operations() const {
  std::vector<Operation> all;
  for (std::size_t i = 0; i < kNames; ++i) {
    Operation operation{kOperations[i], measures_[i].latency.view(), measures_[i].failures.load()};
    if (operation.latency.count > 0) all.push_back(std::move(operation));
  }
  return all;
}

template <typename Call>
auto MeasuredStore::measured(Name name, Call call) {
  const Duration begin = clock_();
  auto result = call();
  Measure& measure = measures_[name];
  measure.latency.add(clock_() - begin);
  const bool failed = !result && (result.error().kind == core::ErrorKind::kUnavailable ||
                                  result.error().kind == core::ErrorKind::kCorrupt);
  if (failed) measure.failures.fetch_add(1, std::memory_order_relaxed);
  return result;
}

Result<std::vector<Repository>> MeasuredStore::repositories() {
  return measured(kRepositories, [&] { return store_.repositories(); });
}

Result<std::vector<AddedRepository>> MeasuredStore::add_repositories(std::span<const NewRepository> repositories,
                                                                     core::Timestamp now) {
  return measured(kAddRepositories, [&] { return store_.add_repositories(repositories, now); });
}

Status MeasuredStore::set_active(RepoId repository, bool active) {
  return measured(kSetActive, [&] { return store_.set_active(repository, active); });
}

Status MeasuredStore::remove_repository(RepoId repository) {
  return measured(kRemoveRepository, [&] { return store_.remove_repository(repository); });
}

Result<std::int64_t> MeasuredStore::repositories_revision() {
  return measured(kRepositoriesRevision, [&] { return store_.repositories_revision(); });
}

Result<std::vector<core::FeedState>> MeasuredStore::feeds() {
  return measured(kFeeds, [&] { return store_.feeds(); });
}

Result<std::vector<std::optional<Sequence>>> MeasuredStore::find(RepoId repository,
                                                                 std::span<const core::EventKey> keys) {
  return measured(kFind, [&] { return store_.find(repository, keys); });
}

Result<CommitReceipt> MeasuredStore::commit(const PollCommit& poll) {
  return measured(kCommit, [&] { return store_.commit(poll); });
}

Status MeasuredStore::replace_gaps(RepoId repository, std::span<const core::Gap> gaps) {
  return measured(kReplaceGaps, [&] { return store_.replace_gaps(repository, gaps); });
}

Result<std::vector<std::pair<std::string, std::string>>> MeasuredStore::notes() {
  return measured(kNotes, [&] { return store_.notes(); });
}

Status MeasuredStore::visit_newest(RepoId repository, std::size_t limit, const WindowVisitor& visit) {
  return measured(kVisitNewest, [&] { return store_.visit_newest(repository, limit, visit); });
}

Result<std::vector<core::EventTime>> MeasuredStore::arrivals(RepoId repository, core::EventTime since) {
  return measured(kArrivals, [&] { return store_.arrivals(repository, since); });
}

Result<EventPage> MeasuredStore::events(RepoId repository, const EventFilter& filter, std::size_t offset,
                                        std::size_t limit) {
  return measured(kEvents, [&] { return store_.events(repository, filter, offset, limit); });
}

Status MeasuredStore::visit_events(RepoId repository, const EventFilter& filter,
                                   const std::function<bool(const StoredEvent&)>& visit) {
  return measured(kVisitEvents, [&] { return store_.visit_events(repository, filter, visit); });
}

Result<std::vector<StoredEvent>> MeasuredStore::events_after(Sequence after, std::size_t limit) {
  return measured(kEventsAfter, [&] { return store_.events_after(after, limit); });
}

Result<Sequence> MeasuredStore::last_sequence() {
  return measured(kLastSequence, [&] { return store_.last_sequence(); });
}

Result<Sequence> MeasuredStore::settled_sequence() {
  return measured(kSettledSequence, [&] { return store_.settled_sequence(); });
}

Result<std::size_t> MeasuredStore::delete_events_before(core::EventTime before, std::size_t limit) {
  return measured(kDeleteEventsBefore, [&] { return store_.delete_events_before(before, limit); });
}

Result<std::vector<ApiKey>> MeasuredStore::keys() {
  return measured(kKeys, [&] { return store_.keys(); });
}

Status MeasuredStore::add_key(const ApiKey& key) {
  return measured(kAddKey, [&] { return store_.add_key(key); });
}

Status MeasuredStore::revoke_key(const std::string& id) {
  return measured(kRevokeKey, [&] { return store_.revoke_key(id); });
}

Result<std::optional<Lease>> MeasuredStore::acquire_lease(const std::string& holder, int shard, core::Millis ttl,
                                                          core::Timestamp now) {
  return measured(kAcquireLease, [&] { return store_.acquire_lease(holder, shard, ttl, now); });
}

Status MeasuredStore::release_lease(const std::string& holder, int shard) {
  return measured(kReleaseLease, [&] { return store_.release_lease(holder, shard); });
}

Result<std::vector<HeldLease>> MeasuredStore::leases() {
  return measured(kLeases, [&] { return store_.leases(); });
}

Status MeasuredStore::ping() {
  return measured(kPing, [&] { return store_.ping(); });
}

}  // namespace repopulse::store
