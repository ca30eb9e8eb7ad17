// Fits a seasonal self-exciting process to arrivals.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "forecast/excitation.h"
#include "forecast/neighbourhood.h"
#include "forecast/season.h"

namespace repopulse::forecast {

// A repository that becomes active together with this one.
struct Partner {
  Neighbourhood::MemberId id = 0;
  double weight = 0;  // events that one onset over there brings here
  double rate = 0;    // its onsets per second
};

struct SelfExcitingParameters {
  double base = 0;                         // events per second, before the season
  std::array<double, kKernels> weights{};  // events that one event of mark 1 brings
  double mean_mark = 1;                    // of the arrivals that were fitted
  double dispersion = 1;                   // variance over mean of hourly counts, season allowed for
  Season season;
  std::vector<Partner> partners;
};

// A partner's onset counts from this many seconds before it happened (clocks of two repositories' robots differ by
// minutes either way), and is felt for this long.
inline constexpr double kPartnerLead = 600;
inline constexpr double kPartnerFades = 1200;

struct FitInput {
  std::span<const double> arrivals;  // unix seconds, ascending, all of [from, until)
  double from = 0;
  double until = 0;
  Season prior_season;
  std::vector<std::span<const double>> partner_onsets;  // of each of the parameters' partners, of [from, until)
};

// The prior of a repository of which only one thing is known: `arrivals` events came in `span` seconds.
SelfExcitingParameters prior_parameters(std::size_t arrivals, double span);
const Season& prior_season();  // of all of GitHub: weekends are quiet, and so is the night of the Americas

// Climbs `rounds` steps of expectation-maximisation from `parameters` towards the maximum of likelihood × prior. Time
// is O(rounds × arrivals × kernels).
SeasonEvidence fit(const FitInput& input, int rounds, SelfExcitingParameters& parameters);

}  // namespace repopulse::forecast
