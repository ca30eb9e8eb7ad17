// The webhooks of a simulated GitHub: a signed delivery for each event from now on, on time or late, once or twice, in
// order or not, or not at all. It makes the requests and sends none. Gets the time as an argument. Thread-compatible.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "github/transport.h"
#include "sim/github_simulator.h"
#include "sim/random.h"

namespace repopulse::sim {

struct WebhookSettings {
  std::string url;  // empty: there is none
  std::string secret;
  core::Millis delay_max{0};  // each delivery waits for a time up to this, so that they come out of order
  double twice = 0;           // share of deliveries that come again, under the same id
  double lost = 0;            // share that never come
};

class Webhooks {
 public:
  explicit Webhooks(std::uint64_t seed) : random_(seed) {}

  void set(WebhookSettings settings) { settings_ = std::move(settings); }
  // The event has just happened.
  void happen(const Happened& event);
  // What is to be sent by now, in order of time.
  std::vector<github::HttpRequest> take_due(core::Timestamp now);

  struct Counts {
    std::uint64_t made = 0;
    std::uint64_t lost = 0;
    std::map<int, std::uint64_t> answers;  // by status; 0: there was none
  };
  void count_answer(int status) { ++counts_.answers[status]; }
  const Counts& counts() const { return counts_; }

 private:
  void plan(const github::HttpRequest& request, core::Timestamp now);

  WebhookSettings settings_;
  Random random_;
  std::multimap<core::Timestamp, github::HttpRequest> planned_;
  Counts counts_;
};

// X-GitHub-Event of an event's type: `issue_comment` of IssueCommentEvent.
std::string webhook_kind(std::string_view type);

}  // namespace repopulse::sim
