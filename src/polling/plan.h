// The arithmetic of when to ask: when a feed is due by itself, how rarely it is read while a shared source informs it,
// when a shared source is due, and whether one is worth its requests. Pure: it asks the policy for its wishes, and
// changes no feed, no source and no schedule.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "core/time.h"
#include "polling/feed.h"
#include "polling/policy.h"

namespace repopulse::polling {

// GitHub's documentation: the longest time until an event is visible.
inline constexpr core::Millis kLongestLatency = std::chrono::hours(6);

// How often it is looked at anew whether a source is worth its requests, where nothing about it has changed.
inline constexpr core::Millis kPlanAnew = std::chrono::minutes(15);

class Plan {
 public:
  // `longest`: every feed is asked at least that often. The policy must outlive the plan.
  Plan(Policy& policy, core::Millis longest) : policy_(&policy), longest_(longest) {}

  // --- a feed that is polled alone ---
  // Of a feed that comes in: what was planned before a restart stays planned.
  core::Timestamp first_due(const Feed& feed, core::Timestamp now) const;
  // After its history was learned. `planned`: what was planned before a restart.
  core::Timestamp due_after_learning(const Feed& feed, std::optional<core::Timestamp> planned,
                                     core::Timestamp now) const;
  // After a poll, or when something has changed: what the policy wishes, within the floor and what is safe. At once
  // where events lie unseen. poll_due() is that of a poll; due() may come before it, for the sake of late events.
  core::Timestamp due(const Feed& feed, core::Timestamp now) const;
  core::Timestamp poll_due(const Feed& feed, core::Timestamp now) const;
  // A person asked for it: at once, as far as the floor permits.
  core::Timestamp soonest(const Feed& feed, core::Timestamp now) const;

  // --- a feed that a shared source informs ---
  // Its own feed is read in order to check the source; at once where events lie unseen. `looked_back`: the source's.
  core::Timestamp check_due(const Feed& feed, core::Millis looked_back, core::Timestamp now) const;

  // Its own feed is read although no probe tells of news: for events that no probe sees, which makes it due at
  // `unannounced`, and in order to check the probe; at once where events lie unseen.
  core::Timestamp probed_due(const Feed& feed, core::Timestamp unannounced, core::Timestamp now) const;

  // --- a shared source ---
  // Is one request for all of `feeds` worth more than those that it saves? `open`: it is asked already; then a little
  // is enough, so that it does not open and close in turns.
  bool worth_asking(std::span<const std::string> feeds, bool open) const;
  // The same of a source that costs so much, relative to doing without it.
  static bool is_worth(double relative_cost, bool open);
  // The most requests that a poll of a source may cost, those of its feeds' own reads after it included.
  double most_cost(std::span<const std::string> feeds) const;
  // A source whose polls cost so many requests each, or a probe that costs so many requests a second more for the same
  // feeds, with the waiting at its price? `open`: the source is asked already.
  bool worth_more_than_probe(std::span<const std::string> feeds, double poll_cost, double probe_cost, bool open) const;
  // When a source with a feed of its own is due. `source`: that feed; it was read before. `informs`: at least one, all
  // of them in `feeds`.
  core::Timestamp source_due(const Feed& source, std::span<const std::string> informs, const Feeds& feeds,
                             core::Timestamp now) const;
  // The same of a source that shows a part of these feeds.
  core::Timestamp shown_due(const Feed& source, std::span<const std::string> informs, const Feeds& feeds,
                            core::Timestamp now) const;

 private:
  core::Timestamp source_due_at(core::Timestamp wish, const Feed& source, std::span<const std::string> informs,
                                const Feeds& feeds) const;
  core::Timestamp earliest(const Feed& feed, core::Timestamp now) const;
  core::Millis safe(const Feed& feed) const;
  core::Timestamp wish_after_restart(const Feed& feed, core::Timestamp planned, core::Timestamp now) const;

  Policy* policy_;
  core::Millis longest_;
};

}  // namespace repopulse::polling
