// Wrong keys by remote address: whoever guesses is slowed down.
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

// Bounded in size whatever the number of addresses. Any thread may call.
class Guesses {
 public:
  static constexpr int kFree = 5;      // wrong keys a minute that cost nothing: typing errors
  static constexpr int kRefused = 50;  // wrong keys a minute after which there is no more than a 429
  static constexpr core::Millis kSpan{60'000};
  static constexpr core::Millis kLongestDelay{2'000};
  static constexpr std::size_t kAddressesMax = 1024;

  struct Verdict {
    core::Millis delay{0};
    std::optional<core::Seconds> retry_after;  // the address has used up its guesses
  };
  // One more wrong key came from there.
  Verdict wrong(std::string_view address, core::Timestamp now);

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
