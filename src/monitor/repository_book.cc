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
  const bool active = view.repository.active;
  add(totals.active, std::size_t{active});
  add(totals.failing, std::size_t{active && view.feed.status == core::RepoStatus::kFailing});
}

}  // namespace

// Returns what stood in its place.
RepositoryBook::View RepositoryBook::replace(View view) {
  count(totals_, *view, true);
  View before = views_.put(std::move(view));
  if (before) count(totals_, *before, false);
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
  keys_.erase(before->repository.id);
}

RepositoryBook::View RepositoryBook::find(core::RepoId id) const {
  const auto at = keys_.find(id);
  return at == keys_.end() ? nullptr : find(at->second);
}

}  // namespace repopulse::monitor
