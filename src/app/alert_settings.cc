#include "app/alert_settings.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "app/printable.h"
#include "base/join.h"
#include "core/repo_name.h"
#include "core/time.h"

namespace repopulse::app {
namespace {

using namespace std::chrono_literals;
using alerts::Rule;
using alerts::RuleKind;
using notify::Target;
using notify::TargetKind;

constexpr core::Millis kLongestFor = 30 * 24h;
constexpr double kLeastProbability = 1e-9;
constexpr double kMostProbability = 0.5;

// One table: gives its values by key, and says where they are.
class TableReader {
 public:
  TableReader(const FileTable& table, const std::string& name, const std::string& path)
      : table_(table), name_(name), path_(path) {}

  tl::unexpected<core::Error> refuse(std::string_view key, const std::string& expected) const {
    const FileEntry* entry = find(key);
    const std::size_t line = entry != nullptr ? entry->line : table_.line;
    return core::fail(core::ErrorKind::kBadInput, path_ + ":" + std::to_string(line) + ": [[" + name_ + "]] " +
                                                      printable(key) + ": expected " + expected);
  }

  const FileEntry* find(std::string_view key) const {
    const auto found = std::ranges::find(table_.entries, key, &FileEntry::key);
    return found == table_.entries.end() ? nullptr : &*found;
  }

  // Every key is one of these.
  core::Status check_keys(const std::vector<std::string_view>& known) const {
    for (const FileEntry& entry : table_.entries) {
      if (std::ranges::find(known, entry.key) != known.end()) continue;
      return refuse(entry.key, "one of the keys " + base::join(known, ", "));
    }
    return {};
  }

  // The value of a key that takes one; nullopt: it is not there, or has several.
  std::optional<std::string> one(std::string_view key) const {
    const FileEntry* entry = find(key);
    if (entry == nullptr || entry->is_array) return std::nullopt;
    return entry->values.front();
  }

 private:
  const FileTable& table_;
  const std::string& name_;
  const std::string& path_;
};

bool takes_type(RuleKind kind) {
  return kind == RuleKind::kSilence || kind == RuleKind::kBurst;
}

bool takes_for(RuleKind kind) {
  return kind == RuleKind::kSilence || kind == RuleKind::kStatus || kind == RuleKind::kPoller;
}

std::vector<std::string_view> keys_of(RuleKind kind) {
  std::vector<std::string_view> keys = {"rule", "repos"};
  if (takes_type(kind)) keys.insert(keys.end(), {"type", "probability"});
  if (takes_for(kind)) keys.emplace_back("for");
  return keys;
}

core::Status take_repositories(const TableReader& table, Rule& rule) {
  const FileEntry* entry = table.find("repos");
  if (entry == nullptr) return {};
  const std::string expected = "\"*\", or a list of OWNER/REPO";
  if (entry->values.empty()) return table.refuse("repos", expected);
  bool all = false;
  for (const std::string& value : entry->values) {
    if (value == "*") {
      all = true;
      continue;
    }
    const auto name = core::RepoName::parse(value);
    if (!name) return table.refuse("repos", expected);
    rule.repositories.push_back(name->key());
  }
  if (all) rule.repositories.clear();
  if (rule.kind == RuleKind::kPoller && !all)
    return table.refuse("repos", "\"*\": the poller is not of one repository");
  return {};
}

core::Status take_details(const TableReader& table, Rule& rule) {
  if (table.find("type") != nullptr) {
    const auto type = table.one("type");
    if (!type || !is_visible_word(*type)) return table.refuse("type", "a type of event, such as \"PushEvent\"");
    rule.type = *type;
  }
  if (table.find("probability") != nullptr) {
    const std::string text = table.one("probability").value_or("");
    double probability = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, probability);
    const bool good =
        error == std::errc() && stop == end && probability >= kLeastProbability && probability <= kMostProbability;
    if (!good) return table.refuse("probability", "a number from 0.000000001 to 0.5");
    rule.probability = probability;
  }
  if (table.find("for") != nullptr) {
    const auto span = core::parse_duration(table.one("for").value_or(""));
    if (!span || *span > kLongestFor)
      return table.refuse("for", "a duration of at most 30d, such as \"10m\" or \"6h\"");
    rule.lasting = *span;
  }
  return {};
}

core::Result<Rule> read_rule(const TableReader& table) {
  const auto kind = alerts::parse_rule_kind(table.one("rule").value_or(""));
  if (!kind) return table.refuse("rule", "silence, burst, gap, status or poller");
  Rule rule;
  rule.kind = *kind;
  if (const auto checked = table.check_keys(keys_of(*kind)); !checked) return tl::unexpected(checked.error());
  if (const auto taken = take_repositories(table, rule); !taken) return tl::unexpected(taken.error());
  if (const auto taken = take_details(table, rule); !taken) return tl::unexpected(taken.error());
  return rule;
}

// `scheme://…` with a host and without blanks. What is wrong beyond that, libcurl says when it is used.
bool is_url(std::string_view text, std::initializer_list<std::string_view> schemes) {
  if (!is_visible_word(text)) return false;
  return std::ranges::any_of(schemes, [&](std::string_view scheme) {
    return text.starts_with(scheme) && text.size() > scheme.size() && text[scheme.size()] != '/' &&
           text[scheme.size()] != ':';
  });
}

// Enough to keep a value from breaking out of its line; what an address may be, the server knows.
bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  return is_visible_word(text) && text.find_first_of("<>,;\"") == std::string_view::npos &&
         at != std::string_view::npos && at > 0 && at + 1 < text.size();
}

core::Status take_mail(const TableReader& table, Target& target) {
  const auto from = table.one("from");
  if (!from || !is_mail_address(*from)) return table.refuse("from", "an e-mail address");
  target.from = *from;
  const FileEntry* to = table.find("to");
  const bool good = to != nullptr && !to->values.empty() && std::ranges::all_of(to->values, is_mail_address);
  if (!good) return table.refuse("to", "an e-mail address, or a list of them");
  target.to = to->values;
  return {};
}

core::Result<Target> read_target(const TableReader& table) {
  const auto kind = notify::parse_target_kind(table.one("kind").value_or(""));
  if (!kind) return table.refuse("kind", "webhook, slack, ntfy or email");
  Target target;
  target.kind = *kind;
  const bool is_mail = *kind == TargetKind::kEmail;
  std::vector<std::string_view> keys = {"kind", "url"};
  if (*kind == TargetKind::kWebhook) keys.emplace_back("secret");
  if (is_mail) keys.insert(keys.end(), {"from", "to"});
  if (const auto checked = table.check_keys(keys); !checked) return tl::unexpected(checked.error());
  const std::string url = table.one("url").value_or("");
  if (is_mail && !is_url(url, {"smtps://", "smtp://"})) {
    return table.refuse("url", "smtps://HOST or smtp://HOST, with user and password where the server wants them");
  }
  if (!is_mail && !is_url(url, {"https://", "http://"})) return table.refuse("url", "an http:// or https:// URL");
  target.url = url;
  if (table.find("secret") != nullptr) {
    const auto secret = table.one("secret");
    if (!secret || !is_visible_word(*secret)) return table.refuse("secret", "visible ASCII characters without spaces");
    target.secret = *secret;
  }
  if (is_mail) {
    if (const auto taken = take_mail(table, target); !taken) return tl::unexpected(taken.error());
  }
  return target;
}

}  // namespace

core::Result<std::vector<Rule>> read_alert_rules(std::span<const FileTable> tables, const std::string& path) {
  std::vector<Rule> rules;
  const std::string name = "alert";
  for (const FileTable& table : tables) {
    auto rule = read_rule(TableReader(table, name, path));
    if (!rule) return tl::unexpected(rule.error());
    rules.push_back(*std::move(rule));
  }
  return rules;
}

core::Result<std::vector<Target>> read_targets(std::span<const FileTable> tables, const std::string& path) {
  std::vector<Target> targets;
  const std::string name = "notify";
  std::map<TargetKind, int> counts;
  for (const FileTable& table : tables) {
    const TableReader reader(table, name, path);
    auto target = read_target(reader);
    if (!target) return tl::unexpected(target.error());
    target->name = std::string(to_string(target->kind)) + " " + std::to_string(++counts[target->kind]);
    const bool again = std::ranges::any_of(targets, [&](const Target& other) { return other.id() == target->id(); });
    if (again) return reader.refuse("url", "another target than the ones before");
    targets.push_back(*std::move(target));
  }
  return targets;
}

}  // namespace repopulse::app
