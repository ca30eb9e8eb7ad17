#include "polling/waiting_cost.h"

#include <algorithm>
#include <cmath>

namespace repopulse::polling {
namespace {

// The mean of √λ, where λ is `quiet` with the chance `silent`, and `mean` on average.
double mean_root(double mean, double quiet, double silent) {
  return silent * std::sqrt(quiet) + std::sqrt((1 - silent) * std::max(0.0, mean - silent * quiet));
}

}  // namespace

double due_after(const forecast::Outlook& outlook, const forecast::Outlook* silence, double price, double waiting) {
  const auto edges = forecast::Horizon::edges();
  double silent = 1;  // the chance that nothing came
  for (std::size_t c = 0; c < outlook.size(); ++c) {
    const double width = edges[c + 1] - edges[c];
    const double quiet = silence != nullptr ? (*silence)[c] : outlook[c];
    const double enough = std::sqrt(2 / price) * mean_root(outlook[c], quiet, silent);
    if (outlook[c] > 0 && waiting + outlook[c] * width >= enough)
      return edges[c] + std::clamp((enough - waiting) / outlook[c], 0.0, width);
    waiting += outlook[c] * width;
    silent *= std::exp(-quiet * width);
  }
  return edges.back();
}

double worth_waiting(const forecast::Outlook& silence, double price, double waiting) {
  const auto edges = forecast::Horizon::edges();
  const double most = price * waiting * std::sqrt(waiting) / 2;
  for (std::size_t c = 0; c < silence.size(); ++c) {
    if (silence[c] <= most) return edges[c];
  }
  return edges.back();
}

}  // namespace repopulse::polling
