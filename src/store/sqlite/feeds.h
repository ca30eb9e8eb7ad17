// Tables `feeds`, `validators` and `notes`. Call inside a transaction of the right kind; throws SqliteFailure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/feed_state.h"
#include "store/poll_store.h"
#include "store/sqlite/connection.h"

namespace repopulse::store::sqlite {

std::vector<core::FeedState> load_feeds(Connection& connection);
void put_feed(Connection& connection, const core::FeedState& feed);

std::vector<Note> load_notes(Connection& connection);
void put_note(Connection& connection, const std::string& name, const std::string& value);

}  // namespace repopulse::store::sqlite
