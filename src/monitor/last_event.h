// When the newest event of a repository was created, of those whose time has come (core/clock.h). Pure.
#pragma once

#include <algorithm>
#include <optional>

#include "core/clock.h"
#include "core/window.h"
#include "store/repository_store.h"

namespace repopulse::monitor {

// `stored`: as the store has it, which may be ahead of `now`. `window`: of the same repository.
inline std::optional<core::EventTime> last_event_at(const store::Repository& stored, const core::Window& window,
                                                    core::Timestamp now) {
  if (!stored.last_event_at) return std::nullopt;
  const std::optional<core::EventTime> inside = window.newest(now);
  return core::is_ahead(*stored.last_event_at, now) ? inside : std::max(stored.last_event_at, inside);
}

}  // namespace repopulse::monitor
