// `OWNER/*`: all public repositories of an owner, an organisation or a user, later ones too. A value that holds the
// owner's login; upper and lower case make no difference. It asks nobody whether the owner exists.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "core/result.h"

namespace repopulse::core {

class OwnerName {
 public:
  // Does `text` mean an owner, and not one repository? It ends in `/*`, or in `/%2A`, which is the same in a URL.
  static bool is_meant_by(std::string_view text);
  // Takes `OWNER/*` or a GitHub URL that ends so (`https://github.com/OWNER/*`), of any host: is_at_github() checks
  // that. The login is as RepoName has it.
  static Result<OwnerName> parse(std::string_view text);

  const std::string& login() const { return login_; }      // in the case that was given
  const std::string& key() const { return key_; }          // lower case: identifies it
  std::string full_name() const { return login_ + "/*"; }  // `OWNER/*`

  friend bool operator==(const OwnerName& a, const OwnerName& b) { return a.key_ == b.key_; }
  friend std::strong_ordering operator<=>(const OwnerName& a, const OwnerName& b) { return a.key_ <=> b.key_; }

 private:
  OwnerName() = default;
  std::string login_;
  std::string key_;
};

}  // namespace repopulse::core
