// Judges by the rules what a snapshot shows: which alerts hold at a moment. Pure: a snapshot, the stored history of a
// series and `now` come in, findings go out. It stores nothing, sends nothing and reads no clock.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "alerts/rule.h"
#include "alerts/series.h"
#include "core/event.h"
#include "core/time.h"
#include "monitor/snapshot.h"

namespace repopulse::alerts {

// Something that a rule says holds now.
struct Finding {
  std::string key;         // stays while it is the same alert; no other alert has it
  std::string repository;  // full name; empty: it is about the poller
  RuleKind rule = RuleKind::kSilence;
  std::string summary;  // one sentence for people
  double value = 0;     // silence, status and poller: seconds; burst: events; gap: seconds that may lack events
  double threshold = 0;
};

struct Judgement {
  std::vector<Finding> findings;  // no two of one key
  std::set<std::string> open;     // keys of which it cannot be said yet whether they hold
};

// Not thread-safe. Deterministic.
class Judge {
 public:
  explicit Judge(std::vector<Rule> rules) : rules_(std::move(rules)) {}
  // From now on it judges by these. What it knows of series, and since when trouble lasts, stays.
  void set_rules(std::vector<Rule> rules) { rules_ = std::move(rules); }

  // Series whose history is needed before they can be judged. `type` is empty for all events.
  struct Wanted {
    core::RepoId repository{};
    std::string type;
  };
  std::vector<Wanted> wanted(const monitor::Snapshot& snapshot) const;
  // The created_at of the stored events of the last kHistory, ascending.
  void give_history(const Wanted& series, std::span<const core::EventTime> history);

  // `now` never decreases by much. Cheap where nothing changed.
  Judgement judge(const monitor::Snapshot& snapshot, core::Timestamp now);

 private:
  using SeriesId = std::pair<core::RepoId, std::string>;
  struct Watched {
    std::optional<Series> series;  // nullopt: no event is known
    std::uint64_t events_version = 0;
    core::Timestamp known_until{};  // nothing came up to then but what the series has
    bool seen = true;               // in the last snapshot
  };
  struct Lasting {
    core::Timestamp since{};
    std::string what;
    bool seen = true;
  };

  void judge_series(const Rule& rule, const monitor::Snapshot& snapshot, const monitor::RepositoryView& view,
                    core::Timestamp now, Judgement& out);
  void judge_silence(const Rule& rule, const monitor::RepositoryView& view, const Watched& watched, std::string key,
                     Judgement& out) const;
  void judge_burst(const Rule& rule, const monitor::RepositoryView& view, const Watched& watched, std::string key,
                   core::Timestamp now, Judgement& out) const;
  static void judge_gaps(const monitor::RepositoryView& view, core::Timestamp now, Judgement& out);
  void judge_status(const Rule& rule, const monitor::RepositoryView& view, core::Timestamp now, Judgement& out);
  void judge_poller(const Rule& rule, const monitor::Snapshot& snapshot, core::Timestamp now, Judgement& out);
  void judge_hints(const Rule& rule, const monitor::Snapshot& snapshot, core::Timestamp now, Judgement& out);
  // For how long that trouble has been there; it begins anew when its kind changes.
  core::Millis lasting(const std::string& key, std::string_view what, core::Timestamp now);
  static void bring_up_to_date(Watched& watched, const monitor::Snapshot& snapshot, const monitor::RepositoryView& view,
                               std::string_view type, core::Timestamp now);

  std::vector<Rule> rules_;
  std::map<SeriesId, Watched> watched_;
  std::map<std::string, Lasting> lasting_;  // trouble by key
};

}  // namespace repopulse::alerts
