#include "store/gaps.h"

#include <algorithm>
#include <utility>

namespace repopulse::store {

std::vector<core::Gap> merge_gaps(std::vector<core::Gap> gaps) {
  std::sort(gaps.begin(), gaps.end(),
            [](const core::Gap& a, const core::Gap& b) { return std::pair(a.from, a.to) < std::pair(b.from, b.to); });
  std::vector<core::Gap> apart;
  for (const core::Gap& gap : gaps) {
    if (!apart.empty() && gap.from <= apart.back().to) {
      apart.back().to = std::max(apart.back().to, gap.to);
    } else {
      apart.push_back(gap);
    }
  }
  return apart;
}

core::Status check_gap(const core::Gap& gap) {
  if (gap.from <= gap.to) return {};
  return core::fail(core::ErrorKind::kBadInput, "a gap from " + core::format_rfc3339(gap.from) + " cannot end at " +
                                                    core::format_rfc3339(gap.to) + ", before it begins");
}

core::Status check_gaps(std::span<const core::Gap> gaps) {
  for (const core::Gap& gap : gaps) {
    if (core::Status status = check_gap(gap); !status) return status;
  }
  return {};
}

}  // namespace repopulse::store
