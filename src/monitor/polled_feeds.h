// Which repositories' feeds this server's poller polls, and what their views show of that. Each function touches the
// board's poller and book together, so that the two agree; none calls the store, and none publishes.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/feed_state.h"
#include "core/hint.h"
#include "core/time.h"
#include "monitor/board.h"
#include "monitor/snapshot.h"

namespace repopulse::monitor {

// Starts polling the repository's feed, as its view has it: at once if it was never polled, else when it is due. Where
// the policy needs the repository's history, Learning reads it later: the histories of thousands of repositories would
// hold up everything else for minutes.
void start_polling(Board::Locked& board, const RepositoryView& view, core::Timestamp now);
// Stops polling it. Of an answer that is still pending, nothing is stored for it.
void stop_polling(Board::Locked& board, const RepositoryView& view, core::Timestamp now);
// Stops polling all feeds of these shards: from now on other servers poll them.
void give_up_shards(Board::Locked& board, const std::set<int>& shards, core::Timestamp now);

// The view under which the repository is polled: of two names of one repository, one rests. Never null.
RepositoryBook::View polled_view(const Board::Locked& board, const RepositoryBook::View& view);

// Who wants a repository asked soon.
enum class Asker {
  kPerson,   // at once, as far as the floor permits, even if the repository rests after trouble
  kMessage,  // a hint from outside, which may be false: see polling/hints.h
};
// The wish.
struct Wish {
  Asker asker = Asker::kPerson;
  core::Hint hint = {};  // of a message
};
// The feed, which this server polls, is asked soon.
void ask_soon(Board::Locked& board, const std::string& feed, const Wish& wish, core::Timestamp now);
// The same for feeds that a person wants, perhaps thousands of one owner. Those that this server does not poll are
// passed over.
void ask_many_soon(Board::Locked& board, std::span<const std::string> feeds, core::Timestamp now);

// Gives the poller what was stored of shared feeds. Before their repositories are polled.
void remember_shared_feeds(Board::Locked& board, std::span<const core::FeedState> feeds);

// Brings the repository's view to what the poller knows of its feed; nothing where this server does not poll it, and
// nothing for a shared feed.
void show_feed(Board::Locked& board, const std::string& feed);
void show_all_feeds(Board::Locked& board);
// The same, with a new forecast: after a poll has told the policy more.
void show_feed_and_forecast(Board::Locked& board, const std::string& feed, core::Timestamp now);

// The repositories' feeds that a request for this feed informs about: itself, or those that a shared feed
// stands for.
std::vector<std::string> informed_feeds(const Board::Locked& board, const std::string& feed);

}  // namespace repopulse::monitor
