#include "app/repository_names.h"

#include <utility>

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

}  // namespace repopulse::app
