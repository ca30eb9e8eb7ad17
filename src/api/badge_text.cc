#include "api/badge_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/text.h"

namespace repopulse::api {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kWords = {{
    {"CommitCommentEvent", "commit comment"},
    {"CreateEvent", "branch or tag"},
    {"DeleteEvent", "deletion"},
    {"DiscussionEvent", "discussion"},
    {"GollumEvent", "wiki edit"},
    {"IssueCommentEvent", "comment"},
    {"IssuesEvent", "issue"},
    {"MemberEvent", "new member"},
    {"PublicEvent", "publication"},
    {"PullRequestReviewCommentEvent", "review comment"},
    {"PullRequestReviewEvent", "review"},
    {"PullRequestReviewThreadEvent", "review thread"},
    {"WatchEvent", "star"},
}};

bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

// `3 pushes` needs the plural; `every` does not.
std::string plural(const std::string& word) {
  if (word == "branch or tag") return "branches or tags";
  return word + (word.ends_with("sh") || word.ends_with("ch") ? "es" : "s");
}

struct Joined {
  std::size_t events = 0;
  std::optional<core::EventTime> first;
  std::optional<core::EventTime> last;
};

Joined join(const core::WindowStatistics& window, std::span<const std::string> types) {
  Joined joined;
  for (const core::GapStatistics& type : window.types) {
    if (!types.empty() && std::ranges::find(types, type.type) == types.end()) continue;
    joined.events += type.events;
    joined.first = std::min(joined.first.value_or(type.first_event_at), type.first_event_at);
    joined.last = std::max(joined.last.value_or(type.last_event_at), type.last_event_at);
  }
  return joined;
}

// `in 7 days`, `in 500 events`
std::string extent(const core::WindowStatistics& window, const core::WindowRule& rule) {
  if (window.bounded_by_events) return "in " + std::to_string(window.events) + " events";
  return "in " + std::to_string(rule.days) + (rule.days == 1 ? " day" : " days");
}

}  // namespace

std::string event_word(std::string_view type) {
  const auto known = std::ranges::find(kWords, type, &std::pair<std::string_view, std::string_view>::first);
  if (known != kWords.end()) return std::string(known->second);
  constexpr std::string_view kEnding = "Event";
  if (type.size() > kEnding.size() && type.ends_with(kEnding)) type.remove_suffix(kEnding.size());
  std::string word;
  for (std::size_t i = 0; i < type.size(); ++i) {
    if (i > 0 && is_capital(type[i]) && !is_capital(type[i - 1])) word += ' ';
    word += base::to_lower(type[i]);
  }
  return word;
}

std::string badge_duration(double seconds) {
  struct Unit {
    std::int64_t seconds;
    const char* name;
    std::int64_t whole_from;  // from so many of it on, the smaller unit is left out
  };
  constexpr std::array<Unit, 4> kUnits = {{{86'400, " d", 10}, {3'600, " h", 10}, {60, " min", 1}, {1, " s", 1}}};
  std::int64_t total = std::max(std::int64_t{1}, static_cast<std::int64_t>(std::llround(seconds)));
  for (std::size_t i = 0; i + 1 < kUnits.size(); ++i) {
    const Unit& unit = kUnits[i];
    const Unit& next = kUnits[i + 1];
    // Rounded to what is shown; that may be a whole one of the larger unit.
    const std::int64_t step = total >= unit.whole_from * unit.seconds ? unit.seconds : next.seconds;
    const std::int64_t rounded = (total + step / 2) / step * step;
    if (rounded < unit.seconds) continue;
    const std::int64_t smaller = rounded % unit.seconds / next.seconds;
    std::string text = std::to_string(rounded / unit.seconds) + unit.name;
    return smaller == 0 ? text : text + " " + std::to_string(smaller) + next.name;
  }
  return std::to_string(total) + kUnits.back().name;
}

BadgeMessage badge_message(const core::WindowStatistics& window, const core::WindowRule& rule,
                           std::span<const std::string> types) {
  const std::string word = types.size() == 1 ? event_word(types.front()) : "event";
  const Joined joined = join(window, types);
  if (joined.events == 0) return {"no " + plural(word) + " " + extent(window, rule), false};
  if (joined.events == 1) return {"1 " + word + " " + extent(window, rule), false};
  const double average =
      static_cast<double>((*joined.last - *joined.first).count()) / static_cast<double>(joined.events - 1);
  return {word + " every " + badge_duration(average), true};
}

}  // namespace repopulse::api
