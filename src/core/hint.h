// A message from outside that a repository may have news, such as a webhook's delivery. It proves nothing.
#pragma once

#include <string>

namespace repopulse::core {

struct Hint {
  std::string kind = {};     // of the event that it tells of (`PushEvent`); empty: any
  std::string webhook = {};  // GitHub's number of the webhook that told (`X-GitHub-Hook-ID`); empty: not known
  friend bool operator==(const Hint&, const Hint&) = default;
};

}  // namespace repopulse::core
