// The repositories' views, sorted by name. A value whose copies share what is equal: copying a list, or changing one
// repository in a copy, takes a time that hardly grows with the number of repositories. It never changes a view.
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace repopulse::monitor {

struct RepositoryView;

class RepositoryList {
 public:
  using View = std::shared_ptr<const RepositoryView>;
  using Chunk = std::vector<View>;

  class Iterator {
   public:
    using value_type = View;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::forward_iterator_tag;
    using reference = const View&;
    using pointer = const View*;

    Iterator() = default;
    Iterator(const std::shared_ptr<const Chunk>* chunk, std::size_t place) : chunk_(chunk), place_(place) {}
    reference operator*() const { return (**chunk_)[place_]; }
    pointer operator->() const { return &**this; }
    Iterator& operator++() {
      if (++place_ == (*chunk_)->size()) *this = Iterator(chunk_ + 1, 0);
      return *this;
    }
    Iterator operator++(int) { return std::exchange(*this, std::next(*this)); }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const std::shared_ptr<const Chunk>* chunk_ = nullptr;
    std::size_t place_ = 0;
  };

  Iterator begin() const { return {chunks_.data(), 0}; }
  Iterator end() const { return {chunks_.data() + chunks_.size(), 0}; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // By RepoName::key(); nullptr when unknown. O(log n).
  View find(std::string_view key) const;
  // The first one whose key is not before this one. O(log n).
  Iterator from(std::string_view key) const;
  // Adds a view, or replaces the one of the same name, and returns the replaced one; nullptr when there was none.
  View put(View view);
  // Removes a view and returns it; nullptr when unknown.
  View erase(std::string_view key);

 private:
  static constexpr std::size_t kLargestChunk = 256;

  std::size_t chunk_of(std::string_view key) const;  // the one that holds the key, or that would

  std::vector<std::shared_ptr<const Chunk>> chunks_;  // none is empty
  std::size_t size_ = 0;
};

}  // namespace repopulse::monitor
