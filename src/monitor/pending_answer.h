// An answer of GitHub on its way into the store. It stays until the store has taken it, however often that fails, so
// that nothing has to be asked twice. A value: it calls nobody.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/answer.h"
#include "core/event.h"
#include "core/time.h"
#include "polling/poller.h"
#include "store/store.h"

namespace repopulse::monitor {

struct PendingAnswer {
  core::Answer answer;
  core::Millis took{0};               // from the request to the answer
  std::optional<polling::Step> step;  // what the answer changes; nullopt until the store has told which events it knows
  store::PollCommit commit;           // made of `step`; its events are moved out of `answer`
  core::PollCounters counted_before;  // of the asked feed
  std::set<std::string> reused;       // feeds of names under which an organisation shows another repository
  std::optional<core::EventTime> others_until;  // of the asked feed, where it was learned with this answer
  int failures = 0;                             // of the store, in a row
  core::Timestamp retry_at{};                   // the store is not called before

  // Nothing of the answer is stored for this repository any more: it was removed, or another server polls it.
  void withdraw(core::RepoId repository, std::string_view feed);
};

}  // namespace repopulse::monitor
