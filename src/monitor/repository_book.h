// The repositories in memory, each as the immutable view that readers get. Thread-compatible.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "monitor/snapshot.h"

namespace repopulse::monitor {

class RepositoryBook {
 public:
  using View = std::shared_ptr<const RepositoryView>;

  // Puts a view in, or in the place of the one of that name.
  void put(RepositoryView view);
  // Puts a changed copy in the place of a view; its version moves on. The name must be known.
  View change(std::string_view key, const std::function<void(RepositoryView&)>& edit);
  void erase(std::string_view key);

  View find(std::string_view key) const;                   // nullptr when unknown
  View find(core::RepoId id) const;                        // O(n)
  const std::vector<View>& all() const { return views_; }  // ascending by key
  std::size_t active() const;

 private:
  std::vector<View>::iterator place(std::string_view key);

  std::vector<View> views_;
  std::uint64_t last_version_ = 0;
};

}  // namespace repopulse::monitor
