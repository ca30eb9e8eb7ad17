// Which lines of an archive matter, decided on their raw bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <absl/container/flat_hash_set.h>

namespace repopulse::archive {

// The value of `"repo":{…"name":"…"` where a line has it in the place and the form in which GH Archive writes it;
// nullopt where only a parser can tell. Costs a search through the first few hundred bytes.
std::optional<std::string_view> repository_of_line(std::string_view line);

class EventFilter {
 public:
  // `keys`: `owner/name` in lower case.
  explicit EventFilter(absl::flat_hash_set<std::string> keys) : keys_(std::move(keys)) {}
  static EventFilter everything();

  // By a name in any case.
  bool wants(std::string_view repository) const;

 private:
  bool everything_ = false;
  absl::flat_hash_set<std::string> keys_;
};

}  // namespace repopulse::archive
