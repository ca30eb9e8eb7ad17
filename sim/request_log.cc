#include "sim/request_log.h"

#include <utility>

namespace repopulse::sim {
namespace {

std::string text_of(core::Timestamp at) {
  return core::format_rfc3339(core::to_event_time(at)) + "+" + std::to_string(core::unix_millis(at) % 1000) + "ms";
}

bool is_probe(const LoggedRequest& request) {
  return request.feed == "graphql";
}

bool is_redirect(int status) {
  return status >= 301 && status <= 308 && status != 304;
}

}  // namespace

void RequestLog::add(LoggedRequest request, const Told& told) {
  Feed& feed = feeds_[request.feed];
  check(request, feed);
  if (request.page == 1 && !is_redirect(feed.last_status)) feed.last_poll = request.at;
  feed.last_status = request.status;
  if (told.poll_interval) feed.floor = *told.poll_interval;
  feed.not_before = told.not_before;
  if (told.nothing_before && told.of_quota) {
    quota_used_until_[{request.token, is_probe(request)}] = *told.nothing_before;
  } else if (told.nothing_before) {
    nothing_before_[request.token] = *told.nothing_before;
  }
  probes_ += is_probe(request);
  points_ += request.points;
  charged_ += request.charged;
  not_modified_ += request.status == 304;
  requests_.push_back(std::move(request));
}

void RequestLog::check(const LoggedRequest& request, const Feed& feed) {
  if (request.feed.empty()) return;
  const core::Timestamp at = request.at + tolerance_;
  const auto limit = nothing_before_.find(request.token);
  if (limit != nothing_before_.end() && at < limit->second) breach(request, "a limit was hit", limit->second);
  const auto quota = quota_used_until_.find({request.token, is_probe(request)});
  if (quota != quota_used_until_.end() && at < quota->second) breach(request, "a limit was hit", quota->second);
  if (feed.not_before && at < *feed.not_before) breach(request, "Retry-After of the feed", *feed.not_before);
  const bool starts_poll = request.page == 1 && !is_redirect(feed.last_status);
  if (starts_poll && feed.last_poll && at < *feed.last_poll + feed.floor) {
    breach(request, "X-Poll-Interval", *feed.last_poll + feed.floor);
  }
}

void RequestLog::breach(const LoggedRequest& request, const std::string& rule, core::Timestamp earliest) {
  breaches_.push_back(request.target + " asked at " + text_of(request.at) + ", not before " + text_of(earliest) + ": " +
                      rule);
}

void RequestLog::forget_told() {
  feeds_.clear();
  nothing_before_.clear();
  quota_used_until_.clear();
}

void RequestLog::forget_told(const std::string& feed, const std::string& token) {
  feeds_.erase(feed);
  nothing_before_.erase(token);
  for (const bool of_graphql : {false, true}) quota_used_until_.erase({token, of_graphql});
}

void RequestLog::rename(const std::string& from, const std::string& to) {
  const auto told = feeds_.find(from);
  if (told == feeds_.end()) return;
  feeds_[to] = told->second;
  feeds_.erase(from);
}

void RequestLog::add_overlap(core::Timestamp at) {
  breaches_.push_back("two requests were under way at once at " + text_of(at));
}

}  // namespace repopulse::sim
