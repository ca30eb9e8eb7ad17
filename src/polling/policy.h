// A policy says when it wishes to ask a feed again, because of the arrivals that it has seen. It never sees floors,
// bounds, budgets and back-off: the Plan and the Poller apply these to its wish. To add a policy: its own files, and a
// row in policy_table.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "core/window.h"

namespace repopulse::polling {

inline constexpr core::Millis kDefaultFreshness = std::chrono::minutes(5);

struct PolicySettings {
  core::Millis freshness = kDefaultFreshness;  // mean time that an event may wait at GitHub
  core::WindowRule window;                     // what `mean` averages over
};

// One finished poll of a feed.
struct PollObservation {
  core::Timestamp at;                         // when it was answered
  std::optional<core::Timestamp> previous;    // when the poll before it was answered
  std::span<const core::EventTime> arrivals;  // created_at of what was new with it, ascending
  bool complete = true;                       // nothing was lost between the two
  bool first_contact = false;                 // the arrivals are the feed's history, not what came since a poll
};

// The events expected in one hour of the future, and an interval that holds their number with 90 % probability.
struct HourForecast {
  core::EventTime from{};
  double expected = 0;
  double low = 0;
  double high = 0;
};

// One policy for all feeds of a poller. Deterministic: the same calls give the same answers. Thread-compatible.
class Policy {
 public:
  virtual ~Policy() = default;
  virtual std::string_view name() const = 0;
  // How far back the history of a feed that comes without state should go; 0: the window is enough.
  virtual core::Millis history_span() const { return core::Millis{0}; }

  // A feed comes in. `history`: known arrivals, ascending. `state`: what `save` gave before a restart; empty for a new
  // feed, and for one that had another policy. State that cannot be read is ignored.
  virtual void add(std::string_view feed, std::span<const core::EventTime> history, std::string_view state,
                   core::Timestamp now) = 0;
  // The same for a feed whose history takes time to read and to learn. The history follows with give_history(), best
  // before the first observe(). Until then the policy works with `recent`, the arrivals of the window.
  virtual void add_without_history(std::string_view feed, std::span<const core::EventTime> recent,
                                   std::string_view state, core::Timestamp now) {
    add(feed, recent, state, now);
  }
  // All that had arrived by the time of add_without_history(), ascending. At most once for each such feed.
  virtual void give_history(std::string_view /*feed*/, std::span<const core::EventTime> /*history*/) {}
  virtual void remove(std::string_view feed) = 0;

  virtual void observe(std::string_view feed, const PollObservation& poll) = 0;
  // When the feed should be asked again: never before `now`. Called after each poll, and whenever something changed.
  virtual core::Timestamp next(std::string_view feed, core::Timestamp now) = 0;

  // Other feeds for which next() may give another answer since the last observe().
  virtual std::span<const std::string> changed_wishes() const { return {}; }

  // Where events wait equally long: the requests that the feeds need when each is asked by itself, divided by the
  // requests that read all of them at once. 1 or less: nothing is gained.
  virtual double gain_together(std::span<const std::string>) const { return 1; }
  // From now on one request reads all of these feeds, and next() of any of them says when. A single feed: it is asked
  // by itself from now on.
  virtual void ask_together(std::span<const std::string>) {}

  // What must survive a restart, as opaque bytes: of one feed, and of all feeds together (such as a price).
  virtual std::string save(std::string_view feed) const = 0;
  virtual std::string save_portfolio() const { return {}; }
  virtual void restore_portfolio(std::string_view) {}

  // Expected events per hour from `now` on; nullopt where the policy has no model, or too little history.
  virtual std::optional<std::vector<HourForecast>> forecast(std::string_view, core::Timestamp /*now*/,
                                                            int /*hours*/) const {
    return std::nullopt;
  }
};

}  // namespace repopulse::polling
