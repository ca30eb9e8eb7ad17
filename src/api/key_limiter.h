// Limits what each key, and each user of a proxy, may ask. Keeps counts in memory only; knows neither roles nor routes.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "api/allowance.h"
#include "core/time.h"

namespace repopulse::api {

// Any thread may call anything at any time. One count for each key or user that was ever seen; only valid ones are to
// be counted, so that there are few.
class KeyLimiter {
 public:
  explicit KeyLimiter(int per_minute) : per_minute_(per_minute) {}  // 0: no limit

  // Counts one request of the key or user of this id. Set: it is one too many, and this is when the next one may come.
  std::optional<core::Seconds> count(const std::string& id, core::Timestamp now);

 private:
  const int per_minute_;
  std::mutex mutex_;
  std::map<std::string, Allowance> allowances_;
};

}  // namespace repopulse::api
