#include "github/origin.h"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "base/text.h"
#include "core/repo_name.h"

namespace repopulse::github {
namespace {

// A path from the root; `//host/…` is not one.
bool is_path(std::string_view target) {
  return target.starts_with('/') && !target.starts_with("//");
}

// `https://HOST/api/v3` → `/api/v3`, without a slash at the end.
std::string path_of(std::string_view url) {
  const auto parsed = boost::urls::parse_uri(url);
  std::string path = parsed ? std::string(parsed->encoded_path()) : std::string();
  while (path.ends_with('/')) path.pop_back();
  return path;
}

// Boost.URL 1.81 sees two parameters in the empty query of `/x?#` and reads beyond its end (boostorg/url, issue 864),
// so the query is parsed here.
std::string without_paging(const boost::urls::url_view& target) {
  std::string location(target.encoded_path());
  std::string_view query(target.encoded_query());
  char separator = '?';
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), parameter.size() + 1));
    const std::string_view name = parameter.substr(0, parameter.find('='));
    if (parameter.empty() || name == "page" || name == "per_page") continue;
    location.append(1, separator).append(parameter);
    separator = '&';
  }
  return location;
}

}  // namespace

std::string origin_of(std::string_view url) {
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed || parsed->has_userinfo() || parsed->encoded_host().empty()) return {};
  const std::string scheme = base::to_lower(parsed->scheme());
  if (scheme != "http" && scheme != "https") return {};
  const std::string_view usual_port = scheme == "https" ? "443" : "80";
  const std::string_view port = parsed->port();
  return scheme + "://" + base::to_lower(parsed->encoded_host()) + ":" + std::string(port.empty() ? usual_port : port);
}

bool same_origin(std::string_view root_url, std::string_view target) {
  if (is_path(target)) return boost::urls::parse_relative_ref(target).has_value();
  const std::string origin = origin_of(target);
  return !origin.empty() && origin == origin_of(root_url);
}

std::string location_below(std::string_view root_url, std::string_view target) {
  if (!same_origin(root_url, target)) return {};
  const auto parsed = boost::urls::parse_uri_reference(target);
  if (!parsed) return {};
  const std::string location = without_paging(*parsed);
  const std::string root_path = path_of(root_url);
  if (!location.starts_with(root_path + "/")) return origin_of(root_url) + location;
  return location.substr(root_path.size());
}

}  // namespace repopulse::github
