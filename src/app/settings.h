// The values of all settings, and how they are found: flags, environment variables, a settings file. Values are checked
// here; nothing is opened but the settings file, the files of tokens and keys, and the certificate files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/rule.h"
#include "api/settings.h"
#include "app/open_store.h"
#include "core/actors.h"
#include "core/owner_name.h"
#include "core/repo_name.h"
#include "core/result.h"
#include "core/time.h"
#include "core/window.h"
#include "github/app_key.h"
#include "http/trusted_proxies.h"
#include "notify/target.h"
#include "polling/policy_table.h"

namespace repopulse::app {

enum class LogLevel { kDebug, kInfo, kWarn, kError };
enum class LogFormat { kText, kJson };

// The server that subcommands ask, and where `serve` listens, where nothing else is set.
inline constexpr std::string_view kDefaultServer = "http://127.0.0.1:8080";

// Defaults are in the table of settings; read_settings() starts from them.
struct Settings {
  std::string host;        // an IPv6 address in brackets
  std::uint16_t port = 0;  // 0: any free one
  std::string store;
  std::vector<core::RepoName> repositories;
  std::vector<core::OwnerName> owners;  // all of whose public repositories are followed
  bool owner_archived = false;          // of these owners, archived repositories, too
  bool owner_forks = false;             // and forks
  std::string github_url;               // no trailing slash
  std::string github_token;             // empty: none
  std::string github_token_file;
  std::string github_app_id;  // of a GitHub App that makes tokens in the token's place; empty: none
  std::string github_app_key_file;
  std::string github_app_installation_id;
  std::optional<github::App> github_app;  // of the three above
  std::string webhook_secret;             // of GitHub's webhooks; empty: none
  std::string webhook_secret_file;
  std::string github_ca_file;  // certificates to trust for GitHub; empty: SSL_CERT_FILE, SSL_CERT_DIR or the system's
  std::size_t max_active = 0;
  core::WindowRule window;
  int retention_days = 0;
  core::BotPatterns bots;  // whose events are those of robots; empty: the well-known ones
  std::string policy;
  core::Millis freshness{0};
  std::string received_by;  // the login of an account that watches the repositories; empty: none
  bool probe = false;       // change probes may be asked; they need a token
  std::string api_key;      // empty: none
  api::PublicView public_view = api::PublicView::kOff;  // without a key
  int public_limit = 0;                                 // requests a minute of an address without a key; 0: no limit
  int key_limit = 0;                                    // requests a minute with one read key; 0: no limit
  http::TrustedProxies trusted_proxies;                 // whose X-Forwarded-For counts
  api::ProxyAuth proxy_auth;                            // how they name the users whom they have signed in
  std::string base_path;                                // where a proxy serves this server; no slash at the end
  std::string tls_certificate_file;
  std::string tls_key_file;
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;
  int shards = 0;
  int threads = 0;      // 0: one for each processor that may be used, at most 2
  std::string server;   // the server to ask; empty: kDefaultServer
  std::string ca_file;  // certificates to trust for it; empty: as github_ca_file
  // Of the settings file alone.
  std::vector<alerts::Rule> alert_rules;
  std::vector<notify::Target> targets;
};

// The flags of the command line: values by name of the setting, in order.
using GivenFlags = std::map<std::string, std::vector<std::string>, std::less<>>;
// Looks up an environment variable; nullptr when it is not set.
using Environment = std::function<const char*(const char* name)>;

// A flag beats the environment, which beats the file (`config`; empty: the file that REPOPULSE_CONFIG names, if any).
// Reads only the settings in `wanted`; the others keep their defaults. Each key of the file must be the name of a
// setting, or a table of alert_settings.h. kBadInput: one line that names the setting as the user wrote it, the value
// (never a secret) and what is accepted.
core::Result<Settings> read_settings(const std::vector<std::string_view>& wanted, const GivenFlags& flags,
                                     const std::string& config, const Environment& environment);

// A setting, its values as the user wrote them, and where they come from.
struct SettingInUse {
  std::string_view name;
  std::vector<std::string> values;  // of a secret `***`; none: it has no value
  bool list = false;
  std::string origin;  // `--freshness`, `REPOPULSE_FRESHNESS`, `/etc/repopulse.toml:3`, `default`; empty: no value
  // A hash of the values, secrets included, that tells others from these and reveals none.
  std::string fingerprint;
};

// Those in `wanted`, in that order. As read_settings() where one is wrong.
core::Result<std::vector<SettingInUse>> settings_in_use(const std::vector<std::string_view>& wanted,
                                                        const GivenFlags& flags, const std::string& config,
                                                        const Environment& environment);

}  // namespace repopulse::app
