#include "monitor/changes.h"

#include <set>
#include <utility>

#include "base/text.h"
#include "monitor/reconcile.h"
#include "monitor/second_names.h"
#include "monitor/store_health.h"

namespace repopulse::monitor {
namespace {

using core::ErrorKind;
using core::Timestamp;

tl::unexpected<core::Error> unknown(std::string_view full_name) {
  return core::fail(ErrorKind::kNotFound, "unknown repository: " + std::string(full_name));
}

// Readers see at once that the store refuses changes; a success is published with the change.
template <typename Result>
void written(Board::Locked& board, const Result& result, Timestamp now) {
  note_write(board, result, now);
  if (!result) board.publish(now);
}

// A repository that the store has as active.
void show_active(Board::Locked& board, const RepositoryView& view, Timestamp now) {
  const std::string& feed = view.feed.feed;
  const bool ours = board->shards.polls_feed(feed);  // else the server that polls it sees it in the store
  if (ours) {
    start_polling(board, view, now);
    board->poller.poll_soon(feed, now);
  }
  board->book.change(view.repository.name.key(), [&](RepositoryView& changed) {
    changed.repository.active = true;
    if (ours) changed.feed = *board->poller.state(feed);
  });
}

}  // namespace

core::Result<std::vector<store::AddedRepository>> Changes::add(std::span<const store::NewRepository> repositories,
                                                               Timestamp now) {
  core::Result<std::vector<store::AddedRepository>> added;
  {
    Board::Locked board = means_.board.lock();
    added = add(board, repositories, now);
  }
  if (added) means_.wake.raise();
  return added;
}

core::Result<std::vector<store::AddedRepository>> Changes::add(Board::Locked& board,
                                                               std::span<const store::NewRepository> repositories,
                                                               Timestamp now) {
  if (const auto allowed = check_limit(board, repositories); !allowed) return tl::unexpected(allowed.error());
  auto added = means_.store.add_repositories(repositories, now);
  written(board, added, now);
  if (!added) return added;
  for (std::size_t i = 0; i < added->size(); ++i) {
    store::Repository& repository = (*added)[i].repository;
    const std::string_view key = repositories[i].name.key();
    if (!board->book.find(key) && (*added)[i].created) means_.loader.add_new(board, repository, now);
    // Another server added it. If its window cannot be read now, Follower brings it.
    if (!board->book.find(key)) (void)means_.loader.add_stored(board, repository, nullptr, now);
    const auto view = board->book.find(key);
    if (!view) continue;
    if (repositories[i].active && !view->repository.active) show_active(board, *view, now);
    repository = board->book.find(key)->repository;
  }
  rest_second_names(board, now);
  board.publish(now);
  return added;
}

core::Result<std::shared_ptr<const RepositoryView>> Changes::set_active(std::string_view full_name, bool active,
                                                                        Timestamp now) {
  const std::string key = base::to_lower(full_name);
  std::shared_ptr<const RepositoryView> view;
  {
    Board::Locked board = means_.board.lock();
    view = board->book.find(key);
    if (!view) return unknown(full_name);
    const auto done = active ? activate(board, *view, now) : deactivate(board, *view, now);
    if (!done) return tl::unexpected(done.error());
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
    if (!view) return unknown(full_name);
    const auto removed = means_.store.remove_repository(view->repository.id);
    written(board, removed, now);
    if (!removed) return removed;
    stop_polling(board, *view, now);
    board->book.erase(key);
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
    if (!view) return unknown(full_name);
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

core::Result<bool> Changes::hint(std::string_view full_name, std::uint64_t github_id, std::string_view kind,
                                 Timestamp now) {
  const Wish wish{Asker::kMessage, std::string(kind)};
  std::optional<core::RepoId> elsewhere;
  {
    Board::Locked board = means_.board.lock();
    auto view = board->book.find(base::to_lower(full_name));
    if ((!view || !view->repository.active) && github_id != 0) {
      const auto names = board->book.names_of(github_id);
      if (!names.empty()) view = names.front();
    }
    if (!view || !view->repository.active) return false;
    elsewhere = ask(board, view, wish, now);
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
  if (elsewhere) return means_.store.leave_hint({*elsewhere, wish.kind, wish.asker == Asker::kPerson, now});
  means_.wake.raise();
  return {};
}

void Changes::renew_token(std::string token, std::string fingerprint, Timestamp now) {
  {
    Board::Locked board = means_.board.lock();
    board->token.text = std::move(token);
    board->token.fingerprint = std::move(fingerprint);
    board->poller.renew_token(now);
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

core::Status Changes::check_limit(const Board::Locked& board,
                                  std::span<const store::NewRepository> repositories) const {
  std::set<std::string_view> coming;
  for (const store::NewRepository& repository : repositories) {
    const auto known = board->book.find(repository.name.key());
    if (repository.active && !(known && known->repository.active)) coming.insert(repository.name.key());
  }
  const std::size_t active = board->book.totals().active;
  if (active + coming.size() <= max_active_ || coming.empty()) return {};
  return core::fail(ErrorKind::kConflict,
                    "The limit of " + std::to_string(max_active_) + " active repositories is reached (--max-active): " +
                        std::to_string(active) + " active now, " + std::to_string(coming.size()) + " more requested");
}

}  // namespace repopulse::monitor
