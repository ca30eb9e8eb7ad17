#include "tests/simulation/late_events.h"

#include <algorithm>
#include <chrono>

namespace repopulse::simulation {
namespace {

using namespace std::chrono_literals;

// repopulse learns from an event behind 50 that it knew before (docs/polling.md); some of those above came with it.
constexpr std::size_t kFarDown = 75;
constexpr core::Millis kKnownFor = 20h;  // of a day

}  // namespace

bool is_late(const sim::Shown& event) {
  return event.from - core::to_timestamp(event.key.created_at) >= 1s;
}

LateEvents::LateEvents(const std::vector<sim::Shown>& shown, const std::set<core::EventKey>& stored,
                       core::Timestamp since)
    : shown_(shown) {
  for (const sim::Shown& event : shown) {
    if (!is_late(event) || event.from < since || !stored.contains(event.key)) continue;
    if (stood_behind(event) >= kFarDown) far_down_.push_back(event.from);
  }
}

std::size_t LateEvents::stood_behind(const sim::Shown& event) const {
  return static_cast<std::size_t>(std::ranges::count_if(shown_, [&](const sim::Shown& other) {
    return other.key.created_at > event.key.created_at && other.from <= event.from;
  }));
}

bool LateEvents::known_to_come(core::Timestamp at, core::Millis found_within) const {
  return std::ranges::any_of(far_down_,
                             [&](core::Timestamp one) { return one + found_within <= at && at < one + kKnownFor; });
}

}  // namespace repopulse::simulation
