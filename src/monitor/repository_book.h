// The repositories in memory, each as the immutable view that readers get. Thread-compatible.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
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
  View find(core::RepoId id) const;                        // O(log n)
  const std::vector<View>& all() const { return views_; }  // ascending by key
  std::size_t active() const;
  std::uint64_t version() const { return last_version_; }  // the version of the view that changed last

 private:
  std::vector<View>::iterator place(std::string_view key);

  std::vector<View> views_;
  std::map<core::RepoId, std::string> keys_;
  std::uint64_t last_version_ = 0;
};

}  // namespace repopulse::monitor
