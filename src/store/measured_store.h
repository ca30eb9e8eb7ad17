// A store that notes how long each call of another takes, and which fail.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "core/duration_histogram.h"
#include "store/store.h"

namespace repopulse::store {

class MeasuredStore final : public Store {
 public:
  using Duration = core::DurationHistogram::Duration;
  using Clock = std::function<Duration()>;  // since whenever; never goes back

  // The store must outlive this.
  MeasuredStore(Store& store, Clock clock);

  struct Operation {
    std::string_view name;  // of the function in Store
    core::DurationHistogram::View latency;
    std::uint64_t failures = 0;  // kUnavailable and kCorrupt: the store's own
  };
  std::vector<Operation> operations() const;  // those that were called

  Result<std::vector<Repository>> repositories() override;
  Result<std::vector<AddedRepository>> add_repositories(std::span<const NewRepository> repositories,
                                                        core::Timestamp now) override;
  Status set_active(RepoId repository, bool active) override;
  Status remove_repository(RepoId repository) override;
  Result<std::int64_t> repositories_revision() override;
  Result<std::vector<core::FeedState>> feeds() override;
  Result<std::vector<std::optional<Sequence>>> find(RepoId repository, std::span<const core::EventKey> keys) override;
  Result<CommitReceipt> commit(const PollCommit& poll) override;
  Status replace_gaps(RepoId repository, std::span<const core::Gap> gaps) override;
  Result<std::vector<std::pair<std::string, std::string>>> notes() override;
  Status visit_newest(RepoId repository, std::size_t limit, const WindowVisitor& visit) override;
  Result<std::vector<core::EventTime>> arrivals(RepoId repository, core::EventTime since) override;
  Result<EventPage> events(RepoId repository, const EventFilter& filter, std::size_t offset,
                           std::size_t limit) override;
  Status visit_events(RepoId repository, const EventFilter& filter,
                      const std::function<bool(const StoredEvent&)>& visit) override;
  Result<std::vector<StoredEvent>> events_after(Sequence after, std::size_t limit) override;
  Result<Sequence> last_sequence() override;
  Result<Sequence> settled_sequence() override;
  Result<std::size_t> delete_events_before(core::EventTime before, std::size_t limit) override;
  Result<std::vector<ApiKey>> keys() override;
  Status add_key(const ApiKey& key) override;
  Status revoke_key(const std::string& id) override;
  Result<std::optional<Lease>> acquire_lease(const std::string& holder, int shard, core::Millis ttl,
                                             core::Timestamp now) override;
  Status release_lease(const std::string& holder, int shard) override;
  Result<std::vector<HeldLease>> leases() override;
  Status ping() override;

 private:
  enum Name : std::size_t {
    kRepositories,
    kAddRepositories,
    kSetActive,
    kRemoveRepository,
    kRepositoriesRevision,
    kFeeds,
    kFind,
    kCommit,
    kReplaceGaps,
    kNotes,
    kVisitNewest,
    kArrivals,
    kEvents,
    kVisitEvents,
    kEventsAfter,
    kLastSequence,
    kSettledSequence,
    kDeleteEventsBefore,
    kKeys,
    kAddKey,
    kRevokeKey,
    kAcquireLease,
    kReleaseLease,
    kLeases,
    kPing,
    kNames
  };
  struct Measure {
    Measure();
    core::DurationHistogram latency;
    std::atomic<std::uint64_t> failures{0};
  };

  template <typename Call>
  auto measured(Name name, Call call);

  Store& store_;
  const Clock clock_;
  std::array<Measure, kNames> measures_;
};

}  // namespace repopulse::store
