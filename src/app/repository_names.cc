#include "app/repository_names.h"

#include <utility>

#include "core/owner_name.h"

namespace repopulse::app {

core::Result<std::vector<core::RepoName>> parse_repository_names(const std::vector<std::string>& texts) {
  std::vector<core::RepoName> names;
  for (const std::string& text : texts) {
    auto name = core::RepoName::parse(text);
    if (!name) return tl::unexpected(name.error());
    names.push_back(*std::move(name));
  }
  return names;
}

core::Result<std::vector<std::string>> parse_full_names(const std::vector<std::string>& texts) {
  std::vector<std::string> names;
  for (const std::string& text : texts) {
    const auto full_name =
        core::OwnerName::is_meant_by(text)
            ? core::OwnerName::parse(text).map(&core::OwnerName::full_name)
            : core::RepoName::parse(text).map([](const core::RepoName& name) { return name.full_name(); });
    if (!full_name) return tl::unexpected(full_name.error());
    names.push_back(*full_name);
  }
  return names;
}

}  // namespace repopulse::app
