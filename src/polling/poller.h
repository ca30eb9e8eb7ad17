// Decides what to ask GitHub next and what an answer means for the feeds: schedule, walk through pages, budget,
// back-off. One request at a time. Pure: no network, no store, no clock; `now` comes in, a decision and a due time come
// out.
//
// A round:  next(now) -> Ask.  The caller sends it, looks up which events of the answer are stored, and calls
// absorb(...) -> Step.  The caller writes events and state in one transaction, and says  confirm(step)  or, when the
// store failed,  reject(now).  Only then may next() be called again.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/answer.h"
#include "core/event.h"
#include "core/feed_state.h"
#include "core/time.h"
#include "polling/budget.h"
#include "polling/policy.h"

namespace repopulse::polling {

struct PollerSettings {
  bool authenticated = false;                    // a 304 is free
  std::uint64_t seed = 1;                        // of the jitter
  core::Millis longest_interval{6 * 3'600'000};  // a quiet feed is asked at least that often
};

struct Wait {
  core::Timestamp until;
};
struct Ask {
  std::string feed;
  std::string location;  // remembered redirect, or empty
  int page = 1;
  core::Validator validator;  // empty: ask without
};
using Decision = std::variant<Wait, Ask>;

// What an answer changes. Nothing of it holds before confirm().
struct Step {
  core::FeedState state;           // to be stored, together with the events of the answer
  bool store_events = false;       // the answer's events are to be stored
  bool walk_finished = false;      // the poll is over (for good or ill)
  bool overlap = false;            // the walk met what was known before, or read the feed to its end at first contact
  std::optional<core::Gap> gap;    // events may have been lost here
  std::vector<std::size_t> fresh;  // indices into Answer::events of those that were not known
  core::AnswerKind kind = core::AnswerKind::kNoAnswer;
  std::optional<core::EventTime> newest_known;  // newest created_at known before the walk
};

class Poller {
 public:
  Poller(std::unique_ptr<Policy> policy, const PollerSettings& settings);
  ~Poller();

  // A feed comes under watch, with what is stored of it. A feed that was never polled is due at once.
  void add(core::FeedState state, std::span<const core::EventTime> history, core::Timestamp now);
  void remove(std::string_view feed);
  bool has(std::string_view feed) const;
  void poll_soon(std::string_view feed, core::Timestamp now);  // activation: due at once, floor permitting

  Decision next(core::Timestamp now);
  // `known[i]`: the sequence number under which answer.events[i] was stored before this answer, or nullopt.
  // `last_sequence`: the highest sequence number in the store. `newest_known`: newest created_at stored of that feed.
  Step absorb(const core::Answer& answer, std::span<const std::optional<std::int64_t>> known,
              std::int64_t last_sequence, std::optional<core::EventTime> newest_known, core::Timestamp now);
  void confirm(const Step& step, const core::Answer& answer, core::Timestamp now);
  void reject(core::Timestamp now);

  const core::FeedState* state(std::string_view feed) const;
  const Budget& budget() const { return budget_; }
  Policy& policy() { return *policy_; }
  const Policy& policy() const { return *policy_; }
  // What must survive a restart beside the feeds: limits and the policy's portfolio, by name.
  std::vector<std::pair<std::string, std::string>> save() const;
  void restore(std::span<const std::pair<std::string, std::string>> notes, core::Timestamp now);

 private:
  struct Feed;
  std::unique_ptr<Policy> policy_;
  PollerSettings settings_;
  Budget budget_;
  std::map<std::string, Feed, std::less<>> feeds_;
  std::string asking_;
};

}  // namespace repopulse::polling
