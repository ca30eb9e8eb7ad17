// How many messages were sent, for /metrics, since the start of the process.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "notify/target.h"

namespace repopulse::notify {

// Any thread may call anything at any time.
struct DeliveryCounts {
  struct OfKind {
    std::atomic<std::uint64_t> sent = 0;
    std::atomic<std::uint64_t> failed = 0;    // attempts; most are made again
    std::atomic<std::uint64_t> given_up = 0;  // after a day
  };
  std::array<OfKind, kTargetKinds> kinds;
  OfKind& of(TargetKind kind) { return kinds[static_cast<std::size_t>(kind)]; }
};

}  // namespace repopulse::notify
