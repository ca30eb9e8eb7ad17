// The tables [[alert]] and [[notify]] of the settings file: the rules of alerts and the targets of messages. Reads
// values alone: no file, no network.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "alerts/rule.h"
#include "app/toml_file.h"
#include "core/result.h"
#include "notify/target.h"

namespace repopulse::app {

// `path`: of the file, for messages. kBadInput names the file, the line, the key and what is accepted; never a value,
// which may be a secret or an address.
core::Result<std::vector<alerts::Rule>> read_alert_rules(std::span<const FileTable> tables, const std::string& path);
core::Result<std::vector<notify::Target>> read_targets(std::span<const FileTable> tables, const std::string& path);

}  // namespace repopulse::app
