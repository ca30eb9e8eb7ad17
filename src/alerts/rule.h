// The rules of alerts, as the settings give them. Values: they judge nothing (judge.h does).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"

namespace repopulse::alerts {

enum class RuleKind {
  kSilence,  // no event for longer than the forecast allows
  kBurst,    // more events in an hour than the forecast allows
  kGap,      // events were lost, or may have been
  kStatus,   // a repository cannot be polled as it should
  kPoller,   // the poller itself is in trouble
};
std::string_view to_string(RuleKind kind);  // `silence`, `burst`, …
std::optional<RuleKind> parse_rule_kind(std::string_view text);

inline constexpr double kUsualProbability = 0.001;

struct Rule {
  RuleKind kind = RuleKind::kSilence;
  std::vector<std::string> repositories;  // RepoName::key(); empty: all that are active
  std::string type;                       // of events; empty: all. Silence and burst only
  // That it is chance. Silence and burst only. nullopt: kUsualProbability, and less where that would often be reached.
  std::optional<double> probability;
  // For how long it must last. nullopt: an hour for silence; for status and poller as the kind of trouble asks for.
  std::optional<core::Millis> lasting;

  bool covers(std::string_view repository_key) const;
  friend bool operator==(const Rule&, const Rule&) = default;
};

}  // namespace repopulse::alerts
