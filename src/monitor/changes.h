// Changes by people: adds, activates, deactivates and removes repositories, and takes another token. Each is written
// to the store first, then done in memory and published, under the board's lock; then the poller's thread is woken.
// Any thread may call. It asks GitHub nothing.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "monitor/board.h"
#include "monitor/loader.h"
#include "monitor/signal.h"
#include "monitor/snapshot.h"
#include "store/store.h"

namespace repopulse::monitor {

class Changes {
 public:
  // What changes work with. All of it must outlive this.
  struct Means {
    Board& board;
    store::Store& store;
    const Loader& loader;
    const Signal& wake;  // raised when other feeds may be due
  };
  // `max_active`: how many repositories may be active.
  Changes(const Means& means, std::size_t max_active) : means_(means), max_active_(max_active) {}

  // Errors of all, beside the store's: kNotFound for a repository that is not known, kConflict when the limit of active
  // repositories is reached. Nothing has changed then.

  // All of them or none. One that is there already is activated if it is wanted active, and else left as it is.
  core::Result<std::vector<store::AddedRepository>> add(std::span<const store::NewRepository> repositories,
                                                        core::Timestamp now);
  // The same again changes nothing.
  core::Result<std::shared_ptr<const RepositoryView>> set_active(std::string_view full_name, bool active,
                                                                 core::Timestamp now);
  // With its events, for good.
  core::Status remove(std::string_view full_name, core::Timestamp now);
  // The next request carries this token.
  void renew_token(std::string token, std::string fingerprint, core::Timestamp now);

 private:
  core::Status check_limit(const Board::Locked& board, std::span<const store::NewRepository> repositories) const;
  core::Result<std::vector<store::AddedRepository>> add(Board::Locked& board,
                                                        std::span<const store::NewRepository> repositories,
                                                        core::Timestamp now);
  core::Status activate(Board::Locked& board, const RepositoryView& view, core::Timestamp now);
  core::Status deactivate(Board::Locked& board, const RepositoryView& view, core::Timestamp now);

  Means means_;
  const std::size_t max_active_;
};

}  // namespace repopulse::monitor
