// Changes of owners whose repositories are followed, as people make them: each is written to the store first, then done
// on the board. Under the board's lock; it publishes nothing, and asks GitHub nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "monitor/added.h"
#include "monitor/board.h"
#include "monitor/owner_book.h"
#include "store/owner_store.h"

namespace repopulse::monitor {

// Errors of all are the store's, with kNotFound for an owner that is not known.

// All of them or none. One that is there already is made active if it is wanted so, and archived repositories and forks
// are wanted as the new one says; what becomes wanted is looked for.
core::Result<std::vector<AddedOwner>> add_owners(Board::Locked& board, store::Store& store,
                                                 std::span<const NewOwner> owners, core::Timestamp now);
// Undoes that, as far as the store permits.
void undo_owners(Board::Locked& board, store::Store& store, std::span<const AddedOwner> added);

using OwnerEdit = std::function<void(FollowedOwner&)>;
// Changes an owner, as other servers have left it. `edit` may be called several times, on copies.
core::Status change_owner(Board::Locked& board, store::Store& store, std::string_view key, const OwnerEdit& edit);

core::Status remove_owner(Board::Locked& board, store::Store& store, std::string_view key);

// A person has decided about this repository: it is not activated with its owner any more. Where the store is away,
// that may be forgotten.
void release_held(Board::Locked& board, store::Store& store, std::string_view repository_key);
// A person has removed it: it does not come back with its owner. Likewise. `github_id` 0: not known.
void drop_from_owner(Board::Locked& board, store::Store& store, std::string_view repository_key,
                     std::uint64_t github_id);

// Brings the board's owners to what was read from the store.
void reconcile_owners(Board::Locked& board, std::span<const store::Owner> stored);

}  // namespace repopulse::monitor
