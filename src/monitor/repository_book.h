// All repositories in memory, each as the immutable view that readers get, with their sums. It knows no store and no
// poller: it keeps what it is given. Thread-compatible; in a monitor the board's lock guards it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "monitor/repository_list.h"
#include "monitor/snapshot.h"

namespace repopulse::monitor {

// Under this name nothing is there, or it may not be seen.
inline bool is_gone(core::RepoStatus status) {
  return status == core::RepoStatus::kNotFound || status == core::RepoStatus::kBlocked;
}

class RepositoryBook {
 public:
  using View = RepositoryList::View;

  // Over all repositories, kept true with each change. One that rests as the second name of another is not active.
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
  // The active ones that have GitHub's number, in the order in which they were added.
  std::vector<View> names_of(std::uint64_t github_id) const;
  // The numbers whose names came, went, or were found or lost, since the last call.
  std::set<std::uint64_t> take_changed_numbers();
  const RepositoryList& all() const { return views_; }  // ascending by key
  const Totals& totals() const { return totals_; }
  std::uint64_t version() const { return last_version_; }  // the version that was given last
  std::uint64_t erasures() const { return erasures_; }     // how many views were ever erased

 private:
  View replace(View view);
  void note_number(const RepositoryView* before, const RepositoryView* after);

  RepositoryList views_;
  Totals totals_;
  std::map<core::RepoId, std::string> keys_;
  std::map<std::uint64_t, std::set<core::RepoId>> by_number_;  // active ones, by GitHub's number
  std::set<std::uint64_t> changed_numbers_;
  std::uint64_t last_version_ = 0;
  std::uint64_t erasures_ = 0;
};

}  // namespace repopulse::monitor
