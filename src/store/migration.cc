#include "store/migration.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "base/hex.h"
#include "core/feed_name.h"
#include "store/limits.h"

namespace repopulse::store {

using core::ErrorKind;
using core::fail;

namespace {

constexpr std::size_t kBatch = 500;
constexpr std::string_view kCopiedNote = "migration.copied";  // the source's sequence number up to which all is copied

class Digest {
 public:
  Digest() { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }
  // Lengths go in too, so that no two different sequences of texts look the same.
  void add(std::string_view text) {
    const std::string length = std::to_string(text.size()) + ":";
    EVP_DigestUpdate(context_.get(), length.data(), length.size());
    EVP_DigestUpdate(context_.get(), text.data(), text.size());
  }
  std::string finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_.get(), out.data(), &size);
    return {reinterpret_cast<const char*>(out.data()), size};
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_{EVP_MD_CTX_new()};
};

class Migration {
 public:
  Migration(Store& from, Store& to, const MigrationListener& listener) : from_(from), to_(to), listener_(listener) {}
  Result<MigrationReport> run();

 private:
  Status look_at_target();
  Status copy_keys();
  Status copy_repositories();
  Status copy_owners();
  Status copy_events();
  Status copy_batch(const std::vector<StoredEvent>& batch);
  Status copy_gaps();
  Status copy_poll_state();
  Result<std::optional<Sequence>> boundary_in_target(const core::FeedState& feed);
  Status verify();

  Store& from_;
  Store& to_;
  const MigrationListener& listener_;
  Sequence copied_ = 0;
  std::vector<Repository> repositories_;
  std::map<RepoId, RepoId> target_ids_;  // by the source's number
  MigrationProgress progress_;
  MigrationReport report_;
};

Result<MigrationReport> Migration::run() {
  for (const auto step :
       {&Migration::look_at_target, &Migration::copy_keys, &Migration::copy_repositories, &Migration::copy_owners,
        &Migration::copy_events, &Migration::copy_gaps, &Migration::copy_poll_state, &Migration::verify}) {
    if (Status done = (this->*step)(); !done) return tl::unexpected(done.error());
  }
  return report_;
}

Status Migration::look_at_target() {
  const auto notes = to_.notes();
  if (!notes) return tl::unexpected(notes.error());
  for (const auto& [name, value] : *notes) {
    if (name != kCopiedNote) continue;
    std::from_chars(value.data(), value.data() + value.size(), copied_);
    return {};
  }
  const auto there = to_.repositories();
  if (!there) return tl::unexpected(there.error());
  if (!there->empty()) {
    return fail(ErrorKind::kConflict, "the target store has repositories of its own (" +
                                          there->front().name.full_name() + ", …): migrate into an empty one");
  }
  PollCommit begun;
  begun.notes.emplace_back(kCopiedNote, "0");
  return to_.commit(begun).map([](const CommitReceipt&) {});
}

Status Migration::copy_keys() {
  const auto keys = from_.keys();
  if (!keys) return tl::unexpected(keys.error());
  for (const ApiKey& key : *keys) {
    const Status added = to_.add_key(key);
    if (!added && added.error().kind != ErrorKind::kConflict) return added;
    ++report_.keys;
  }
  return {};
}

Status Migration::copy_repositories() {
  auto repositories = from_.repositories();
  if (!repositories) return tl::unexpected(repositories.error());
  repositories_ = *std::move(repositories);
  for (const Repository& repository : repositories_) {
    const NewRepository wanted{repository.name, repository.active};
    const auto added = to_.add_repositories(std::span(&wanted, 1), repository.added_at);
    if (!added) return tl::unexpected(added.error());
    const RepoId id = added->front().repository.id;
    if (added->front().repository.active != repository.active) {
      if (Status set = to_.set_active(id, repository.active); !set) return set;
    }
    target_ids_[repository.id] = id;
    progress_.of += repository.events_stored;
    ++report_.repositories;
  }
  return {};
}

// In the target they are as in the source, whatever an earlier run has copied.
Status Migration::copy_owners() {
  const auto owners = from_.owners();
  if (!owners) return tl::unexpected(owners.error());
  const auto there = to_.owners();
  if (!there) return tl::unexpected(there.error());
  for (const Owner& owner : *there) {
    if (Status removed = to_.remove_owner(owner.name); !removed) return removed;
  }
  for (const Owner& owner : *owners) {
    if (const auto added = to_.add_owner(owner); !added) return tl::unexpected(added.error());
  }
  return {};
}

Status Migration::copy_events() {
  while (true) {
    const auto batch = from_.events_after(copied_, kBatch);
    if (!batch) return tl::unexpected(batch.error());
    if (batch->empty()) return {};
    if (Status copied = copy_batch(*batch); !copied) return copied;
    copied_ = batch->back().sequence;
    progress_.events += batch->size();
    if (listener_) listener_(progress_);
  }
}

// With the batch goes the note of how far it reaches: they are written together.
Status Migration::copy_batch(const std::vector<StoredEvent>& batch) {
  PollCommit commit;
  std::map<RepoId, std::size_t> places;
  for (const StoredEvent& event : batch) {
    const auto target = target_ids_.find(event.repository);
    if (target == target_ids_.end()) continue;
    if (refusal(event.event)) continue;  // stored by an older version; verify() counts them
    const auto [place, fresh] = places.try_emplace(target->second, commit.events.size());
    if (fresh) commit.events.push_back({target->second, {}});
    commit.events[place->second].events.push_back(event.event);
  }
  commit.notes.emplace_back(kCopiedNote, std::to_string(batch.back().sequence));
  return to_.commit(commit).map([](const CommitReceipt&) {});
}

Status Migration::copy_gaps() {
  for (const Repository& repository : repositories_) {
    const RepoId id = target_ids_.at(repository.id);
    if (Status put = to_.replace_gaps(id, repository.gaps); !put) return put;
    if (!repository.others_until) continue;
    PollCommit commit;
    commit.others.emplace_back(id, *repository.others_until);
    if (const auto noted = to_.commit(commit); !noted) return tl::unexpected(noted.error());
  }
  return {};
}

// What a feed remembers of an unfinished walk is a sequence number of the source: the newest event up to it tells the
// target's.
Result<std::optional<Sequence>> Migration::boundary_in_target(const core::FeedState& feed) {
  const auto of_feed = [&](const Repository& repository) {
    return core::repository_feed(repository.name) == feed.feed;
  };
  const auto repository = std::ranges::find_if(repositories_, of_feed);
  if (!feed.overlap_boundary || repository == repositories_.end()) return std::nullopt;
  std::vector<core::EventKey> before;
  const auto read = from_.visit_events(repository->id, {}, [&](const StoredEvent& event) {
    if (event.sequence <= *feed.overlap_boundary) before.push_back(event.event.key);
    return true;
  });
  if (!read) return tl::unexpected(read.error());
  Sequence boundary = 0;
  for (std::size_t at = 0; at < before.size(); at += kBatch) {
    const auto found =
        to_.find(target_ids_.at(repository->id), std::span(before).subspan(at, std::min(kBatch, before.size() - at)));
    if (!found) return tl::unexpected(found.error());
    for (const auto& sequence : *found) boundary = std::max(boundary, sequence.value_or(0));
  }
  return boundary;
}

Status Migration::copy_poll_state() {
  auto feeds = from_.feeds();
  if (!feeds) return tl::unexpected(feeds.error());
  for (core::FeedState& feed : *feeds) {
    const auto boundary = boundary_in_target(feed);
    if (!boundary) return tl::unexpected(boundary.error());
    feed.overlap_boundary = *boundary;
    PollCommit commit;
    commit.feeds.push_back(feed);
    if (const auto put = to_.commit(commit); !put) return tl::unexpected(put.error());
  }
  const auto notes = from_.notes();
  if (!notes) return tl::unexpected(notes.error());
  PollCommit commit;
  for (const auto& [name, value] : *notes) {
    if (name != kCopiedNote) commit.notes.emplace_back(name, value);
  }
  return to_.commit(commit).map([](const CommitReceipt&) {});
}

Status Migration::verify() {
  // An earlier run that was killed may have stored events without counting them.
  if (const auto finished = to_.finish_abandoned(); !finished) return tl::unexpected(finished.error());
  if (Status counted = to_.recount(); !counted) return counted;
  const auto copies = to_.repositories();
  if (!copies) return tl::unexpected(copies.error());
  Digest all;
  for (const Repository& repository : repositories_) {
    const RepoId id = target_ids_.at(repository.id);
    const auto copy = std::ranges::find(*copies, id, &Repository::id);
    std::uint64_t refused = 0;
    const auto source_sum = checksum(from_, repository.id, &refused);
    if (!source_sum) return tl::unexpected(source_sum.error());
    const auto target_sum = checksum(to_, id);
    if (!target_sum) return tl::unexpected(target_sum.error());
    if (copy == copies->end() || copy->events_stored + refused != repository.events_stored ||
        copy->gaps != repository.gaps || copy->others_until != repository.others_until ||
        copy->active != repository.active || *source_sum != *target_sum) {
      return fail(ErrorKind::kCorrupt,
                  "the copy of " + repository.name.full_name() + " differs from the original (" +
                      std::to_string(repository.events_stored) + " events, checksum " + base::to_hex(*source_sum) +
                      "; copied " + std::to_string(copy == copies->end() ? 0 : copy->events_stored) + ", " +
                      base::to_hex(*target_sum) + "): was one of the stores written to meanwhile?");
    }
    report_.events += copy->events_stored;
    report_.refused += refused;
    all.add(repository.name.key());
    all.add(*source_sum);
  }
  report_.checksum = base::to_hex(all.finish());
  return {};
}

}  // namespace

core::Result<std::string> checksum(EventStore& store, RepoId repository, std::uint64_t* refused) {
  Digest digest;
  const auto read = store.visit_events(repository, {}, [&](const StoredEvent& stored) {
    const core::Event& event = stored.event;
    if (refusal(event)) {
      if (refused != nullptr) ++*refused;
      return true;
    }
    digest.add(std::to_string(event.key.id));
    digest.add(std::to_string(core::unix_seconds(event.key.created_at)));
    digest.add(event.type);
    digest.add(event.actor);
    digest.add(event.repository);
    digest.add(event.json);
    return true;
  });
  return read.map([&] { return digest.finish(); });
}

core::Result<MigrationReport> migrate(Store& from, Store& to, const MigrationListener& listener) {
  return Migration(from, to, listener).run();
}

}  // namespace repopulse::store
