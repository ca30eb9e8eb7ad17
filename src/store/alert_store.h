// Alerts as they are kept: those that hold, those that held, and of each the messages that are still to be sent.
//
// It keeps what it is given; judging is the room alerts', sending is the room notify's. It reads no clock.
//
// Any thread may call anything at any time. Every call may fail with kUnavailable (disk, server or network; the same
// call may succeed later) or kCorrupt (the stored data contradict themselves; a person must look). After kUnavailable
// from a store on the network, it is open whether the change was made.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/time.h"

namespace repopulse::store {

using core::Result;
using core::Status;

// That one target is still to be told of an alert's beginning or of its end.
struct Notice {
  std::string target;  // a name for it that is the same after a restart, and is not its address
  bool end = false;    // of the alert's end; false: of its beginning
  core::Timestamp made_at{};
  std::string delivery;       // of the message that it goes with; empty: it is in none yet
  core::Timestamp due_at{};   // when it is to be sent
  std::int64_t attempts = 0;  // that were begun
  friend bool operator==(const Notice&, const Notice&) = default;
};

struct Alert {
  std::int64_t id = 0;        // grows from alert to alert; given by the store
  std::int64_t revision = 0;  // grows with every change; given by the store
  std::string key;            // no two alerts that hold have the same
  std::string repository;     // full name; empty: it is about the poller
  std::string rule;
  core::Timestamp since{};
  std::optional<core::Timestamp> resolved_at;  // nullopt: it holds
  std::string summary;                         // as of its beginning, as the next two
  double value = 0;
  double threshold = 0;
  std::vector<Notice> notices;
  friend bool operator==(const Alert&, const Alert&) = default;
};

enum class AlertState { kFiring, kResolved };

struct AlertPage {
  std::vector<Alert> alerts;  // by descending id
  std::uint64_t total = 0;    // on this page or not
};

class AlertStore {
 public:
  virtual ~AlertStore() = default;

  // Adds the alert under an id of the store's, and returns it as it is kept. kConflict: one of that key holds already.
  virtual Result<Alert> add_alert(const Alert& alert) = 0;

  // Replaces the alert of that id as a whole, if its revision is the one that was read, and returns it with its new
  // one. kStale: another process has changed or deleted it meanwhile.
  virtual Result<Alert> update_alert(const Alert& alert) = 0;

  // Those that hold, and those with notices; by ascending id.
  virtual Result<std::vector<Alert>> open_alerts() = 0;

  virtual Result<AlertPage> alerts(std::optional<AlertState> state, std::size_t offset, std::size_t limit) = 0;

  // Deletes those that were resolved before that time and have no notices, but never the newest alert.
  virtual Status forget_alerts(core::Timestamp resolved_before) = 0;
};

}  // namespace repopulse::store
