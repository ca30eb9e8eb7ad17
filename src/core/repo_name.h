// The name of a repository at GitHub: owner and name. Upper and lower case make no difference. A value; asks nobody
// whether the repository exists.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "core/result.h"

namespace repopulse::core {

class RepoName {
 public:
  // Takes `owner/name` or a GitHub URL (`https://github.com/owner/name(.git)`, `git@github.com:owner/name.git`, an API
  // URL `https://api.github.com/repos/owner/name`) with any host: is_at_github() checks that. Owner: letters,
  // digits, hyphens and underscores, at most 39 characters. Name: letters, digits, `.`, `-`, `_`, at most 100, not `.`
  // or `..`.
  static Result<RepoName> parse(std::string_view text);
  static Result<RepoName> make(std::string_view owner, std::string_view name);

  const std::string& full_name() const { return full_name_; }  // in the case that was given
  const std::string& key() const { return key_; }              // lower case: identifies it
  std::string_view owner() const { return std::string_view(full_name_).substr(0, slash_); }
  std::string_view name() const { return std::string_view(full_name_).substr(slash_ + 1); }
  std::string_view owner_key() const { return std::string_view(key_).substr(0, slash_); }

  friend bool operator==(const RepoName& a, const RepoName& b) { return a.key_ == b.key_; }
  friend std::strong_ordering operator<=>(const RepoName& a, const RepoName& b) { return a.key_ <=> b.key_; }

 private:
  RepoName() = default;
  std::string full_name_;
  std::string key_;
  std::size_t slash_ = 0;
};

// Does `text`, if it is a URL that RepoName::parse() takes, lead to github.com or to the host of `api_root`?
bool is_at_github(std::string_view text, std::string_view api_root);

}  // namespace repopulse::core
