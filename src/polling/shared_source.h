// The seam for requests that inform about several feeds at once. A shared source is one question to GitHub, or none at
// all, and its answer tells something of each feed that it informs. A source reads feeds through their public face and
// changes none of them: it gives findings, and the poller applies these.
//
// SharedFeed (an organisation's feed, and the feed of what an account receives) and ChangeProbe are the kinds there
// are. Hints (hints.h) are none: they inform of one feed each, and come without a question. To add a kind:
//   1. write its class so that it satisfies SharedSource below. Its question and its answer are its own types; a kind
//      that costs no request has no due time and no question, and gives findings whenever it is told something;
//   2. have SharedSources keep it, and say in SharedSources::informing() which feeds it informs;
//   3. put the arithmetic of when it is worth asking into Plan.
// Feed, Schedule, SharedFeed and the policies stay as they are.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/time.h"

namespace repopulse::polling {

// What an answer of a source tells of one feed.
struct Finding {
  enum class Kind {
    kReadNow,      // news of it may lie unseen: its own feed is to be read, at once
    kNothingSeen,  // nothing new came of it; what was proven of it before stays proven
    kSeen,         // no event of it that the source shows, and that is older than `at`, lies unseen
    kReadsOn,      // not decided: the source's own poll has pages still to read
  };
  std::string feed;
  Kind kind = Kind::kNothingSeen;
  core::Timestamp at{};  // of the answer, by the earlier of GitHub's clock and ours: kSeen, kReadNow
  // kReadNow, kReadsOn: the source may store events of the feed; those above this sequence number are no overlap for
  // the feed's own poll. nullopt: it stores none.
  std::optional<std::int64_t> boundary;
};

// What the poller and the plan ask of every kind.
template <class Source>
concept SharedSource = requires(const Source& source) {
  // Its key in the schedule, and in what is stored.
  { source.name() } -> std::convertible_to<std::string_view>;
  // The feeds that it informs while informing() is true, ascending by name. They are then not polled alone.
  { source.informs() } -> std::convertible_to<std::span<const std::string>>;
  { source.informing() } -> std::convertible_to<bool>;
  // How far back its last answer showed what happened. An event that becomes visible later than that is never seen
  // through the source; the plan has feeds read by themselves accordingly.
  { source.looked_back() } -> std::convertible_to<core::Millis>;
};

}  // namespace repopulse::polling
