// What GitHub was asked lately, as people are shown it: values alone. spending.h says how requests are shared out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/time.h"

namespace repopulse::monitor {

// Kinds of requests beside those for shared feeds.
inline constexpr std::string_view kOwnFeeds = "own";
inline constexpr std::string_view kChangeProbes = "probes";
inline constexpr std::string_view kOwnerLists = "lists";

// Requests of one kind.
struct Spent {
  std::uint64_t requests = 0;
  std::uint64_t not_modified = 0;  // of these, answered 304
  std::uint64_t failures = 0;      // of these, answered with an error or not at all
  std::uint64_t quota_spent = 0;   // charged to the REST quota
  std::uint64_t points_spent = 0;  // of the GraphQL quota
  std::uint64_t events = 0;        // that were new
  std::uint64_t told = 0;          // of probes: how often they told of news of a repository
  Spent& operator+=(const Spent& other);
};

// A repository's part of the requests.
struct SpentShare {
  double own = 0;     // requests for its own feed
  double shared = 0;  // its part of those for shared feeds
  double probes = 0;  // its part of the probes
  double quota_spent = 0;
  double points_spent = 0;
  std::uint64_t events = 0;
  SpentShare& operator+=(const SpentShare& other);
};

// Another way to poll the same repositories over the same time.
struct Alternative {
  std::string policy;                    // as `--policy` has it
  std::optional<core::Millis> interval;  // of `fixed`
  double requests = 0;
  double quota_spent = 0;
  std::optional<double> staleness_mean;  // seconds; nullopt: it found no event
};

struct SpendingView {
  core::Timestamp since{};
  core::Timestamp until{};
  Spent all;
  std::map<std::string, Spent> sources;  // by kOwnFeeds, kChangeProbes, kOwnerLists, and the names of shared feeds
  std::vector<std::pair<std::string, SpentShare>> repositories;  // by feed, ascending
  SpentShare others;
  // Of the events that happened and were stored in this time, while their repositories were polled; seconds.
  std::size_t events = 0;
  double staleness_mean = 0;
  double staleness_p95 = 0;
  std::vector<Alternative> alternatives;
};

}  // namespace repopulse::monitor
