// Counts wrong keys by remote address, and says how much to slow down an address that tries many. Keeps counts in
// memory only; never sees a key, and never delays a request with a valid key.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace repopulse::api {

// Its memory is bounded, whatever the number of addresses. Any thread may call anything at any time.
class WrongKeyLimiter {
 public:
  static constexpr int kTolerated = 5;  // wrong keys in a period without a delay: typing errors
  static constexpr int kLimit = 50;     // wrong keys in a period; further ones are answered 429
  static constexpr core::Millis kPeriod{60'000};
  static constexpr core::Millis kLongestDelay{2'000};
  static constexpr std::size_t kAddressesMax = 1024;

  struct Verdict {
    core::Millis delay{0};
    std::optional<core::Seconds> retry_after;  // set once the limit is exceeded
  };
  // Counts one more wrong key from this address.
  Verdict count(std::string_view address, core::Timestamp now);

 private:
  struct Count {
    int wrong = 0;
    core::Timestamp since{};
  };
  void make_room(core::Timestamp now);

  std::mutex mutex_;
  std::map<std::string, Count, std::less<>> counts_;
};

}  // namespace repopulse::api
