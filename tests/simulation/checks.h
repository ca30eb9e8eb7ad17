// What must hold in every simulated world, judged by brute force from what GitHub showed and what the store holds. The
// product's code for the same is not used. Pure.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/event.h"
#include "core/feed_state.h"
#include "core/time.h"
#include "core/window.h"
#include "monitor/spending_view.h"
#include "sim/github_simulator.h"

namespace repopulse::simulation {

// Events leave the feed while a first contact reads its pages, or waits for quota.
inline constexpr core::Millis kFirstWalk = std::chrono::minutes(65);

struct TypedEvent {
  core::EventKey key;
  std::string type;
};

// How the window differs from what it must say at `now`; empty: not at all. `newest`: as many events as its rule
// allows.
std::vector<std::string> compare_window(const core::Window& window, const std::vector<TypedEvent>& newest,
                                        core::Timestamp now);

// What is kept of a repository, and when it was looked at.
struct Kept {
  const std::set<core::EventKey>& stored;
  const std::vector<core::Gap>& gaps;
  core::Timestamp since{};  // the first good answer
  core::Timestamp read{};   // when the last poll that ended well asked
  // Was an event that became visible late, perhaps behind known ones, shown so that it must be found? Unset: each was.
  std::function<bool(const sim::Shown&)> late_must_be_found;
};

// What was shown, and is neither stored nor in a gap, nor left the feed before repopulse first looked, nor came after
// it last did. nullopt: nothing; else words for people.
std::optional<std::string> find_missing(const std::vector<sim::Shown>& shown, const Kept& kept);

// Of what is told about requests: do the parts of all repositories add up to what was sent? nullopt: they do; else
// words for people.
std::optional<std::string> compare_shares(const monitor::SpendingView& spent);

}  // namespace repopulse::simulation
