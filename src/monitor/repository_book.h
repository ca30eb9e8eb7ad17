// All repositories in memory, each as the immutable view that readers get, with their sums. It knows no store and no
// poller: it keeps what it is given. Thread-compatible; in a monitor the board's lock guards it.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "monitor/repository_list.h"
#include "monitor/snapshot.h"

namespace repopulse::monitor {

class RepositoryBook {
 public:
  using View = RepositoryList::View;

  // Over all repositories, kept true with each change.
  struct Totals {
    core::PollCounters counters;
    std::size_t active = 0;
    std::size_t failing = 0;  // of the active ones
  };

  // Adds a view, or replaces the one of the same name. Gives it the next version.
  void put(RepositoryView view);
  // Replaces a view by a copy that `edit` has changed, with the next version; returns that. The name must be known.
  View change(std::string_view key, const std::function<void(RepositoryView&)>& edit);
  void erase(std::string_view key);  // nothing when unknown

  View find(std::string_view key) const { return views_.find(key); }  // nullptr when unknown
  View find(core::RepoId id) const;                                   // O(log n)
  const RepositoryList& all() const { return views_; }                // ascending by key
  const Totals& totals() const { return totals_; }
  std::uint64_t version() const { return last_version_; }  // the version that was given last
  std::uint64_t erasures() const { return erasures_; }     // how many views were ever erased

 private:
  View replace(View view);

  RepositoryList views_;
  Totals totals_;
  std::map<core::RepoId, std::string> keys_;
  std::uint64_t last_version_ = 0;
  std::uint64_t erasures_ = 0;
};

}  // namespace repopulse::monitor
