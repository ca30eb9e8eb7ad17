#include "forecast/arrival_model.h"

#include <algorithm>
#include <cmath>

namespace repopulse::forecast {
namespace {

constexpr double kFirstCell = 30;        // seconds
constexpr double kHorizon = 7 * 86'400;  // seconds

// first × (growth^n − 1) / (growth − 1) = horizon, by bisection.
double growth() {
  double low = 1.0001, high = 1.2;
  for (int i = 0; i < 60; ++i) {
    const double g = (low + high) / 2;
    const double reach = kFirstCell * (std::pow(g, static_cast<double>(Horizon::kCells)) - 1) / (g - 1);
    (reach < kHorizon ? low : high) = g;
  }
  return low;
}

std::array<double, Horizon::kCells + 1> make_edges() {
  std::array<double, Horizon::kCells + 1> edges{};
  const double g = growth();
  double width = kFirstCell;
  for (std::size_t i = 1; i < edges.size(); ++i, width *= g) edges[i] = edges[i - 1] + width;
  return edges;
}

}  // namespace

std::span<const double> Horizon::edges() {
  static const auto edges = make_edges();
  return edges;
}

double expected_events(const Outlook& outlook, double from, double to) {
  const auto edges = Horizon::edges();
  double events = 0;
  for (std::size_t c = 0; c < outlook.size() && edges[c] < to; ++c) {
    const double width = std::min(edges[c + 1], to) - std::max(edges[c], from);
    if (width > 0) events += outlook[c] * width;
  }
  return events;
}

double expected_within(const Outlook& outlook, double events) {
  const auto edges = Horizon::edges();
  for (std::size_t c = 0; c < outlook.size(); ++c) {
    const double here = outlook[c] * (edges[c + 1] - edges[c]);
    if (here >= events && here > 0) return edges[c] + events / outlook[c];
    events -= here;
  }
  return edges.back();
}

Outlook seen_later(const Outlook& outlook, double passed) {
  const auto edges = Horizon::edges();
  Outlook later{};
  for (std::size_t c = 0; c < later.size(); ++c) {
    const double from = passed + edges[c], to = passed + edges[c + 1];
    later[c] = to > edges.back() ? outlook.back() : expected_events(outlook, from, to) / (to - from);
  }
  return later;
}

void add_outlook(const Outlook& outlook, double later, double factor, Outlook& sum) {
  const auto edges = Horizon::edges();
  std::size_t own = 0;
  for (std::size_t c = 0; c < sum.size(); ++c) {
    double at = std::max(edges[c], later);
    double events = 0;
    while (at < edges[c + 1] && own < outlook.size()) {
      const double own_end = later + edges[own + 1];
      const double until = std::min(edges[c + 1], own_end);
      events += outlook[own] * std::max(0.0, until - at);
      at = std::max(at, until);
      if (own_end <= edges[c + 1]) ++own;
    }
    sum[c] += factor * events / (edges[c + 1] - edges[c]);
  }
}

}  // namespace repopulse::forecast
