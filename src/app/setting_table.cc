#include "app/setting_table.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <concepts>
#include <optional>
#include <string>

#include "app/printable.h"
#include "base/text.h"
#include "github/origin.h"
#include "http/negotiation.h"
#include "monitor/monitor.h"
#include "monitor/shard.h"
#include "polling/policy_table.h"
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

bool is_path(Text value) {
  return !value.empty() && value.find('\0') == Text::npos;
}

// A field's name is a token of RFC 9110.
bool take_header(Text value, std::string& out) {
  const auto in_token = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || Text("!#$%&'*+-.^_`|~").find(c) != Text::npos;
  };
  if (value.empty() || !std::ranges::all_of(value, in_token)) return false;
  out = value;
  return true;
}

bool take_admin_role(Settings& settings, Text value) {
  if (value.empty() || value != base::trim(value) || value.find(',') != Text::npos) return false;
  settings.proxy_auth.admin_role = value;
  return true;
}

// `HOST:PORT`; an IPv6 address needs brackets, to tell its colons from the one before the port.
bool take_listen(Settings& settings, Text value) {
  const auto colon = value.rfind(':');
  if (colon == Text::npos || colon == 0) return false;
  const Text host = value.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
  if (!is_visible_word(host) || (host.find_first_of(":/[]@") != Text::npos && !bracketed)) return false;
  std::uint16_t port = 0;
  if (!take_number<std::uint16_t>(value.substr(colon + 1), 0, 65535, port)) return false;
  settings.host = host;
  settings.port = port;
  return true;
}

bool take_store(Settings& settings, Text value) {
  const auto path = sqlite_path(value);
  if (!(path && is_path(*path)) && !store::mongo::is_uri(std::string(value))) return false;
  settings.store = value;
  return true;
}

bool take_owner(Settings& settings, Text value) {
  auto name = core::OwnerName::parse(value);
  if (!name) return false;
  if (std::ranges::find(settings.owners, *name) == settings.owners.end()) settings.owners.push_back(*std::move(name));
  return true;
}

bool take_switch(bool& out, Text value) {
  if (value != "on" && value != "off") return false;
  out = value == "on";
  return true;
}

bool take_repository(Settings& settings, Text value) {
  if (core::OwnerName::is_meant_by(value)) return take_owner(settings, value);
  auto name = core::RepoName::parse(value);
  if (!name) return false;
  if (std::ranges::find(settings.repositories, *name) == settings.repositories.end()) {
    settings.repositories.push_back(*std::move(name));
  }
  return true;
}

// `origin` as github::origin_of() gives it: scheme, host, port.
bool is_possible(Text origin) {
  constexpr std::size_t kLongestHost = 253;
  constexpr std::size_t kLongestLabel = 63;
  const auto colon = origin.rfind(':');
  std::uint16_t port = 0;
  if (!take_number<std::uint16_t>(origin.substr(colon + 1), 1, 65535, port)) return false;
  Text host = origin.substr(0, colon);
  host.remove_prefix(host.find("://") + 3);
  if (host.starts_with('[')) return true;  // an address that was checked with the URL
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.empty() || host.size() > kLongestHost) return false;
  // A name whose last part is a number would be an IPv4 address.
  const Text last = host.substr(host.rfind('.') + 1);
  if (!last.empty() && std::ranges::all_of(last, [](char c) { return c >= '0' && c <= '9'; })) {
    in_addr address{};
    return inet_pton(AF_INET, std::string(host).c_str(), &address) == 1;
  }
  while (!host.empty()) {
    const Text label = host.substr(0, host.find('.'));
    host.remove_prefix(std::min(host.size(), label.size() + 1));
    const bool plain = std::ranges::all_of(
        label, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '_'; });
    if (label.empty() || label.size() > kLongestLabel || !plain) return false;
  }
  return true;
}

bool take_url(std::string& out, Text value) {
  while (value.ends_with('/')) value.remove_suffix(1);
  if (!is_visible_word(value) || value.find_first_of("?#") != Text::npos) return false;
  const std::string origin = github::origin_of(value);
  if (origin.empty() || !is_possible(origin)) return false;
  // The parser of URLs takes `x:-1` for a host without a port.
  const Text rest = value.substr(value.find("://") + 3);
  const Text authority = rest.substr(0, rest.find('/'));
  const auto colon = authority.find(':', authority.rfind(']') + 1);  // npos + 1 is 0
  if (colon != Text::npos && authority.find_first_not_of("0123456789", colon + 1) != Text::npos) return false;
  out = value;
  return true;
}

// Files and secret stores often add a line break to a token.
bool take_token(Settings& settings, Text value) {
  const Text token = base::trim(value);
  if (!token.empty() && !is_visible_word(token)) return false;
  settings.github_token = token;
  return true;
}

// GitHub's numbers have up to nine digits today.
bool take_github_number(std::string& out, Text value) {
  std::int64_t number = 0;
  if (!take_number<std::int64_t>(value, 1, std::int64_t{1} << 53, number)) return false;
  out = std::to_string(number);
  return true;
}

bool take_webhook_secret(Settings& settings, Text value) {
  const Text secret = base::trim(value);
  if (!is_visible_word(secret)) return false;
  settings.webhook_secret = secret;
  return true;
}

bool take_file(std::string& out, Text value) {
  if (!is_path(value)) return false;
  out = value;
  return true;
}

bool take_policy(Settings& settings, Text value) {
  if (polling::find_policy(value) == nullptr) return false;
  settings.policy = value;
  return true;
}

bool take_freshness(Settings& settings, Text value) {
  const auto span = core::parse_duration(value);
  if (!span || *span < kShortestFreshness || *span > kLongestFreshness) return false;
  settings.freshness = *span;
  return true;
}

bool take_probe(Settings& settings, Text value) {
  if (value != "auto" && value != "off") return false;
  settings.probe = value == "auto";
  return true;
}

// GitHub's rule for logins: letters, digits and hyphens, at most 39; those of managed users end in `_code`.
bool take_received_by(Settings& settings, Text value) {
  constexpr std::size_t kLongestLogin = 39;
  const auto may_stand = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; };
  if (value.empty() || value.size() > kLongestLogin || !std::ranges::all_of(value, may_stand)) return false;
  settings.received_by = value;
  return true;
}

bool take_key(Settings& settings, Text value) {
  const Text key = base::trim(value);
  if (!is_visible_word(key)) return false;
  settings.api_key = key;
  return true;
}

bool take_base_path(Settings& settings, Text value) {
  const auto path = http::read_base_path(value);
  if (!path) return false;
  settings.base_path = *path;
  return true;
}

bool take_public(Settings& settings, Text value) {
  constexpr std::array<Text, 3> kNames = {"off", "badges", "read"};
  const auto found = std::ranges::find(kNames, value);
  if (found == kNames.end()) return false;
  settings.public_view = static_cast<api::PublicView>(found - kNames.begin());
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

template <auto Member>
void reload(Settings& running, const Settings& read) {
  running.*Member = read.*Member;
}

void reload_repositories(Settings& running, const Settings& read) {
  running.repositories = read.repositories;
  running.owners = read.owners;
}

constexpr Text kDefaultListen = kDefaultServer.substr(Text("http://").size());

// Other rooms repeat these defaults for tests and tools that have no settings.
static_assert(core::WindowRule{} == core::WindowRule{7, 500}, "window-days and window-events below say otherwise");
static_assert(polling::kDefaultFreshness == 5min, "freshness below says otherwise");
static_assert(monitor::kDefaultMaxActive == 5, "max-active below says otherwise");
static_assert(monitor::kShardsMax == 1024, "shards below says otherwise");

constexpr Text kSaysNone = "none";

// The help on policies, from the table of policies.
std::string_view policy_meaning() {
  static const std::string text = "what decides when a repository is asked again: " + polling::policy_choice();
  return text;
}
std::string_view policy_choice() {
  static const std::string text = polling::policy_choice();
  return text;
}

const Setting kTable[] = {
    {.name = "listen",
     .environment = "REPOPULSE_LISTEN",
     .placeholder = "ADDRESS:PORT",
     .default_value = kDefaultListen,
     .meaning = "address and port to serve on; port 0 picks a free port",
     .accepted = "ADDRESS:PORT, such as 127.0.0.1:8080, 0.0.0.0:8080 or [::1]:8080",
     .apply = take_listen},
    {.name = "store",
     .environment = "REPOPULSE_STORE",
     .placeholder = "STORE",
     .default_value = "sqlite:repopulse.db",
     .meaning = "where all data is stored: sqlite:PATH, or the URI of a MongoDB or Amazon DocumentDB database",
     .accepted = "sqlite:PATH, mongodb://HOST/DATABASE or mongodb+srv://HOST/DATABASE",
     .apply = take_store},
    {.name = "repo",
     .environment = "REPOPULSE_REPOS",
     .placeholder = "OWNER/REPO",
     .default_note = kSaysNone,
     .meaning = "a repository to add and activate at the start; OWNER/* for all public repositories of an owner, later "
                "ones too; repeatable",
     .accepted = "OWNER/REPO, OWNER/* or a GitHub URL",
     .list = true,
     .apply = take_repository,
     .reload = reload_repositories},
    {.name = "owner-archived",
     .environment = "REPOPULSE_OWNER_ARCHIVED",
     .placeholder = "MODE",
     .default_value = "off",
     .meaning = "of the owners that repo names (OWNER/*), archived repositories too: on or off",
     .accepted = "on or off",
     .apply = [](Settings& settings, Text value) { return take_switch(settings.owner_archived, value); },
     .reload = &reload<&Settings::owner_archived>},
    {.name = "owner-forks",
     .environment = "REPOPULSE_OWNER_FORKS",
     .placeholder = "MODE",
     .default_value = "off",
     .meaning = "of the owners that repo names (OWNER/*), forks too: on or off",
     .accepted = "on or off",
     .apply = [](Settings& settings, Text value) { return take_switch(settings.owner_forks, value); },
     .reload = &reload<&Settings::owner_forks>},
    {.name = "github-url",
     .environment = "REPOPULSE_GITHUB_URL",
     .placeholder = "URL",
     .default_value = "https://api.github.com",
     .meaning = "root URL of GitHub's API; for GitHub Enterprise Server https://HOST/api/v3",
     .accepted = "an http:// or https:// URL with a possible host and port, without user name or query",
     .apply = [](Settings& settings, Text value) { return take_url(settings.github_url, value); }},
    {.name = "github-token",
     .environment = "REPOPULSE_GITHUB_TOKEN",
     .fallback = "GITHUB_TOKEN",
     .placeholder = "TOKEN",
     .default_note = kSaysNone,
     .meaning = "token for GitHub's API; without one GitHub allows 60 requests per hour",
     .accepted = "visible ASCII characters",
     .secret = true,
     .apply = take_token},
    {.name = "github-token-file",
     .environment = "REPOPULSE_GITHUB_TOKEN_FILE",
     .placeholder = "FILE",
     .default_note = kSaysNone,
     .meaning = "file that contains the token; when it changes, the new token is in use within 10 s",
     .accepted = "a readable file that contains one token",
     .apply = [](Settings& settings, Text value) { return take_file(settings.github_token_file, value); }},
    {.name = "github-app-id",
     .environment = "REPOPULSE_GITHUB_APP_ID",
     .placeholder = "NUMBER",
     .default_note = kSaysNone,
     .meaning = "App ID of a GitHub App, whose tokens repopulse makes and renews by itself, in place of github-token",
     .accepted = "a whole number that GitHub shows as App ID, together with github-app-key-file and "
                 "github-app-installation-id",
     .apply = [](Settings& settings, Text value) { return take_github_number(settings.github_app_id, value); }},
    {.name = "github-app-key-file",
     .environment = "REPOPULSE_GITHUB_APP_KEY_FILE",
     .placeholder = "FILE",
     .default_note = kSaysNone,
     .meaning =
         "file that contains a private key of the GitHub App; when it changes, the new key is in use within 10 s",
     .accepted = "a readable file that contains an RSA private key (PEM), together with github-app-id and "
                 "github-app-installation-id",
     .apply = [](Settings& settings, Text value) { return take_file(settings.github_app_key_file, value); }},
    {.name = "github-app-installation-id",
     .environment = "REPOPULSE_GITHUB_APP_INSTALLATION_ID",
     .placeholder = "NUMBER",
     .default_note = kSaysNone,
     .meaning = "the installation of the GitHub App whose tokens are used: the number at the end of its page's address",
     .accepted = "a whole number, together with github-app-id and github-app-key-file",
     .apply = [](Settings& settings,
                 Text value) { return take_github_number(settings.github_app_installation_id, value); }},
    {.name = "webhook-secret",
     .environment = "REPOPULSE_WEBHOOK_SECRET",
     .placeholder = "SECRET",
     .default_note = kSaysNone,
     .meaning =
         "secret of GitHub's webhooks; with it, /api/hooks/github takes their deliveries, which make repopulse ask "
         "for a repository's events at once",
     .accepted = "visible ASCII characters without spaces",
     .secret = true,
     .apply = take_webhook_secret},
    {.name = "webhook-secret-file",
     .environment = "REPOPULSE_WEBHOOK_SECRET_FILE",
     .placeholder = "FILE",
     .default_note = kSaysNone,
     .meaning = "file that contains the secret of GitHub's webhooks; read at the start",
     .accepted = "a readable file that contains one secret",
     .apply = [](Settings& settings, Text value) { return take_file(settings.webhook_secret_file, value); }},
    {.name = "github-ca-file",
     .environment = "REPOPULSE_GITHUB_CA_FILE",
     .placeholder = "FILE",
     .default_note = "SSL_CERT_FILE and SSL_CERT_DIR, else the system's",
     .meaning = "certificates (PEM) to trust for GitHub, such as those that vouch for a GitHub Enterprise Server",
     .accepted = "a readable file of certificates (PEM)",
     .apply = [](Settings& settings, Text value) { return take_file(settings.github_ca_file, value); }},
    {.name = "max-active",
     .environment = "REPOPULSE_MAX_ACTIVE",
     .placeholder = "N",
     .default_value = "5",
     .meaning = "how many repositories may be active (polled) at the same time",
     .accepted = "a whole number from 1 to 1,000,000",
     .apply = [](Settings& settings,
                 Text value) { return take_number<std::size_t>(value, 1, 1'000'000, settings.max_active); },
     .reload = &reload<&Settings::max_active>},
    {.name = "window-days",
     .environment = "REPOPULSE_WINDOW_DAYS",
     .placeholder = "DAYS",
     .default_value = "7",
     .meaning = "rolling window: only events of the last DAYS days",
     .accepted = "a whole number from 1 to 3,650",
     .apply = [](Settings& settings, Text value) { return take_number(value, 1, 3650, settings.window.days); }},
    {.name = "window-events",
     .environment = "REPOPULSE_WINDOW_EVENTS",
     .placeholder = "N",
     .default_value = "500",
     .meaning = "rolling window: at most the newest N events, all types together",
     .accepted = "a whole number from 1 to 100,000",
     .apply = [](Settings& settings,
                 Text value) { return take_number<std::size_t>(value, 1, 100'000, settings.window.max_events); }},
    {.name = "retention-days",
     .environment = "REPOPULSE_RETENTION_DAYS",
     .placeholder = "DAYS",
     .default_value = "0",
     .meaning = "delete events that are older than this; 0 keeps all",
     .accepted = "a whole number from 0 to 36,500",
     .apply = [](Settings& settings, Text value) { return take_number(value, 0, 36'500, settings.retention_days); }},
    {.name = "bots",
     .environment = "REPOPULSE_BOTS",
     .placeholder = "LOGIN",
     .default_note = "*[bot] and well-known robots",
     .meaning = "logins of robots, in which * stands for any characters, for statistics of people or of robots alone; "
                "repeatable; takes the place of the default",
     .accepted = "logins of letters, digits, '-', '_', '[', ']' and '*'; 200 at most",
     .list = true,
     .apply = [](Settings& settings, Text value) { return settings.bots.add(value); },
     .reload = &reload<&Settings::bots>},
    {.name = "policy",
     .environment = "REPOPULSE_POLICY",
     .placeholder = "NAME",
     .default_value = polling::kDefaultPolicy,
     .meaning = policy_meaning(),
     .accepted = policy_choice(),
     .apply = take_policy},
    {.name = "freshness",
     .environment = "REPOPULSE_FRESHNESS",
     .placeholder = "DURATION",
     .default_value = "5m",
     .meaning = "mean time that an event may wait at GitHub before it is stored; a longer time saves requests",
     .accepted = "a duration from 1s to 30d, such as 90s, 5m or 1h",
     .apply = take_freshness,
     .reload = &reload<&Settings::freshness>},
    {.name = "probe",
     .environment = "REPOPULSE_PROBE",
     .placeholder = "MODE",
     .default_value = "auto",
     .meaning = "change probes, one GraphQL request that tells for many repositories at once whether there is news: "
                "auto (with a token, where they save requests) or off",
     .accepted = "auto or off",
     .apply = take_probe},
    {.name = "received-by",
     .environment = "REPOPULSE_RECEIVED_BY",
     .placeholder = "LOGIN",
     .default_note = kSaysNone,
     .meaning = "the login of a GitHub account that watches the repositories: the feed of what it receives is asked in "
                "their place where it is proven to show their events; not used where servers share a store",
     .accepted = "a login: letters, digits, hyphens and underscores, at most 39 characters",
     .apply = take_received_by},
    {.name = "api-key",
     .environment = "REPOPULSE_API_KEY",
     .placeholder = "KEY",
     .default_note = kSaysNone,
     .meaning = "an admin key to accept; without it and without a key in the store, the first start makes one and "
                "prints it once",
     .client_meaning = "API key for the server",
     .accepted = "visible ASCII characters without spaces",
     .secret = true,
     .apply = take_key},
    {.name = "public",
     .environment = "REPOPULSE_PUBLIC",
     .placeholder = "WHAT",
     .default_value = "off",
     .meaning = "what anybody may see without a key: off (nothing), badges, or read (all that a read key may, the "
                "dashboard included), of every repository of this server",
     .accepted = "off, badges or read",
     .apply = take_public},
    {.name = "public-limit",
     .environment = "REPOPULSE_PUBLIC_LIMIT",
     .placeholder = "N",
     .default_value = "600",
     .meaning = "requests a minute that one address may send without a key; 0 sets no limit",
     .accepted = "a whole number from 0 to 1,000,000",
     .apply = [](Settings& settings, Text value) { return take_number(value, 0, 1'000'000, settings.public_limit); }},
    {.name = "key-limit",
     .environment = "REPOPULSE_KEY_LIMIT",
     .placeholder = "N",
     .default_value = "0",
     .meaning = "requests a minute that may come with one key of role read; 0 sets no limit, admin keys have none",
     .accepted = "a whole number from 0 to 1,000,000",
     .apply = [](Settings& settings, Text value) { return take_number(value, 0, 1'000'000, settings.key_limit); }},
    {.name = "trusted-proxies",
     .environment = "REPOPULSE_TRUSTED_PROXIES",
     .placeholder = "ADDRESS",
     .default_note = kSaysNone,
     .meaning = "address or network of a proxy whose X-Forwarded-For tells the client's address, for the limits by "
                "address and the log; repeatable",
     .accepted = "an address or a network, such as 127.0.0.1, 10.0.0.0/8 or fd00::/8",
     .list = true,
     .apply = [](Settings& settings, Text value) { return settings.trusted_proxies.add(value); }},
    {.name = "proxy-auth-header",
     .environment = "REPOPULSE_PROXY_AUTH_HEADER",
     .placeholder = "NAME",
     .default_note = kSaysNone,
     .meaning =
         "header field in which the proxies of --trusted-proxies name the user whom they have signed in, such as "
         "X-Forwarded-User; such users need no key",
     .accepted = "the name of a header field, together with trusted-proxies",
     .apply = [](Settings& settings, Text value) { return take_header(value, settings.proxy_auth.user_header); }},
    {.name = "proxy-auth-role-header",
     .environment = "REPOPULSE_PROXY_AUTH_ROLE_HEADER",
     .placeholder = "NAME",
     .default_note = "none: every user may read",
     .meaning = "header field with the roles or groups of that user, separated by commas, such as X-Forwarded-Groups",
     .accepted = "the name of a header field, together with proxy-auth-header",
     .apply = [](Settings& settings, Text value) { return take_header(value, settings.proxy_auth.role_header); }},
    {.name = "proxy-auth-admin",
     .environment = "REPOPULSE_PROXY_AUTH_ADMIN",
     .placeholder = "ROLE",
     .default_value = "admin",
     .meaning = "role or group in --proxy-auth-role-header whose users may change things; all others may read",
     .accepted = "a name without a comma",
     .apply = take_admin_role},
    {.name = "base-path",
     .environment = "REPOPULSE_BASE_PATH",
     .placeholder = "PATH",
     .default_note = kSaysNone,
     .meaning = "path below which a proxy serves repopulse; all links begin with it",
     .accepted = "a path such as /repopulse, of letters, digits, '-', '.', '_', '~' and single slashes",
     .apply = take_base_path},
    {.name = "tls-cert",
     .environment = "REPOPULSE_TLS_CERT",
     .placeholder = "FILE",
     .default_note = kSaysNone,
     .meaning = "certificate chain (PEM) for serving HTTPS; needs --tls-key; read again when the file changes",
     .accepted = "a readable file, together with tls-key",
     .apply = [](Settings& settings, Text value) { return take_file(settings.tls_certificate_file, value); }},
    {.name = "tls-key",
     .environment = "REPOPULSE_TLS_KEY",
     .placeholder = "FILE",
     .default_note = kSaysNone,
     .meaning = "private key (PEM) of the certificate in --tls-cert",
     .accepted = "a readable file, together with tls-cert",
     .apply = [](Settings& settings, Text value) { return take_file(settings.tls_key_file, value); }},
    {.name = "log-level",
     .environment = "REPOPULSE_LOG_LEVEL",
     .placeholder = "LEVEL",
     .default_value = "info",
     .meaning = "lowest level of the messages in the log on stderr: debug, info, warn or error",
     .accepted = "debug, info, warn or error",
     .apply = take_level,
     .reload = &reload<&Settings::log_level>},
    {.name = "log-format",
     .environment = "REPOPULSE_LOG_FORMAT",
     .placeholder = "FORMAT",
     .default_value = "text",
     .meaning = "form of the log: text for people, json for one object on each line",
     .accepted = "text or json",
     .apply = take_format},
    {.name = "shards",
     .environment = "REPOPULSE_SHARDS",
     .placeholder = "N",
     .default_value = "1",
     .meaning = "into how many shards servers on one MongoDB divide the polling; the same on all of them",
     .accepted = "a whole number from 1 to 1,024",
     .apply = [](Settings& settings,
                 Text value) { return take_number(value, 1, monitor::kShardsMax, settings.shards); }},
    {.name = "threads",
     .environment = "REPOPULSE_THREADS",
     .placeholder = "N",
     .default_note = "one for each usable processor, at most 2",
     .meaning = "threads that answer HTTP requests",
     .accepted = "a whole number from 1 to 256",
     .apply = [](Settings& settings, Text value) { return take_number(value, 1, 256, settings.threads); }},
    {.name = "server",
     .environment = "REPOPULSE_SERVER",
     .placeholder = "URL",
     .default_note = kDefaultServer,
     .meaning = "URL of the server to ask",
     .accepted = "an http:// or https:// URL with a possible host and port, without user name or query",
     .apply = [](Settings& settings, Text value) { return take_url(settings.server, value); }},
    {.name = "ca-file",
     .environment = "REPOPULSE_CA_FILE",
     .placeholder = "FILE",
     .default_note = "SSL_CERT_FILE and SSL_CERT_DIR, else the system's",
     .meaning = "certificates (PEM) to trust for the server",
     .accepted = "a readable file of certificates (PEM)",
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

std::string_view shown_default(const Setting& setting) {
  return setting.default_value.empty() ? setting.default_note : setting.default_value;
}

Settings default_settings() {
  Settings settings;
  for (const Setting& setting : kTable) {
    if (!setting.default_value.empty()) setting.apply(settings, setting.default_value);
  }
  return settings;
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
