#include "api/key_limiter.h"

namespace repopulse::api {

std::optional<core::Seconds> KeyLimiter::count(const std::string& id, core::Timestamp now) {
  if (per_minute_ == 0) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto [at, is_new] = allowances_.try_emplace(id, Allowance::full(per_minute_, now));
  return at->second.take(per_minute_, now);
}

}  // namespace repopulse::api
