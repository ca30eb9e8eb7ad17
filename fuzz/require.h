// What a fuzzer checks: the run ends where it does not hold, and says where.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace repopulse::fuzz {

inline void require(bool holds, std::source_location at = std::source_location::current()) {
  if (holds) return;
  std::fprintf(stderr, "what %s:%u requires does not hold\n", at.file_name(), static_cast<unsigned>(at.line()));
  std::abort();
}

}  // namespace repopulse::fuzz
