#include "github/owner_listing.h"

#include <simdjson.h>

#include <optional>
#include <string>

#include "github/limits.h"

namespace repopulse::github {
namespace {

namespace dom = simdjson::dom;

bool is_true(dom::element entry, const char* name) {
  bool value = false;
  return !entry[name].get(value) && value;
}

std::optional<core::ListedRepository> read_repository(dom::element entry) {
  std::int64_t number = 0;
  std::string_view text;
  if (entry["id"].get(number) || number <= 0 || number > kLargestCount || entry["full_name"].get(text)) {
    return std::nullopt;
  }
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  auto name = core::RepoName::make(text.substr(0, slash), text.substr(slash + 1));
  if (!name) return std::nullopt;
  std::string_view visibility;
  const bool told = !entry["visibility"].get(visibility);
  const bool hidden = is_true(entry, "private") || (told && visibility != "public");
  return core::ListedRepository{*std::move(name), static_cast<std::uint64_t>(number), is_true(entry, "archived"),
                                is_true(entry, "fork"), hidden};
}

}  // namespace

HttpRequest listing_request(const ApiRoot& root, std::string_view owner, std::string_view location, int page,
                            const core::Validator& validator, std::size_t per_page) {
  // The path of users serves organisations, too.
  std::string path = location.empty() ? "/users/" + std::string(owner) + "/repos" : std::string(location);
  path += "?type=owner&sort=created&direction=desc";
  return events_request(root, path, page, validator, per_page);
}

core::Result<ParsedListing> parse_listing(std::string_view body) {
  dom::parser parser;
  dom::array entries;
  if (body.empty() || parser.parse(body.data(), body.size()).get(entries)) {
    return core::fail(core::ErrorKind::kBadInput, "the list of repositories is not a JSON array");
  }
  ParsedListing page;
  for (const dom::element entry : entries) {
    ++page.entries;
    auto repository = read_repository(entry);
    if (repository) {
      page.repositories.push_back(*std::move(repository));
    } else {
      ++page.malformed;
    }
  }
  return page;
}

}  // namespace repopulse::github
