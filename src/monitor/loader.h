// Brings what the store has into memory: repositories with their windows, followed owners, poll state, notes. At the
// start, and later for what other servers have stored. It reads the store and never writes it; it runs under the
// board's lock, and does not publish.
#pragma once

#include <span>
#include <vector>

#include "core/feed_state.h"
#include "core/result.h"
#include "core/time.h"
#include "core/window.h"
#include "monitor/board.h"
#include "monitor/feeds_by_name.h"
#include "store/store.h"

namespace repopulse::monitor {

class Loader {
 public:
  // The store must outlive this.
  // `rule`: of every repository's window.
  Loader(store::Store& store, core::WindowRule rule) : store_(store), rule_(rule) {}

  // Errors of these are the store's. One that failed may have done a part.

  // Everything, and starts polling what this server polls. Once, on an empty board. The calls of the store do not grow
  // with the repositories, but for one in each kWindowsAtOnce.
  core::Status load_all(Board::Locked& board, core::Timestamp now) const;
  // What polling must remember beside the feeds: the rate limit and the policy's memory. Nothing of it is used when it
  // belongs to another token.
  core::Status load_notes(Board::Locked& board) const;
  // Repositories that the store has and the board does not know, by their names; no poll state of theirs is read. Their
  // windows come together: one call of the store for each kWindowsAtOnce.
  core::Status add_all_stored(Board::Locked& board, std::span<const store::Repository> repositories,
                              core::Timestamp now) const;
  // One repository that the store has and the board does not know, or knows under another id. `feed`: its poll state,
  // nullptr for none.
  core::Status add_stored(Board::Locked& board, const store::Repository& repository, const core::FeedState* feed,
                          core::Timestamp now) const;
  // One that was added to the store just now: nothing is known of it yet, so the store is not read.
  void add_new(Board::Locked& board, const store::Repository& repository, core::Timestamp now) const;
  // The window again, after it turned out which events are the repository's.
  void renew_window(Board::Locked& board, core::RepoId repository, core::Timestamp now) const;

 private:
  core::Window empty_window(const Board::Locked& board) const { return core::Window(rule_, board->bots); }
  core::Status load_repositories(Board::Locked& board, core::Timestamp now) const;
  core::Status add_all(Board::Locked& board, std::span<const store::Repository> repositories, const FeedsByName& feeds,
                       core::Timestamp now) const;
  core::Result<std::vector<RepositoryView>> read_views(std::span<const store::Repository> repositories,
                                                       const FeedsByName& feeds, const core::Window& empty,
                                                       core::Timestamp told) const;

  store::Store& store_;
  const core::WindowRule rule_;
};

}  // namespace repopulse::monitor
