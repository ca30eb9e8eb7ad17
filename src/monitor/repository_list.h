// The repositories in the order of their names. A value: copies share what is alike, so that to copy one, and to change
// one repository in it, takes a time that hardly grows with their number.
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
  // Puts a view in, or in the place of the one of that name, which it returns.
  View put(View view);
  // Returns what was there; nullptr when nothing was.
  View erase(std::string_view key);

 private:
  static constexpr std::size_t kLargestChunk = 256;

  std::size_t chunk_of(std::string_view key) const;  // that holds the key, or would

  std::vector<std::shared_ptr<const Chunk>> chunks_;  // none is empty
  std::size_t size_ = 0;
};

}  // namespace repopulse::monitor
