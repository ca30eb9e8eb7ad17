// A GitHub made of traces, in virtual time: what its event feeds answer at a moment. Answers are built as values,
// without HTTP and JSON, so that a month passes in seconds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backtest/trace.h"
#include "core/answer.h"
#include "core/feed_state.h"
#include "core/probe_answer.h"
#include "core/time.h"

namespace repopulse::backtest {

// What stands on top of a feed.
enum class FeedOrder {
  kArrival,  // what became visible last
  kCreated,  // what was created last: an event that is visible late may stand on page 2 or 3
};

// How a change probe lies.
enum class ProbeFault {
  kNone,
  kStuck,      // from some time on it tells what it told then
  kAlwaysNew,  // everything changes all the time
  kWrongId,    // it tells of other repositories
  kRefused,    // there is none
};

struct GitHubSettings {
  // Mean time from an event's happening to its being visible. Each event draws its own, so that they come out of order;
  // one in fifty is late by up to `latest`.
  core::Millis latency{0};
  core::Millis latest{6 * 3'600'000};
  double late_share = 0.02;
  FeedOrder order = FeedOrder::kArrival;
  ProbeFault probe_fault = ProbeFault::kNone;
  core::Millis probe_fault_after{0};  // after the first event
  std::uint64_t seed = 1;
  bool authenticated = true;  // 5000 requests an hour and free 304s; else 60, and each request counts
};

// The name of the feed of an account that watches all repositories of the portfolio.
inline constexpr std::string_view kReceivedFeed = "users/watcher";

// An event of the portfolio; its id at GitHub is its index there plus one.
struct SimulatedEvent {
  core::EventTime created_at{};
  core::Timestamp visible_at{};
  std::uint32_t trace = 0;
  std::uint32_t position = 0;  // in the trace
  // When it left its repository's feed; nullopt: it has not. The time at which it became visible: it stood below the
  // depth of the feed from the beginning, and no page ever showed it.
  std::optional<core::Timestamp> left_at;
};

class SimulatedGitHub {
 public:
  // The traces must outlive it.
  SimulatedGitHub(std::span<const Trace> traces, const GitHubSettings& settings);

  // Times must not fall from call to call. A feed is `repos/owner/name` or `orgs/owner`, lower case, or kReceivedFeed,
  // which shows the kinds of core::is_received(); an unknown one is answered kNotFound.
  core::Answer answer(std::string_view feed, int page, const core::Validator& validator, core::Timestamp now);

  // A change probe: it sees what happens at once, whatever the latency of the feeds is.
  core::ProbeAnswer probe(std::span<const std::string> feeds, core::Timestamp now);

  // Lets time pass without a question.
  void advance(core::Timestamp now);

  std::span<const SimulatedEvent> events() const { return events_; }

 private:
  struct Feed {
    bool shared = false;               // by several repositories
    std::vector<std::uint32_t> order;  // indices into events_, by the time of becoming visible
    std::size_t visible = 0;           // how many of them are
    std::vector<std::uint32_t> shown;  // kCreated: the visible ones, the one on top last
  };

  struct Probed {
    std::uint32_t trace = 0;
    std::size_t happened = 0;  // events of the trace
    core::ProbedRepository told;
  };
  static Probed nothing_happened(std::uint32_t trace);
  void show(Feed& feed, core::Timestamp now);
  std::string etag_of(const Feed& feed, int page) const;
  std::span<const std::uint32_t> page_of(const Feed& feed, int page) const;
  bool charge(core::Answer& answer, bool free, core::Timestamp now);
  void fill_page(const Feed& feed, int page, core::Answer& answer) const;

  std::span<const Trace> traces_;
  GitHubSettings settings_;
  std::vector<SimulatedEvent> events_;
  std::map<std::string, Feed, std::less<>> feeds_;
  std::map<std::string, Probed, std::less<>> probed_;
  core::Timestamp first_probe_{};
  std::int64_t used_ = 0;
  core::Timestamp limit_resets_{};
};

}  // namespace repopulse::backtest
