#include "core/repo_name.h"

#include <algorithm>
#include <array>

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

bool good_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName && name != "." && name != ".." &&
         std::ranges::all_of(name, [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; });
}

bool remove_prefix_ignoring_case(std::string_view& text, std::string_view prefix) {
  if (text.size() < prefix.size() || to_lower(text.substr(0, prefix.size())) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// What follows the host in a GitHub URL; false when the text is no URL.
bool strip_url(std::string_view& text) {
  if (remove_prefix_ignoring_case(text, "git@")) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return false;
    text.remove_prefix(colon + 1);
    return true;
  }
  constexpr std::array<std::string_view, 4> kSchemes = {"https://", "http://", "git://", "ssh://"};
  const bool has_scheme =
      std::ranges::any_of(kSchemes, [&](std::string_view scheme) { return remove_prefix_ignoring_case(text, scheme); });
  if (!has_scheme && !to_lower(text).starts_with("github.com/") && !to_lower(text).starts_with("www.github.com/")) {
    return false;
  }
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  text.remove_prefix(slash + 1);
  remove_prefix_ignoring_case(text, "api/v3/");
  remove_prefix_ignoring_case(text, "repos/");
  return true;
}

}  // namespace

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

Result<RepoName> RepoName::make(std::string_view owner, std::string_view name) {
  if (!good_owner(owner) || !good_name(name)) {
    return fail(ErrorKind::kBadInput, "not a repository's name: '" + std::string(owner) + "/" + std::string(name) +
                                          "' (expected OWNER/REPO of letters, digits, '-', '_' and '.')");
  }
  RepoName made;
  made.full_name_.reserve(owner.size() + 1 + name.size());
  made.full_name_.append(owner).append("/").append(name);
  made.key_ = to_lower(made.full_name_);
  made.slash_ = owner.size();
  return made;
}

Result<RepoName> RepoName::parse(std::string_view text) {
  constexpr std::size_t kLongestEcho = 200;
  std::string_view rest = text;
  const bool url = strip_url(rest);
  if (url) {
    rest = rest.substr(0, rest.find_first_of("?#"));
    if (rest.ends_with('/')) rest.remove_suffix(1);
  }
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) {
    return fail(ErrorKind::kBadInput, "not a repository's name: '" + std::string(text.substr(0, kLongestEcho)) +
                                          "' (expected OWNER/REPO or a GitHub URL)");
  }
  const std::string_view owner = rest.substr(0, slash);
  std::string_view name = rest.substr(slash + 1);
  if (url) {
    name = name.substr(0, name.find('/'));  // …/tree/main and the like
    if (name.ends_with(".git")) name.remove_suffix(4);
  }
  return make(owner.substr(0, kLongestEcho), name.substr(0, kLongestEcho));
}

}  // namespace repopulse::core
