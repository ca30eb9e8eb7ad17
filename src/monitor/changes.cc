#include "monitor/changes.h"

#include <set>
#include <utility>

#include "base/text.h"
#include "monitor/additions.h"
#include "monitor/owner_changes.h"
#include "monitor/owner_follower.h"
#include "monitor/reconcile.h"
#include "monitor/second_names.h"
#include "monitor/store_health.h"

namespace repopulse::monitor {
namespace {

using core::ErrorKind;
using core::Timestamp;

tl::unexpected<core::Error> unknown_repository(std::string_view full_name) {
  return core::fail(ErrorKind::kNotFound, "unknown repository: " + std::string(full_name));
}

// Readers see at once that the store refuses changes; a success is published with the change.
template <typename Result>
void written(Board::Locked& board, const Result& result, Timestamp now) {
  note_write(board, result, now);
  if (!result) board.publish(now);
}

}  // namespace

core::Result<std::vector<store::AddedRepository>> Changes::add(std::span<const store::NewRepository> repositories,
                                                               Timestamp now) {
  return add(repositories, {}, now).map([](Added added) { return std::move(added.repositories); });
}

core::Result<Added> Changes::add(std::span<const store::NewRepository> repositories, std::span<const NewOwner> owners,
                                 Timestamp now) {
  Added done;
  {
    Board::Locked board = means_.board.lock();
    if (const auto allowed = check_limit(board, repositories); !allowed) return tl::unexpected(allowed.error());
    auto added_owners = add_owners(board, means_.store, owners, now);
    if (!owners.empty()) written(board, added_owners, now);
    if (!added_owners) return tl::unexpected(added_owners.error());
    auto added = add(board, repositories, now);
    if (!added) {
      undo_owners(board, means_.store, *added_owners);
      board.publish(now);
      return tl::unexpected(added.error());
    }
    // What could not be activated now waits on; the owners are there.
    for (const NewOwner& owner : owners) {
      if (owner.active) (void)activate_held(board, owner.name.key(), now);
    }
    done = {*std::move(added), *std::move(added_owners)};
    board.publish(now);
  }
  means_.wake.raise();
  return done;
}

core::Result<std::vector<store::AddedRepository>> Changes::add(Board::Locked& board,
                                                               std::span<const store::NewRepository> repositories,
                                                               Timestamp now) {
  if (repositories.empty()) return std::vector<store::AddedRepository>();
  auto added = put_on_list(board, means_.store, means_.loader, repositories, now);
  if (!added) return added;
  for (const store::AddedRepository& one : *added) {
    if (one.repository.active) release_held(board, means_.store, one.repository.name.key());
  }
  return added;
}

// The repositories of an owner that were added without being activated, as far as the limit permits.
core::Status Changes::activate_held(Board::Locked& board, const std::string& owner, Timestamp now) {
  const FollowedOwner* known = board->owners.find(owner);
  if (known == nullptr || known->listing.held().empty()) return {};
  std::size_t room = active_room(board);
  std::vector<store::NewRepository> wanted;
  std::vector<std::string> settled;  // or decided by a person, or removed
  for (const std::string& key : known->listing.held()) {
    const auto view = board->book.find(key);
    const bool waits = view && !view->repository.active;
    if (waits && room == 0) continue;
    settled.push_back(key);
    if (!waits) continue;
    wanted.push_back({view->repository.name, true});
    --room;
  }
  if (settled.empty()) return {};
  if (!wanted.empty()) {
    const auto activated = put_on_list(board, means_.store, means_.loader, wanted, now);
    if (!activated) return tl::unexpected(activated.error());
  }
  return change_owner(board, means_.store, owner, [&](FollowedOwner& changed) {
    for (const std::string& key : settled) changed.listing.release(key);
  });
}

core::Status Changes::set_owner_active(std::string_view login, bool active, Timestamp now) {
  const std::string key = base::to_lower(login);
  {
    Board::Locked board = means_.board.lock();
    const auto set =
        change_owner(board, means_.store, key, [&](FollowedOwner& owner) { owner.stored.active = active; });
    written(board, set, now);
    if (!set) return set;
    if (active) {
      if (const auto activated = activate_held(board, key, now); !activated) {
        board.publish(now);
        return activated;
      }
    }
    board.publish(now);
  }
  means_.wake.raise();
  return {};
}

core::Status Changes::remove_owner(std::string_view login, Timestamp now) {
  Board::Locked board = means_.board.lock();
  const auto removed = monitor::remove_owner(board, means_.store, base::to_lower(login));
  written(board, removed, now);
  if (removed) board.publish(now);
  return removed;
}

core::Status Changes::ask_owner_soon(std::string_view login, Timestamp now) {
  {
    Board::Locked board = means_.board.lock();
    const auto asked = change_owner(board, means_.store, base::to_lower(login),
                                    [&](FollowedOwner& owner) { owner.listing.ask_soon(now); });
    written(board, asked, now);
    if (!asked) return asked;
    board.publish(now);
  }
  means_.wake.raise();
  return {};
}

core::Result<std::shared_ptr<const RepositoryView>> Changes::set_active(std::string_view full_name, bool active,
                                                                        Timestamp now) {
  const std::string key = base::to_lower(full_name);
  std::shared_ptr<const RepositoryView> view;
  {
    Board::Locked board = means_.board.lock();
    view = board->book.find(key);
    if (!view) return unknown_repository(full_name);
    const auto done = active ? activate(board, *view, now) : deactivate(board, *view, now);
    if (!done) return tl::unexpected(done.error());
    release_held(board, means_.store, key);
    rest_second_names(board, now);
    view = board->book.find(key);
    board.publish(now);
  }
  means_.wake.raise();
  return view;
}

core::Status Changes::activate(Board::Locked& board, const RepositoryView& view, Timestamp now) {
  const store::NewRepository wanted{view.repository.name, true};
  if (const auto allowed = check_limit(board, {&wanted, 1}); !allowed) return allowed;
  if (view.repository.active) return {};
  const auto set = means_.store.set_active(view.repository.id, true);
  written(board, set, now);
  if (!set) return set;
  show_active(board, view, now);
  return {};
}

core::Status Changes::deactivate(Board::Locked& board, const RepositoryView& view, Timestamp now) {
  if (!view.repository.active) return {};
  const auto set = means_.store.set_active(view.repository.id, false);
  written(board, set, now);
  if (!set) return set;
  show_feed(board, view.feed.feed);
  stop_polling(board, view, now);
  board->book.change(view.repository.name.key(), [](RepositoryView& changed) {
    changed.repository.active = false;
    changed.same_as.clear();
    changed.feed.next_poll_at.reset();
    changed.forecast.clear();
  });
  return {};
}

core::Status Changes::remove(std::string_view full_name, Timestamp now) {
  const std::string key = base::to_lower(full_name);
  {
    Board::Locked board = means_.board.lock();
    const auto view = board->book.find(key);
    if (!view) return unknown_repository(full_name);
    const auto removed = means_.store.remove_repository(view->repository.id);
    written(board, removed, now);
    if (!removed) return removed;
    stop_polling(board, *view, now);
    board->book.erase(key);
    drop_from_owner(board, means_.store, key, view->feed.github_id);
    rest_second_names(board, now);
    board.publish(now);
  }
  means_.wake.raise();
  return {};
}

core::Result<std::shared_ptr<const RepositoryView>> Changes::ask_soon(std::string_view full_name, Timestamp now) {
  const std::string key = base::to_lower(full_name);
  std::shared_ptr<const RepositoryView> view;
  std::optional<core::RepoId> elsewhere;
  {
    Board::Locked board = means_.board.lock();
    view = board->book.find(key);
    if (!view) return unknown_repository(full_name);
    if (!view->repository.active) {
      return core::fail(ErrorKind::kConflict, view->repository.name.full_name() + " is not active: nothing polls it");
    }
    elsewhere = ask(board, view, {Asker::kPerson}, now);
    view = board->book.find(key);
  }
  if (const auto passed_on = pass_on(elsewhere, {Asker::kPerson}, now); !passed_on) {
    return tl::unexpected(passed_on.error());
  }
  return view;
}

core::Result<bool> Changes::hint(std::string_view full_name, std::uint64_t github_id, const core::Hint& hint,
                                 Timestamp now) {
  const Wish wish{Asker::kMessage, hint};
  std::optional<core::RepoId> elsewhere;
  {
    Board::Locked board = means_.board.lock();
    RepositoryBook::View view = board->book.find(base::to_lower(full_name));
    if ((!view || !view->repository.active) && github_id != 0) {
      const auto names = board->book.names_of(github_id);
      if (!names.empty()) view = names.front();
    }
    if (view ? !view->repository.active : !hear_of_repository(board, full_name, github_id, now)) return false;
    if (view) {
      elsewhere = ask(board, view, wish, now);
    } else {
      board.publish(now);
    }
  }
  return pass_on(elsewhere, wish, now).map([] { return true; });
}

// Has this server's poller ask the repository, or gives the one that another server is to ask.
std::optional<core::RepoId> Changes::ask(Board::Locked& board, const RepositoryBook::View& view, const Wish& wish,
                                         Timestamp now) {
  const RepositoryBook::View polled = polled_view(board, view);
  if (!board->shards.polls_feed(polled->feed.feed)) return polled->repository.id;
  monitor::ask_soon(board, polled->feed.feed, wish, now);
  board.publish(now);
  return std::nullopt;
}

core::Status Changes::pass_on(std::optional<core::RepoId> elsewhere, const Wish& wish, Timestamp now) {
  if (elsewhere) return means_.store.leave_hint({*elsewhere, wish.hint, wish.asker == Asker::kPerson, now});
  means_.wake.raise();
  return {};
}

void Changes::renew_token(std::string token, std::string fingerprint, Timestamp now) {
  {
    Board::Locked board = means_.board.lock();
    board->token.text = std::move(token);
    board->token.fingerprint = std::move(fingerprint);
    board->poller.renew_token(now);
    renew_token_of_owners(board, now);
    show_all_feeds(board);
    rest_second_names(board, now);
    board.publish(now);
  }
  means_.wake.raise();
}

void Changes::renew_app_key(github::AppKey key, Timestamp now) {
  {
    Board::Locked board = means_.board.lock();
    if (!board->app) return;
    board->app->renew_key(std::move(key));
    board.publish(now);
  }
  means_.wake.raise();
}

core::Status Changes::check_limit(const Board::Locked& board, std::span<const store::NewRepository> repositories) {
  std::set<std::string_view> coming;
  for (const store::NewRepository& repository : repositories) {
    const auto known = board->book.find(repository.name.key());
    if (repository.active && !(known && known->repository.active)) coming.insert(repository.name.key());
  }
  const std::size_t active = board->book.totals().active;
  if (active + coming.size() <= board->max_active || coming.empty()) return {};
  return core::fail(ErrorKind::kConflict,
                    "The limit of " + std::to_string(board->max_active) +
                        " active repositories is reached (--max-active): " + std::to_string(active) + " active now, " +
                        std::to_string(coming.size()) + " more requested");
}

}  // namespace repopulse::monitor
