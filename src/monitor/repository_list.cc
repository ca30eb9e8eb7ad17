#include "monitor/repository_list.h"

#include <algorithm>
#include <functional>
#include <string>

#include "monitor/snapshot.h"

namespace repopulse::monitor {
namespace {

const std::string& key_of(const RepositoryList::View& view) {
  return view->repository.name.key();
}

auto place_in(const RepositoryList::Chunk& chunk, std::string_view key) {
  return std::ranges::lower_bound(chunk, key, std::less<>(), key_of);
}

}  // namespace

std::size_t RepositoryList::chunk_of(std::string_view key) const {
  const auto after = std::ranges::upper_bound(chunks_, key, std::less<>(),
                                              [](const auto& chunk) -> const auto& { return key_of(chunk->front()); });
  return after == chunks_.begin() ? 0 : static_cast<std::size_t>(after - chunks_.begin()) - 1;
}

RepositoryList::View RepositoryList::find(std::string_view key) const {
  const Iterator at = from(key);
  return at != end() && key_of(*at) == key ? *at : nullptr;
}

RepositoryList::Iterator RepositoryList::from(std::string_view key) const {
  if (chunks_.empty()) return end();
  const std::size_t c = chunk_of(key);
  const Chunk& chunk = *chunks_[c];
  const auto place = static_cast<std::size_t>(place_in(chunk, key) - chunk.begin());
  return place < chunk.size() ? Iterator(&chunks_[c], place) : Iterator(chunks_.data() + c + 1, 0);
}

RepositoryList::View RepositoryList::put(View view) {
  if (chunks_.empty()) {
    chunks_.push_back(std::make_shared<const Chunk>(1, std::move(view)));
    size_ = 1;
    return nullptr;
  }
  const std::size_t c = chunk_of(key_of(view));
  Chunk chunk = *chunks_[c];
  const auto at = chunk.begin() + (place_in(chunk, key_of(view)) - chunk.begin());
  View before;
  if (at != chunk.end() && key_of(*at) == key_of(view)) {
    before = std::exchange(*at, std::move(view));
  } else {
    chunk.insert(at, std::move(view));
    ++size_;
  }
  if (chunk.size() > kLargestChunk) {
    const auto middle = chunk.begin() + static_cast<std::ptrdiff_t>(chunk.size() / 2);
    const auto place = chunks_.begin() + static_cast<std::ptrdiff_t>(c) + 1;
    chunks_.insert(place, std::make_shared<const Chunk>(middle, chunk.end()));
    chunk.erase(middle, chunk.end());
  }
  chunks_[c] = std::make_shared<const Chunk>(std::move(chunk));
  return before;
}

RepositoryList::View RepositoryList::erase(std::string_view key) {
  View before = find(key);
  if (!before) return nullptr;
  const std::size_t c = chunk_of(key);
  Chunk chunk = *chunks_[c];
  chunk.erase(chunk.begin() + (place_in(chunk, key) - chunk.begin()));
  --size_;
  if (chunk.empty()) {
    chunks_.erase(chunks_.begin() + static_cast<std::ptrdiff_t>(c));
  } else {
    chunks_[c] = std::make_shared<const Chunk>(std::move(chunk));
  }
  return before;
}

}  // namespace repopulse::monitor
