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

std::vector<core::Gap> uncovered(std::span<const core::Gap> gaps, std::span<const core::Gap> covered) {
  std::vector<core::Gap> sorted(covered.begin(), covered.end());
  std::ranges::sort(sorted, {}, &core::Gap::from);
  std::vector<core::Gap> open;
  for (const core::Gap& gap : gaps) {
    core::EventTime from = gap.from;
    bool untouched = true;
    for (const core::Gap& filled : sorted) {
      if (filled.to <= from || filled.from > gap.to || (filled.from == gap.to && gap.from < gap.to)) continue;
      if (filled.from > from) open.push_back({from, filled.from});
      from = filled.to;
      untouched = false;
    }
    if (from < gap.to || untouched) open.push_back({from, gap.to});
  }
  std::ranges::sort(open, {}, &core::Gap::from);
  return open;
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
