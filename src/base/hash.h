// A hash that is the same on every machine and in every version: what is derived from it may be stored.
#pragma once

#include <cstdint>
#include <string_view>

namespace repopulse::base {

inline constexpr std::uint64_t kFnvBasis = 0xCBF29CE484222325ULL;

// FNV-1a, 64 bits. Spreads short names well; not for input that an attacker chooses.
inline constexpr std::uint64_t fnv1a(std::string_view text, std::uint64_t basis = kFnvBasis) {
  constexpr std::uint64_t kPrime = 0x100000001B3ULL;
  std::uint64_t hash = basis;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  return hash;
}

}  // namespace repopulse::base
