// Decides from its raw bytes whether a line of an archive is about a wanted repository: most lines are skipped without
// being parsed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <absl/container/flat_hash_set.h>

namespace repopulse::archive {

// The value of `"repo":{…"name":"…"`, if it is where GH Archive writes it and in that form; nullopt when the line must
// be parsed. Searches the first few hundred bytes.
std::optional<std::string_view> repository_of_line(std::string_view line);

class EventFilter {
 public:
  // `keys`: `owner/name` in lower case.
  explicit EventFilter(absl::flat_hash_set<std::string> keys) : keys_(std::move(keys)) {}
  static EventFilter everything();

  // `repository`: `owner/name` in any case.
  bool wants(std::string_view repository) const;

 private:
  bool everything_ = false;
  absl::flat_hash_set<std::string> keys_;
};

}  // namespace repopulse::archive
