#include "notify/target.h"

#include <algorithm>
#include <array>

#include "notify/signature.h"

namespace repopulse::notify {
namespace {

constexpr std::array<std::string_view, kTargetKinds> kNames = {"webhook", "slack", "ntfy", "email"};

}  // namespace

std::string_view to_string(TargetKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<TargetKind> parse_target_kind(std::string_view text) {
  const auto found = std::ranges::find(kNames, text);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<TargetKind>(found - kNames.begin());
}

std::string Target::id() const {
  std::string all(to_string(kind));
  all.append("\n").append(url);
  for (const std::string& address : to) all.append("\n").append(address);
  // Keyed, so that it is no plain hash of an address that somebody could guess.
  return hmac_sha256(secret.empty() ? url : secret, all).substr(0, 32);
}

}  // namespace repopulse::notify
