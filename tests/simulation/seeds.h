// Which seeds a test of the simulation runs: fixed ones, or what the environment says.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

namespace repopulse::simulation {

inline std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Calls `live(seed, alone)` for REPOPULSE_SEED alone, or for 1 and as many as REPOPULSE_SEEDS says (else `usual`),
// until one fails.
template <typename Live>
void for_each_seed(std::uint64_t usual, Live live) {
  const std::uint64_t only = number_from("REPOPULSE_SEED", 0);
  const std::uint64_t first = only != 0 ? only : 1;
  const std::uint64_t seeds = only != 0 ? 1 : number_from("REPOPULSE_SEEDS", usual);
  for (std::uint64_t seed = first; seed < first + seeds && !testing::Test::HasFatalFailure(); ++seed) {
    live(seed, only != 0);
  }
}

inline std::string seed_of(std::uint64_t seed) {
  return "REPOPULSE_SEED=" + std::to_string(seed) + ", ";
}

// Lives through one history, and fails with all that is wrong with it. `what`: how to repeat it, its circumstances.
template <typename History>
void live_through(History& history, std::uint64_t seed, bool alone, const std::string& what) {
  history.run();
  std::string complaints;
  for (const std::string& complaint : history.complaints()) complaints += "\n  " + complaint;
  ASSERT_TRUE(history.complaints().empty()) << what << ": " << history.summary() << complaints;
  if (alone) std::cout << "seed " << seed << ": " << history.summary() << "\n";
}

}  // namespace repopulse::simulation
