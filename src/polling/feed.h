// One feed: what is remembered of it, the poll of it that is under way, and how far its events are known. It takes
// answers of GitHub and changes nothing but itself. It knows no schedule, no policy and no other feed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/answer.h"
#include "core/feed_state.h"
#include "core/time.h"
#include "polling/arrivals.h"
#include "polling/late_events.h"
#include "polling/page_walk.h"
#include "polling/round.h"
#include "polling/unread_entries.h"

namespace repopulse::polling {

// What an answer did to the poll under way.
enum class Progress {
  kAgain,      // goes on: a redirect is followed, or the page is asked for again without a validator
  kMore,       // goes on: the page shows nothing that was known before, so the next page is needed
  kOverlap,    // over: the pages reach what was known before
  kUnchanged,  // over: nothing is new
  kEnd,        // over: the feed ended before anything known was met
  kTrouble,    // over: nothing was learned, and the feed rests
};

// When an answer was given, by the earlier of GitHub's clock and ours: taken too early, it only costs a proof.
core::Timestamp answered_at(const core::Answer& answer, core::Timestamp now);
// The same by GitHub's clock, which is the one that stamps events; by ours where GitHub has not told.
core::Timestamp told_at(const core::Answer& answer, core::Timestamp now);

// Whether a feed in this state rests because GitHub refused the token, or does not show the feed to it: another token
// may change that.
bool waits_for_token(const core::FeedState& state);

class Feed {
 public:
  // `state` as it was stored, or a new one that has only its name.
  explicit Feed(core::FeedState state);

  const std::string& name() const { return state_.feed; }
  const core::FeedState& state() const { return state_; }

  // --- a poll, page by page ---
  // The question for the next page. What abandon() goes back to is the state at this moment.
  Ask ask(core::Timestamp now);
  // `charged`: the answer counted against the quota. `seed`: of the jitter of rests. After kTrouble, rest() says how
  // long; after kOverlap, kUnchanged and kEnd the caller ends the poll with end_poll() and learn().
  Progress take(const core::Answer& answer, const Known& known, bool charged, std::uint64_t seed, core::Timestamp now);
  core::Millis rest() const { return rest_; }
  const PageWalk& walk() const { return walk_; }
  // The answer taken last says that an event that was asked for alone is too large.
  bool passed_over() const { return passed_over_; }
  // Where the pages so far showed an entry that may have been an event and could not be read: between the times of its
  // neighbours. Each such entry is told once. `over`: no further page of this poll follows.
  std::vector<core::Gap> take_unread(bool over, const core::Answer& answer, const Known& known, core::Timestamp now);
  // After kEnd, before end_poll(): the stretch in which events may have been lost; nullopt: none can be.
  std::optional<core::Gap> gap_at_end(const Known& known, core::Timestamp now) const;
  // All went well: keeps the validators of the pages that were read, and forgets the walk.
  void end_poll(core::Timestamp now);
  // Does the answer show another repository of GitHub than those before, under the same name?
  bool shows_another(const core::Answer& answer, const Known& known) const;
  // It does, and take() comes next: all that was known is the other's, and proves nothing of this one.
  void begin_anew(const core::Answer& answer, const Known& known, core::Timestamp now);
  // Since begin_anew(), no poll has ended.
  bool begins_anew() const;
  // The answer could not be stored: the feed is as it was before the question.
  void abandon();

  // --- a look at the pages behind the first, for events that became visible late: see late_events.h ---
  // After a poll that ended well, or by itself, where nothing lies unseen. Of `pace`, the feed itself knows the
  // crossing. True: ask() now asks for a page behind the first, and take_look() takes the answers while looking().
  bool begin_look(LateEvents::Pace pace, core::Timestamp now);
  bool looking() const { return look_page_ > 0; }
  // A page of the look: true if what it brings is to be stored. It says nothing of overlap or gaps, and trouble ends
  // the look alone.
  bool take_look(const core::Answer& answer, const Known& known, bool charged, LateEvents::Pace pace,
                 core::Timestamp now);
  const LateEvents& late_events() const { return late_events_; }
  // It was itself read, and showed events that its shared source, which reached back to `reach`, will not show.
  void compare_late_with(core::Timestamp reach, core::Timestamp now);

  // --- its events, by whichever feed they came ---
  Arrivals& arrivals() { return arrivals_; }
  const Arrivals& arrivals() const { return arrivals_; }
  // All arrivals up to now are known, the fresh ones among them.
  void learn(core::Timestamp now);
  // It was read to the end, lately and without trouble, and under the name that its events bear.
  bool can_be_informed() const;
  std::optional<core::Timestamp> read_at() const { return read_at_; }  // last read without trouble, by whichever feed
  void set_read_at(std::optional<core::Timestamp> at) { read_at_ = at; }
  // An event that is known proves an overlap only if it was created by then, which is when the newest event that polls
  // have brought was: a newer one came by an import. nullopt, before the first contact: none proves anything.
  std::optional<core::EventTime> whole_until() const;
  // By GitHub's clock: no older event of it lies unseen. nullopt: that is not proven.
  std::optional<core::Timestamp> whole_at() const { return whole_at_; }
  void set_whole_at(std::optional<core::Timestamp> at) { whole_at_ = at; }

  // --- reading it itself, and hearing of it elsewhere ---
  // It was itself read to the end.
  void own_read(const core::Answer& answer, core::Timestamp now);
  core::Timestamp own_read_at() const { return own_read_at_; }
  // The last number in the store at the last own reading that agreed with its source; nullopt: none since the start.
  std::optional<std::int64_t> own_sequence() const { return own_sequence_; }
  void set_own_sequence(std::int64_t last);
  std::size_t heard_elsewhere() const { return heard_elsewhere_; }  // events by other feeds since then
  // Another feed's poll, answered `at`, left nothing of it unseen. True: state() changed, and must be stored.
  bool seen_elsewhere(core::Timestamp at);
  // What is stored from here on proves nothing until all before it is seen: events above `boundary` are no overlap.
  // True: state() changed, and must be stored.
  bool leave_open(std::int64_t boundary, std::optional<core::EventTime> newest);
  // What other feeds brought since its last own reading proves nothing. True: state() changed, and must be stored.
  bool distrust_elsewhere();
  // Another feed's answer, which told of this one, could not be stored: back to the state at mark().
  void mark();
  void abandon_elsewhere();

  // --- a feed that shows a part of its events ---
  // It brought some that were not stored. Those above `boundary` are no overlap until this feed is itself read, since
  // what the other one does not show may lie unseen before them. save_partly() is to be stored with these events.
  void hear_partly(std::int64_t boundary);
  // What it has brought up to now is known.
  void learn_partly(core::Timestamp now);
  void abandon_partly();            // as abandon_elsewhere(); what was proven before stays proven
  std::string save_partly() const;  // for FeedMemory::partly
  // Stored events up to this number may be an overlap; `last`: the highest number in the store.
  std::int64_t overlap_until(std::int64_t last) const;

  // --- written by those who plan ---
  void set_policy_state(std::string saved) { state_.policy_state = std::move(saved); }
  void set_next_poll(std::optional<core::Timestamp> at) { state_.next_poll_at = at; }
  void set_last_polled(core::Timestamp at) { state_.last_polled_at = at; }
  // It rests for a reason that no answer gave.
  void fail(const std::string& why);
  // It was polled at a time that is still to come: the clock has gone back.
  bool remembers_ahead(core::Timestamp now) const;
  // The clock has gone back: what is remembered as past is past. True: it was polled ahead of `now`, so that what was
  // planned then means nothing.
  bool clock_went_back(core::Timestamp now);

 private:
  core::Validator validator(core::Timestamp now) const;
  Progress take_page(const core::Answer& answer, const Known& known, core::Timestamp now);
  bool raise_newest(std::optional<core::EventTime> newest);
  std::optional<core::Gap> gap_between_repositories(core::Timestamp now) const;
  Progress take_too_large(const core::Answer& answer, const Known& known, std::uint64_t seed);
  Progress go_on(PageWalk::Verdict verdict, std::optional<std::size_t> page, const Known& known);
  Progress take_unchanged();
  Progress take_redirect(const core::Answer& answer, std::uint64_t seed);
  void forget_location();
  core::Millis crossing(core::Timestamp now) const;
  void learn_late(const core::Answer& answer, const Known& known, std::int64_t boundary, core::Timestamp now);
  Progress take_trouble(core::AnswerKind kind, const std::string& message, std::optional<core::Millis> retry_after,
                        std::uint64_t seed);

  core::FeedState state_;
  core::FeedState stored_;  // as it was at mark()
  PageWalk walk_;
  std::optional<core::EventTime> anew_oldest_;  // created_at of the oldest event of this repository in the walk
  bool walk_restarts_ = false;
  UnreadEntries unread_;
  bool passed_over_ = false;
  core::Millis rest_{0};
  Arrivals arrivals_;
  std::optional<core::Timestamp> read_at_;
  core::Timestamp own_read_at_{};
  std::optional<core::Timestamp> whole_at_;
  std::optional<std::int64_t> own_sequence_;
  std::optional<std::int64_t> partly_above_;
  std::optional<std::int64_t> partly_stored_;  // as it was at mark()
  std::optional<core::EventTime> own_newest_;  // state().overlap_newest at that time
  core::Timestamp told_at_{};                  // when the last answer came, by GitHub's clock
  std::optional<core::Timestamp> read_told_;   // the same of the last poll that ended well
  std::size_t heard_elsewhere_ = 0;
  LateEvents late_events_;
  LateEvents late_stored_;     // as it was at the last question
  std::size_t look_page_ = 0;  // from 2; 0: no look is under way
  std::size_t look_from_ = 0;  // on which page it began
};

using Feeds = std::map<std::string, Feed, std::less<>>;  // by name

}  // namespace repopulse::polling
