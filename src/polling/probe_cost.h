// The arithmetic of change probes: when one probe of many feeds is worth its request, and which feeds gain nothing from
// it. Functions without memory.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/time.h"
#include "forecast/arrival_model.h"

namespace repopulse::polling {

// What is known of a feed that a probe is to tell of.
struct ProbedOutlook {
  const forecast::Outlook* outlook = nullptr;
  double informed = 0;  // seconds after the common moment at which the outlook begins
  double seen = 1;      // share of its events that a probe sees
  double waiting = 0;   // events that are expected to wait already at the outlook's beginning
};

// A probe costs 1, and each read that it brings about costs 1 as well. While N events are expected to wait in all feeds
// together, delaying the probe costs price × N a second, as a poll of one feed does (waiting_cost.h). It saves more
// than a poll: where the probe has news of several events of one feed, one read brings all of them. That makes the
// probe due at N² = 3 λ / price; the 3, between 2 for free reads and 4, is the best over 18 portfolios, and flat there.
//
// Returns seconds after the common moment.
double probe_due_after(std::span<const ProbedOutlook> feeds, double price);

// The best division of feeds with these rates (events per second, descending) into those that are asked by themselves,
// the first `direct` of them, and those that are read when the probe has news.
struct ProbeDivision {
  std::size_t direct = 0;
  double cost = 0;   // requests a second, with the waiting at its price
  double alone = 0;  // the same where each is asked by itself
};
ProbeDivision divide_for_probe(std::span<const double> rates, double price);

}  // namespace repopulse::polling
