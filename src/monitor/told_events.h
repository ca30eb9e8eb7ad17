// The events that subscribers were told of lately. A store of several servers may show an event again under a higher
// number: its writer was so slow that readers had passed the first one. Pure; not for several threads.
#pragma once

#include <cstddef>
#include <deque>
#include <set>
#include <utility>

#include "core/event.h"

namespace repopulse::monitor {

class ToldEvents {
 public:
  // False: it was told before.
  bool add(core::RepoId repository, const core::EventKey& key) {
    const auto [place, added] = events_.emplace(repository, key);
    if (!added) return false;
    order_.push_back(place);
    if (order_.size() > kMost) {
      events_.erase(order_.front());
      order_.pop_front();
    }
    return true;
  }

 private:
  // Many times what all servers store while a writer hangs. An event takes about 100 bytes.
  static constexpr std::size_t kMost = 10'000;
  using Events = std::set<std::pair<core::RepoId, core::EventKey>>;
  Events events_;
  std::deque<Events::const_iterator> order_;
};

}  // namespace repopulse::monitor
