#include "app/settings.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "app/alert_settings.h"
#include "app/app_key_file.h"
#include "app/printable.h"
#include "app/setting_table.h"
#include "app/text_file.h"
#include "app/token_file.h"
#include "app/toml_file.h"
#include "base/text.h"

namespace repopulse::app {
namespace {

using core::ErrorKind;

constexpr std::size_t kShownValueMax = 200;

// Where a value came from; the first of these wins.
enum class Source { kFlag, kEnvironment, kFallback, kFile, kNone };

struct Given {
  Source source = Source::kNone;
  std::string name;    // as the user wrote it
  std::string origin;  // without the setting's name where that is clear
  std::vector<std::string> values;
  bool is_array = false;
};

class Reader {
 public:
  Reader(const GivenFlags& flags, const Environment& environment) : flags_(flags), environment_(environment) {}

  core::Status load_file(const std::string& config, Settings& settings) {
    const char* named = environment_("REPOPULSE_CONFIG");
    path_ = !config.empty() || named == nullptr ? config : named;
    if (path_.empty()) return {};
    auto entries = read_toml(path_);
    if (!entries) {
      const std::string origin = config.empty() ? "REPOPULSE_CONFIG " : "--config ";
      return core::fail(ErrorKind::kBadInput, origin + printable(entries.error().message));
    }
    for (FileEntry& entry : *entries) {
      std::ranges::replace(entry.key, '_', '-');
      if (entry.key == "repos") entry.key = "repo";
      if (entry.key == "alert" || entry.key == "notify") {
        if (const core::Status taken = take_tables(entry, settings); !taken) return taken;
        continue;
      }
      if (find_setting(entry.key) == nullptr || !entry.tables.empty()) {
        return core::fail(ErrorKind::kBadInput, place(entry) + ": unknown setting '" + printable(entry.key) +
                                                    "' (see repopulse serve --help)");
      }
    }
    file_ = *std::move(entries);
    return {};
  }

  core::Status take_tables(const FileEntry& entry, Settings& settings) const {
    if (entry.tables.empty()) {
      return core::fail(ErrorKind::kBadInput,
                        place(entry) + ": " + entry.key + ": expected tables, [[" + entry.key + "]] and keys below it");
    }
    if (entry.key == "alert") {
      return read_alert_rules(entry.tables, path_).map([&](auto rules) { settings.alert_rules = std::move(rules); });
    }
    return read_targets(entry.tables, path_).map([&](auto targets) { settings.targets = std::move(targets); });
  }

  core::Status apply(const Setting& setting, Settings& settings) const {
    const Given given = find(setting);
    if (given.source == Source::kNone) return {};
    if (!setting.list && given.is_array) return refuse(setting, given, shown_array(given.values));
    for (const std::string& value : given.values) {
      if (!setting.list) {
        if (!setting.apply(settings, value)) return refuse(setting, given, value);
        continue;
      }
      for (const std::string& word : split(value)) {
        if (!setting.apply(settings, word)) return refuse(setting, given, word);
      }
    }
    return {};
  }

  Given find(const Setting& setting) const {
    if (const auto flag = flags_.find(setting.name); flag != flags_.end() && !flag->second.empty()) {
      const std::vector<std::string>& values = flag->second;  // of a flag that is given twice the last one counts
      const std::string name = "--" + std::string(setting.name);
      return {Source::kFlag, name, name, setting.list ? values : std::vector{values.back()}};
    }
    const std::pair<std::string_view, Source> variables[] = {{setting.environment, Source::kEnvironment},
                                                             {setting.fallback, Source::kFallback}};
    for (const auto& [variable, source] : variables) {
      if (variable.empty()) continue;
      const std::string name(variable);
      // Containers and systemd units often set a variable to nothing when they mean "not set".
      const char* value = environment_(name.c_str());
      if (value != nullptr && *value != '\0') return {source, name, name, {value}};
    }
    const auto entry = std::ranges::find(file_, setting.name, &FileEntry::key);
    if (entry == file_.end()) return {};
    return {Source::kFile, place(*entry) + ": " + entry->key, place(*entry), entry->values, entry->is_array};
  }

  static core::Status refuse(const Setting& setting, const Given& given, std::string_view value,
                             std::string_view why = {}) {
    std::string line = given.name;
    if (!setting.secret) {
      const std::string shown = without_password(value).substr(0, kShownValueMax);
      line.append(" '").append(printable(shown)).append("'");
    }
    if (!why.empty()) line.append(" ").append(why);
    return core::fail(ErrorKind::kBadInput, line.append(": expected ").append(setting.accepted));
  }

  static std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> words;
    constexpr std::string_view kBetween = ", \t\r\n";
    for (std::size_t start = 0; (start = text.find_first_not_of(kBetween, start)) != std::string_view::npos;) {
      const std::size_t end = std::min(text.find_first_of(kBetween, start), text.size());
      words.emplace_back(text.substr(start, end - start));
      start = end;
    }
    if (words.empty()) words.emplace_back();
    return words;
  }

 private:
  std::string place(const FileEntry& entry) const { return path_ + ":" + std::to_string(entry.line); }

  static std::string shown_array(const std::vector<std::string>& values) {
    std::string text = "[";
    for (const std::string& value : values) text.append(text.size() > 1 ? ", " : "").append(value);
    return text + "]";
  }

  const GivenFlags& flags_;
  const Environment& environment_;
  std::string path_;
  std::vector<FileEntry> file_;
};

// A secret can be given itself or as a file, whose setting has `path`; the one from the stronger source counts.
core::Status resolve_secret(const Reader& reader, std::string_view name, std::string& path, Settings& settings) {
  const Setting& secret = *find_setting(name);
  const Setting& file = *find_setting(std::string(name) + "-file");
  const Given in_file = reader.find(file);
  if (in_file.source == Source::kNone) return {};
  const Given direct = reader.find(secret);
  if (direct.source < in_file.source) {
    path.clear();
    return {};
  }
  if (direct.source == in_file.source) {
    return core::fail(ErrorKind::kBadInput, direct.name + " and " + in_file.name + ": expected one of the two");
  }
  const auto text = read_text_file(path);
  if (!text) return Reader::refuse(file, in_file, path, text.error().message);
  const bool empty = base::trim(*text).empty();
  if (empty) return Reader::refuse(file, in_file, path, "is empty");
  if (!secret.apply(settings, *text)) return Reader::refuse(file, in_file, path);
  return {};
}

// A GitHub App needs all of its settings, and takes the token's place.
core::Status resolve_app(const Reader& reader, Settings& settings) {
  const std::pair<std::string_view, const std::string*> parts[] = {
      {"github-app-id", &settings.github_app_id},
      {"github-app-key-file", &settings.github_app_key_file},
      {"github-app-installation-id", &settings.github_app_installation_id}};
  const auto first = std::ranges::find_if(parts, [](const auto& part) { return !part.second->empty(); });
  if (first == std::end(parts)) return {};
  const Setting& given = *find_setting(first->first);
  std::string missing;
  for (const auto& [name, value] : parts) {
    if (value->empty()) missing.append(missing.empty() ? "without --" : " and --").append(name);
  }
  if (!missing.empty()) return Reader::refuse(given, reader.find(given), *first->second, missing);
  if (!settings.github_token.empty()) {
    const std::string_view token = settings.github_token_file.empty() ? "github-token" : "github-token-file";
    return core::fail(ErrorKind::kBadInput, reader.find(given).name + " and " + reader.find(*find_setting(token)).name +
                                                ": expected one of the two, a GitHub App or a token");
  }
  auto key = read_app_key(settings.github_app_key_file);
  if (!key) {
    const Setting& file = *find_setting("github-app-key-file");
    return Reader::refuse(file, reader.find(file), settings.github_app_key_file, key.error().message);
  }
  settings.github_app = {settings.github_app_id, settings.github_app_installation_id, *std::move(key)};
  return {};
}

// The server on this machine can be named by its own address or by its URL; the one from the stronger source counts.
void resolve_server(const Reader& reader, Settings& settings) {
  if (reader.find(*find_setting("listen")).source < reader.find(*find_setting("server")).source) {
    settings.server.clear();
  }
}

// In any order: no list of settings has a meaning in it.
std::string fingerprint_of_all(std::vector<std::string> values) {
  std::ranges::sort(values);
  std::string text;
  for (const std::string& value : values) text.append(value).push_back('\0');
  return fingerprint_of(text);
}

bool holds_certificate(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> bytes(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                            &BIO_free_all);
  X509* certificate = bytes ? PEM_read_bio_X509_AUX(bytes.get(), nullptr, nullptr, nullptr) : nullptr;
  ERR_clear_error();
  X509_free(certificate);
  return certificate != nullptr;
}

core::Status check_files(const Reader& reader, const Settings& settings) {
  const std::pair<std::string_view, const std::string*> files[] = {{"tls-cert", &settings.tls_certificate_file},
                                                                   {"tls-key", &settings.tls_key_file},
                                                                   {"github-ca-file", &settings.github_ca_file},
                                                                   {"ca-file", &settings.ca_file}};
  for (const auto& [name, path] : files) {
    if (path->empty()) continue;
    const auto text = read_text_file(*path);
    if (text && (!name.ends_with("ca-file") || holds_certificate(*text))) continue;
    const Setting& setting = *find_setting(name);
    return Reader::refuse(setting, reader.find(setting), *path, text ? "holds no certificate" : text.error().message);
  }
  if (settings.tls_certificate_file.empty() != settings.tls_key_file.empty()) {
    const bool alone = settings.tls_key_file.empty();
    const Setting& given = *find_setting(alone ? "tls-cert" : "tls-key");
    const std::string missing = alone ? "without --tls-key" : "without --tls-cert";
    return Reader::refuse(given, reader.find(given), alone ? settings.tls_certificate_file : settings.tls_key_file,
                          missing);
  }
  return {};
}

// Without a trusted proxy nobody could be signed in, and a role says nothing without a user.
core::Status check_proxy_auth(const Reader& reader, const Settings& settings) {
  const auto refuse = [&reader](std::string_view name, const std::string& value, std::string_view missing) {
    const Setting& setting = *find_setting(name);
    return Reader::refuse(setting, reader.find(setting), value, missing);
  };
  const auto& [user_header, role_header, admin_role] = settings.proxy_auth;
  if (!role_header.empty() && user_header.empty()) {
    return refuse("proxy-auth-role-header", role_header, "without --proxy-auth-header");
  }
  if (!user_header.empty() && settings.trusted_proxies.empty()) {
    return refuse("proxy-auth-header", user_header, "without --trusted-proxies");
  }
  return {};
}

}  // namespace

core::Result<Settings> read_settings(const std::vector<std::string_view>& wanted, const GivenFlags& flags,
                                     const std::string& config, const Environment& environment) {
  Reader reader(flags, environment);
  Settings settings = default_settings();
  if (const auto loaded = reader.load_file(config, settings); !loaded) return tl::unexpected(loaded.error());
  for (const std::string_view name : wanted) {
    const auto applied = reader.apply(*find_setting(name), settings);
    if (!applied) return tl::unexpected(applied.error());
  }
  const auto is_wanted = [&wanted](std::string_view name) { return std::ranges::find(wanted, name) != wanted.end(); };
  const std::pair<std::string_view, std::string*> files[] = {{"github-token", &settings.github_token_file},
                                                             {"webhook-secret", &settings.webhook_secret_file}};
  for (const auto& [name, path] : files) {
    if (!is_wanted(std::string(name) + "-file")) continue;
    if (const auto checked = resolve_secret(reader, name, *path, settings); !checked) {
      return tl::unexpected(checked.error());
    }
  }
  if (is_wanted("github-app-id")) {
    if (const auto resolved = resolve_app(reader, settings); !resolved) return tl::unexpected(resolved.error());
  }
  if (is_wanted("listen") && is_wanted("server")) resolve_server(reader, settings);
  if (const auto checked = check_files(reader, settings); !checked) return tl::unexpected(checked.error());
  if (const auto checked = check_proxy_auth(reader, settings); !checked) return tl::unexpected(checked.error());
  return settings;
}

core::Result<std::vector<SettingInUse>> settings_in_use(const std::vector<std::string_view>& wanted,
                                                        const GivenFlags& flags, const std::string& config,
                                                        const Environment& environment) {
  const auto valid = read_settings(wanted, flags, config, environment);
  if (!valid) return tl::unexpected(valid.error());
  Reader reader(flags, environment);
  Settings unused;
  if (const auto loaded = reader.load_file(config, unused); !loaded) return tl::unexpected(loaded.error());
  std::vector<SettingInUse> all;
  for (const std::string_view name : wanted) {
    const Setting& setting = *find_setting(name);
    const Given given = reader.find(setting);
    SettingInUse& one = all.emplace_back(SettingInUse{name, {}, setting.list, given.origin, {}});
    std::vector<std::string> exact;
    if (given.source != Source::kNone) {
      for (const std::string& value : given.values) {
        for (const std::string& word : setting.list ? Reader::split(value) : std::vector{value}) {
          exact.push_back(word);
          one.values.push_back(setting.secret ? "***" : without_password(word));
        }
      }
    } else if (!setting.default_value.empty()) {
      one.values.emplace_back(setting.default_value);
      one.origin = "default";
      exact.emplace_back(setting.default_value);
    }
    one.fingerprint = fingerprint_of_all(std::move(exact));
  }
  return all;
}

}  // namespace repopulse::app
