// Where messages about alerts go. A value; it sends nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repopulse::notify {

enum class TargetKind { kWebhook, kSlack, kNtfy, kEmail };
inline constexpr std::size_t kTargetKinds = 4;
std::string_view to_string(TargetKind kind);  // `webhook`, `slack`, …
std::optional<TargetKind> parse_target_kind(std::string_view text);

struct Target {
  TargetKind kind = TargetKind::kWebhook;
  std::string name;             // what people see of it: its kind and its place in the settings, `webhook 1`
  std::string url;              // never shown, as the next four
  std::string secret;           // webhook: the key of its signatures; empty: there is none
  std::string from;             // e-mail
  std::vector<std::string> to;  // e-mail

  // The same after a restart, as long as kind and address are; tells nothing of them.
  std::string id() const;
  friend bool operator==(const Target&, const Target&) = default;
};

}  // namespace repopulse::notify
