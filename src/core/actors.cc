#include "core/actors.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace repopulse::core {
namespace {

// Behind the ending of Apps: accounts of users that only programs use.
constexpr std::array<std::string_view, 32> kWellKnown = {"*[bot]",
                                                         "apache-bot",
                                                         "azure-sdk",
                                                         "bors",
                                                         "BrewTestBot",
                                                         "claassistant",
                                                         "codecov-commenter",
                                                         "codecov-io",
                                                         "conda-forge-admin",
                                                         "Copilot",
                                                         "coveralls",
                                                         "dotnet-bot",
                                                         "elasticmachine",
                                                         "facebook-github-bot",
                                                         "fejta-bot",
                                                         "googlebot",
                                                         "istio-testing",
                                                         "JuliaRegistrator",
                                                         "JuliaTagBot",
                                                         "k8s-ci-robot",
                                                         "kibanamachine",
                                                         "llvmbot",
                                                         "nodejs-github-bot",
                                                         "openshift-bot",
                                                         "openshift-ci-robot",
                                                         "openshift-merge-robot",
                                                         "pytorchmergebot",
                                                         "regro-cf-autotick-bot",
                                                         "renovate-bot",
                                                         "rustbot",
                                                         "snyk-bot",
                                                         "ti-chi-bot"};

bool may_stand_in_pattern(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
         c == '[' || c == ']' || c == '*';
}

}  // namespace

std::string_view to_string(Actors actors) {
  switch (actors) {
    case Actors::kPeople:
      return "people";
    case Actors::kBots:
      return "bots";
    case Actors::kAll:
      break;
  }
  return "all";
}

std::optional<Actors> parse_actors(std::string_view text) {
  for (const Actors one : {Actors::kAll, Actors::kPeople, Actors::kBots}) {
    if (text == to_string(one)) return one;
  }
  return std::nullopt;
}

// Each part between two stars is taken where it occurs first; only the last `*` is ever moved on.
bool matches_login(std::string_view pattern, std::string_view login) {
  const auto last = [](std::string_view text) { return text.empty() ? '\0' : base::to_lower(text.back()); };
  if (last(pattern) != '*' && last(pattern) != last(login)) return false;
  std::size_t p = 0;
  std::size_t l = 0;
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;  // of the login, by that star and before
  while (l < login.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = l;
    } else if (p < pattern.size() && base::to_lower(pattern[p]) == base::to_lower(login[l])) {
      ++p;
      ++l;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      l = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

BotPatterns BotPatterns::well_known() {
  BotPatterns known;
  for (const std::string_view pattern : kWellKnown) known.add(pattern);
  return known;
}

bool BotPatterns::add(std::string_view pattern) {
  if (pattern.empty() || pattern.size() > kLongest || !std::ranges::all_of(pattern, may_stand_in_pattern)) return false;
  if (std::ranges::find(patterns_, pattern) != patterns_.end()) return true;
  if (patterns_.size() >= kMost) return false;
  patterns_.emplace_back(pattern);
  if (pattern.find('*') != std::string_view::npos) {
    starred_.emplace_back(pattern);
  } else {
    logins_.insert(base::to_lower(pattern));
  }
  return true;
}

bool BotPatterns::is_exactly(std::string_view login) const {
  std::array<char, kLongest> lower{};
  if (login.size() > lower.size()) return false;
  std::ranges::transform(login, lower.begin(), [](char c) { return base::to_lower(c); });
  return logins_.contains(std::string_view(lower.data(), login.size()));
}

ActorKind BotPatterns::kind_of(std::string_view login) const {
  const bool is_bot = is_exactly(login) || std::ranges::any_of(starred_, [&](const std::string& pattern) {
                        return matches_login(pattern, login);
                      });
  return is_bot ? ActorKind::kBot : ActorKind::kPerson;
}

}  // namespace repopulse::core
