// What the poller and its caller hand each other in one round: a question to GitHub, what the store knows of the
// answer, and what the answer changes. Plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/event.h"
#include "core/events_feed.h"
#include "core/feed_state.h"
#include "core/time.h"

namespace repopulse::polling {

// Nothing may be asked before `until`.
struct NothingDue {
  core::Timestamp until;
};

// A page of a feed to be asked for.
struct Ask {
  std::string feed;
  std::string location;  // remembered redirect; empty: the feed's usual path
  int page = 1;
  core::Validator validator;  // empty: ask without
  std::size_t per_page = core::kEventsPerPage;
  core::Millis time_limit{0};  // of the request as a whole; 0: the transport's own
};

// A change probe: one request about these repositories' feeds.
struct AskProbe {
  std::string probe;
  std::vector<std::string> feeds;
  core::Millis time_limit{0};
};

using Decision = std::variant<NothingDue, Ask, AskProbe>;

// What the store knows about the events of an answer.
struct Known {
  // Under this number counts as stored what is too old to be kept.
  static constexpr std::int64_t kForgotten = 0;
  std::vector<std::optional<std::int64_t>> sequences;  // by event: under which number it is stored, or nullopt
  std::int64_t last_sequence = 0;                      // the highest number in the store
  std::optional<core::EventTime> newest;               // newest created_at stored of the feed
  // At a first contact: the newest created_at that is stored and older than all that the feed has shown so far.
  std::optional<core::EventTime> newest_unshown;
  // GitHub's number of the repository whose events are stored, where the feed's state does not know it; 0: no events.
  std::uint64_t github_id = 0;
  // Of an organisation's feed: of each of its repositories' feeds that has events.
  std::map<std::string, core::EventTime, std::less<>> newest_by_feed;
};

// What an answer changes.
struct Step {
  core::FeedState state;                // to be stored, together with the fresh events
  std::vector<std::size_t> fresh;       // indices into Answer::events of those to be stored
  bool poll_finished = false;           // no further page of this poll follows
  bool first_contact = false;           // of a repository whose own feed was never read to the end before
  bool replaced = false;                // the answer shows another repository than before: the name was given to it
  std::optional<core::Gap> gap;         // events may have been lost here
  std::vector<core::Gap> unread;        // an entry that may have been an event, and could not be read, stands here
  bool passed_over = false;             // an event that was asked for alone is too large
  std::vector<core::FeedState> others;  // further states to be stored: of an organisation's repositories
  std::vector<std::string> moved;       // further feeds of which the due time may have moved
};

}  // namespace repopulse::polling
