// Which stored events are in the counts of repositories, as they were read from the store: the events that are followed
// after that are counted one by one, and none of them twice.
#pragma once

#include <map>

#include "core/event.h"
#include "store/sequence.h"

namespace repopulse::monitor {

struct ReadCounts {
  store::Sequence all = 0;                          // events up to it are in the counts of all repositories
  std::map<core::RepoId, store::Sequence> of_some;  // later, of those that were read by themselves since

  bool contain(core::RepoId repository, store::Sequence sequence) const {
    const auto some = of_some.find(repository);
    return sequence <= (some == of_some.end() ? all : some->second);
  }
};

}  // namespace repopulse::monitor
