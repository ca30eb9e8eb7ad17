#include "app/backup_names.h"

#include <algorithm>

namespace repopulse::app {
namespace {

constexpr std::string_view kBegin = "repopulse-";
constexpr std::string_view kEnd = ".db";

}  // namespace

std::string backup_name(core::Timestamp begun_at) {
  std::string time = core::format_rfc3339(core::to_event_time(begun_at));
  std::erase(time, ':');  // some file systems have no such names
  return std::string(kBegin) + time + std::string(kEnd);
}

bool is_backup_name(std::string_view name) {
  constexpr std::string_view kForm = "0000-00-00T000000Z";
  if (!name.starts_with(kBegin) || !name.ends_with(kEnd)) return false;
  if (name.size() != kBegin.size() + kForm.size() + kEnd.size()) return false;
  return std::ranges::equal(name.substr(kBegin.size(), kForm.size()), kForm,
                            [](char is, char wanted) { return wanted == '0' ? is >= '0' && is <= '9' : is == wanted; });
}

std::vector<std::string> superseded(std::vector<std::string> names, std::size_t keep) {
  std::erase_if(names, [](const std::string& name) { return !is_backup_name(name); });
  std::ranges::sort(names, std::ranges::greater{});
  names.erase(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(keep, names.size())));
  return names;
}

}  // namespace repopulse::app
