// Stored events as their readers need them: for windows and models, for pages, for following what is new.
//
// Only delete_events_before() changes anything: events come in through PollStore::commit(). A repository that does not
// exist has no events; asking for them is not an error. It never talks to GitHub and reads no clock.
//
// Any thread may call anything at any time, and nobody waits for a writer. Every call may fail with kUnavailable (disk,
// server or network; the same call may succeed later) or kCorrupt (the stored data contradict themselves; a person must
// look), and with nothing else. A visitor may have been called before a visit fails.
//
// "By time" means by (created_at, id): ids alone are not chronological.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/actors.h"
#include "core/event.h"
#include "core/result.h"
#include "core/time.h"
#include "store/sequence.h"

namespace repopulse::store {

using core::RepoId;
using core::Result;
using core::Status;

struct StoredEvent {
  Sequence sequence = 0;
  RepoId repository{};
  core::Event event;
};

// Which events are wanted: those that fulfil every condition that is set.
struct EventFilter {
  std::vector<std::string> types;        // any of them, exactly; empty: all
  std::optional<core::EventTime> since;  // created_at >= since
  std::optional<core::EventTime> until;  // created_at <= until
  std::string actor;                     // login, without regard to case; empty: all
  core::Actors actors = core::Actors::kAll;
  core::BotPatterns bots{};  // who the robots are; of no meaning where `actors` is kAll

  bool matches_all() const {
    return types.empty() && !since && !until && actor.empty() && actors == core::Actors::kAll;
  }
};

struct EventPage {
  std::vector<std::string> json;  // newest first by time, each the bytes that GitHub sent
  std::uint64_t total = 0;        // that match the filter, on this page or not
};

// A stored event that cannot be read any more.
struct DamagedEvent {
  RepoId repository{};
  Sequence sequence = 0;
  std::string reason;
};

class EventStore {
 public:
  virtual ~EventStore() = default;

  // From now on `listen` hears of each damaged event that a call leaves out, on the thread of that call. Before all
  // other calls. A store that checks nothing tells nothing.
  using DamageListener = std::function<void(const DamagedEvent&)>;
  virtual void on_damage(const DamageListener&) {}

  // --- for windows and models: times and types, never the JSON ---

  // The arguments are valid during the call of the visitor.
  using WindowVisitor =
      std::function<bool(const core::EventKey&, std::string_view type, std::string_view actor)>;  // false: stop
  // The newest `limit` events of a repository by time, newest first: what a window is loaded from. `actor` may be in
  // small letters. The visitor must be quick: the store may keep a transaction open for it.
  virtual Status visit_newest(RepoId repository, std::size_t limit, const WindowVisitor& visit) = 0;

  // `place`: of the repository among those that were asked for. False: no more of this repository.
  using WindowsVisitor =
      std::function<bool(std::size_t place, const core::EventKey&, std::string_view type, std::string_view actor)>;
  // The same of many repositories, each named once, without a limit: of each its events, newest first, until the
  // visitor wants no more of it. Events of one repository may come in several stretches, between those of others.
  // `mostly_since`: what is wanted is mostly newer; it changes the cost alone. A store on the network brings the events
  // of all in few answers, none larger than some MiB.
  virtual Status visit_newest_of(std::span<const RepoId> repositories, core::EventTime mostly_since,
                                 const WindowsVisitor& visit) = 0;

  using TimeVisitor = std::function<void(core::EventTime created_at, std::string_view type)>;
  // Time and type of all events that match, oldest first by time: what statistics of a stretch are computed from. The
  // visitor must be quick, as above.
  virtual Status visit_times(RepoId repository, const EventFilter& filter, const TimeVisitor& visit) = 0;

  // The `created_at` of the oldest event that is stored; nullopt: there is none. Cheap.
  virtual Result<std::optional<core::EventTime>> first_event_at(RepoId repository) = 0;

  // Every `created_at` of a repository from `since` on, ascending: what a model is fitted to.
  virtual Result<std::vector<core::EventTime>> arrivals(RepoId repository, core::EventTime since) = 0;

  // --- for people and programs: whole events ---

  // A page of the events that match, newest first by time: `offset` are skipped, `limit` are shown at most. A damaged
  // event is left out.
  virtual Result<EventPage> events(RepoId repository, const EventFilter& filter, std::size_t offset,
                                   std::size_t limit) = 0;

  using EventVisitor = std::function<bool(const StoredEvent&)>;  // false: stop
  // All events that match, oldest first by time. The visitor may take long and may use the store; events that are
  // stored meanwhile may be visited or not.
  virtual Status visit_events(RepoId repository, const EventFilter& filter, const EventVisitor& visit) = 0;

  // --- to follow what is stored, by this process or by others ---

  // The first `limit` events of all repositories with a higher number than `after`, by ascending number: what a stream
  // resumes from. Never skips an event that becomes visible later under a lower number: the list ends before that one.
  // A damaged event is left out.
  virtual Result<std::vector<StoredEvent>> events_after(Sequence after, std::size_t limit) = 0;

  // The highest number that was ever given out; 0 before the first.
  virtual Result<Sequence> last_sequence() = 0;

  // Up to this number, every event is visible: where a reader that only wants what comes from now on may begin. Lower
  // than last_sequence() while one of several writers has not finished storing events under lower numbers.
  virtual Result<Sequence> settled_sequence() { return last_sequence(); }

  // --- retention ---

  // Deletes at most `limit` events older than `before`, of all repositories; the number deleted. To be called again
  // until it is 0. In a store that several servers share, kUnavailable may come after some were deleted.
  virtual Result<std::size_t> delete_events_before(core::EventTime before, std::size_t limit) = 0;
};

}  // namespace repopulse::store
