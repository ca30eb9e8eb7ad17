// The owners whose repositories are followed, later ones too: what people want of them, and what the reading of their
// lists must remember. It knows nothing of the repositories that were added because of them.
//
// Any thread may call anything at any time. Every call may fail with kUnavailable (disk, server or network; the same
// call may succeed later) or kCorrupt (the stored data contradict themselves; a person must look). Each change that is
// made is one of RepositoryStore::list_changes().
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/owner_name.h"
#include "core/result.h"
#include "core/time.h"

namespace repopulse::store {

using core::Result;
using core::Status;

struct Owner {
  core::OwnerName name;
  bool active = false;    // its repositories are activated when they are added
  bool archived = false;  // archived repositories are added, too
  bool forks = false;     // forks are added, too
  core::Timestamp added_at{};
  std::string listing = {};   // what the reading of its list remembers, opaque bytes
  std::int64_t revision = 0;  // grows with every change; given by the store
  friend bool operator==(const Owner&, const Owner&) = default;
};

class OwnerStore {
 public:
  virtual ~OwnerStore() = default;

  // All of them, ascending by name.
  virtual Result<std::vector<Owner>> owners() = 0;

  // The owner with its revision. kConflict: it is there already.
  virtual Result<Owner> add_owner(const Owner& owner) = 0;

  // Replaces all but name and added_at; the owner with its next revision. kStale: it was changed, removed or added anew
  // since it was read.
  virtual Result<Owner> update_owner(const Owner& owner) = 0;

  // kNotFound: it is not there.
  virtual Status remove_owner(const core::OwnerName& name) = 0;
};

}  // namespace repopulse::store
