#include "archive/coverage.h"

#include <algorithm>

namespace repopulse::archive {

std::vector<core::Gap> uncovered(std::span<const core::Gap> gaps, std::span<const core::Gap> covered) {
  std::vector<core::Gap> sorted(covered.begin(), covered.end());
  std::ranges::sort(sorted, {}, &core::Gap::from);
  std::vector<core::Gap> open;
  for (const core::Gap& gap : gaps) {
    core::EventTime from = gap.from;
    for (const core::Gap& filled : sorted) {
      if (filled.to <= from || filled.from >= gap.to) continue;
      if (filled.from > from) open.push_back({from, filled.from});
      from = filled.to;
    }
    if (from < gap.to) open.push_back({from, gap.to});
  }
  std::ranges::sort(open, {}, &core::Gap::from);
  return open;
}

}  // namespace repopulse::archive
