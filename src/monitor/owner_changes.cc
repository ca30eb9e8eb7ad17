#include "monitor/owner_changes.h"

#include <ranges>
#include <set>
#include <string>
#include <utility>

namespace repopulse::monitor {
namespace {

using core::ErrorKind;

constexpr int kTriesMax = 5;  // other servers may change the same owner

core::Status reload(Board::Locked& board, store::Store& store) {
  const auto stored = store.owners();
  if (!stored) return tl::unexpected(stored.error());
  reconcile_owners(board, *stored);
  return {};
}

tl::unexpected<core::Error> unknown_owner(std::string_view key) {
  return core::fail(ErrorKind::kNotFound, "unknown owner: " + std::string(key) + "/*");
}

void apply(const NewOwner& wanted, FollowedOwner& owner, core::Timestamp now) {
  owner.stored.active = owner.stored.active || wanted.active;
  const bool more = (wanted.archived.value_or(false) && !owner.stored.archived) ||
                    (wanted.forks.value_or(false) && !owner.stored.forks);
  owner.stored.archived = wanted.archived.value_or(owner.stored.archived);
  owner.stored.forks = wanted.forks.value_or(owner.stored.forks);
  if (more) owner.listing.read_all(now);
}

bool changes(const NewOwner& wanted, const store::Owner& owner) {
  return (wanted.active && !owner.active) || wanted.archived.value_or(owner.archived) != owner.archived ||
         wanted.forks.value_or(owner.forks) != owner.forks;
}

core::Result<AddedOwner> add_one(Board::Locked& board, store::Store& store, const NewOwner& wanted,
                                 core::Timestamp now) {
  const std::string& key = wanted.name.key();
  if (board->owners.find(key) == nullptr) {
    auto added = store.add_owner(
        {wanted.name, wanted.active, wanted.archived.value_or(false), wanted.forks.value_or(false), now});
    if (added) {
      board->owners.put(*std::move(added));
      return AddedOwner{wanted.name, true};
    }
    if (added.error().kind != ErrorKind::kConflict) return tl::unexpected(added.error());
    if (const auto read = reload(board, store); !read) return tl::unexpected(read.error());  // another server added it
  }
  const FollowedOwner* known = board->owners.find(key);
  if (known == nullptr) return core::fail(ErrorKind::kUnavailable, wanted.name.full_name() + " was just removed");
  if (!changes(wanted, known->stored)) return AddedOwner{known->stored.name};
  AddedOwner changed{known->stored.name, false, known->stored};
  const auto done = change_owner(board, store, key, [&](FollowedOwner& owner) { apply(wanted, owner, now); });
  if (!done) return tl::unexpected(done.error());
  return changed;
}

}  // namespace

core::Result<std::vector<AddedOwner>> add_owners(Board::Locked& board, store::Store& store,
                                                 std::span<const NewOwner> owners, core::Timestamp now) {
  std::vector<AddedOwner> added;
  for (const NewOwner& wanted : owners) {
    auto one = add_one(board, store, wanted, now);
    if (!one) {
      undo_owners(board, store, added);
      return tl::unexpected(one.error());
    }
    added.push_back(*std::move(one));
  }
  return added;
}

void undo_owners(Board::Locked& board, store::Store& store, std::span<const AddedOwner> added) {
  for (const AddedOwner& one : std::views::reverse(added)) {  // one request may change an owner twice
    if (one.created) (void)remove_owner(board, store, one.name.key());
    if (!one.before) continue;
    (void)change_owner(board, store, one.name.key(), [&](FollowedOwner& owner) {
      owner.stored.active = one.before->active;
      owner.stored.archived = one.before->archived;
      owner.stored.forks = one.before->forks;
    });
  }
}

core::Status change_owner(Board::Locked& board, store::Store& store, std::string_view key, const OwnerEdit& edit) {
  for (int attempt = 0; attempt < kTriesMax; ++attempt) {
    const FollowedOwner* known = board->owners.find(key);
    if (known == nullptr) return unknown_owner(key);
    FollowedOwner changed = *known;
    edit(changed);
    changed.stored.listing = changed.listing.save();
    auto updated = store.update_owner(changed.stored);
    if (updated) {
      changed.stored = *std::move(updated);
      board->owners.put(std::move(changed));
      return {};
    }
    if (updated.error().kind != ErrorKind::kStale) return tl::unexpected(updated.error());
    if (const auto read = reload(board, store); !read) return read;
  }
  return core::fail(ErrorKind::kUnavailable, "too many servers change " + std::string(key) + "/* at the same time");
}

core::Status remove_owner(Board::Locked& board, store::Store& store, std::string_view key) {
  const FollowedOwner* known = board->owners.find(key);
  if (known == nullptr) return unknown_owner(key);
  const auto removed = store.remove_owner(known->stored.name);
  if (!removed && removed.error().kind != ErrorKind::kNotFound) return removed;  // another server removed it
  board->owners.erase(key);
  return {};
}

namespace {

// Where that changes what is remembered of the repository's owner.
void edit_listing(Board::Locked& board, store::Store& store, std::string_view repository_key,
                  const std::function<void(polling::OwnerListing&)>& edit) {
  const std::string key(repository_key.substr(0, repository_key.find('/')));
  const FollowedOwner* owner = board->owners.find(key);
  if (owner == nullptr) return;
  polling::OwnerListing edited = owner->listing;
  edit(edited);
  if (edited == owner->listing) return;
  (void)change_owner(board, store, key, [&](FollowedOwner& changed) { edit(changed.listing); });
}

}  // namespace

void release_held(Board::Locked& board, store::Store& store, std::string_view repository_key) {
  edit_listing(board, store, repository_key, [&](polling::OwnerListing& listing) { listing.release(repository_key); });
}

void drop_from_owner(Board::Locked& board, store::Store& store, std::string_view repository_key,
                     std::uint64_t github_id) {
  edit_listing(board, store, repository_key,
               [&](polling::OwnerListing& listing) { listing.drop(repository_key, github_id); });
}

void reconcile_owners(Board::Locked& board, std::span<const store::Owner> stored) {
  std::set<std::string_view> there;
  for (const store::Owner& owner : stored) {
    there.insert(owner.name.key());
    const FollowedOwner* known = board->owners.find(owner.name.key());
    if (known == nullptr || known->stored.revision != owner.revision) board->owners.put(owner);
  }
  std::vector<std::string> gone;
  for (const auto& [key, owner] : board->owners.all()) {
    if (!there.contains(key)) gone.push_back(key);
  }
  for (const std::string& key : gone) board->owners.erase(key);
}

}  // namespace repopulse::monitor
