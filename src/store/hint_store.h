// Messages between servers that share a store: a repository should be asked soon. The server that heard of it leaves
// the message, and the server that polls the repository takes it. Such a message is no event and proves nothing.
//
// Any thread may call anything at any time. Every call may fail with kUnavailable (disk, server or network; the same
// call may succeed later) or kCorrupt (the stored data contradict themselves; a person must look).
#pragma once

#include <span>
#include <vector>

#include "core/event.h"
#include "core/hint.h"
#include "core/result.h"
#include "core/time.h"

namespace repopulse::store {

using core::RepoId;
using core::Result;
using core::Status;

struct LeftHint {
  RepoId repository{};
  core::Hint hint;
  bool by_person = false;  // a person asked for it; false: a message from outside says that there may be news
  core::Timestamp left_at{};
  friend bool operator==(const LeftHint&, const LeftHint&) = default;
};

class HintStore {
 public:
  virtual ~HintStore() = default;

  // Replaces an earlier one of the same repository, hint and origin, so their number is bounded. A store that serves
  // one process keeps none: nobody else polls.
  virtual Status leave_hint(const LeftHint& /*hint*/) { return {}; }
  // Those that nobody has taken, in any order. Cheap where there are none.
  virtual Result<std::vector<LeftHint>> left_hints() { return std::vector<LeftHint>(); }
  // Takes these away, but not one that has been replaced since.
  virtual Status take_hints(std::span<const LeftHint> /*hints*/) { return {}; }
};

}  // namespace repopulse::store
