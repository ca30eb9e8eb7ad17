#include "github/request_headers.h"

#include "github/origin.h"

namespace repopulse::github {

Headers request_headers(const ApiRoot& root, std::string_view url) {
  Headers headers = {{"User-Agent", root.user_agent},
                     {"Accept", "application/vnd.github+json"},
                     {"X-GitHub-Api-Version", "2022-11-28"}};
  const bool at_home = !root.token.empty() && same_origin(root.url, url);
  if (at_home) headers.emplace_back("Authorization", "Bearer " + root.token);
  return headers;
}

std::string_view bare_root(const ApiRoot& root) {
  std::string_view url = root.url;
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

}  // namespace repopulse::github
