#include "forecast/self_exciting.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "forecast/unix_time.h"

namespace repopulse::forecast {
namespace {

constexpr double kFitMemory = 60 * kDay;
constexpr std::size_t kMostArrivals = 40'000;  // a week and more of the busiest; a fit of as many takes 10 ms
constexpr int kFirstRounds = 25;
constexpr int kLaterRounds = 6;           // it starts from yesterday's fit
constexpr double kSilence = 900;          // an arrival after that much silence is an onset; seconds
constexpr double kTogether = 900;         // onsets so close together are a coincidence; seconds
constexpr std::size_t kMostPartners = 6;  // more say nothing new

std::span<const double> between(const std::vector<double>& times, double from, double to) {
  if (times.empty() || times.back() < from) return {};
  const auto begin = std::ranges::lower_bound(times, from);
  return {begin, std::lower_bound(begin, times.end(), to)};
}

// How many of ours have one of theirs beside them. Both ascend.
double coincidences(std::span<const double> ours, std::span<const double> theirs) {
  std::size_t met = 0;
  auto at = theirs.begin();
  for (const double onset : ours) {
    while (at != theirs.end() && *at < onset - kTogether) ++at;
    if (at != theirs.end() && *at < onset + kTogether) ++met;
  }
  return static_cast<double>(met);
}

void excite(Excitation& excitation, double arrival) {
  if (arrival >= excitation.at()) {
    excitation.advance(arrival);
    excitation.add();
  } else {  // visible late: it has been fading since
    excitation.add(excitation.at() - arrival);
  }
}

// What a cell makes of each kernel, whatever its level.
struct CellFading {
  std::array<double, kKernels> kept{};       // of the level at its end …
  std::array<double, kKernels> gone{};       // … and what is not
  std::array<double, kKernels> mean_kept{};  // of the level, on average over the cell
  double width = 0;                          // seconds
  double middle = 0;                         // seconds after the beginning of the horizon
};
const std::array<CellFading, Horizon::kCells>& fading() {
  static const auto table = [] {
    std::array<CellFading, Horizon::kCells> cells{};
    const auto edges = Horizon::edges();
    for (std::size_t c = 0; c < Horizon::kCells; ++c) {
      CellFading& cell = cells[c];
      cell.width = edges[c + 1] - edges[c];
      cell.middle = (edges[c] + edges[c + 1]) / 2;
      for (std::size_t k = 0; k < kKernels; ++k) {
        cell.kept[k] = std::exp(-cell.width / kTimeConstants[k]);
        cell.gone[k] = 1 - cell.kept[k];
        cell.mean_kept[k] = kTimeConstants[k] * cell.gone[k] / cell.width;
      }
    }
    return cells;
  }();
  return table;
}

}  // namespace

SelfExcitingModel::SelfExcitingModel(std::shared_ptr<Neighbourhood> neighbourhood, std::string_view name)
    : neighbourhood_(std::move(neighbourhood)), self_(neighbourhood_->join(name)) {}

SelfExcitingModel::~SelfExcitingModel() {
  neighbourhood_->leave(self_);
}

// --- learning ---

void SelfExcitingModel::learn(std::span<const core::EventTime> arrivals, core::Timestamp until) {
  const double end = unix_seconds(until);
  const bool begins = observed_until_ == 0;
  if (begins) {
    observed_from_ = arrivals.empty() ? end : std::min(end, static_cast<double>(core::unix_seconds(arrivals.front())));
    excitation_ = Excitation(observed_from_);
  }
  for (const core::EventTime at : arrivals) take_in(std::min(static_cast<double>(core::unix_seconds(at)), end));
  observed_until_ = std::max(observed_until_, end);
  learned_since_fit_ += arrivals.size();
  Neighbourhood::Member& here = neighbourhood_->member(self_);
  here.known_from = observed_from_;
  here.known_until = observed_until_;
  neighbourhood_->tell(self_);
  if (refit_is_due(begins)) refit();
}

void SelfExcitingModel::take_in(double arrival) {
  if (arrivals_.empty() || arrival - arrivals_.back() > kSilence)
    neighbourhood_->member(self_).onsets.push_back(arrival);
  excite(excitation_, arrival);
  arrivals_.insert(std::ranges::upper_bound(arrivals_, arrival), arrival);
}

// Once a day, and earlier when much of what is known came since.
bool SelfExcitingModel::refit_is_due(bool begins) const {
  constexpr std::size_t kMany = 20;
  const double age = observed_until_ - fitted_at_;
  const bool news = learned_since_fit_ >= kMany && learned_since_fit_ * 5 >= arrivals_.size();
  return begins || age >= kDay || (age >= kHour && news);
}

void SelfExcitingModel::forget() {
  if (arrivals_.size() > kMostArrivals) {
    arrivals_.erase(arrivals_.begin(), arrivals_.end() - static_cast<std::ptrdiff_t>(kMostArrivals));
    observed_from_ = arrivals_.front();
  }
  observed_from_ = std::max(observed_from_, observed_until_ - kFitMemory);
  std::erase_if(arrivals_, [this](double at) { return at < observed_from_; });
  Neighbourhood::Member& here = neighbourhood_->member(self_);
  std::erase_if(here.onsets, [this](double at) { return at < observed_from_; });
  here.known_from = observed_from_;
}

// Those whose onsets coincide with ours far more often than by chance, the most telling first.
void SelfExcitingModel::choose_partners() {
  std::vector<std::pair<double, Partner>> found;
  const auto& members = neighbourhood_->members();
  for (const auto& [id, other] : members) {
    const double begin = std::max(observed_from_, other.known_from);
    const double end = std::min(observed_until_, other.known_until);
    if (id == self_ || end - begin < kDay) continue;
    const auto ours = between(members.at(self_).onsets, begin, end);
    const double rate = static_cast<double>(between(other.onsets, begin, end).size()) / (end - begin);
    const double met = coincidences(ours, other.onsets);
    const double by_chance = static_cast<double>(ours.size()) * std::min(1.0, 2 * kTogether * rate);
    constexpr double kTelling = 3;
    if (met >= 2 && met > kTelling * by_chance + 1) found.push_back({met - by_chance, {id, 0.1, rate}});
  }
  std::ranges::stable_sort(found, std::ranges::greater{}, &std::pair<double, Partner>::first);
  if (found.size() > kMostPartners) found.resize(kMostPartners);
  const std::vector<Partner> before = std::exchange(parameters_.partners, {});
  for (auto& [score, partner] : found) {
    const auto known = std::ranges::find(before, partner.id, &Partner::id);
    if (known != before.end()) partner.weight = std::max(known->weight, 0.02);  // 0 could never grow again
    parameters_.partners.push_back(partner);
  }
  neighbourhood_->member(self_).listens = !parameters_.partners.empty();
}

void SelfExcitingModel::refit() {
  const bool first = fitted_at_ == 0;
  forget();
  if (first) parameters_ = prior_parameters(arrivals_.size(), observed_until_ - observed_from_);
  choose_partners();
  FitInput input{arrivals_, observed_from_, observed_until_, neighbourhood_->season_around(self_, prior_season()), {}};
  for (const Partner& partner : parameters_.partners) {
    input.partner_onsets.push_back(between(neighbourhood_->member(partner.id).onsets, input.from, input.until));
  }
  const SeasonEvidence evidence = fit(input, first ? kFirstRounds : kLaterRounds, parameters_);
  neighbourhood_->member(self_).evidence = evidence;
  fitted_at_ = observed_until_;
  learned_since_fit_ = 0;
}

// --- neighbours ---

bool SelfExcitingModel::outdated() const {
  const auto& members = neighbourhood_->members();
  return std::ranges::any_of(parameters_.partners, [&](const Partner& partner) {
    const auto member = members.find(partner.id);
    return member == members.end() || member->second.heard_at > heard_;
  });
}

std::vector<std::string> SelfExcitingModel::listeners() const {
  std::vector<std::string> names;
  for (const auto& [id, member] : neighbourhood_->members()) {
    if (id != self_ && member.listens) names.push_back(member.name);
  }
  return names;
}

// --- predicting ---

// What the partners add to the mean rate from `from` to `to`: by their known onsets, and by those that nobody has
// looked for yet.
double SelfExcitingModel::partners_rate(double from, double to, double season) const {
  constexpr double kForgotten = 6 * kPartnerFades;
  double rate = 0;
  for (const Partner& partner : parameters_.partners) {
    const auto member = neighbourhood_->members().find(partner.id);
    if (member == neighbourhood_->members().end()) continue;
    double felt = 0;
    for (const double onset : between(member->second.onsets, from + kPartnerLead - kForgotten, to + kPartnerLead)) {
      const double since = onset - kPartnerLead;
      felt += std::exp(-std::max(from - since, 0.0) / kPartnerFades) - std::exp(-(to - since) / kPartnerFades);
    }
    rate += partner.weight * felt / (to - from);
    const double unknown_for = (from + to) / 2 - (member->second.known_until - kPartnerLead);
    if (unknown_for > 0) rate += partner.weight * partner.rate * season * (1 - std::exp(-unknown_for / kPartnerFades));
  }
  return rate;
}

// The mark of events that are yet to come. Where a level has been rising, the weights that explain it best let each
// event bring more than one other: carried on for days that would explode, though crowds have ever smaller marks.
double SelfExcitingModel::lasting_mark() const {
  constexpr double kMostOffspring = 0.9;
  double weights = 0;
  for (const double weight : parameters_.weights) weights += weight;
  return std::min(parameters_.mean_mark, kMostOffspring / weights);
}

// In each cell the rate is on both sides: it raises the very levels that feed it. It is linear in them, so that the
// mean over the cell follows directly.
void SelfExcitingModel::predict(core::Timestamp from, std::span<const core::EventTime> supposed, Outlook& outlook) {
  const double origin = unix_seconds(from);
  Excitation excited = excitation_;
  for (const core::EventTime at : supposed)
    excite(excited, std::min(static_cast<double>(core::unix_seconds(at)), origin));
  excited.advance(origin);
  if (supposed.empty()) excitation_ = excited;
  heard_ = neighbourhood_->told();
  const auto edges = Horizon::edges();
  const auto& cells = fading();
  std::array<double, kKernels> level = excited.levels(), fading_level = level;
  const double mark = lasting_mark();
  for (std::size_t c = 0; c < Horizon::kCells; ++c) {
    const CellFading& cell = cells[c];
    const double season = parameters_.season.at(timestamp(origin + cell.middle));
    double known = season * parameters_.base;
    if (!parameters_.partners.empty()) known += partners_rate(origin + edges[c], origin + edges[c + 1], season);
    double own = 0, silent = known;
    for (std::size_t k = 0; k < kKernels; ++k) {
      const double weight = parameters_.weights[k] * (k < kFirstSlowKernel ? 1 : season);
      known += weight * level[k] * cell.mean_kept[k];
      silent += weight * fading_level[k] * cell.mean_kept[k];
      fading_level[k] *= cell.kept[k];
      own += mark * weight * (1 - cell.mean_kept[k]);
    }
    constexpr double kMostOwn = 0.9;  // a process that feeds itself more than that would never end
    const double rate = known / (1 - std::min(own, kMostOwn));
    for (std::size_t k = 0; k < kKernels; ++k) {
      level[k] = level[k] * cell.kept[k] + mark * rate * cell.gone[k];
    }
    outlook[c] = rate;
    silence_[c] = std::min(silent, rate);
  }
}

}  // namespace repopulse::forecast
