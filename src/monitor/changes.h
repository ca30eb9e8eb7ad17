// Changes by people: adds, activates, deactivates and removes repositories and owners, and takes another token. Each is
// written to the store first, then done in memory and published, under the board's lock; then the poller's thread is
// woken. It also has repositories asked soon: because people want that, or because a message from outside says so. Any
// thread may call. It asks GitHub nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/hint.h"
#include "core/result.h"
#include "core/time.h"
#include "monitor/added.h"
#include "monitor/board.h"
#include "monitor/loader.h"
#include "monitor/polled_feeds.h"
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
  explicit Changes(const Means& means) : means_(means) {}

  // Errors of all, beside the store's: kNotFound for a repository or an owner that is not known, kConflict when the
  // limit of active repositories is reached. Nothing has changed then.

  // All of them or none. One that is there already is activated if it is wanted active, and else left as it is.
  core::Result<std::vector<store::AddedRepository>> add(std::span<const store::NewRepository> repositories,
                                                        core::Timestamp now);
  // The same with owners, see add_owners(). Of one that is wanted active, the repositories that were added without
  // being activated are activated, as far as the limit permits. Their lists are asked soon.
  core::Result<Added> add(std::span<const store::NewRepository> repositories, std::span<const NewOwner> owners,
                          core::Timestamp now);
  // Owners, by their logins. Active: as add() has it. Not active: repositories that are found from now on are not
  // activated; those on the list stay as they are.
  core::Status set_owner_active(std::string_view login, bool active, core::Timestamp now);
  // It is followed no more. Its repositories stay.
  core::Status remove_owner(std::string_view login, core::Timestamp now);
  // Its list is asked soon, by whichever server asks for it.
  core::Status ask_owner_soon(std::string_view login, core::Timestamp now);
  // The same again changes nothing.
  core::Result<std::shared_ptr<const RepositoryView>> set_active(std::string_view full_name, bool active,
                                                                 core::Timestamp now);
  // With its events, for good.
  core::Status remove(std::string_view full_name, core::Timestamp now);
  // A person wants the repository asked, as soon as the floor and the quota permit. kConflict: it is not active. Where
  // another server polls it, that one hears of it through the store within a second.
  core::Result<std::shared_ptr<const RepositoryView>> ask_soon(std::string_view full_name, core::Timestamp now);
  // A message from outside says that the repository may have news: by its name, else by GitHub's number (0: not known),
  // since it may have been renamed. One that is not on the list may be new of a followed owner, whose list is then
  // asked soon. False: neither is so, and nothing is asked. Only the store's errors.
  core::Result<bool> hint(std::string_view full_name, std::uint64_t github_id, const core::Hint& hint,
                          core::Timestamp now);
  // The next request carries this token.
  void renew_token(std::string token, std::string fingerprint, core::Timestamp now);
  // The next token of the GitHub App is made with this key. Nothing where there is no App.
  void renew_app_key(github::AppKey key, core::Timestamp now);

 private:
  static core::Status check_limit(const Board::Locked& board, std::span<const store::NewRepository> repositories);
  core::Result<std::vector<store::AddedRepository>> add(Board::Locked& board,
                                                        std::span<const store::NewRepository> repositories,
                                                        core::Timestamp now);
  core::Status activate_held(Board::Locked& board, const std::string& owner, core::Timestamp now);
  core::Status activate(Board::Locked& board, const RepositoryView& view, core::Timestamp now);
  core::Status deactivate(Board::Locked& board, const RepositoryView& view, core::Timestamp now);
  std::optional<core::RepoId> ask(Board::Locked& board, const RepositoryBook::View& view, const Wish& wish,
                                  core::Timestamp now);
  core::Status pass_on(std::optional<core::RepoId> elsewhere, const Wish& wish, core::Timestamp now);

  Means means_;
};

}  // namespace repopulse::monitor
