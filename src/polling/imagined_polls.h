// When another policy would have polled feeds, told from the events that became known of them by whatever polls there
// were: each feed by itself, with GitHub's usual floor, and nothing else around the policy. Costs a few numbers for
// each feed beside the policy's own memory. Pure; thread-compatible.
//
// An imagined poll is made once all is known that had happened by its time. An event that becomes known later than that
// is found by the next one.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "polling/policy.h"

namespace repopulse::polling {

class ImaginedPolls {
 public:
  // A policy of which nothing but add(), remove(), observe() and next() is used.
  explicit ImaginedPolls(std::unique_ptr<Policy> policy) : policy_(std::move(policy)) {}

  // The feed was read at `from`. `history`: what had happened by then, ascending.
  void add(std::string_view feed, std::span<const core::EventTime> history, core::Timestamp from);
  void remove(std::string_view feed);
  // Both of a feed that was added.
  void hear(std::string_view feed, core::EventTime at);

  struct Poll {
    core::Timestamp at{};
    std::size_t events = 0;  // that it finds
    core::Millis waited{0};  // since they happened: the sum
  };
  // The polls that follow up to `until`, until when everything is known.
  std::vector<Poll> advance(std::string_view feed, core::Timestamp until);

 private:
  struct Feed {
    core::Timestamp last{};
    core::Timestamp next{};
    std::vector<core::EventTime> unread;  // ascending
  };
  core::Timestamp next_of(std::string_view feed, core::Timestamp now);

  std::unique_ptr<Policy> policy_;
  std::map<std::string, Feed, std::less<>> feeds_;
};

}  // namespace repopulse::polling
