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

// False when bytes in the line show that the end of one event and the beginning of another were lost, so that it may
// hold an event of any repository. For lines in the form of GH Archive; a parser must tell about the others.
bool is_one_line(std::string_view line);

class EventFilter {
 public:
  // `keys`: `owner/name` in lower case.
  explicit EventFilter(absl::flat_hash_set<std::string> keys) : keys_(std::move(keys)) {}
  // Wants every event. `keys`: what names() knows.
  static EventFilter everything(absl::flat_hash_set<std::string> keys = {});

  // `repository`: `owner/name` in any case.
  bool wants(std::string_view repository) const;
  bool names(std::string_view repository) const;

 private:
  bool everything_ = false;
  absl::flat_hash_set<std::string> keys_;
};

}  // namespace repopulse::archive
