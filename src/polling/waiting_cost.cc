#include "polling/waiting_cost.h"

#include <algorithm>
#include <cmath>

namespace repopulse::polling {

double due_after(const forecast::Outlook& outlook, double price) {
  const auto edges = forecast::Horizon::edges();
  double waiting = 0;  // events
  for (std::size_t c = 0; c < outlook.size(); ++c) {
    const double width = edges[c + 1] - edges[c];
    const double enough = std::sqrt(2 * outlook[c] / price);
    if (waiting + outlook[c] * width >= enough)
      return edges[c] + std::clamp((enough - waiting) / outlook[c], 0.0, width);
    waiting += outlook[c] * width;
  }
  return edges.back();
}

}  // namespace repopulse::polling
