#include "monitor/pending_answer.h"

#include <vector>

namespace repopulse::monitor {

void PendingAnswer::withdraw(core::RepoId repository, std::string_view feed) {
  std::erase_if(commit.events, [&](const auto& batch) { return batch.repository == repository; });
  std::erase_if(commit.gaps, [&](const auto& gap) { return gap.first == repository; });
  std::erase_if(commit.others, [&](const auto& others) { return others.first == repository; });
  std::erase_if(commit.feeds, [&](const auto& state) { return state.feed == feed; });
}

}  // namespace repopulse::monitor
