#include "polling/probed_feed.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "core/feed_name.h"
#include "polling/numbers.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::Millis;
using core::SignalValue;
using core::Timestamp;

// GitHub stamps what happened and its event one after the other.
constexpr auto kSameMoment = 5s;
// A probe may not know yet what happened just before it.
constexpr auto kTooFresh = 30s;

// Another source mostly brings what happened by then.
constexpr auto kBroughtWithin = 15min;

constexpr double kNewsMemory = 0.9;  // from read to read
constexpr Millis kPatienceWithLag = 10min;
constexpr double kNewsNeeded = 8;  // until it says something
constexpr double kMostInVain = 0.5;
constexpr std::size_t kMostMissedByProbe = 3;  // events of one read
constexpr std::size_t kProofOfProbe = 3;       // events that a probe tells of before it is believed again

}  // namespace

// Did reads show what has changed since the signal was told last? If not, `pending` events are awaited.
void ProbedFeed::compare(SignalMemory& memory, const SignalValue& told, bool left, EventTime told_at) {
  const std::optional<SignalValue> before = std::exchange(memory.value, told);
  const std::int64_t heard = std::exchange(memory.heard, 0);
  if (before != told) memory.changed_at = told_at;
  if (!before) return;
  std::int64_t missing = 0;
  if (told.at && told.at != before->at) {
    const bool read = shown_until_ && *told.at <= *shown_until_;
    const bool is_heard = memory.newest_heard && *told.at <= *memory.newest_heard + kSameMoment;
    if (is_heard && *told.at + kSameMoment >= *memory.newest_heard) ++announced_;
    if (*told.at > before->at.value_or(EventTime{}) && !read && !is_heard) {
      missing = 1;
      memory.pending_at = told.at;
    }
  } else if (told.count && before->count && *told.count - *before->count > heard) {
    missing = *told.count - *before->count - heard;
  }
  if (missing == 0) return;
  memory.pending = memory.pending_at ? 1 : memory.pending + missing;
  if (left) {
    memory.left_at = memory.left_at.value_or(told_at);
    return;
  }
  memory.told_since_read = true;
  fresh_news_ = true;
}

// The other source should have brought it by now, or is not there any more.
void ProbedFeed::take_left(SignalMemory& memory, bool left, std::optional<Timestamp> asked_at) {
  if (!memory.left_at) return;
  if (memory.pending == 0) return memory.left_at.reset();
  if (left && (!asked_at || *asked_at < core::to_timestamp(*memory.left_at) + kBroughtWithin)) return;
  memory.left_at.reset();
  memory.told_since_read = true;
  fresh_news_ = true;
}

ProbedFeed::Told ProbedFeed::take(const core::ProbedRepository& probed, const core::FeedState& state, Timestamp told,
                                  Timestamp now, const LeftSignals& left) {
  const bool renamed = !probed.full_name.empty() && base::to_lower(probed.full_name) != core::subject_of(state.feed);
  if (probed.finding != core::ProbeFinding::kTold || renamed) {
    informed_ = false;
    compared_ = false;
    compared_at_.reset();
    compared_since_.reset();
    return Told::kUnknown;
  }
  fresh_news_ = false;
  if (probed.github_id != 0 && state.github_id != 0 && probed.github_id != state.github_id) {
    if (std::exchange(odd_id_, probed.github_id) == probed.github_id) {
      distrust(now);
      return Told::kUnknown;
    }
    fresh_news_ = true;
  }
  for (std::size_t i = 0; i < core::kSignals; ++i) {
    if (probed.signals[i]) {
      compare(signals_[i], *probed.signals[i], left.signals[i], core::to_event_time(told));
    } else {
      signals_[i].value.reset();
    }
    take_left(signals_[i], left.signals[i], left.asked_at);
  }
  const bool first = !compared_at_;
  compared_at_ = core::to_event_time(told);
  if (first) {
    compared_since_ = compared_at_;
    informed_ = false;
    compared_ = false;
    return Told::kUnknown;
  }
  if (fresh_news_) {
    news_since_ = now;
    news_happened_ = now;
    for (const SignalMemory& memory : signals_) {
      if (memory.pending > 0 && memory.pending_at) {
        news_happened_ =
            now - std::clamp<Millis>(told - core::to_timestamp(*memory.pending_at), 0ms, now - Timestamp{});
      }
    }
    reads_in_vain_ = 0;
    found_any_ = false;
    return Told::kNews;
  }
  return informed_ ? Told::kNothingNew : Told::kUnknown;
}

// What the signal was told last includes what happened then.
bool ProbedFeed::covers(const SignalMemory& memory, EventTime created_at) {
  if (!memory.value) return true;
  if (memory.value->at) return *memory.value->at + kSameMoment >= created_at;
  return memory.changed_at && *memory.changed_at >= created_at;
}

// What it says of the signals that it moves: the probe told of it before, or told of it at all by now.
ProbedFeed::Heard ProbedFeed::hear_signals(std::string_view kind, EventTime created_at) {
  const auto signals = core::signals_of(kind);
  const bool later = compared_at_ && created_at > *compared_at_;
  Heard heard{.later = later, .awaited = false, .shown = signals.empty()};
  for (const core::Signal signal : signals) {
    SignalMemory& memory = signals_[static_cast<std::size_t>(signal)];
    memory.newest_heard = std::max(memory.newest_heard.value_or(created_at), created_at);
    heard.shown = heard.shown || covers(memory, created_at);
    if (later) {
      ++memory.heard;
      continue;
    }
    heard.awaited = heard.awaited || memory.told_since_read || memory.pending > 0;
    if (memory.pending == 0 || created_at < compared_since_) continue;  // that was in the first answer
    if (!memory.pending_at || created_at + kSameMoment >= *memory.pending_at) --memory.pending;
    if (memory.pending == 0) memory.pending_at.reset();
    found_any_ = true;
  }
  return heard;
}

void ProbedFeed::hear(std::string_view kind, EventTime created_at, bool left) {
  ++heard_;
  const Heard heard = hear_signals(kind, created_at);
  if (heard.awaited) ++announced_;
  if (!compared_since_ || created_at <= *compared_since_) return;  // there is nothing that could have been told
  const bool is_seen = !core::signals_of(kind).empty();
  if (!left && (!is_seen || (!heard.later && !heard.awaited))) ++unannounced_;
  if (!heard.shown && created_at + kTooFresh <= *compared_at_) ++missed_;
}

// It counts as read: a probe that tells of it afterwards tells nothing new, and what it told before need not be read.
void ProbedFeed::hear_elsewhere(std::string_view kind, EventTime created_at) {
  (void)hear_signals(kind, created_at);
  if (news_since_ && !awaits_any()) give_news_up();
}

bool ProbedFeed::awaits_any() const {
  return std::ranges::any_of(signals_, [](const SignalMemory& memory) { return memory.pending > 0; });
}

void ProbedFeed::forget_heard() {
  heard_ = 0;
  unannounced_ = 0;
  missed_ = 0;
  announced_ = 0;
}

ProbedFeed::Read ProbedFeed::finish_read(Timestamp told, Millis lag, Timestamp now) {
  Read read{
      .events = heard_, .unannounced = std::min(unannounced_, heard_), .missed = missed_, .announced = announced_};
  forget_heard();
  for (SignalMemory& memory : signals_) {
    memory.told_since_read = false;
    if (!memory.left_at) continue;
    memory.left_at.reset();
    memory.pending = 0;
    memory.pending_at.reset();
  }
  shown_until_ = core::to_event_time(told - lag);
  if (read.missed >= kMostMissedByProbe && 2 * read.missed >= read.events) distrust(now);
  compared_ = compared_since_ && *compared_since_ <= *shown_until_;
  proof_needed_ -= std::min(proof_needed_, read.announced);
  informed_ = compared_ && believed(now) && proof_needed_ == 0;
  if (!news_since_) return read;
  read.news_age = now - news_happened_;
  read.reads_before = reads_in_vain_;
  read.had_news = true;
  read.found_news = found_any_;
  const bool should_show = (reads_in_vain_ == 0 && read.news_age >= lag) || read.news_age >= 3 * lag + kPatienceWithLag;
  if (should_show) {
    news_ = kNewsMemory * news_ + 1;
    news_in_vain_ = kNewsMemory * news_in_vain_ + (read.events > 0 ? 0 : 1);
  }
  if (awaits_any()) {
    ++reads_in_vain_;
    last_in_vain_ = now;
  } else {
    give_news_up();
  }
  if (news_ >= kNewsNeeded && news_in_vain_ > kMostInVain * news_) distrust(now);
  return read;
}

void ProbedFeed::give_news_up() {
  news_since_.reset();
  reads_in_vain_ = 0;
  for (SignalMemory& memory : signals_) {
    memory.pending = 0;
    memory.pending_at.reset();
    memory.left_at.reset();
  }
}

void ProbedFeed::distrust(Timestamp now) {
  distrust_.begin(now);
  informed_ = false;
  proof_needed_ = kProofOfProbe;
  news_ = 0;
  news_in_vain_ = 0;
  give_news_up();
}

// --- over a restart ---

namespace {

constexpr double kNone = -1;
constexpr std::size_t kOwnOfProbed = 14;
constexpr std::size_t kSignalNumbers = 8;
constexpr std::size_t kSavedOfProbed = kOwnOfProbed + core::kSignals * kSignalNumbers;

double saved(const std::optional<EventTime>& at) {
  return at ? static_cast<double>(at->time_since_epoch().count()) : kNone;
}
double saved(Timestamp at) {
  return static_cast<double>(core::unix_millis(at));
}
double saved(const std::optional<std::int64_t>& count) {
  return count ? static_cast<double>(*count) : kNone;
}
std::int64_t to_integer(double number) {
  return static_cast<std::int64_t>(number);
}
std::optional<EventTime> event_time(double seconds) {
  return seconds < 0 ? std::nullopt : std::optional(EventTime(core::Seconds(to_integer(seconds))));
}
Timestamp timestamp(double millis) {
  return core::timestamp_from_unix_millis(to_integer(millis));
}

}  // namespace

std::string ProbedFeed::save() const {
  if (!compared_at_ && !distrust_.ever()) return {};
  std::array<double, kSavedOfProbed> numbers{saved(compared_at_),
                                             saved(compared_since_),
                                             saved(shown_until_),
                                             compared_ ? 1.0 : 0.0,
                                             static_cast<double>(proof_needed_),
                                             news_,
                                             news_in_vain_,
                                             distrust_.times(),
                                             distrust_.until_millis(),
                                             news_since_ ? saved(*news_since_) : kNone,
                                             saved(news_happened_),
                                             static_cast<double>(reads_in_vain_),
                                             saved(last_in_vain_),
                                             found_any_ ? 1.0 : 0.0};
  for (std::size_t i = 0; i < core::kSignals; ++i) {
    const SignalMemory& memory = signals_[i];
    double* at = &numbers[kOwnOfProbed + i * kSignalNumbers];
    *at++ = memory.value ? 1 : 0;
    *at++ = memory.value ? saved(memory.value->count) : kNone;
    *at++ = memory.value ? saved(memory.value->at) : kNone;
    *at++ = static_cast<double>(memory.heard);
    *at++ = saved(memory.newest_heard);
    *at++ = saved(memory.pending_at);
    *at++ = static_cast<double>(memory.pending);
    *at++ = saved(memory.changed_at);
  }
  return join_numbers(numbers);
}

void ProbedFeed::restore(std::string_view line) {
  const auto numbers = split_numbers<kSavedOfProbed>(line);
  const auto impossible = [](double number) { return number < kNone || number > static_cast<double>(kLatestSaved); };
  if (!numbers || std::ranges::any_of(*numbers, impossible)) return;
  const std::array<double, kSavedOfProbed>& read = *numbers;
  compared_at_ = event_time(read[0]);
  compared_since_ = event_time(read[1]);
  shown_until_ = event_time(read[2]);
  compared_ = read[3] > 0 && compared_at_ && compared_since_ && shown_until_;
  proof_needed_ = static_cast<std::size_t>(std::clamp(read[4], 0.0, static_cast<double>(kProofOfProbe)));
  news_ = std::max(0.0, read[5]);
  news_in_vain_ = std::max(0.0, read[6]);
  distrust_.restore(read[7], read[8]);
  if (read[9] >= 0) news_since_ = timestamp(read[9]);
  news_happened_ = timestamp(std::max(0.0, read[10]));
  reads_in_vain_ = static_cast<int>(std::clamp(read[11], 0.0, 1000.0));
  last_in_vain_ = timestamp(std::max(0.0, read[12]));
  found_any_ = read[13] > 0;
  for (std::size_t i = 0; i < core::kSignals; ++i) {
    const double* at = &read[kOwnOfProbed + i * kSignalNumbers];
    SignalMemory& memory = signals_[i];
    if (at[0] > 0) {
      memory.value.emplace();
      if (at[1] >= 0) memory.value->count = to_integer(at[1]);
      memory.value->at = event_time(at[2]);
    }
    memory.heard = std::max<std::int64_t>(0, to_integer(at[3]));
    memory.newest_heard = event_time(at[4]);
    memory.pending_at = event_time(at[5]);
    memory.pending = std::max<std::int64_t>(0, to_integer(at[6]));
    memory.changed_at = event_time(at[7]);
  }
  informed_ = compared_ && proof_needed_ == 0;
}

void ProbedFeed::clock_went_back(Millis step) {
  distrust_.clock_went_back(step);
  for (Timestamp* at : {&news_happened_, &last_in_vain_}) *at = std::max(Timestamp{}, *at - step);
  if (news_since_) *news_since_ -= step;
}

}  // namespace repopulse::polling
