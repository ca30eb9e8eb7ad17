// Every polling policy there is, by name. Flags, help texts, the backtest, benchmarks and tests read this table, so a
// new policy is its own files and one row in policy_table.cc.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"
#include "polling/policy.h"

namespace repopulse::polling {

struct PolicyEntry {
  std::string_view name;       // as `--policy` takes it
  std::string_view sentence;   // what it does, for people; begins with a small letter, without a full stop
  bool uses_freshness = true;  // false: it does the same whatever the freshness asked for
  bool forecasts = true;       // it has a model that says how many events an hour will bring
  std::unique_ptr<Policy> (*make)(const PolicySettings& settings) = nullptr;
};

inline constexpr std::string_view kDefaultPolicy = "adaptive";
inline constexpr std::string_view kBaselinePolicy = "mean";  // what the others are compared with

std::span<const PolicyEntry> policy_table();            // the simplest first
const PolicyEntry* find_policy(std::string_view name);  // nullptr: there is none of that name
std::span<const std::string_view> policy_names();       // in the order of the table
std::string policy_choice();                            // for people: "fixed, mean, … or adaptive"

// kBadInput names the accepted names.
core::Result<std::unique_ptr<Policy>> make_policy(std::string_view name, const PolicySettings& settings);

}  // namespace repopulse::polling
