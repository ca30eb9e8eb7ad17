#include "core/actor_kinds.h"

namespace repopulse::core {

ActorKind ActorKinds::kind_of(std::string_view login) {
  const auto known = known_.find(login);
  if (known != known_.end()) return known->second;
  return known_.emplace(login, bots_.kind_of(login)).first->second;
}

}  // namespace repopulse::core
