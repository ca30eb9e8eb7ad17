#include "forecast/self_exciting_fit.h"

#include <algorithm>
#include <cmath>

#include "forecast/unix_time.h"

namespace repopulse::forecast {
namespace {

constexpr std::array<double, kKernels> kPriorWeights = {0.25, 0.12, 0.15, 0.12, 0.12, 0.12};
constexpr double kPriorOfWeight = 15;      // how many events' worth of evidence the prior of a weight is
constexpr double kPriorBase = 0.3 / kDay;  // events per second
constexpr double kPriorDays = 2;           // how many days' worth of evidence that is
constexpr double kPriorOnsets = 3;         // partners are taken for strangers until that many onsets say otherwise
constexpr double kSeasonStrength = 2;      // events' worth of evidence in each hour of the day

// An hour of the observed time.
struct Cell {
  std::size_t hour_of_week = 0;
  double width = 0;  // seconds
  double arrivals = 0;
};

// All observed hours that lie at one hour of the week: the season is the same in them.
struct HourOfWeek {
  Season::Place middle;
  double width = 0;                          // seconds
  std::array<double, kKernels> integrals{};  // of the excitation
};

// What does not change from round to round.
struct Features {
  std::vector<std::array<double, kKernels>> levels;  // at each arrival
  std::vector<Season::Place> places;                 // of each arrival
  std::vector<double> driven;                        // partners' excitation: arrival × partner
  std::vector<double> onsets;                        // of each partner
  std::vector<Cell> cells;
  std::array<HourOfWeek, kHoursOfWeek> week{};
  double mean_mark = 1;
};

void walk_through_time(const FitInput& input, Features& features) {
  constexpr double kPriorMarks = 5;  // arrivals' worth of mark 1
  Excitation excitation(input.from);
  double marks = kPriorMarks;
  std::size_t i = 0;
  for (double begin = input.from; begin < input.until; begin += kHour) {
    const double end = std::min(begin + kHour, input.until);
    const core::Timestamp middle = timestamp(begin + kHour / 2);
    Cell cell{hour_of_week(middle), end - begin, 0};
    HourOfWeek& hour = features.week[cell.hour_of_week];
    hour.middle = Season::place(middle);
    hour.width += cell.width;
    for (; i < input.arrivals.size() && input.arrivals[i] < end; ++i, ++cell.arrivals) {
      excitation.advance(input.arrivals[i], hour.integrals);
      features.levels.push_back(excitation.levels());
      marks += excitation.add();
    }
    excitation.advance(end, hour.integrals);
    features.cells.push_back(cell);
  }
  features.levels.resize(input.arrivals.size(), excitation.levels());  // arrivals at the very end
  features.mean_mark = marks / (static_cast<double>(input.arrivals.size()) + kPriorMarks);
}

void listen_to_partners(const FitInput& input, Features& features) {
  const std::size_t partners = input.partner_onsets.size();
  features.driven.resize(input.arrivals.size() * partners);
  for (std::size_t p = 0; p < partners; ++p) {
    const std::span<const double> onsets = input.partner_onsets[p];
    features.onsets.push_back(static_cast<double>(onsets.size()));
    double level = 0, at = input.from;
    std::size_t next = 0;
    for (std::size_t i = 0; i < input.arrivals.size(); ++i) {
      for (; next < onsets.size() && onsets[next] - kPartnerLead <= input.arrivals[i]; ++next) {
        const double felt = onsets[next] - kPartnerLead;
        level = level * std::exp(-(felt - at) / kPartnerFades) + 1 / kPartnerFades;
        at = felt;
      }
      features.driven[i * partners + p] = level * std::exp(-(input.arrivals[i] - at) / kPartnerFades);
    }
  }
}

Features features_of(const FitInput& input) {
  Features features;
  walk_through_time(input, features);
  listen_to_partners(input, features);
  for (const double at : input.arrivals) features.places.push_back(Season::place(timestamp(at)));
  return features;
}

// How many events each part of the intensity is responsible for, and how much it was there to bring them.
struct Responsibility {
  double base = 0, base_mass = 0;
  std::array<double, kKernels> kernels{}, kernel_mass{};
  std::vector<double> partners;
  SeasonEvidence evidence;
};

void share_out_arrivals(const FitInput& input, const Features& features, const SelfExcitingParameters& now,
                        Responsibility& sum) {
  const std::size_t partners = now.partners.size();
  for (std::size_t i = 0; i < input.arrivals.size(); ++i) {
    const auto& levels = features.levels[i];
    const double season = now.season.at(features.places[i]);
    double slow = now.base, rest = 0;
    for (std::size_t k = 0; k < kKernels; ++k) (k < kFirstSlowKernel ? rest : slow) += now.weights[k] * levels[k];
    for (std::size_t p = 0; p < partners; ++p) rest += now.partners[p].weight * features.driven[i * partners + p];
    const double total = season * slow + rest;
    sum.base += now.base * season / total;
    for (std::size_t k = 0; k < kKernels; ++k) {
      sum.kernels[k] += now.weights[k] * levels[k] * (k < kFirstSlowKernel ? 1 : season) / total;
    }
    for (std::size_t p = 0; p < partners; ++p) {
      sum.partners[p] += now.partners[p].weight * features.driven[i * partners + p] / total;
    }
    sum.evidence.seen[features.places[i].here] += slow * season / total;
  }
}

void weigh_time(const Features& features, const SelfExcitingParameters& now, Responsibility& sum) {
  for (std::size_t h = 0; h < kHoursOfWeek; ++h) {
    const HourOfWeek& hour = features.week[h];
    const double season = now.season.at(hour.middle);
    sum.base_mass += season * hour.width;
    double slow = now.base * hour.width;
    for (std::size_t k = 0; k < kKernels; ++k) {
      sum.kernel_mass[k] += hour.integrals[k] * (k < kFirstSlowKernel ? 1 : season);
      if (k >= kFirstSlowKernel) slow += now.weights[k] * hour.integrals[k];
    }
    sum.evidence.expected[h] = slow;
  }
}

// Variance over mean of the hours' counts around the season alone, which is what a forecast far ahead rests on.
double dispersion_of(const Features& features, const SelfExcitingParameters& now, double arrivals) {
  double mass = 0, squares = 0;
  std::array<double, kHoursOfWeek> season{};
  for (std::size_t h = 0; h < kHoursOfWeek; ++h) {
    season[h] = now.season.at(features.week[h].middle);
    mass += season[h] * features.week[h].width;
  }
  const double rate = (arrivals + 1) / (mass + kDay);
  for (const Cell& cell : features.cells) {
    const double expected = rate * season[cell.hour_of_week] * cell.width;
    squares += (cell.arrivals - expected) * (cell.arrivals - expected);
  }
  constexpr double kPrior = 5, kPriorDispersion = 3;
  return std::max(1.0, (squares + kPrior * kPriorDispersion) / (rate * mass + kPrior));
}

}  // namespace

const Season& prior_season() {
  static const Season season = [] {
    constexpr double kSwing = 0.3, kPeakHour = 18, kWeekend = 0.5;
    std::array<double, Season::kHours> hours{};
    for (std::size_t h = 0; h < hours.size(); ++h) {
      const double phase = (static_cast<double>(h) + 0.5 - kPeakHour) / static_cast<double>(Season::kHours);
      hours[h] = 1 + kSwing * std::cos(2 * M_PI * phase);
    }
    return Season::from_factors(hours, {1, 1, 1, 1, 1, kWeekend, kWeekend});
  }();
  return season;
}

SelfExcitingParameters prior_parameters(std::size_t arrivals, double span) {
  SelfExcitingParameters parameters;
  parameters.weights = kPriorWeights;
  parameters.base = 0.3 * (static_cast<double>(arrivals) + 0.5) / (span + kDay);
  parameters.season = prior_season();
  return parameters;
}

SeasonEvidence fit(const FitInput& input, int rounds, SelfExcitingParameters& parameters) {
  const Features features = features_of(input);
  parameters.mean_mark = features.mean_mark;
  SeasonEvidence evidence;
  for (int round = 0; round < rounds; ++round) {
    Responsibility sum;
    sum.partners.resize(parameters.partners.size());
    share_out_arrivals(input, features, parameters, sum);
    weigh_time(features, parameters, sum);
    constexpr double kPriorSeconds = kPriorDays * kDay;
    parameters.base = (sum.base + kPriorBase * kPriorSeconds) / (sum.base_mass + kPriorSeconds);
    for (std::size_t k = 0; k < kKernels; ++k) {
      parameters.weights[k] =
          (sum.kernels[k] + kPriorOfWeight * kPriorWeights[k]) / (sum.kernel_mass[k] + kPriorOfWeight);
    }
    for (std::size_t p = 0; p < parameters.partners.size(); ++p) {
      parameters.partners[p].weight = sum.partners[p] / (features.onsets[p] + kPriorOnsets);
    }
    evidence = sum.evidence;
    parameters.season = Season::fit(evidence, input.prior_season, kSeasonStrength);
  }
  parameters.dispersion = dispersion_of(features, parameters, static_cast<double>(input.arrivals.size()));
  return evidence;
}

}  // namespace repopulse::forecast
