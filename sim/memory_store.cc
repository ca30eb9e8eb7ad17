#include "sim/memory_store.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>

#include "core/feed_name.h"
#include "store/event_filter.h"
#include "store/gaps.h"
#include "store/limits.h"

namespace repopulse::sim {

using core::ErrorKind;
using core::fail;
using core::RepoId;
using core::Result;
using core::Status;
using store::EventFilter;
using store::StoredEvent;

namespace {

tl::unexpected<core::Error> unknown(RepoId repository) {
  return fail(ErrorKind::kNotFound, "no repository has the number " + std::to_string(core::to_int(repository)));
}

}  // namespace

template <typename Work>
auto MemoryStore::call(std::string_view name, Work work) -> decltype(work()) {
  const std::lock_guard lock(mutex_);
  const StoreFault fault = faults_ ? faults_(name) : StoreFault::kNone;
  if (fault == StoreFault::kUnavailable) return fail(ErrorKind::kUnavailable, "simulated: the store is away");
  if (fault == StoreFault::kCrashBefore) throw Crash{};
  auto result = work();
  if (fault == StoreFault::kCrashAfter) throw Crash{};
  if (ended_) ended_(name);
  return result;
}

void MemoryStore::set_faults(FaultSource faults) {
  const std::lock_guard lock(mutex_);
  faults_ = std::move(faults);
}

void MemoryStore::on_end(EndListener listener) {
  const std::lock_guard lock(mutex_);
  ended_ = std::move(listener);
}

void MemoryStore::fail_next(int calls) {
  set_faults([calls](std::string_view) mutable { return calls-- > 0 ? StoreFault::kUnavailable : StoreFault::kNone; });
}

store::Repository MemoryStore::Record::shown() const {
  store::Repository out = repository;
  out.events_stored = events.size();
  if (!events.empty()) out.last_event_at = events.rbegin()->first.first;
  return out;
}

Result<MemoryStore::Record*> MemoryStore::record(RepoId repository) {
  const auto found = records_.find(repository);
  if (found == records_.end()) return unknown(repository);
  return &found->second;
}

Result<std::vector<store::Repository>> MemoryStore::repositories() {
  return call(__func__, [&]() -> Result<std::vector<store::Repository>> {
    std::vector<store::Repository> out;
    out.reserve(records_.size());
    for (const auto& [id, record] : records_) out.push_back(record.shown());
    return out;
  });
}

Result<std::vector<store::Repository>> MemoryStore::repositories_of(std::span<const RepoId> repositories) {
  return call(__func__, [&]() -> Result<std::vector<store::Repository>> {
    std::vector<store::Repository> out;
    for (const RepoId id : std::set(repositories.begin(), repositories.end())) {
      if (const auto found = records_.find(id); found != records_.end()) out.push_back(found->second.shown());
    }
    return out;
  });
}

Result<std::vector<store::AddedRepository>> MemoryStore::add_repositories(
    std::span<const store::NewRepository> repositories, core::Timestamp now) {
  return call(__func__, [&]() -> Result<std::vector<store::AddedRepository>> {
    std::vector<store::AddedRepository> out;
    std::vector<RepoId> created;
    std::vector<RepoId> activated;
    for (const store::NewRepository& wanted : repositories) {
      const auto same = std::find_if(records_.begin(), records_.end(),
                                     [&](const auto& entry) { return entry.second.repository.name == wanted.name; });
      if (same != records_.end()) {
        if (wanted.active && !same->second.repository.active) {
          same->second.repository.active = true;
          activated.push_back(same->first);
        }
        out.push_back({same->second.shown(), false});
        continue;
      }
      const RepoId id{++last_repository_};
      Record record{{id, wanted.name, wanted.active, now, 0, std::nullopt, {}}, {}};
      out.push_back({record.repository, true});
      records_.emplace(id, std::move(record));
      feeds_.erase(core::repository_feed(wanted.name));
      feed_writers_.erase(core::repository_feed(wanted.name));
      created.push_back(id);
    }
    if (created.empty() && activated.empty()) return out;
    ListChange change{{created.begin(), created.end()}};
    change.repositories.insert(activated.begin(), activated.end());
    if (Status announced = announce("add_repositories", change); !announced) {
      undo(created, activated);
      return tl::unexpected(announced.error());
    }
    return out;
  });
}

Status MemoryStore::set_active(RepoId repository, bool active) {
  return call(__func__, [&]() -> Status {
    const auto known = record(repository);
    if (!known) return tl::unexpected(known.error());
    if (std::exchange((*known)->repository.active, active) == active) return {};
    return announce("set_active", {{repository}});
  });
}

void MemoryStore::remove(RepoId repository) {
  const auto found = records_.find(repository);
  if (found == records_.end()) return;
  for (const auto& [at, event] : found->second.events) by_sequence_.erase(event.sequence);
  feeds_.erase(core::repository_feed(found->second.repository.name));
  feed_writers_.erase(core::repository_feed(found->second.repository.name));
  records_.erase(found);
}

Status MemoryStore::remove_repository(RepoId repository) {
  return call(__func__, [&]() -> Status {
    if (!records_.contains(repository)) return unknown(repository);
    remove(repository);
    return announce("remove_repository", {{repository}});
  });
}

Result<store::ListChanges> MemoryStore::list_changes(std::int64_t since) {
  return call(__func__, [&]() -> Result<store::ListChanges> {
    std::set<RepoId> changed;
    bool owners = false;
    if (since > revision_) return store::ListChanges{revision_, std::nullopt, true};
    for (std::int64_t revision = since + 1; revision <= revision_; ++revision) {
      const auto known = changes_.find(revision);
      if (known == changes_.end()) return store::ListChanges{revision_, std::nullopt, true};
      changed.insert(known->second.repositories.begin(), known->second.repositories.end());
      owners = owners || known->second.owners;
    }
    return store::ListChanges{revision_, std::vector(changed.begin(), changed.end()), owners};
  });
}

Result<std::vector<store::Owner>> MemoryStore::owners() {
  return call(__func__, [&]() -> Result<std::vector<store::Owner>> {
    std::vector<store::Owner> out;
    for (const auto& [key, owner] : owners_) out.push_back(owner);
    return out;
  });
}

Result<store::Owner> MemoryStore::add_owner(const store::Owner& owner) {
  return call(__func__, [&]() -> Result<store::Owner> {
    const auto [at, created] = owners_.emplace(owner.name.key(), owner);
    if (!created) return fail(ErrorKind::kConflict, owner.name.full_name() + " is there already");
    at->second.revision = ++owners_revision_;
    const store::Owner added = at->second;
    return announce("add_owner", {{}, true}).map([&] { return added; });
  });
}

Result<store::Owner> MemoryStore::update_owner(const store::Owner& owner) {
  return call(__func__, [&]() -> Result<store::Owner> {
    const auto found = owners_.find(owner.name.key());
    if (found == owners_.end() || found->second.revision != owner.revision) {
      return fail(ErrorKind::kStale, owner.name.full_name() + " was changed meanwhile");
    }
    store::Owner updated = owner;
    updated.name = found->second.name;
    updated.added_at = found->second.added_at;
    updated.revision = ++owners_revision_;
    found->second = updated;
    return announce("update_owner", {{}, true}).map([&] { return updated; });
  });
}

Status MemoryStore::remove_owner(const core::OwnerName& name) {
  return call(__func__, [&]() -> Status {
    if (owners_.erase(name.key()) == 0) return fail(ErrorKind::kNotFound, name.full_name() + " is not followed");
    return announce("remove_owner", {{}, true});
  });
}

Result<std::vector<core::FeedState>> MemoryStore::feeds() {
  return call(__func__, [&]() -> Result<std::vector<core::FeedState>> {
    std::vector<core::FeedState> out;
    out.reserve(feeds_.size());
    for (const auto& [name, state] : feeds_) out.push_back(state);
    return out;
  });
}

Result<std::vector<std::optional<store::Sequence>>> MemoryStore::find(RepoId repository,
                                                                      std::span<const core::EventKey> keys) {
  return call(__func__, [&]() -> Result<std::vector<std::optional<store::Sequence>>> {
    std::vector<std::optional<store::Sequence>> out(keys.size());
    const auto record = records_.find(repository);
    if (record == records_.end()) return out;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto found = record->second.events.find(order(keys[i]));
      if (found != record->second.events.end()) out[i] = found->second.sequence;
    }
    return out;
  });
}

Status MemoryStore::check(const store::PollCommit& poll) {
  if (poll.fence) {
    const auto held = leases_.find(poll.shard);
    if (held != leases_.end() && held->second.held.lease.fence > *poll.fence) {
      return fail(ErrorKind::kStale, "the lease of shard " + std::to_string(poll.shard) + " was taken over by " +
                                         held->second.held.holder);
    }
  }
  for (const store::RepositoryEvents& batch : poll.events) {
    if (!records_.contains(batch.repository)) return unknown(batch.repository);
    for (const core::Event& event : batch.events) {
      if (const auto why = store::refusal(event)) return fail(ErrorKind::kBadInput, *why);
    }
  }
  for (const auto& [repository, gap] : poll.gaps) {
    if (!records_.contains(repository)) return unknown(repository);
    if (Status status = store::check_gap(gap); !status) return status;
  }
  for (const auto& [repository, until] : poll.others) {
    if (!records_.contains(repository)) return unknown(repository);
  }
  return {};
}

std::vector<std::optional<store::Sequence>> MemoryStore::insert(const store::RepositoryEvents& batch) {
  Record& record = records_.at(batch.repository);
  std::vector<std::optional<store::Sequence>> out;
  for (const core::Event& event : batch.events) {
    const Order at = order(event.key);
    if (record.events.contains(at)) {
      out.emplace_back();
      continue;
    }
    const store::Sequence sequence = ++last_sequence_;
    StoredEvent& stored = record.events.emplace(at, StoredEvent{sequence, batch.repository, event}).first->second;
    stored.event.github_id = 0;  // no store keeps it beside the JSON
    by_sequence_.emplace(sequence, std::pair(batch.repository, at));
    out.emplace_back(sequence);
  }
  return out;
}

Result<store::CommitReceipt> MemoryStore::commit(const store::PollCommit& poll) {
  return call(__func__, [&]() -> Result<store::CommitReceipt> {
    if (Status status = check(poll); !status) return tl::unexpected(status.error());
    if (steps_) return commit_in_steps(poll);
    store::CommitReceipt receipt;
    for (const store::RepositoryEvents& batch : poll.events) receipt.inserted.push_back(insert(batch));
    for (const core::FeedState& feed : poll.feeds) feeds_[feed.feed] = feed;
    put_gaps_and_notes(poll);
    return receipt;
  });
}

void MemoryStore::put_gaps_and_notes(const store::PollCommit& poll) {
  for (const auto& [repository, gap] : poll.gaps) {
    std::vector<core::Gap>& gaps = records_.at(repository).repository.gaps;
    gaps.push_back(gap);
    gaps = store::merge_gaps(std::move(gaps));
  }
  for (const auto& [repository, until] : poll.others) {
    std::optional<core::EventTime>& known = records_.at(repository).repository.others_until;
    known = std::max(known.value_or(until), until);
  }
  for (const auto& [name, value] : poll.notes) notes_[name] = value;
}

Result<store::GapChange> MemoryStore::close_gaps(RepoId repository, std::span<const core::Gap> covered) {
  return call(__func__, [&]() -> Result<store::GapChange> {
    return record(repository).map([&](Record* known) {
      std::vector<core::Gap>& gaps = known->repository.gaps;
      store::GapChange change{gaps, store::uncovered(gaps, covered)};
      gaps = change.after;
      return change;
    });
  });
}

Status MemoryStore::replace_gaps(RepoId repository, std::span<const core::Gap> gaps) {
  return call(__func__, [&]() -> Status {
    if (Status status = store::check_gaps(gaps); !status) return status;
    return record(repository).map([&](Record* known) {
      known->repository.gaps = store::merge_gaps({gaps.begin(), gaps.end()});
    });
  });
}

Result<std::vector<store::Note>> MemoryStore::notes() {
  return call(__func__, [&]() -> Result<std::vector<store::Note>> {
    return std::vector<store::Note>(notes_.begin(), notes_.end());
  });
}

std::vector<MemoryStore::Entry> MemoryStore::newest(RepoId repository, std::size_t limit) const {
  std::vector<Entry> out;
  const auto record = records_.find(repository);
  if (record == records_.end()) return out;
  const auto& events = record->second.events;
  for (auto at = events.rbegin(); at != events.rend() && out.size() < limit; ++at) {
    out.push_back({at->second.event.key, at->second.event.type, at->second.event.actor});
  }
  return out;
}

Status MemoryStore::visit_newest(RepoId repository, std::size_t limit, const WindowVisitor& visit) {
  const Result<std::vector<Entry>> entries =
      call(__func__, [&]() -> Result<std::vector<Entry>> { return newest(repository, limit); });
  return entries.map([&](const std::vector<Entry>& all) {
    for (const auto& [key, type, actor] : all) {
      if (!visit(key, type, actor)) return;
    }
  });
}

Status MemoryStore::visit_newest_of(std::span<const RepoId> repositories, core::EventTime /*mostly_since*/,
                                    const WindowsVisitor& visit) {
  using Lists = std::vector<std::vector<Entry>>;
  const Result<Lists> lists = call(__func__, [&]() -> Result<Lists> {
    Lists out;
    for (const RepoId repository : repositories) {
      out.push_back(newest(repository, std::numeric_limits<std::size_t>::max()));
    }
    return out;
  });
  return lists.map([&](const Lists& all) {
    for (std::size_t place = 0; place < all.size(); ++place) {
      for (const auto& [key, type, actor] : all[place]) {
        if (!visit(place, key, type, actor)) break;
      }
    }
  });
}

Status MemoryStore::visit_times(RepoId repository, const EventFilter& filter, const TimeVisitor& visit) {
  return visit_events(repository, filter, [&](const StoredEvent& stored) {
    visit(stored.event.key.created_at, stored.event.type);
    return true;
  });
}

Result<std::optional<core::EventTime>> MemoryStore::first_event_at(RepoId repository) {
  return call(__func__, [&]() -> Result<std::optional<core::EventTime>> {
    const auto record = records_.find(repository);
    if (record == records_.end() || record->second.events.empty()) return std::nullopt;
    return record->second.events.begin()->first.first;
  });
}

Result<std::vector<core::EventTime>> MemoryStore::arrivals(RepoId repository, core::EventTime since) {
  return call(__func__, [&]() -> Result<std::vector<core::EventTime>> {
    std::vector<core::EventTime> out;
    const auto record = records_.find(repository);
    if (record == records_.end()) return out;
    const auto& events = record->second.events;
    for (auto at = events.lower_bound({since, 0}); at != events.end(); ++at) out.push_back(at->first.first);
    return out;
  });
}

Result<store::EventPage> MemoryStore::events(RepoId repository, const EventFilter& filter, std::size_t offset,
                                             std::size_t limit) {
  return call(__func__, [&]() -> Result<store::EventPage> {
    store::EventPage page;
    const auto record = records_.find(repository);
    if (record == records_.end()) return page;
    const auto& events = record->second.events;
    for (auto at = events.rbegin(); at != events.rend(); ++at) {
      if (!store::matches(filter, at->second.event)) continue;
      if (page.total >= offset && page.json.size() < limit) page.json.push_back(at->second.event.json);
      ++page.total;
    }
    return page;
  });
}

Status MemoryStore::visit_events(RepoId repository, const EventFilter& filter, const EventVisitor& visit) {
  const auto matching = call(__func__, [&]() -> Result<std::vector<StoredEvent>> {
    std::vector<StoredEvent> out;
    const auto record = records_.find(repository);
    if (record == records_.end()) return out;
    for (const auto& [at, event] : record->second.events) {
      if (store::matches(filter, event.event)) out.push_back(event);
    }
    return out;
  });
  return matching.map(
      [&](const std::vector<StoredEvent>& events) { (void)std::all_of(events.begin(), events.end(), visit); });
}

Result<std::vector<StoredEvent>> MemoryStore::events_after(store::Sequence after, std::size_t limit) {
  return call(__func__, [&]() -> Result<std::vector<StoredEvent>> {
    std::vector<StoredEvent> out;
    const store::Sequence last = settled();
    for (auto at = by_sequence_.upper_bound(after); at != by_sequence_.end() && out.size() < limit; ++at) {
      if (at->first > last) break;
      out.push_back(records_.at(at->second.first).events.at(at->second.second));
    }
    return out;
  });
}

Result<store::Sequence> MemoryStore::last_sequence() {
  return call(__func__, [&]() -> Result<store::Sequence> { return last_sequence_; });
}

Result<store::Sequence> MemoryStore::settled_sequence() {
  return call(__func__, [&]() -> Result<store::Sequence> { return settled(); });
}

Result<std::size_t> MemoryStore::delete_events_before(core::EventTime before, std::size_t limit) {
  return call(__func__, [&]() -> Result<std::size_t> {
    std::size_t deleted = 0;
    for (auto& [id, record] : records_) {
      auto& events = record.events;
      while (deleted < limit && !events.empty() && events.begin()->first.first < before) {
        by_sequence_.erase(events.begin()->second.sequence);
        events.erase(events.begin());
        ++deleted;
      }
    }
    return deleted;
  });
}

Result<std::vector<store::ApiKey>> MemoryStore::keys() {
  return call(__func__, [&]() -> Result<std::vector<store::ApiKey>> {
    std::vector<store::ApiKey> out;
    for (const auto& [id, key] : keys_) out.push_back(key);
    return out;
  });
}

Status MemoryStore::add_key(const store::ApiKey& key) {
  return call(__func__, [&]() -> Status {
    if (!keys_.emplace(key.id, key).second) return fail(ErrorKind::kConflict, "there is a key " + key.id + " already");
    return {};
  });
}

Status MemoryStore::revoke_key(const std::string& id) {
  return call(__func__, [&]() -> Status {
    if (keys_.erase(id) == 0) return fail(ErrorKind::kNotFound, "there is no key " + id);
    return {};
  });
}

// The end of each seat, by holder.
std::map<std::string, core::Timestamp> MemoryStore::seats() const {
  std::map<std::string, core::Timestamp> out;
  for (const auto& [shard, taken] : leases_) {
    if (shard < 0) out[taken.held.holder] = taken.held.lease.expires_at;
  }
  return out;
}

core::Timestamp MemoryStore::end_of(const TakenLease& taken, const std::map<std::string, core::Timestamp>& seats) {
  const core::Timestamp end = taken.held.lease.expires_at;
  if (!taken.with_seat || end == core::Timestamp{}) return end;
  const auto seat = seats.find(taken.held.holder);
  return seat == seats.end() ? core::Timestamp{} : seat->second;
}

Result<std::vector<store::Lease>> MemoryStore::acquire_leases(const std::string& holder, std::span<const int> shards,
                                                              core::Millis ttl, core::Timestamp now) {
  return call(__func__, [&]() -> Result<std::vector<store::Lease>> {
    const auto before = seats();
    const auto seat = before.find(holder);
    const bool seated = (seat != before.end() && seat->second > now) ||
                        std::ranges::any_of(shards, [](int shard) { return shard < 0; });
    std::set<int> acquired;
    bool new_term = false;
    for (const int shard : shards) {
      auto& [held, with_seat] = leases_[shard];
      const bool live = end_of({held, with_seat}, before) > now;
      if (live && held.holder != holder) continue;
      if (!live) with_seat = seated && shard >= 0;
      held = {{shard, held.lease.fence + (live ? 0 : 1), now + ttl}, holder};
      if (!live && steps_) {
        claim(shard, held.lease.fence);
        new_term = true;
      }
      acquired.insert(shard);
    }
    if (new_term) forget_silent_servers(now);
    const auto after = seats();
    std::vector<store::Lease> out;
    for (const int shard : acquired) {
      store::Lease lease = leases_.at(shard).held.lease;
      lease.expires_at = end_of(leases_.at(shard), after);
      out.push_back(lease);
    }
    return out;
  });
}

// Fences stay known, so that late writes of this holder are refused once another has taken over.
Status MemoryStore::release_leases(const std::string& holder, std::span<const int> shards) {
  return call(__func__, [&]() -> Status {
    for (const int shard : shards) {
      const auto found = leases_.find(shard);
      if (found != leases_.end() && found->second.held.holder == holder) found->second.held.lease.expires_at = {};
    }
    return {};
  });
}

Result<std::vector<store::HeldLease>> MemoryStore::leases() {
  return call(__func__, [&]() -> Result<std::vector<store::HeldLease>> {
    const auto ends = seats();
    std::vector<store::HeldLease> out;
    for (const auto& [shard, taken] : leases_) {
      out.push_back(taken.held);
      out.back().lease.expires_at = end_of(taken, ends);
    }
    return out;
  });
}

Status MemoryStore::try_write() {
  return call(__func__, [] { return Status(); });
}

Status MemoryStore::leave_hint(const store::LeftHint& hint) {
  return call(__func__, [&]() -> Status {
    hints_[{hint.repository, hint.by_person, hint.hint.kind, hint.hint.webhook}] = hint;
    return {};
  });
}

Result<std::vector<store::LeftHint>> MemoryStore::left_hints() {
  return call(__func__, [&]() -> Result<std::vector<store::LeftHint>> {
    std::vector<store::LeftHint> out;
    for (const auto& [key, hint] : hints_) out.push_back(hint);
    return out;
  });
}

Status MemoryStore::take_hints(std::span<const store::LeftHint> hints) {
  return call(__func__, [&]() -> Status {
    std::erase_if(hints_, [&](const auto& entry) { return std::ranges::find(hints, entry.second) != hints.end(); });
    return {};
  });
}

Result<store::Alert> MemoryStore::add_alert(const store::Alert& alert) {
  return call(__func__, [&]() -> Result<store::Alert> {
    const bool holds = std::ranges::any_of(
        alerts_, [&](const auto& entry) { return !entry.second.resolved_at && entry.second.key == alert.key; });
    if (holds) return fail(ErrorKind::kConflict, "the alert '" + alert.key + "' holds already");
    store::Alert added = alert;
    added.id = alerts_.empty() ? 1 : alerts_.rbegin()->first + 1;
    added.revision = 1;
    alerts_[added.id] = added;
    return added;
  });
}

Result<store::Alert> MemoryStore::update_alert(const store::Alert& alert) {
  return call(__func__, [&]() -> Result<store::Alert> {
    const auto found = alerts_.find(alert.id);
    if (found == alerts_.end() || found->second.revision != alert.revision) {
      return fail(ErrorKind::kStale, "alert " + std::to_string(alert.id) + " was changed meanwhile");
    }
    found->second = alert;
    ++found->second.revision;
    return found->second;
  });
}

Result<std::vector<store::Alert>> MemoryStore::open_alerts() {
  return call(__func__, [&]() -> Result<std::vector<store::Alert>> {
    std::vector<store::Alert> open;
    for (const auto& [id, alert] : alerts_) {
      if (!alert.resolved_at || !alert.notices.empty()) open.push_back(alert);
    }
    return open;
  });
}

Result<store::AlertPage> MemoryStore::alerts(std::optional<store::AlertState> state, std::size_t offset,
                                             std::size_t limit) {
  return call(__func__, [&]() -> Result<store::AlertPage> {
    store::AlertPage page;
    for (auto entry = alerts_.rbegin(); entry != alerts_.rend(); ++entry) {
      const bool resolved = entry->second.resolved_at.has_value();
      if (state && resolved != (*state == store::AlertState::kResolved)) continue;
      if (page.total >= offset && page.alerts.size() < limit) page.alerts.push_back(entry->second);
      ++page.total;
    }
    return page;
  });
}

Status MemoryStore::forget_alerts(core::Timestamp resolved_before) {
  return call(__func__, [&]() -> Status {
    const std::int64_t newest = alerts_.empty() ? 0 : alerts_.rbegin()->first;
    std::erase_if(alerts_, [&](const auto& entry) {
      const store::Alert& alert = entry.second;
      return alert.resolved_at && *alert.resolved_at < resolved_before && alert.notices.empty() && alert.id != newest;
    });
    return {};
  });
}

Status MemoryStore::ping() {
  return call(__func__, [&]() -> Status { return {}; });
}

}  // namespace repopulse::sim
