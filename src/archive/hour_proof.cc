#include "archive/hour_proof.h"

#include "base/text.h"

namespace repopulse::archive {

void HourProof::add(std::string_view repository, core::EventTime at, bool chosen) {
  if (at < hour_.from || at >= hour_.to) {
    other_time_ = true;
    return;
  }
  seconds_.set(static_cast<std::size_t>((at - hour_.from).count()));
  if (repositories_.size() < kManyRepositories) repositories_.insert(base::to_lower(repository));
  others_ = others_ || !chosen;
}

HourDoubt HourProof::doubt() const {
  if (other_time_) return HourDoubt::kOtherTime;
  if (seconds_.none()) return HourDoubt::kEmpty;
  if (has_hole()) return HourDoubt::kHole;
  if (!others_ && repositories_.size() < kManyRepositories) return HourDoubt::kFiltered;
  return HourDoubt::kNone;
}

// Also at the beginning and at the end of the hour.
bool HourProof::has_hole() const {
  const auto longest = static_cast<std::size_t>(kLongestSilence.count());
  std::size_t last = 0;  // the second of the newest event so far; first the beginning of the hour
  for (std::size_t second = 0; second < kSeconds; ++second) {
    if (!seconds_[second]) continue;
    if (second - last > longest) return true;
    last = second;
  }
  return kSeconds - last > longest;
}

}  // namespace repopulse::archive
