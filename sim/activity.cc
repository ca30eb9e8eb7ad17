#include "sim/activity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <numbers>

#include "github/event_parser.h"
#include "sim/random.h"

namespace repopulse::sim {
namespace {

using core::EventTime;
using core::Seconds;

struct Share {
  std::string_view type;
  double until;  // cumulated
};
// Roughly the mix of an active repository.
constexpr std::array<Share, 9> kMix = {{{"PushEvent", 0.34},
                                        {"IssueCommentEvent", 0.56},
                                        {"PullRequestEvent", 0.68},
                                        {"PullRequestReviewEvent", 0.77},
                                        {"WatchEvent", 0.87},
                                        {"IssuesEvent", 0.93},
                                        {"CreateEvent", 0.96},
                                        {"DeleteEvent", 0.98},
                                        {"ForkEvent", 1.01}}};
constexpr std::array<std::string_view, 8> kActors = {"ada",    "grace",   "linus",         "margaret",
                                                     "edsger", "barbara", "renovate[bot]", "ken"};
constexpr double kBurstSeconds = 90;  // mean time from an event to one that it triggers

Draft draw(EventTime at, Random& random) {
  const double where = random.unit();
  const auto share = std::ranges::find_if(kMix, [where](const Share& s) { return where < s.until; });
  Draft draft;
  draft.created_at = at;
  draft.type = share->type;
  draft.actor = kActors[random.below(kActors.size())];
  return draft;
}

double day_weight(double unix_time, double swing) {
  const double hour = std::fmod(unix_time / 3600, 24);
  return 1 - swing * (0.5 + 0.5 * std::cos((hour - 3) / 24 * 2 * std::numbers::pi));
}

std::string type_of_kind(std::string_view kind) {
  if (kind == "push") return "PushEvent";
  if (kind == "merge") return "PullRequestEvent";
  if (kind == "release") return "ReleaseEvent";
  return std::string(kind);
}

void sort_by_time(std::vector<Draft>& drafts) {
  std::ranges::stable_sort(drafts, {}, &Draft::created_at);
}

// The lines of a text, without their ends.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}
  std::optional<std::string_view> next() {
    if (rest_.empty()) return std::nullopt;
    const auto end = std::min(rest_.find('\n'), rest_.size());
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

 private:
  std::string_view rest_;
};

}  // namespace

std::vector<Draft> synthetic_activity(const Rhythm& rhythm, EventTime from, EventTime until, std::uint64_t seed) {
  Random random(seed);
  std::vector<Draft> drafts;
  if (rhythm.events_per_hour <= 0) return drafts;
  // Each event triggers `burstiness` others on average, so the spontaneous ones are rarer by that. Nights are generated
  // by thinning (Lewis & Shedler 1979).
  const double mean_weight = 1 - rhythm.daily_swing / 2;
  const double mean_gap = 3600 * mean_weight / (rhythm.events_per_hour * (1 - rhythm.burstiness));
  const auto end = static_cast<double>(core::unix_seconds(until));
  const auto add = [&](double at) {
    drafts.push_back(draw(core::event_time_from_unix(static_cast<std::int64_t>(at)), random));
  };
  for (auto at = static_cast<double>(core::unix_seconds(from)); (at += random.exponential(mean_gap)) < end;) {
    if (!random.chance(day_weight(at, rhythm.daily_swing))) continue;
    add(at);
    for (double echo = at; random.chance(rhythm.burstiness);) {
      echo += random.exponential(kBurstSeconds);
      if (echo < end) add(echo);
    }
  }
  sort_by_time(drafts);
  return drafts;
}

core::Result<std::vector<Draft>> read_trace(std::string_view csv) {
  std::vector<Draft> drafts;
  Lines lines(csv);
  std::size_t number = 0;
  while (const auto line = lines.next()) {
    ++number;
    if (line->empty() || (number == 1 && *line == "unix_time,kind")) continue;
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(line->data(), line->data() + line->size(), seconds);
    const auto comma = static_cast<std::size_t>(end - line->data());
    if (error != std::errc() || seconds < 0 || comma + 1 >= line->size() || (*line)[comma] != ',') {
      return core::fail(core::ErrorKind::kBadInput,
                        "line " + std::to_string(number) + " of the trace is not `unix_time,kind`");
    }
    Draft draft;
    draft.created_at = core::event_time_from_unix(seconds);
    draft.type = type_of_kind(line->substr(comma + 1));
    draft.actor = kActors[static_cast<std::size_t>(seconds) % kActors.size()];
    drafts.push_back(std::move(draft));
  }
  sort_by_time(drafts);
  return drafts;
}

std::map<std::string, std::vector<Draft>> read_archive(std::string_view ndjson) {
  std::map<std::string, std::vector<Draft>> by_repository;
  github::EventParser parser;
  Lines lines(ndjson);
  while (const auto line = lines.next()) {
    auto event = parser.event(*line);
    if (!event || event->repository.empty()) continue;
    Draft draft;
    draft.created_at = event->key.created_at;
    draft.type = std::move(event->type);
    draft.actor = std::move(event->actor);
    draft.id = event->key.id;
    draft.json = std::move(event->json);
    by_repository[event->repository].push_back(std::move(draft));
  }
  for (auto& [name, drafts] : by_repository) sort_by_time(drafts);
  return by_repository;
}

}  // namespace repopulse::sim
