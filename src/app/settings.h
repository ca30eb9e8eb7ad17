// What a user can set, read and checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/open_store.h"
#include "core/repo_name.h"
#include "core/result.h"
#include "core/time.h"
#include "core/window.h"
#include "polling/policy.h"

namespace repopulse::app {

enum class LogLevel { kDebug, kInfo, kWarn, kError };
enum class LogFormat { kText, kJson };

struct Settings {
  std::string host = "127.0.0.1";  // an IPv6 address in brackets
  std::uint16_t port = 8080;       // 0: any free one
  std::string store = kDefaultStore;
  std::vector<core::RepoName> repositories;
  std::string github_url = "https://api.github.com";  // no trailing slash
  std::string github_token;                           // empty: none
  std::string github_token_file;
  std::size_t max_active = 5;
  core::WindowRule window;
  int retention_days = 0;
  std::string policy{polling::kDefaultPolicy};
  core::Millis freshness{300'000};
  std::string api_key;  // empty: none
  std::string tls_certificate_file;
  std::string tls_key_file;
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;
  int shards = 1;
  int threads = 0;      // 0: as many as processors that it may use, at most 2
  std::string server;   // of the subcommands that ask one; empty: the local one
  std::string ca_file;  // empty: the system's
};

// What was given on the command line: values by setting, in order.
using GivenFlags = std::map<std::string, std::vector<std::string>, std::less<>>;
// The value of an environment variable; nullptr when it is not set.
using Environment = std::function<const char*(const char* name)>;

// A flag beats the environment, which beats the file (`config`; empty: the one that REPOPULSE_CONFIG names, if any).
// Only the settings in `wanted` are read; of the file every key must be known. kBadInput: one line that names the
// setting as the user wrote it, the value (never a secret) and what is accepted.
core::Result<Settings> read_settings(const std::vector<std::string_view>& wanted, const GivenFlags& flags,
                                     const std::string& config, const Environment& environment);

}  // namespace repopulse::app
