// When to ask a feed again, as far as its own arrivals say. Floors, bounds, budgets and back-off are not a policy's
// business: the Poller applies them to what the policy wishes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "core/window.h"

namespace repopulse::polling {

struct PolicySettings {
  core::Millis freshness{300'000};  // mean time that an event may wait at GitHub
  core::WindowRule window;          // what `mean` averages over
};

// One finished poll of a feed.
struct PollObservation {
  core::Timestamp at;                         // when it was answered
  std::optional<core::Timestamp> previous;    // when the poll before it was answered
  std::span<const core::EventTime> arrivals;  // created_at of what was new with it, ascending
  bool complete = true;                       // nothing was lost between the two
  bool first_contact = false;                 // the arrivals are the feed's history, not what came since a poll
};

// Expected events of one hour of the future, with the interval that holds them with 90 % probability.
struct HourForecast {
  core::EventTime from{};
  double expected = 0;
  double low = 0;
  double high = 0;
};

// A policy looks after all feeds of one poller. Deterministic: the same calls give the same answers. Thread-compatible.
class Policy {
 public:
  virtual ~Policy() = default;
  virtual std::string_view name() const = 0;
  // How far back the history of a feed that comes without state should go; 0: the window is enough.
  virtual core::Millis history_span() const { return core::Millis{0}; }

  // A feed comes under watch. `history`: known arrivals, ascending. `state`: what `save` gave before a restart, empty
  // for a new feed or one that another policy looked after; state that cannot be read is ignored.
  virtual void add(std::string_view feed, std::span<const core::EventTime> history, std::string_view state,
                   core::Timestamp now) = 0;
  // The same for a feed whose history takes time to read and to learn: it follows with teach(), before the first
  // observe() at best. Until then `recent`, what came within the window, stands for it.
  virtual void announce(std::string_view feed, std::span<const core::EventTime> recent, std::string_view state,
                        core::Timestamp now) {
    add(feed, recent, state, now);
  }
  // What had arrived by the time of announce(), ascending. Once for each feed that was announced.
  virtual void teach(std::string_view /*feed*/, std::span<const core::EventTime> /*history*/) {}
  virtual void remove(std::string_view feed) = 0;

  virtual void observe(std::string_view feed, const PollObservation& poll) = 0;
  // When the feed should be asked again; asked after each poll, and again whenever something changed. Never before
  // `now`.
  virtual core::Timestamp next(std::string_view feed, core::Timestamp now) = 0;

  // Other feeds whose next() may give another answer because of what the last observe() told.
  virtual std::span<const std::string> moved() const { return {}; }

  // How many requests the feeds cost, each asked by itself, for one request that reads them all, where events wait
  // equally long. 1 and less: nothing is gained.
  virtual double gain_together(std::span<const std::string>) const { return 1; }
  // One request reads all of these feeds from now on, and next() of each of them says when. One alone: it is asked by
  // itself.
  virtual void ask_together(std::span<const std::string>) {}

  // What must survive a restart, as opaque bytes: of one feed, and of the whole portfolio (a price, an integrator).
  virtual std::string save(std::string_view feed) const = 0;
  virtual std::string save_portfolio() const { return {}; }
  virtual void restore_portfolio(std::string_view) {}

  // Expected events per hour from `now` on; nullopt where the policy has no model, or too little history.
  virtual std::optional<std::vector<HourForecast>> forecast(std::string_view, core::Timestamp /*now*/,
                                                            int /*hours*/) const {
    return std::nullopt;
  }
};

inline constexpr std::string_view kDefaultPolicy = "adaptive";

// By the name of `--policy`; kBadInput names the accepted ones.
core::Result<std::unique_ptr<Policy>> make_policy(std::string_view name, const PolicySettings& settings);
std::span<const std::string_view> policy_names();

}  // namespace repopulse::polling
