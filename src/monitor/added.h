// What people add, and what becomes of it. Values.
#pragma once

#include <optional>
#include <vector>

#include "core/owner_name.h"
#include "store/owner_store.h"
#include "store/repository_store.h"

namespace repopulse::monitor {

// An owner whose public repositories are to be added, later ones too.
struct NewOwner {
  core::OwnerName name;
  bool active = false;                // repositories that are found are activated
  std::optional<bool> archived = {};  // archived ones are added, too; nullopt: as it is; of a new one: no
  std::optional<bool> forks = {};     // forks are added, too; likewise
};

struct AddedOwner {
  core::OwnerName name;
  bool created = false;                     // false: it was there already
  std::optional<store::Owner> before = {};  // as it was, where it was there and was changed
};

struct Added {
  std::vector<store::AddedRepository> repositories;
  std::vector<AddedOwner> owners;
};

}  // namespace repopulse::monitor
