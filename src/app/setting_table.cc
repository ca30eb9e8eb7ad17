#include "app/setting_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <optional>

#include "base/text.h"
#include "github/origin.h"
#include "monitor/shard.h"
#include "store/mongo/mongo_store.h"

namespace repopulse::app {
namespace {

using namespace std::chrono_literals;
using Text = std::string_view;

constexpr core::Millis kShortestFreshness = 1s;
constexpr core::Millis kLongestFreshness = 24h * 30;

template <std::integral Number>
bool take_number(Text value, Number least, Number most, Number& out) {
  Number number{};
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size() || number < least || number > most) return false;
  out = number;
  return true;
}

bool is_word(Text value) {
  return !value.empty() && std::ranges::all_of(value, [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_path(Text value) {
  return !value.empty() && value.find('\0') == Text::npos;
}

// `HOST:PORT`; an IPv6 address is in brackets, so that its colons are no port's.
bool take_listen(Settings& settings, Text value) {
  const auto colon = value.rfind(':');
  if (colon == Text::npos || colon == 0) return false;
  const Text host = value.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
  if (!is_word(host) || (host.find_first_of(":/[]@") != Text::npos && !bracketed)) return false;
  std::uint16_t port = 0;
  if (!take_number<std::uint16_t>(value.substr(colon + 1), 0, 65535, port)) return false;
  settings.host = host;
  settings.port = port;
  return true;
}

bool take_store(Settings& settings, Text value) {
  constexpr Text kSqlite = "sqlite:";
  const bool sqlite = value.starts_with(kSqlite) && is_path(value.substr(kSqlite.size()));
  if (!sqlite && !store::mongo::is_uri(std::string(value))) return false;
  settings.store = value;
  return true;
}

bool take_repository(Settings& settings, Text value) {
  auto name = core::RepoName::parse(value);
  if (!name) return false;
  if (std::ranges::find(settings.repositories, *name) == settings.repositories.end()) {
    settings.repositories.push_back(*std::move(name));
  }
  return true;
}

bool take_url(std::string& out, Text value) {
  while (value.ends_with('/')) value.remove_suffix(1);
  if (!is_word(value) || value.find_first_of("?#") != Text::npos || github::origin_of(value).empty()) return false;
  out = value;
  return true;
}

// Files and secret stores like to end a token with a line break.
bool take_token(Settings& settings, Text value) {
  const Text token = base::trim(value);
  if (!token.empty() && !is_word(token)) return false;
  settings.github_token = token;
  return true;
}

bool take_file(std::string& out, Text value) {
  if (!is_path(value)) return false;
  out = value;
  return true;
}

bool take_policy(Settings& settings, Text value) {
  if (std::ranges::find(polling::policy_names(), value) == polling::policy_names().end()) return false;
  settings.policy = value;
  return true;
}

bool take_freshness(Settings& settings, Text value) {
  const auto span = core::parse_duration(value);
  if (!span || *span < kShortestFreshness || *span > kLongestFreshness) return false;
  settings.freshness = *span;
  return true;
}

bool take_key(Settings& settings, Text value) {
  const Text key = base::trim(value);
  if (!is_word(key)) return false;
  settings.api_key = key;
  return true;
}

bool take_level(Settings& settings, Text value) {
  constexpr std::array<Text, 4> kNames = {"debug", "info", "warn", "error"};
  const auto found = std::ranges::find(kNames, value);
  if (found == kNames.end()) return false;
  settings.log_level = static_cast<LogLevel>(found - kNames.begin());
  return true;
}

bool take_format(Settings& settings, Text value) {
  if (value != "text" && value != "json") return false;
  settings.log_format = value == "json" ? LogFormat::kJson : LogFormat::kText;
  return true;
}

static_assert(monitor::kShardsMax == 4096, "say so in the table");

constexpr Setting kTable[] = {
    {.name = "listen",
     .environment = "REPOPULSE_LISTEN",
     .placeholder = "ADDRESS:PORT",
     .preset = "127.0.0.1:8080",
     .meaning = "where to serve; port 0 picks a free one",
     .accepted = "ADDRESS:PORT, such as 127.0.0.1:8080, 0.0.0.0:8080 or [::1]:8080",
     .apply = take_listen},
    {.name = "store",
     .environment = "REPOPULSE_STORE",
     .placeholder = "STORE",
     .preset = kDefaultStore,
     .meaning = "where everything is kept: sqlite:PATH, or the URI of a MongoDB or Amazon DocumentDB database",
     .accepted = "sqlite:PATH, mongodb://HOST/DATABASE or mongodb+srv://HOST/DATABASE",
     .apply = take_store},
    {.name = "repo",
     .environment = "REPOPULSE_REPOS",
     .placeholder = "OWNER/REPO",
     .meaning = "a repository that is added and activated at the start; may be given more than once",
     .accepted = "OWNER/REPO or a GitHub URL",
     .list = true,
     .apply = take_repository},
    {.name = "github-url",
     .environment = "REPOPULSE_GITHUB_URL",
     .placeholder = "URL",
     .preset = "https://api.github.com",
     .meaning = "root of GitHub's API; GitHub Enterprise Server has https://HOST/api/v3",
     .accepted = "an http:// or https:// URL without user name and query",
     .apply = [](Settings& settings, Text value) { return take_url(settings.github_url, value); }},
    {.name = "github-token",
     .environment = "REPOPULSE_GITHUB_TOKEN",
     .fallback = "GITHUB_TOKEN",
     .placeholder = "TOKEN",
     .preset = "none",
     .meaning = "token for GitHub's API; without one GitHub answers 60 requests an hour",
     .accepted = "visible ASCII characters",
     .secret = true,
     .apply = take_token},
    {.name = "github-token-file",
     .environment = "REPOPULSE_GITHUB_TOKEN_FILE",
     .placeholder = "FILE",
     .preset = "none",
     .meaning = "a file that holds the token; another token in it is sent within ten seconds",
     .accepted = "a file that can be read and holds one token",
     .apply = [](Settings& settings, Text value) { return take_file(settings.github_token_file, value); }},
    {.name = "max-active",
     .environment = "REPOPULSE_MAX_ACTIVE",
     .placeholder = "N",
     .preset = "5",
     .meaning = "how many repositories may be active at once",
     .accepted = "a whole number from 1 to 1000000",
     .apply = [](Settings& settings,
                 Text value) { return take_number<std::size_t>(value, 1, 1'000'000, settings.max_active); }},
    {.name = "window-days",
     .environment = "REPOPULSE_WINDOW_DAYS",
     .placeholder = "DAYS",
     .preset = "7",
     .meaning = "the rolling window: events of so many days at most",
     .accepted = "a whole number from 1 to 3650",
     .apply = [](Settings& settings, Text value) { return take_number(value, 1, 3650, settings.window.days); }},
    {.name = "window-events",
     .environment = "REPOPULSE_WINDOW_EVENTS",
     .placeholder = "N",
     .preset = "500",
     .meaning = "the rolling window: so many events at most, of all types together",
     .accepted = "a whole number from 1 to 100000",
     .apply = [](Settings& settings,
                 Text value) { return take_number<std::size_t>(value, 1, 100'000, settings.window.max_events); }},
    {.name = "retention-days",
     .environment = "REPOPULSE_RETENTION_DAYS",
     .placeholder = "DAYS",
     .preset = "0",
     .meaning = "events older than that are deleted; 0 keeps all",
     .accepted = "a whole number from 0 to 36500",
     .apply = [](Settings& settings, Text value) { return take_number(value, 0, 36'500, settings.retention_days); }},
    {.name = "policy",
     .environment = "REPOPULSE_POLICY",
     .placeholder = "NAME",
     .preset = polling::kDefaultPolicy,
     .meaning = "what decides when a repository is asked again: fixed, mean, kalman, sarima or adaptive",
     .accepted = "fixed, mean, kalman, sarima or adaptive",
     .apply = take_policy},
    {.name = "freshness",
     .environment = "REPOPULSE_FRESHNESS",
     .placeholder = "DURATION",
     .preset = "5m",
     .meaning = "mean time that an event may wait at GitHub before it is stored; the longer, the fewer requests",
     .accepted = "a duration from 1s to 30d, such as 90s, 5m or 1h",
     .apply = take_freshness},
    {.name = "api-key",
     .environment = "REPOPULSE_API_KEY",
     .placeholder = "KEY",
     .preset = "none",
     .meaning =
         "an admin key to accept; with none and no key in the store the first start makes one and prints it once",
     .asking = "the key to show to the server",
     .accepted = "visible ASCII characters without blanks",
     .secret = true,
     .apply = take_key},
    {.name = "tls-cert",
     .environment = "REPOPULSE_TLS_CERT",
     .placeholder = "FILE",
     .preset = "none",
     .meaning = "certificate chain in PEM, to serve HTTPS; needs --tls-key. It is read again when the file changes",
     .accepted = "a file that can be read, together with tls-key",
     .apply = [](Settings& settings, Text value) { return take_file(settings.tls_certificate_file, value); }},
    {.name = "tls-key",
     .environment = "REPOPULSE_TLS_KEY",
     .placeholder = "FILE",
     .preset = "none",
     .meaning = "private key of that certificate in PEM",
     .accepted = "a file that can be read, together with tls-cert",
     .apply = [](Settings& settings, Text value) { return take_file(settings.tls_key_file, value); }},
    {.name = "log-level",
     .environment = "REPOPULSE_LOG_LEVEL",
     .placeholder = "LEVEL",
     .preset = "info",
     .meaning = "how much is logged to stderr: debug, info, warn or error",
     .accepted = "debug, info, warn or error",
     .apply = take_level},
    {.name = "log-format",
     .environment = "REPOPULSE_LOG_FORMAT",
     .placeholder = "FORMAT",
     .preset = "text",
     .meaning = "text for people, json for one object a line",
     .accepted = "text or json",
     .apply = take_format},
    {.name = "shards",
     .environment = "REPOPULSE_SHARDS",
     .placeholder = "N",
     .preset = "1",
     .meaning = "in how many parts servers on one MongoDB share the polling; the same for all of them",
     .accepted = "a whole number from 1 to 4096",
     .apply = [](Settings& settings,
                 Text value) { return take_number(value, 1, monitor::kShardsMax, settings.shards); }},
    {.name = "threads",
     .environment = "REPOPULSE_THREADS",
     .placeholder = "N",
     .meaning = "threads that answer HTTP requests; by default as many as processors it may use, at most 2",
     .accepted = "a whole number from 1 to 256",
     .apply = [](Settings& settings, Text value) { return take_number(value, 1, 256, settings.threads); }},
    {.name = "server",
     .environment = "REPOPULSE_SERVER",
     .placeholder = "URL",
     .preset = "http://127.0.0.1:8080",
     .meaning = "the server to ask",
     .accepted = "an http:// or https:// URL without user name and query",
     .apply = [](Settings& settings, Text value) { return take_url(settings.server, value); }},
    {.name = "ca-file",
     .environment = "REPOPULSE_CA_FILE",
     .placeholder = "FILE",
     .preset = "the system's",
     .meaning = "certificates in PEM that vouch for the server's",
     .accepted = "a file that can be read",
     .apply = [](Settings& settings, Text value) { return take_file(settings.ca_file, value); }},
};

}  // namespace

std::span<const Setting> setting_table() {
  return kTable;
}

const Setting* find_setting(std::string_view name) {
  const auto found = std::ranges::find(kTable, name, &Setting::name);
  return found == std::end(kTable) ? nullptr : found;
}

std::string without_password(std::string_view text) {
  const auto scheme = text.find("://");
  if (scheme == std::string_view::npos) return std::string(text);
  const auto start = scheme + 3;
  const auto at = text.rfind('@');
  const auto colon = text.find(':', start);
  if (at == std::string_view::npos || colon == std::string_view::npos || colon > at) return std::string(text);
  return std::string(text.substr(0, colon + 1)).append("***").append(text.substr(at));
}

}  // namespace repopulse::app
