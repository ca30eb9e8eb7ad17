// What GitHub was asked lately and for which repositories, what came of it, and what other ways of polling would have
// cost for the same events. Kept in memory: from the start of this server on, and for a day at most. A value without a
// clock, a store and a lock; it changes nothing about polling.
//
// Each request is shared out among repositories. That of a repository's own feed is its own. That of a shared feed goes
// to repositories by the new events that it brought, and in equal parts to all of which it informs where it brought
// none; a probe goes in equal parts to all that it asked about. What is left over (of repositories that are not polled
// any more, and of requests that were for none) is in `others`, so that all parts add up to what was sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "core/window.h"
#include "monitor/hourly.h"
#include "monitor/spending_view.h"
#include "polling/fixed_interval.h"
#include "polling/imagined_polls.h"

namespace repopulse::monitor {

class Spending {
 public:
  // `window`: what the baseline averages over.
  Spending(core::Millis freshness, core::WindowRule window);

  // Another one is asked for from now on; what the baseline would have cost does not depend on it.
  void set_freshness(core::Millis freshness);

  // The service starts.
  void start(core::Timestamp now);

  // --- requests; `cost` is of this one ---
  void ask_own(const std::string& feed, const Spent& cost, core::Timestamp now);
  // `brought`: how many new events, by the feed of their repository.
  void ask_shared(const std::string& source, const Spent& cost, const std::map<std::string, std::size_t>& brought,
                  std::span<const std::string> informs, core::Timestamp now);
  void ask_probe(const Spent& cost, std::span<const std::string> asked_about, core::Timestamp now);

  // --- what came of them, by the feed of the repository ---
  // An answer about it has come, by whichever feed; the first of them begins its first read.
  void begin(const std::string& feed, core::Timestamp now);
  // It was read to the end, by whichever feed: all is known up to `read_at`. `history`: what had happened before.
  void read(const std::string& feed, core::Timestamp read_at, const core::Window& history);
  // A new event. Nothing of one that happened in a second before that in which the first read began: how long it waited
  // says nothing of polling.
  void hear(const std::string& feed, core::EventTime happened_at, core::Millis waited);
  // It is not polled any more.
  void stop(std::string_view feed, core::Timestamp now);

  // `unchanged_is_charged`: an answer 304 counts against the quota.
  SpendingView view(bool unchanged_is_charged, core::Timestamp now);
  // How many things view() looks at.
  std::size_t size() const { return heard_ + repositories_.size(); }

 private:
  struct Heard {
    core::EventTime happened_at;
    float waited = 0;  // seconds
  };
  struct Repository {
    Hourly<SpentShare> shares;
    std::optional<core::Timestamp> begun;  // the second in which the first read began
    std::optional<core::Timestamp> from;   // the same, once it was read to the end
    std::optional<core::Timestamp> to;     // it is not polled any more
    std::vector<Heard> events;             // ascending by time
  };
  struct Imagined {
    std::uint64_t requests = 0;
    std::uint64_t with_news = 0;
    std::uint64_t events = 0;
    double waited = 0;  // seconds
    Imagined& operator+=(const Imagined& other);
  };
  void advance_baseline(const std::string& feed, core::Timestamp until);
  void forget_old(core::Timestamp now);
  void forget_before_since(Repository& repository);
  void add_staleness(SpendingView& view) const;
  polling::FixedIntervalCost fixed_cost(core::Millis interval, core::Timestamp now) const;
  void add_alternatives(SpendingView& view, bool unchanged_is_charged, core::Timestamp now) const;
  template <class Function>
  void for_each(Function&& function) const;  // of the repositories, present and past

  core::Millis surely_known_after_{0};  // what happened that long ago is known, as a rule, if it will ever be
  core::Timestamp since_{};             // in whole seconds, as the times of events
  std::map<std::string, Repository, std::less<>> repositories_;  // by feed
  std::vector<Repository> past_;
  std::map<std::string, Hourly<Spent>, std::less<>> sources_;
  Hourly<SpentShare> for_none_;
  polling::ImaginedPolls baseline_polls_;
  Hourly<Imagined> baseline_;
  std::size_t heard_ = 0;  // events that are kept
};

}  // namespace repopulse::monitor
