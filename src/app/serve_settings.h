// The settings that `serve` takes; others belong to subcommands that ask a server.
#pragma once

#include <string_view>
#include <vector>

namespace repopulse::app {

const std::vector<std::string_view>& serve_settings();

}  // namespace repopulse::app
