// Tells people from robots for whoever has many events of few actors: each login is matched once.
#pragma once

#include <absl/container/btree_map.h>

#include <functional>
#include <string>
#include <string_view>

#include "core/actors.h"

namespace repopulse::core {

class ActorKinds {
 public:
  // `bots` must outlive it.
  explicit ActorKinds(const BotPatterns& bots) : bots_(bots) {}
  ActorKind kind_of(std::string_view login);

 private:
  const BotPatterns& bots_;
  absl::btree_map<std::string, ActorKind, std::less<>> known_;
};

}  // namespace repopulse::core
