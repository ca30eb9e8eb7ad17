#include "polling/source_cost.h"

#include "polling/backoff.h"

namespace repopulse::polling {
namespace {

using core::AnswerKind;
using core::Millis;
using core::Timestamp;

constexpr double kCostMemory = 0.9;  // of the mean, from poll to poll
constexpr Millis kRest = std::chrono::days(3);
constexpr Millis kLongestRest = std::chrono::days(14);
constexpr int kPatience = 3;  // failures in a row

}  // namespace

void SourceCost::charge(std::size_t requests, std::size_t read_themselves) {
  const auto spent = static_cast<double>(requests) + static_cast<double>(read_themselves);
  mean_ = kCostMemory * mean_ + (1 - kCostMemory) * spent;
}

Timestamp SourceCost::rest(Timestamp now) {
  // In between it was asked, and answered well: that alone does not end the row.
  if (now > rested_until_ + kLongestRest) rests_ = 0;
  rested_until_ = now + exponential(kRest, ++rests_, kLongestRest);
  return rested_until_;
}

bool is_gone(AnswerKind trouble) {
  return trouble == AnswerKind::kNotFound || trouble == AnswerKind::kBlocked || trouble == AnswerKind::kForbidden;
}

bool gives_up(AnswerKind trouble, int failures) {
  return is_gone(trouble) || failures >= kPatience;
}

Timestamp rest_when_gone(int failures, Timestamp now) {
  return now + exponential(kRest, failures, kLongestRest);
}

}  // namespace repopulse::polling
