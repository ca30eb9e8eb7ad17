// The names of backups in a folder, by the time at which they were begun. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"

namespace repopulse::app {

// `repopulse-2026-11-29T204500Z.db`: sorted by name, they are sorted by time.
std::string backup_name(core::Timestamp begun_at);
bool is_backup_name(std::string_view name);

// Of the names in a folder, those of backups beyond the newest `keep`. Other names are nobody's business.
std::vector<std::string> superseded(std::vector<std::string> names, std::size_t keep);

}  // namespace repopulse::app
