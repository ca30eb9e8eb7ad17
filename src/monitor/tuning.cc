#include "monitor/tuning.h"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "monitor/identity.h"
#include "monitor/polled_feeds.h"
#include "monitor/windows.h"

namespace repopulse::monitor {
namespace {

// Windows that are held twice while they are loaded again.
constexpr std::size_t kTunedAtOnce = 4 * kWindowsAtOnce;

core::Result<std::vector<core::Window>> load_part(Board::Locked& board, store::EventStore& store,
                                                  const std::vector<RepositoryBook::View>& part,
                                                  const core::Window& empty, core::Timestamp now) {
  std::vector<WantedWindow> wanted;
  for (const auto& view : part) wanted.push_back({&view->repository, github_id_of(board, *view)});
  return load_windows(store, wanted, empty, board->clock.corrected(now));
}

}  // namespace

core::Status set_bots(Board::Locked& board, store::EventStore& store, core::BotPatterns bots, core::Timestamp now) {
  const auto shared = std::make_shared<const core::BotPatterns>(std::move(bots));
  const RepositoryList all = board->book.all();
  bool begun = false;
  for (auto at = all.begin(); at != all.end(); begun = true) {
    std::vector<RepositoryBook::View> part;
    for (; at != all.end() && part.size() < kTunedAtOnce; ++at) part.push_back(*at);
    const core::Window empty(part.front()->window.rule(), shared);
    auto windows = load_part(board, store, part, empty, now);
    if (!windows && !begun) return tl::unexpected(windows.error());
    for (std::size_t i = 0; i < part.size(); ++i) {
      board->book.change(part[i]->repository.name.key(), [&](RepositoryView& changed) {
        if (windows) {
          changed.window = std::move((*windows)[i]);
        } else {
          changed.window = empty;
        }
        ++changed.events_version;
      });
      if (!windows) board->unread_windows.insert(part[i]->repository.id);
    }
  }
  board->bots = shared;
  board.publish(now);
  return {};
}

void set_freshness(Board::Locked& board, core::Millis freshness, core::Timestamp now) {
  board->freshness = freshness;
  board->spending.set_freshness(freshness);
  board->poller.set_freshness(freshness, now);
  show_all_feeds(board);
  board.publish(now);
}

}  // namespace repopulse::monitor
