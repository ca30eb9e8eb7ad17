#include "core/repo_name.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace repopulse::core {
namespace {

constexpr std::size_t kMaxOwner = 39;  // GitHub's limit on logins
constexpr std::size_t kMaxName = 100;  // GitHub's limit on repository names

bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool good_owner(std::string_view owner) {
  return !owner.empty() && owner.size() <= kMaxOwner &&
         std::ranges::all_of(owner, [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
}

// First parts of the paths of GitHub's own pages. GitHub gives none of them to an account.
bool is_reserved(std::string_view owner) {
  constexpr auto kReserved = std::to_array<std::string_view>(
      {"about",         "account",   "advisories",       "apps",      "codespaces",    "collections",
       "contact",       "copilot",   "customer-stories", "dashboard", "discussions",   "enterprise",
       "enterprises",   "events",    "explore",          "features",  "issues",        "join",
       "login",         "logout",    "marketplace",      "new",       "notifications", "open-source",
       "organizations", "orgs",      "password_reset",   "pricing",   "projects",      "pulls",
       "resources",     "search",    "security",         "sessions",  "settings",      "signup",
       "site",          "solutions", "sponsors",         "stars",     "team",          "topics",
       "trending",      "users",     "watching"});
  return std::ranges::find(kReserved, base::to_lower(owner)) != kReserved.end();
}

bool good_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName && name != "." && name != ".." &&
         std::ranges::all_of(name, [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; });
}

bool remove_prefix_ignoring_case(std::string_view& text, std::string_view prefix) {
  if (text.size() < prefix.size() || base::to_lower(text.substr(0, prefix.size())) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// Returns the host of a URL and leaves in `text` what follows it; nullopt when the text is not a URL.
std::optional<std::string_view> strip_url(std::string_view& text) {
  const auto split = [&text](char mark) -> std::optional<std::string_view> {
    const auto at = text.find(mark);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view host = text.substr(0, at);
    text.remove_prefix(at + 1);
    return host;
  };
  if (remove_prefix_ignoring_case(text, "git@")) return split(':');
  constexpr std::array<std::string_view, 4> kSchemes = {"https://", "http://", "git://", "ssh://"};
  const bool has_scheme =
      std::ranges::any_of(kSchemes, [&](std::string_view scheme) { return remove_prefix_ignoring_case(text, scheme); });
  if (!has_scheme && !base::to_lower(text).starts_with("github.com/") &&
      !base::to_lower(text).starts_with("www.github.com/")) {
    return std::nullopt;
  }
  auto host = split('/');
  if (!host) return std::nullopt;
  host->remove_prefix(host->rfind('@') + 1);  // npos + 1 is 0
  const bool is_api = remove_prefix_ignoring_case(text, "api/v3/") || base::to_lower(*host).starts_with("api.");
  // Elsewhere in an API two names are not an owner and a repository.
  if (!remove_prefix_ignoring_case(text, "repos/") && is_api) text = {};
  return host->substr(0, host->rfind(':'));
}

}  // namespace

Result<RepoName> RepoName::make(std::string_view owner, std::string_view name) {
  if (!good_owner(owner) || !good_name(name)) {
    return fail(ErrorKind::kBadInput, "not a repository's name: '" + std::string(owner) + "/" + std::string(name) +
                                          "' (expected OWNER/REPO of letters, digits, '-', '_' and '.')");
  }
  RepoName made;
  made.full_name_.reserve(owner.size() + 1 + name.size());
  made.full_name_.append(owner).append("/").append(name);
  made.key_ = base::to_lower(made.full_name_);
  made.slash_ = owner.size();
  return made;
}

Result<RepoName> RepoName::parse(std::string_view text) {
  constexpr std::size_t kLongestEcho = 200;
  constexpr std::string_view kEnding = ".git";
  std::string_view rest = base::trim(text);
  const bool url = strip_url(rest).has_value();
  if (url) rest = rest.substr(0, rest.find_first_of("?#"));
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) {
    return fail(ErrorKind::kBadInput, "not a repository's name: '" + std::string(text.substr(0, kLongestEcho)) +
                                          "' (expected OWNER/REPO or a GitHub URL)");
  }
  const std::string_view owner = rest.substr(0, slash);
  std::string_view name = rest.substr(slash + 1);
  if (url && is_reserved(owner)) {
    return fail(ErrorKind::kBadInput, "a page of GitHub that is not a repository: '" +
                                          std::string(text.substr(0, kLongestEcho)) +
                                          "' (expected OWNER/REPO or a GitHub URL)");
  }
  if (url) name = name.substr(0, name.find('/'));  // …/tree/main and the like
  // No repository at GitHub has a name that ends in ".git".
  while (name.size() >= kEnding.size() &&
         base::equals_ignoring_case(name.substr(name.size() - kEnding.size()), kEnding)) {
    name.remove_suffix(kEnding.size());
  }
  return make(owner.substr(0, kLongestEcho), name.substr(0, kLongestEcho));
}

namespace {

// Whether a URL names more than its host: a user, a password, a port. `git@` and the port of GitHub's own SSH addresses
// do not count.
bool has_user_or_port(std::string_view text) {
  std::string_view url = base::trim(text);
  const bool ssh = remove_prefix_ignoring_case(url, "git@") || remove_prefix_ignoring_case(url, "ssh://git@");
  if (ssh) return url.substr(0, url.find_first_of(":/")).find('@') != std::string_view::npos;
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  return url.substr(0, url.find('/')).find_first_of("@:\\") != std::string_view::npos;
}

}  // namespace

bool is_at_github(std::string_view text, std::string_view api_root) {
  constexpr std::array<std::string_view, 4> kGitHub = {"github.com", "www.github.com", "api.github.com",
                                                       "ssh.github.com"};
  std::string_view rest = base::trim(text);
  const auto host = strip_url(rest);
  if (!host) return true;
  if (has_user_or_port(text)) return false;
  const std::string lower = base::to_lower(*host);
  if (std::ranges::find(kGitHub, lower) != kGitHub.end()) return true;
  const std::string root = std::string(api_root) + "/";
  std::string_view below = root;
  const auto own = strip_url(below);
  return own && base::to_lower(*own) == lower;
}

}  // namespace repopulse::core
