#include "polling/shown_kinds.h"

#include <algorithm>
#include <array>
#include <span>

#include "polling/numbers.h"

namespace repopulse::polling {
namespace {

constexpr double kProofOfKind = 2;    // events
constexpr double kMostMissing = 0.2;  // share of the events of a kind that is shown
constexpr double kMostOfKind = 200;   // events of a kind; older ones fade
}  // namespace

ShownKinds::Seen* ShownKinds::find(std::string_view kind) {
  if (const auto at = kinds_.find(kind); at != kinds_.end()) return &at->second;
  const bool may_be_kept = kinds_.size() < kMostKinds && is_word(kind);
  return may_be_kept ? &kinds_[std::string(kind)] : nullptr;
}

void ShownKinds::see(std::string_view kind) {
  if (Seen* seen = find(kind)) {
    ++seen->shown;
    fade(*seen);
  }
}

void ShownKinds::miss(std::string_view kind) {
  if (Seen* seen = find(kind)) {
    ++seen->missing;
    fade(*seen);
  }
}

void ShownKinds::fade(Seen& seen) {
  if (seen.shown + seen.missing <= kMostOfKind) return;
  seen.shown /= 2;
  seen.missing /= 2;
}

bool ShownKinds::shows(std::string_view kind) const {
  const auto at = kinds_.find(kind);
  if (at == kinds_.end() || at->second.shown < kProofOfKind) return false;
  return at->second.missing <= kMostMissing * (at->second.shown + at->second.missing);
}

bool ShownKinds::hides(std::string_view kind) const {
  const auto at = kinds_.find(kind);
  return at != kinds_.end() && at->second.missing > 0 && !shows(kind);
}

bool ShownKinds::any() const {
  return std::ranges::any_of(kinds_, [this](const auto& kind) { return shows(kind.first); });
}

std::string ShownKinds::save() const {
  std::string line;
  for (const auto& [kind, seen] : kinds_) {
    if (!line.empty()) line += ' ';
    line += kind;
    line += ' ';
    line += join_numbers(std::array{seen.shown, seen.missing});
  }
  return line;
}

void ShownKinds::restore(std::string_view line) {
  kinds_.clear();
  while (!line.empty()) {
    const std::string_view kind = take_word(line);
    const auto shown = split_numbers<1>(take_word(line));
    const auto missing = split_numbers<1>(take_word(line));
    if (!shown || !missing) return;
    if (Seen* seen = find(kind)) {
      seen->shown = std::clamp(shown->front(), 0.0, kMostOfKind);
      seen->missing = std::clamp(missing->front(), 0.0, kMostOfKind);
    }
  }
}

}  // namespace repopulse::polling
