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

}  // namespace repopulse::forecast
