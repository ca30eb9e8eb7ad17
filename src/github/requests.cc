#include "core/feed_name.h"
#include "github/events_api.h"
#include "github/request_headers.h"

namespace repopulse::github {
namespace {

std::string absolute(const ApiRoot& root, std::string_view path) {
  if (path.starts_with("https://") || path.starts_with("http://")) return std::string(path);
  std::string url(bare_root(root));
  // Without a slash in between, a path such as `@host/` would lead to another host.
  if (!path.starts_with('/')) url += '/';
  return url.append(path);
}

}  // namespace

std::string feed_path(std::string_view feed) {
  return "/" + std::string(feed) + (core::is_received_feed(feed) ? "/received_events" : "/events");
}

HttpRequest events_request(const ApiRoot& root, std::string_view path, int page, const core::Validator& validator,
                           std::size_t per_page) {
  HttpRequest request;
  request.url = absolute(root, path);
  request.url += request.url.find('?') == std::string::npos ? '?' : '&';
  request.url += "per_page=" + std::to_string(per_page);
  if (page > 1) request.url += "&page=" + std::to_string(page);
  request.headers = request_headers(root, request.url);
  if (!validator.etag.empty()) {
    request.headers.emplace_back("If-None-Match", validator.etag);
  } else if (!validator.last_modified.empty()) {
    request.headers.emplace_back("If-Modified-Since", validator.last_modified);
  }
  return request;
}

HttpRequest rate_limit_request(const ApiRoot& root) {
  HttpRequest request{absolute(root, "/rate_limit"), {}, {}};
  request.headers = request_headers(root, request.url);
  return request;
}

}  // namespace repopulse::github
