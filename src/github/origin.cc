#include "github/origin.h"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <initializer_list>
#include <optional>

#include <simdjson.h>

#include "base/text.h"
#include "core/repo_name.h"
#include "github/events_api.h"

namespace repopulse::github {
namespace {

constexpr std::string_view kGitHub = "https://api.github.com";

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

// What stands before the first of `paths` that is in `url`.
std::string root_of(std::string_view url, std::initializer_list<std::string_view> paths) {
  if (origin_of(url).empty()) return {};
  for (const std::string_view path : paths) {
    const auto at = url.find(path);
    if (at != std::string_view::npos) return std::string(url.substr(0, at));
  }
  return {};
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

std::string origin_for_people(std::string_view url) {
  std::string origin = origin_of(url);
  const std::string_view usual_port = origin.starts_with("https:") ? ":443" : ":80";
  if (origin.ends_with(usual_port)) origin.resize(origin.size() - usual_port.size());
  return origin;
}

std::string location_below(std::string_view root_url, std::string_view target, std::string_view replaces) {
  // `//host/path` keeps the scheme (RFC 3986, section 4.2).
  const std::string whole = target.starts_with("//") ? std::string(root_url.substr(0, root_url.find(':') + 1)) : "";
  const std::string absolute = whole + std::string(target);
  const auto parsed = boost::urls::parse_uri_reference(absolute);
  if (!parsed) return {};
  const std::string location = without_paging(*parsed);
  if (same_origin(root_url, absolute)) {
    const std::string root_path = path_of(root_url);
    return location.starts_with(root_path + "/") ? location.substr(root_path.size()) : origin_of(root_url) + location;
  }
  for (const std::string_view root : {kGitHub, replaces}) {
    if (root.empty() || is_path(absolute) || !same_origin(root, absolute)) continue;
    const std::string root_path = path_of(root);
    if (location.starts_with(root_path + "/")) return location.substr(root_path.size());
  }
  return {};
}

std::string replaced_root(std::string_view link_header, std::string_view event_json) {
  if (const auto next = next_link(link_header)) {
    std::string root = root_of(*next, {"/repositories/", "/repos/", "/organizations/", "/orgs/", "/user/", "/users/"});
    if (!root.empty()) return root;
  }
  simdjson::dom::parser parser;
  simdjson::dom::element json;
  std::string_view url;
  if (parser.parse(event_json.data(), event_json.size()).get(json) || json["repo"]["url"].get(url)) return {};
  return root_of(url, {"/repos/"});
}

}  // namespace repopulse::github
