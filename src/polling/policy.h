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
  core::Timestamp at{};                         // when it was answered
  std::optional<core::Timestamp> previous{};    // when the poll before it was answered
  std::span<const core::EventTime> arrivals{};  // created_at of what was new with it, ascending
  bool complete = true;                         // nothing was lost between the two
  bool first_contact = false;                   // the arrivals are the feed's history, not what came since a poll
  // Of the arrivals: no change probe has told of them. 0 where the feed is not probed.
  std::size_t unannounced = 0;
  bool misled = false;  // a probe had said that nothing came: how long the arrivals waited says nothing of the policy
  core::Millis lag{0};  // of a probed feed: the time that passes at least, mostly, until it shows what happened
  // Of the arrivals: a feed that shows a part of this one would have brought them (show_parts()).
  std::size_t of_shown_part = 0;
};

// What a change probe told of a feed.
struct ProbeObservation {
  core::Timestamp at;  // when it was answered
  bool news = false;   // something came that no poll has shown yet; false: nothing came that a probe sees
};

// How a set of feeds is best asked when one probe tells of all of them.
struct ProbePlan {
  double cost = 1;                  // relative to asking each by itself; requests and waiting taken together
  double alone = 0;                 // that: requests a second, with the waiting at its price
  std::vector<std::string> direct;  // those that gain nothing from it: asked by themselves, whatever the probe tells
};

// Of a feed of which another one shows a part.
struct PartlyShown {
  std::string feed;
  double hidden = 1;  // share of its events that only its own reads bring
};

// How a feed that shows parts of others is best asked.
struct PartsPlan {
  double cost = 1;                 // relative to asking each feed without it; requests and waiting taken together
  std::vector<PartlyShown> feeds;  // for which it is asked, ascending by name; the others gain nothing from it
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
  // From now on events may wait that long on average. The caller then asks for every wish anew.
  virtual void set_freshness(core::Millis /*freshness*/) {}

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

  // --- change probes; see change_probes.h. A policy without a model has no use for them ---
  virtual double rate(std::string_view /*feed*/) const { return 0; }  // events a second, in the long run
  // Where one request reads all of these feeds: requests a second, with the waiting at its price.
  virtual double cost_together(std::span<const std::string>) { return 0; }
  // Each of the feeds was observed before. nullopt: no probe is wanted.
  // `lag`: until feeds show what a probe told of.
  virtual std::optional<ProbePlan> plan_probe(std::span<const std::string>, core::Millis /*lag*/,
                                              core::Timestamp /*now*/) {
    return {};
  }
  // From now on these feeds are read when a probe tells of news, and the probe is asked when next_probe() says. The
  // time is that of next() for a feed that is not among them. Empty: there is no probe any more. `probe`: its name.
  virtual void probe_together(std::string_view /*probe*/, std::span<const std::string>) {}
  // Gives how many events were expected that it could have told of, since what was told last.
  virtual double observe_probe(std::string_view /*feed*/, const ProbeObservation&) { return 0; }
  virtual core::Timestamp next_probe(std::string_view /*probe*/, core::Timestamp now) { return now; }
  // When a probed feed should be read for the sake of events that a probe does not see, and of a probe that may not
  // tell the truth.
  virtual core::Timestamp next_unannounced(std::string_view /*feed*/, core::Timestamp now) { return now; }
  // A probe told of news `age` ago, the feed has not shown it yet, and shows it at all with `chance`: after what time
  // should it be read again?
  virtual core::Millis look_again_after(core::Millis age, double /*chance*/) { return age; }

  // --- hints; see hints.h. A policy without a model has no use for them ---
  virtual bool knows_hints() const { return false; }  // it can use them
  // From now on hints tell of nearly all that comes to this feed, or they do not any more.
  virtual void tell_by_hints(std::string_view /*feed*/, bool /*told*/) {}
  // A hint told of an event, which is to be read; true hints are so frequent as `chance` says.
  virtual void observe_hint(std::string_view /*feed*/, core::Timestamp /*at*/, double /*chance*/) {}
  // When what hints told of is worth a request.
  virtual core::Timestamp next_hinted(std::string_view /*feed*/, core::Timestamp now) { return now; }
  // When so many events have been expected since the last hint or read: hints may have stopped.
  virtual core::Timestamp next_doubtful(std::string_view /*feed*/, double /*events*/, core::Timestamp now) {
    return now;
  }

  // --- a feed that shows a part of others: see received_feed.h. A policy without a model has no use for it ---
  virtual bool knows_parts() const { return false; }  // it can use such a feed
  // Of these feeds, the ones that gain from it. `probe_lag`: until feeds show what probes tell of, where probes may be
  // asked. `poll_cost`: requests of one of its polls.
  virtual PartsPlan plan_parts(std::span<const PartlyShown>, std::optional<core::Millis> /*probe_lag*/,
                               double /*poll_cost*/) {
    return {};
  }
  // What these feeds would cost more, in requests a second with the waiting at its price, if it is asked for others
  // already.
  virtual double added_cost_of_parts(std::span<const PartlyShown>, std::optional<core::Millis> /*probe_lag*/) {
    return 0;
  }
  // From now on it is asked for parts of these feeds, and of no others. Of each of them, next(), observe(), probes and
  // their plans are for what it does not show alone; of the rest, next_shown() and observe_shown() are.
  virtual void show_parts(std::span<const PartlyShown>) {}
  virtual core::Timestamp next_shown(core::Timestamp now) { return now; }
  // It was asked: `poll` has what it brought of this feed. Gives how many events were expected that it would show.
  virtual double observe_shown(std::string_view /*feed*/, const PollObservation& /*poll*/) { return 0; }

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
