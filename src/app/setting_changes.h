// What has changed between the settings that a server runs with and those that it has just read, and which of that
// takes effect while it runs: the table of settings says so (Setting::reload). Compares values; applies nothing.
#pragma once

#include <string>
#include <vector>

#include "app/settings.h"

namespace repopulse::app {

struct ServeSettings {
  Settings values;
  std::vector<SettingInUse> all;  // the same as the user wrote them
};

// For people: names, and values where these are short and no secret. `freshness from 5m to 2m`.
struct SettingChanges {
  std::vector<std::string> reloaded;
  std::vector<std::string> need_restart;
};
SettingChanges compare(const ServeSettings& running, const ServeSettings& read);

// `running` with what takes effect of `read`.
ServeSettings take_over(const ServeSettings& running, const ServeSettings& read);

}  // namespace repopulse::app
