#include "core/owner_name.h"

#include <array>
#include <cstddef>

#include "base/text.h"
#include "core/repo_name.h"

namespace repopulse::core {
namespace {

// The length of the ending that means all repositories; 0: there is none.
std::size_t ending_of(std::string_view text) {
  constexpr std::array<std::string_view, 2> kEndings = {"/*", "/%2a"};
  for (const std::string_view ending : kEndings) {
    if (text.size() > ending.size() && base::to_lower(text.substr(text.size() - ending.size())) == ending) {
      return ending.size();
    }
  }
  return 0;
}

}  // namespace

bool OwnerName::is_meant_by(std::string_view text) {
  return ending_of(base::trim(text)) > 0;
}

Result<OwnerName> OwnerName::parse(std::string_view text) {
  constexpr std::size_t kLongestEcho = 200;
  // A name that stands for the star: what is before it is read as the owner of a repository is.
  constexpr std::string_view kAny = "-any.repository-";
  const std::string_view trimmed = base::trim(text);
  const std::size_t ending = ending_of(trimmed);
  if (ending > 0) {
    const auto name =
        RepoName::parse(std::string(trimmed.substr(0, trimmed.size() - ending)) + "/" + std::string(kAny));
    if (name && name->name() == kAny) {
      OwnerName owner;
      owner.login_ = name->owner();
      owner.key_ = name->owner_key();
      return owner;
    }
  }
  return fail(ErrorKind::kBadInput, "not an owner's repositories: '" + std::string(trimmed.substr(0, kLongestEcho)) +
                                        "' (expected OWNER/* with OWNER of letters, digits, '-' and '_')");
}

}  // namespace repopulse::core
