#include "monitor/repository_book.h"

#include <algorithm>
#include <cassert>

namespace repopulse::monitor {
namespace {

const std::string& key_of(const RepositoryBook::View& view) {
  return view->repository.name.key();
}

}  // namespace

std::vector<RepositoryBook::View>::iterator RepositoryBook::place(std::string_view key) {
  return std::ranges::lower_bound(views_, key, std::less<>(), key_of);
}

void RepositoryBook::put(RepositoryView view) {
  view.version = ++last_version_;
  auto made = std::make_shared<const RepositoryView>(std::move(view));
  const auto at = place(key_of(made));
  keys_[made->repository.id] = key_of(made);
  if (at != views_.end() && key_of(*at) == key_of(made)) {
    if ((*at)->repository.id != made->repository.id) keys_.erase((*at)->repository.id);
    *at = std::move(made);
  } else {
    views_.insert(at, std::move(made));
  }
}

RepositoryBook::View RepositoryBook::change(std::string_view key, const std::function<void(RepositoryView&)>& edit) {
  const auto at = place(key);
  assert(at != views_.end() && key_of(*at) == key);
  auto changed = std::make_shared<RepositoryView>(**at);
  edit(*changed);
  changed->version = ++last_version_;
  *at = std::move(changed);
  return *at;
}

void RepositoryBook::erase(std::string_view key) {
  const auto at = place(key);
  if (at == views_.end() || key_of(*at) != key) return;
  keys_.erase((*at)->repository.id);
  views_.erase(at);
}

RepositoryBook::View RepositoryBook::find(std::string_view key) const {
  const auto at = std::ranges::lower_bound(views_, key, std::less<>(), key_of);
  return at != views_.end() && key_of(*at) == key ? *at : nullptr;
}

RepositoryBook::View RepositoryBook::find(core::RepoId id) const {
  const auto at = keys_.find(id);
  return at == keys_.end() ? nullptr : find(at->second);
}

std::size_t RepositoryBook::active() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(views_, [](const View& view) { return view->repository.active; }));
}

}  // namespace repopulse::monitor
