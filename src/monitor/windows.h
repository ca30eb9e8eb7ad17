// The windows of repositories as the store has them, for many repositories at once: a start, a clock that stepped. The
// events of another repository that had the name before are left out. It reads the store, never writes it, and knows no
// board.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "core/window.h"
#include "store/event_store.h"
#include "store/repository_store.h"

namespace repopulse::monitor {

// May the event stand in the window of the repository with that number?
inline bool is_of(std::uint64_t event, std::uint64_t repository) {
  return event == 0 || repository == 0 || event == repository;
}

struct WantedWindow {
  const store::Repository* repository = nullptr;
  std::uint64_t github_id = 0;  // GitHub's number of it; 0: not known
};

// Repositories that one read of the store is for. Of more, a few reads are made side by side, each on a thread.
inline constexpr std::size_t kWindowsAtOnce = 500;

// What `empty` becomes for each of them, in their order. What a read brings goes into the windows at once: nothing else
// is kept of it. Errors are the store's.
core::Result<std::vector<core::Window>> load_windows(store::EventStore& store, std::span<const WantedWindow> wanted,
                                                     const core::Window& empty, core::Timestamp now);
// Of one repository.
core::Result<core::Window> load_window(store::EventStore& store, const WantedWindow& wanted, const core::Window& empty,
                                       core::Timestamp now);

}  // namespace repopulse::monitor
