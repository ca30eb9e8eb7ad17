#include "monitor/windows.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "core/clock.h"
#include "github/event_parser.h"

namespace repopulse::monitor {
namespace {

constexpr std::size_t kPage = 500;     // events of one read, where their JSON is needed
constexpr std::size_t kMostReads = 4;  // at once: a store keeps about as many readers

core::EventTime oldest_inside(const core::Window& window, core::Timestamp now) {
  return core::to_event_time(now - std::chrono::days(window.rule().days));
}

// Takes a repository's events newest first, without those up to the newest of another repository, until there is no
// room in the windows of people and of robots. Those ahead of the clock take no place in them.
class Filling {
 public:
  Filling(const store::Repository& repository, core::Window& window, core::Timestamp now)
      : others_(repository.others_until), window_(&window), now_(now) {}

  // False: no older ones are wanted.
  bool take(const core::EventKey& key, std::string_view type, std::string_view actor) {
    const bool own = !others_ || key.created_at > *others_;
    if (own) window_->insert(key, type, now_, actor);
    if (!core::is_ahead(key.created_at, now_)) ++come_;
    return come_ < window_->rule().max_events || (own && window_->has_room(key.created_at, now_));
  }

 private:
  std::optional<core::EventTime> others_;
  core::Window* window_;
  core::Timestamp now_;
  std::size_t come_ = 0;
};

// Of the events that match, those of the repository with this number, newest first, until there is no room.
core::Status visit_own(store::EventStore& store, core::RepoId repository, std::uint64_t github_id,
                       const store::EventFilter& filter, core::Window& window, core::Timestamp now) {
  github::EventParser parser;
  bool room = true;
  for (std::size_t offset = 0;; offset += kPage) {
    const auto page = store.events(repository, filter, offset, kPage);
    if (!page) return tl::unexpected(page.error());
    for (const std::string& json : page->json) {
      const auto event = parser.event(json);
      if (!event) continue;
      if (is_of(event->github_id, github_id)) window.insert(event->key, event->type, now, event->actor);
      room = window.has_room(event->key.created_at, now);
    }
    if (page->json.size() < kPage || !room) return {};
  }
}

// Events of others lie among those that may be inside: their JSON tells whose they are.
core::Status add_own_among_others(store::EventStore& store, const WantedWindow& wanted, core::Window& window,
                                  core::Timestamp now) {
  const auto& others = wanted.repository->others_until;
  const core::EventTime oldest = oldest_inside(window, now);
  if (!others || *others <= oldest || wanted.github_id == 0) return {};
  store::EventFilter filter;
  filter.since = oldest;
  filter.until = others;
  return visit_own(store, wanted.repository->id, wanted.github_id, filter, window, now);
}

// One read. `windows` are empty, and one for each of `wanted`.
core::Status fill(store::EventStore& store, std::span<const WantedWindow> wanted, std::span<core::Window> windows,
                  core::Timestamp now) {
  std::vector<core::RepoId> ids;
  std::vector<Filling> fillings;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    ids.push_back(wanted[i].repository->id);
    fillings.emplace_back(*wanted[i].repository, windows[i], now);
  }
  const auto read = store.visit_newest_of(ids, oldest_inside(windows.front(), now),
                                          [&](std::size_t i, const core::EventKey& key, std::string_view type,
                                              std::string_view actor) { return fillings[i].take(key, type, actor); });
  if (!read) return read;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (const auto own = add_own_among_others(store, wanted[i], windows[i], now); !own) return own;
  }
  return {};
}

std::size_t reads_at_once(std::size_t reads) {
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  return std::min({reads, cores, kMostReads});
}

}  // namespace

core::Result<std::vector<core::Window>> load_windows(store::EventStore& store, std::span<const WantedWindow> wanted,
                                                     const core::Window& empty, core::Timestamp now) {
  std::vector<core::Window> windows(wanted.size(), empty);
  const std::size_t reads = (wanted.size() + kWindowsAtOnce - 1) / kWindowsAtOnce;
  std::atomic<std::size_t> next{0};
  const auto read_on = [&]() -> core::Status {
    for (std::size_t read = next++; read < reads; read = next++) {
      const std::size_t first = read * kWindowsAtOnce;
      const std::size_t count = std::min(kWindowsAtOnce, wanted.size() - first);
      const auto filled = fill(store, wanted.subspan(first, count), std::span(windows).subspan(first, count), now);
      if (filled) continue;
      next = reads;
      return filled;
    }
    return {};
  };
  constexpr auto kIfPossible = std::launch::async | std::launch::deferred;  // else by this thread
  std::vector<std::future<core::Status>> beside;
  for (std::size_t i = 1; i < reads_at_once(reads); ++i) beside.push_back(std::async(kIfPossible, read_on));
  core::Status done = read_on();
  for (std::future<core::Status>& other : beside) {
    const core::Status theirs = other.get();
    if (done) done = theirs;
  }
  if (!done) return tl::unexpected(done.error());
  return windows;
}

core::Result<core::Window> load_window(store::EventStore& store, const WantedWindow& wanted, const core::Window& empty,
                                       core::Timestamp now) {
  return load_windows(store, {&wanted, 1}, empty, now).map([](std::vector<core::Window> windows) {
    return std::move(windows.front());
  });
}

}  // namespace repopulse::monitor
