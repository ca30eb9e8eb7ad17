#include "polling/probe_cost.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace repopulse::polling {
namespace {

using forecast::Horizon;

constexpr double kProbeFactor = 3;
// Of the feeds with news, so many are read each time: the rest was read lately for another reason, or its news is of
// events that were read already.
constexpr double kReadShare = 0.75;

// Of `rates`, each with so much to wait for as one probe every `interval` seconds leaves, and with its reads.
double probing_cost(std::span<const double> rates, double sum, double interval, double price) {
  double reads = 0;
  for (const double rate : rates) reads += 1 - std::exp(-rate * interval);
  return (1 + kReadShare * reads) / interval + price * sum * interval / 2;
}

// The interval that costs least: the cost falls, then rises.
double best_probing_cost(std::span<const double> rates, double price) {
  double sum = 0;
  for (const double rate : rates) sum += rate;
  if (sum <= 0) return 0;
  const double middle = std::sqrt(kProbeFactor / (price * sum));
  double best = std::numeric_limits<double>::infinity();
  for (double factor = 0.25; factor < 4.1; factor *= 1.19) {
    best = std::min(best, probing_cost(rates, sum, middle * factor, price));
  }
  return best;
}

}  // namespace

double probe_due_after(std::span<const ProbedOutlook> feeds, double price) {
  forecast::Outlook sum{};
  double waiting = 0;
  for (const ProbedOutlook& feed : feeds) {
    forecast::add_outlook(*feed.outlook, feed.informed, feed.seen, sum);
    waiting += feed.seen * feed.waiting;
  }
  const auto edges = Horizon::edges();
  for (std::size_t c = 0; c < sum.size(); ++c) {
    const double width = edges[c + 1] - edges[c];
    const double enough = std::sqrt(kProbeFactor * sum[c] / price);
    if (sum[c] > 0 && waiting + sum[c] * width >= enough) {
      return edges[c] + std::clamp((enough - waiting) / sum[c], 0.0, width);
    }
    waiting += sum[c] * width;
  }
  return edges.back();
}

ProbeDivision divide_for_probe(std::span<const double> rates, double price) {
  ProbeDivision best{rates.size(), 0, 0};
  for (const double rate : rates) best.alone += std::sqrt(2 * price * rate);
  best.cost = best.alone;
  double direct = 0;
  for (std::size_t k = 0; k < rates.size(); ++k) {
    const double cost = direct + best_probing_cost(rates.subspan(k), price);
    if (cost < best.cost) {
      best.direct = k;
      best.cost = cost;
    }
    direct += std::sqrt(2 * price * rates[k]);
  }
  return best;
}

}  // namespace repopulse::polling
