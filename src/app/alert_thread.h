// The thread that judges by the rules of alerts what the monitor's snapshots show, and sends the messages about what
// began and ended. It asks GitHub nothing; a target that answers slowly delays no poll and no request, for nothing else
// runs here. Of several servers on one store, only the one that polls the first shard judges and sends.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "alerts/judge.h"
#include "app/log.h"
#include "monitor/monitor.h"
#include "notify/delivery_counts.h"
#include "notify/outbox.h"
#include "notify/sender.h"
#include "store/store.h"

namespace repopulse::app {

struct AlertSettings {
  std::vector<alerts::Rule> rules;
  std::vector<notify::Target> targets;
};

class AlertThread {
 public:
  // Starts the thread. The arguments must outlive it.
  AlertThread(const monitor::Monitor& monitor, store::Store& store, notify::Sender& sender,
              notify::DeliveryCounts& counts, AlertSettings settings, Log& log);
  // Ends a sending that is under way: its message stays to be sent.
  ~AlertThread();
  AlertThread(const AlertThread&) = delete;
  AlertThread& operator=(const AlertThread&) = delete;

  // From the next turn on, in 2 s at most. Any thread. What is open stays so where a rule still says that it holds;
  // messages to targets that are not among these any more are given up.
  void set(AlertSettings settings);

 private:
  void run();
  void turn();
  void take_settings();
  bool leads(const monitor::Snapshot& snapshot);
  core::Status learn(const monitor::Snapshot& snapshot, core::Timestamp now);
  core::Status judge(const monitor::Snapshot& snapshot, core::Timestamp now);
  core::Status send_due();
  core::Status clean_up(core::Timestamp now);
  void note(const core::Status& done);
  const notify::Target* target(const std::string& id) const;
  bool stopping() const;

  const monitor::Monitor& monitor_;
  store::Store& store_;
  notify::Sender& sender_;
  notify::DeliveryCounts& counts_;
  AlertSettings settings_;  // of this thread alone
  Log& log_;
  std::optional<alerts::Judge> judge_;    // while this server leads, as the next
  std::optional<notify::Outbox> outbox_;  // loaded
  core::Timestamp cleaned_at_{};
  bool failed_ = false;  // the failure is in the log already
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::optional<AlertSettings> next_settings_;
  std::thread thread_;
};

}  // namespace repopulse::app
