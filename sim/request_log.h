// The log of all requests to a simulated GitHub. It checks that the client follows GitHub's rules, and never changes an
// answer.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/time.h"

namespace repopulse::sim {

struct LoggedRequest {
  core::Timestamp at{};
  std::string target;  // path and query
  // `repos/owner/name`, `orgs/owner` or `users/login` in lower case, with its current name, or `graphql` or `app`;
  // empty: none of these
  std::string feed;
  int page = 1;
  bool conditional = false;
  std::string token;  // empty: without one; of the App, its installation
  int status = 0;     // 0: there was no complete answer
  std::string fault;  // name of the fault, or empty
  bool charged = false;
  std::int64_t points = 0;  // of the GraphQL quota
};

// What an answer said about the time of the next request.
struct Told {
  std::optional<core::Millis> poll_interval;
  std::optional<core::Timestamp> nothing_before;  // after a limit: no request at all before this
  bool of_quota = false;                          // `nothing_before` holds for requests of the same quota alone
  std::optional<core::Timestamp> not_before;      // the feed must not be requested before this
};

class RequestLog {
 public:
  // Call it for each request, in order. A request that comes earlier than allowed is a breach.
  void add(LoggedRequest request, const Told& told);
  // The client was restarted and may have forgotten the last answer.
  void forget_told();
  // The same of what the last answer about this feed, and to this token, said.
  void forget_told(const std::string& feed, const std::string& token);
  // The client's clock may be ahead by so much more than it was when GitHub answered.
  void set_tolerance(core::Millis tolerance) { tolerance_ = tolerance; }
  // From now on the feed has another name; what was told of it holds.
  void rename(const std::string& from, const std::string& to);
  // Two requests were open at the same time.
  void add_overlap(core::Timestamp at);

  const std::vector<LoggedRequest>& requests() const { return requests_; }
  // One line each: the request, its time, and the time at which it was allowed.
  const std::vector<std::string>& breaches() const { return breaches_; }
  std::uint64_t charged() const { return charged_; }
  std::uint64_t not_modified() const { return not_modified_; }
  std::uint64_t probes() const { return probes_; }  // requests to the GraphQL API
  std::int64_t points() const { return points_; }   // that they cost

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
  std::map<std::string, core::Timestamp> nothing_before_;                     // by token
  std::map<std::pair<std::string, bool>, core::Timestamp> quota_used_until_;  // by token; of GraphQL?
  core::Millis tolerance_{0};
  std::uint64_t charged_ = 0;
  std::uint64_t not_modified_ = 0;
  std::uint64_t probes_ = 0;
  std::int64_t points_ = 0;
};

}  // namespace repopulse::sim
