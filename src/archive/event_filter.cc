#include "archive/event_filter.h"

#include "base/text.h"
#include "core/repo_name.h"

namespace repopulse::archive {

// Since 2015 a line is {"id":…,"type":…,"actor":{…},"repo":{"id":…,"name":…,"url":…},"payload":…}: before the
// repository there is no free text, only names, which cannot contain a quotation mark.
std::optional<std::string_view> repository_of_line(std::string_view line) {
  constexpr std::size_t kHead = 1500;
  constexpr std::size_t kLongestRepo = 200;
  constexpr std::string_view kRepo = "\"repo\":{", kName = "\"name\":\"", kPayload = "\"payload\":";
  const std::string_view head = line.substr(0, kHead);
  const auto repo = head.find(kRepo);
  if (repo == std::string_view::npos) return std::nullopt;
  const std::string_view object = line.substr(repo + kRepo.size(), kLongestRepo);
  const auto name = object.find(kName);
  if (name == std::string_view::npos || object.substr(0, name).find('}') != std::string_view::npos) return std::nullopt;
  if (head.substr(0, repo).find(kPayload) != std::string_view::npos) return std::nullopt;
  const std::string_view value = object.substr(name + kName.size());
  const auto end = value.find_first_of("\"\\");
  if (end == std::string_view::npos || value[end] != '"') return std::nullopt;
  return value.substr(0, end);
}

// An event begins with its id, a string; the ids of other objects are numbers.
bool is_one_line(std::string_view line) {
  constexpr std::string_view kBegin = "{\"id\":\"";
  return line.find(kBegin, 1) == std::string_view::npos && line.find('\0') == std::string_view::npos;
}

EventFilter EventFilter::everything(absl::flat_hash_set<std::string> keys) {
  EventFilter filter(std::move(keys));
  filter.everything_ = true;
  return filter;
}

bool EventFilter::wants(std::string_view repository) const {
  return everything_ || names(repository);
}

bool EventFilter::names(std::string_view repository) const {
  return keys_.contains(base::to_lower(repository));
}

}  // namespace repopulse::archive
