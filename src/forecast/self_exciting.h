// The model of `adaptive`: arrivals follow the season of the week and bring further arrivals (a seasonal Hawkes
// process).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "forecast/arrival_model.h"
#include "forecast/self_exciting_fit.h"

namespace repopulse::forecast {

// Expected events per second at t:
//   λ(t) = season(t) × (base + Σ over slow kernels) + Σ over fast kernels + Σ over partners,
// where a kernel of time constant τ adds weight × mark × exp(−(t − tᵢ)/τ)/τ for each earlier event i, and a partner
// does so for its onsets. Weights and season are fitted by maximum likelihood with a prior, anew each day: the
// likelihood is concave in the weights, and expectation-maximisation (Veen & Schoenberg 2008) climbs it without steps
// that could overshoot. Of the past it keeps 60 days and 40,000 arrivals.
class SelfExcitingModel final : public ArrivalModel {
 public:
  // The models of feeds that belong together share a neighbourhood; `name` is this one's in it.
  explicit SelfExcitingModel(std::shared_ptr<Neighbourhood> neighbourhood, std::string_view name = {});
  ~SelfExcitingModel() override;
  SelfExcitingModel(const SelfExcitingModel&) = delete;
  SelfExcitingModel& operator=(const SelfExcitingModel&) = delete;

  void learn(std::span<const core::EventTime> arrivals, core::Timestamp until) override;
  using ArrivalModel::predict;
  void predict(core::Timestamp from, std::span<const core::EventTime> supposed, Outlook& outlook) override;
  const Outlook* predicted_silence() const override { return &silence_; }
  // Variance over mean of the number of events in an hour of the next day: 1 for events that come independently.
  double dispersion() const { return parameters_.dispersion; }
  bool outdated() const override;
  std::vector<std::string> listeners() const override;

  const SelfExcitingParameters& parameters() const { return parameters_; }

 private:
  void take_in(double arrival);
  bool refit_is_due(bool begins) const;
  void refit();
  void forget();
  void choose_partners();
  double lasting_mark() const;
  double partners_rate(double from, double to, double season) const;

  std::shared_ptr<Neighbourhood> neighbourhood_;
  Neighbourhood::MemberId self_;
  std::vector<double> arrivals_;  // unix seconds, ascending
  double observed_from_ = 0;
  double observed_until_ = 0;
  double fitted_at_ = 0;
  std::size_t learned_since_fit_ = 0;
  SelfExcitingParameters parameters_;
  Excitation excitation_;
  Outlook silence_{};
  std::uint64_t heard_ = 0;  // Neighbourhood::told() at the last prediction
};

}  // namespace repopulse::forecast
