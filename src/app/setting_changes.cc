#include "app/setting_changes.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "app/setting_table.h"

namespace repopulse::app {
namespace {

constexpr std::size_t kLongestShown = 60;

std::string value_of(const SettingInUse& setting) {
  return setting.values.empty() ? "none" : setting.values.front();
}

std::size_t count_missing(const std::vector<std::string>& from, const std::vector<std::string>& in) {
  const auto is_missing = [&in](const std::string& value) { return std::ranges::find(in, value) == in.end(); };
  return static_cast<std::size_t>(std::ranges::count_if(from, is_missing));
}

std::string counts(std::size_t added, std::size_t removed) {
  return " (" + std::to_string(added) + " added, " + std::to_string(removed) + " removed)";
}

std::string describe(const SettingInUse& before, const SettingInUse& after) {
  const std::string name(after.name);
  if (after.list)
    return name + counts(count_missing(after.values, before.values), count_missing(before.values, after.values));
  const std::string from = value_of(before);
  const std::string to = value_of(after);
  const bool is_secret = find_setting(after.name)->secret || from == to;  // or only its password is another one
  if (is_secret || from.size() > kLongestShown || to.size() > kLongestShown) return name;
  return name + " from " + from + " to " + to;
}

template <class Table>
void compare_tables(std::string_view name, const std::vector<Table>& before, const std::vector<Table>& after,
                    std::vector<std::string>& changed) {
  if (before == after) return;
  const auto count = [](const std::vector<Table>& tables, const std::vector<Table>& others) {
    return static_cast<std::size_t>(std::ranges::count_if(
        tables, [&others](const Table& table) { return std::ranges::find(others, table) == others.end(); }));
  };
  changed.push_back(std::string(name) + counts(count(after, before), count(before, after)));
}

}  // namespace

SettingChanges compare(const ServeSettings& running, const ServeSettings& read) {
  SettingChanges changes;
  for (std::size_t i = 0; i < read.all.size(); ++i) {
    const SettingInUse& before = running.all[i];
    const SettingInUse& after = read.all[i];
    if (before.fingerprint == after.fingerprint) continue;
    auto& changed = find_setting(after.name)->reload != nullptr ? changes.reloaded : changes.need_restart;
    changed.push_back(describe(before, after));
  }
  compare_tables("[[alert]]", running.values.alert_rules, read.values.alert_rules, changes.reloaded);
  compare_tables("[[notify]]", running.values.targets, read.values.targets, changes.reloaded);
  return changes;
}

ServeSettings take_over(const ServeSettings& running, const ServeSettings& read) {
  ServeSettings taken = running;
  for (std::size_t i = 0; i < read.all.size(); ++i) {
    const Setting& setting = *find_setting(read.all[i].name);
    if (setting.reload == nullptr) continue;
    setting.reload(taken.values, read.values);
    taken.all[i] = read.all[i];
  }
  taken.values.alert_rules = read.values.alert_rules;
  taken.values.targets = read.values.targets;
  return taken;
}

}  // namespace repopulse::app
