// Every request that a simulated GitHub got, and whether its sender kept GitHub's rules.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/time.h"

namespace repopulse::sim {

struct LoggedRequest {
  core::Timestamp at{};
  std::string target;  // path and query
  std::string feed;    // `repos/owner/name` or `orgs/owner` in lower case, by today's name; empty: no feed
  int page = 1;
  bool conditional = false;
  bool authenticated = false;
  int status = 0;     // 0: there was no whole answer
  std::string fault;  // name of the fault that was played, or empty
  bool charged = false;
};

// What an answer told its reader about when to come again.
struct Told {
  std::optional<core::Millis> poll_interval;
  std::optional<core::Timestamp> nothing_before;  // a limit was hit: no request at all before this
  std::optional<core::Timestamp> not_before;      // the feed is not to be asked before this
};

class RequestLog {
 public:
  // To be called for each request, in order. A request that comes earlier than its sender was told is a breach.
  void add(LoggedRequest request, const Told& told);
  // The sender was restarted, and may have forgotten what it was told last.
  void forget_told();
  // Two requests were under way at once.
  void add_overlap(core::Timestamp at);

  const std::vector<LoggedRequest>& requests() const { return requests_; }
  // One line each: what was asked when, and when it would have been right.
  const std::vector<std::string>& breaches() const { return breaches_; }
  std::uint64_t charged() const { return charged_; }
  std::uint64_t not_modified() const { return not_modified_; }

 private:
  struct Feed {
    std::optional<core::Timestamp> last_poll;
    core::Millis floor{0};
    int last_status = 0;
    std::optional<core::Timestamp> not_before;
  };
  void check(const LoggedRequest& request, const Feed& feed);
  void breach(const LoggedRequest& request, const std::string& rule, core::Timestamp earliest);

  std::vector<LoggedRequest> requests_;
  std::vector<std::string> breaches_;
  std::map<std::string, Feed> feeds_;
  std::optional<core::Timestamp> nothing_before_;
  std::uint64_t charged_ = 0;
  std::uint64_t not_modified_ = 0;
};

}  // namespace repopulse::sim
