#include "polling/probe_trust.h"

#include <algorithm>

namespace repopulse::polling {

using core::Millis;
using core::Timestamp;

bool ProbeTrust::read(std::size_t announced, std::size_t missed) {
  proof_ = std::min(kProof, proof_ + announced);
  missed_ = proven() ? 0 : missed_ + missed;
  if (missed > 0 && !proven()) proof_ = 0;
  return missed_ >= kRefutation;
}

void ProbeTrust::distrust(Timestamp now) {
  proof_ = 0;
  missed_ = 0;
  distrust_.begin(now);
}

bool ProbeTrust::believed(Timestamp now) const {
  return distrust_.is_over(now);
}

void ProbeTrust::clock_went_back(Millis step) {
  distrust_.clock_went_back(step);
}

std::array<double, ProbeTrust::kNumbers> ProbeTrust::save() const {
  return {static_cast<double>(proof_), distrust_.times(), distrust_.until_millis()};
}

void ProbeTrust::restore(std::span<const double, kNumbers> saved) {
  proof_ = static_cast<std::size_t>(std::clamp(saved[0], 0.0, static_cast<double>(kProof)));
  distrust_.restore(saved[1], saved[2]);
}

}  // namespace repopulse::polling
