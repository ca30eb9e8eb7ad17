#include "monitor/repository_book.h"

#include <cassert>
#include <memory>
#include <utility>

namespace repopulse::monitor {
namespace {

// Counts a view in, or out again.
void count(RepositoryBook::Totals& totals, const RepositoryView& view, bool in) {
  const auto add = [in](auto& sum, auto more) { sum = in ? sum + more : sum - more; };
  const core::PollCounters& counters = view.feed.counters;
  add(totals.counters.requests, counters.requests);
  add(totals.counters.not_modified, counters.not_modified);
  add(totals.counters.failures, counters.failures);
  add(totals.counters.quota_spent, counters.quota_spent);
  const bool active = view.repository.active && view.same_as.empty();
  add(totals.active, std::size_t{active});
  add(totals.failing, std::size_t{active && view.feed.status == core::RepoStatus::kFailing});
}

}  // namespace

void RepositoryBook::note_number(const RepositoryView* before, const RepositoryView* after) {
  const auto number = [](const RepositoryView* view) {
    return view != nullptr && view->repository.active ? view->feed.github_id : 0;
  };
  const std::uint64_t old_number = number(before);
  const std::uint64_t new_number = number(after);
  if (old_number == new_number) {
    const bool same = old_number == 0 || (before->repository.id == after->repository.id &&
                                          is_gone(before->feed.status) == is_gone(after->feed.status));
    if (same) return;
  }
  if (old_number != 0) {
    const auto at = by_number_.find(old_number);
    at->second.erase(before->repository.id);
    if (at->second.empty()) by_number_.erase(at);
    changed_numbers_.insert(old_number);
  }
  if (new_number != 0) {
    by_number_[new_number].insert(after->repository.id);
    changed_numbers_.insert(new_number);
  }
}

std::vector<RepositoryBook::View> RepositoryBook::names_of(std::uint64_t github_id) const {
  std::vector<View> names;
  const auto at = by_number_.find(github_id);
  if (at == by_number_.end()) return names;
  for (const core::RepoId id : at->second) names.push_back(find(id));
  return names;
}

std::set<std::uint64_t> RepositoryBook::take_changed_numbers() {
  return std::exchange(changed_numbers_, {});
}

// Returns what stood in its place.
RepositoryBook::View RepositoryBook::replace(View view) {
  count(totals_, *view, true);
  const RepositoryView* after = view.get();  // the list keeps it
  View before = views_.put(std::move(view));
  if (before) count(totals_, *before, false);
  note_number(before.get(), after);
  return before;
}

void RepositoryBook::put(RepositoryView view) {
  view.version = ++last_version_;
  const core::RepoId id = view.repository.id;
  keys_[id] = view.repository.name.key();
  const View before = replace(std::make_shared<const RepositoryView>(std::move(view)));
  if (before && before->repository.id != id) keys_.erase(before->repository.id);
}

RepositoryBook::View RepositoryBook::change(std::string_view key, const std::function<void(RepositoryView&)>& edit) {
  const View known = find(key);
  assert(known);
  auto changed = std::make_shared<RepositoryView>(*known);
  edit(*changed);
  changed->version = ++last_version_;
  replace(changed);
  return changed;
}

void RepositoryBook::erase(std::string_view key) {
  const View before = views_.erase(key);
  if (!before) return;
  ++erasures_;
  count(totals_, *before, false);
  note_number(before.get(), nullptr);
  keys_.erase(before->repository.id);
}

RepositoryBook::View RepositoryBook::find(core::RepoId id) const {
  const auto at = keys_.find(id);
  return at == keys_.end() ? nullptr : find(at->second);
}

}  // namespace repopulse::monitor
