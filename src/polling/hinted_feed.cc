#include "polling/hinted_feed.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <ranges>
#include <utility>

#include "polling/numbers.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::Millis;
using core::Timestamp;

constexpr Millis kBefore = 5s;      // GitHub stamps an event and sends its delivery one after the other
constexpr Millis kBelongs = 15min;  // a hint that comes later than that is taken for another event's
constexpr std::size_t kMostWaiting = 300;
constexpr std::size_t kMostEarly = 100;
constexpr std::size_t kMostSpent = 50;
constexpr Millis kTogether = 5s;  // hints of one kind are one
constexpr std::size_t kMostHintedKinds = 40;

constexpr double kEnoughOfShare = 50;  // of a share: older parts fade
constexpr double kFewProofs = 5;
constexpr double kMostProofs = 40;
constexpr double kTrustedShare = 0.75;   // of the events come with hints: less is not enough …
constexpr double kTrustedAgain = 0.8;    // … to begin to trust
constexpr double kKnownKind = 2;         // events of a kind that came with a hint
constexpr double kDependableKind = 0.5;  // share of its events
constexpr double kPriorTrue = 4, kPriorHints = 5;

}  // namespace

void HintedFeed::Share::count(bool is_part) {
  all += 1;
  part += is_part ? 1 : 0;
  if (all <= kEnoughOfShare) return;
  all /= 2;
  part /= 2;
}

bool HintedFeed::belongs(std::string_view hinted, Timestamp at, const Event& event) const {
  const Timestamp created = core::to_timestamp(event.created_at);
  const bool in_time = by_github(at) + kBefore >= created && by_github(at) <= created + kBelongs;
  return in_time && (hinted.empty() || hinted == event.kind);
}

// --- hints ---

bool HintedFeed::take(const core::Hint& hint, Timestamp now) {
  failed_at_.reset();
  const auto repeated = [&](const Told& told) { return repeats(hint, told, now); };
  for (std::vector<Told>* earlier : {&waiting_, &spent_}) {
    const auto told = std::ranges::find_if(*earlier, repeated);
    if (told == earlier->end()) continue;
    ++told->webhooks[hint.webhook];
    return false;
  }
  const auto read = std::ranges::find_if(early_, [&](const Event& event) { return belongs(hint.kind, now, event); });
  const bool perhaps_read = read != early_.end();
  if (perhaps_read) {
    if (!read->counted) {
      count_event(*read, true);
      true_.count(true);
    }
    early_.erase(read);
  }
  if (waiting_.size() < kMostWaiting) {
    waiting_.push_back({.kind = hint.kind, .webhooks = {{hint.webhook, 1}}, .at = now, .perhaps_read = perhaps_read});
  }
  return true;
}

bool HintedFeed::repeats(const core::Hint& hint, const Told& told, Timestamp now) {
  if (hint.kind != told.kind || told.at + kTogether < now) return false;
  return !told.asked_for || !told.webhooks.contains(hint.webhook);
}

// How many events it tells of, by the webhook that told most often.
int HintedFeed::most_told(const Told& told) {
  return std::ranges::max(std::views::values(told.webhooks));
}

double HintedFeed::true_share() const {
  return (true_.part + kPriorTrue) / (true_.all + kPriorHints);
}

std::optional<Timestamp> HintedFeed::first_fresh() const {
  const auto first = std::ranges::find(waiting_, 0, &Told::reads);
  return first == waiting_.end() ? std::nullopt : std::optional(first->at);
}

std::optional<HintedFeed::InVain> HintedFeed::newest_in_vain() const {
  for (auto hint = waiting_.rbegin(); hint != waiting_.rend(); ++hint) {
    if (hint->reads > 0) return InVain{hint->at, hint->reads};
  }
  return std::nullopt;
}

// --- reads ---

void HintedFeed::begin_read() {
  for (Told& hint : waiting_) hint.asked_for = true;
}

void HintedFeed::hear(std::string_view kind, EventTime created_at) {
  heard_.push_back({std::string(kind), created_at});
}

HintedFeed::Read HintedFeed::finish_read(Timestamp told, Timestamp now) {
  github_ahead_ = told - now;
  Read read;
  const bool none_waits = waiting_.empty();
  for (const Told& hint : waiting_) {
    if (hint.asked_for && !hint.perhaps_read)
      read.reads_before = std::min(read.reads_before.value_or(hint.reads), hint.reads);
  }
  was_for_unread_ = read.reads_before.has_value();
  std::vector<Event> heard = std::exchange(heard_, {});
  std::ranges::stable_sort(heard, {}, &Event::created_at);
  expire_early(read, now);
  for (const Event& event : heard) take_event(event, read, now);
  spend_found();
  expire_hints(read, now);
  if (!none_waits) read.misled = false;
  judge(read, now);
  return read;
}

void HintedFeed::take_event(const Event& event, Read& read, Timestamp now) {
  const Timestamp created = core::to_timestamp(event.created_at);
  const bool before = event.created_at < core::to_event_time(by_github(listens_since_));
  if (before && created + kUnderWay < by_github(listens_since_)) return;
  if (take_hint_of(event, read, now) || take_spent(event) || take_newer_hint_of(event)) {
    count_event(event, true);
  } else if (before) {
    return;
  } else if (created + kUnderWay > by_github(now) && early_.size() < kMostEarly) {
    early_.push_back(event);
  } else {
    count_without_hint(event, read);
  }
}

// No hint of its own came. One that came at its time may have stood for it.
void HintedFeed::count_without_hint(const Event& event, Read& read) {
  const bool told = find_spent(event) != spent_.end();
  count_event(event, told);
  if (told) return;
  read.misled = read.misled || comes_with_hints(event.kind);
  ++read.unannounced;
}

// Of the first hint that has not stood for as many events as it was told.
bool HintedFeed::take_hint_of(const Event& event, Read& read, Timestamp now) {
  const auto hint = std::ranges::find_if(waiting_, [&](const Told& told) {
    return told.asked_for && told.events < most_told(told) && belongs(told.kind, told.at, event);
  });
  if (hint == waiting_.end()) return false;
  ++hint->events;
  if (hint->perhaps_read) {
    if (early_.size() < kMostEarly) early_.push_back({event.kind, event.created_at, true});  // for a hint of its own
  } else {
    read.found = true;
    read.age = now - hint->at;
  }
  return true;
}

// Of a hint that came while the feed was read. Its event may be another, which the next read shows.
bool HintedFeed::take_newer_hint_of(const Event& event) {
  const auto hint = std::ranges::find_if(waiting_, [&](const Told& told) {
    return !told.asked_for && !told.perhaps_read && belongs(told.kind, told.at, event);
  });
  if (hint == waiting_.end()) return false;
  hint->perhaps_read = true;
  true_.count(true);
  return true;
}

// What was read of is not waited for any more, even if it was told more often than events came.
void HintedFeed::spend_found() {
  for (Told& hint : waiting_) {
    if (hint.events == 0) continue;
    if (hint.perhaps_read) hint.events = most_told(hint);
    true_.count(true);
    spend(hint);
  }
  std::erase_if(waiting_, [](const Told& hint) { return hint.events > 0; });
}

void HintedFeed::spend(Told hint) {
  if (spent_.size() == kMostSpent) spent_.erase(spent_.begin());
  spent_.push_back(std::move(hint));
}

// Another event of the moment for which a hint stands that was told as often.
bool HintedFeed::take_spent(const Event& event) {
  const auto hint = find_spent(event);
  if (hint == spent_.end() || hint->events >= most_told(*hint)) return false;
  ++hint->events;
  return true;
}

std::vector<HintedFeed::Told>::iterator HintedFeed::find_spent(const Event& event) {
  const auto found = [&](const Told& hint) {
    return belongs(hint.kind, hint.at, event) && by_github(hint.at) <= core::to_timestamp(event.created_at) + kUnderWay;
  };
  const auto open =
      std::ranges::find_if(spent_, [&](const Told& hint) { return found(hint) && hint.events < most_told(hint); });
  return open != spent_.end() ? open : std::ranges::find_if(spent_, found);
}

void HintedFeed::count_event(const Event& event, bool with_hint) {
  told_.count(with_hint);
  if (with_hint) proof_ = std::min(proof_ + 1, kMostProofs);
  if (kinds_.size() < kMostHintedKinds || kinds_.contains(event.kind)) kinds_[event.kind].count(with_hint);
}

bool HintedFeed::comes_with_hints(std::string_view kind) const {
  const auto at = kinds_.find(kind);
  return at != kinds_.end() && at->second.part >= kKnownKind && at->second.part >= kDependableKind * at->second.all;
}

// No hint came of these.
void HintedFeed::expire_early(Read& read, Timestamp now) {
  std::erase_if(early_, [&](const Event& event) {
    if (core::to_timestamp(event.created_at) + kUnderWay > by_github(now)) return false;
    if (!event.counted) count_without_hint(event, read);
    return true;
  });
}

void HintedFeed::expire_hints(Read& read, Timestamp now) {
  std::erase_if(waiting_, [](const Told& hint) { return hint.asked_for && hint.perhaps_read; });
  for (Told& hint : waiting_) hint.reads += hint.asked_for ? 1 : 0;
  if (!read.found && read.reads_before && !waiting_.empty()) read.age = now - waiting_.back().at;
  const auto in_vain = std::erase_if(waiting_, [](const Told& hint) { return hint.reads >= kReads; });
  for (std::size_t i = 0; i < in_vain; ++i) true_.count(false);
}

// The first event that should have come with a hint ends the trust; then it takes ever more events with hints.
void HintedFeed::judge(const Read& read, Timestamp now) {
  read_at_ = now;
  proof_needed_ = std::max(proof_needed_, kFewProofs);
  if (read.misled) {
    if (trusted_) {
      proof_needed_ = proof_ >= kMostProofs ? kFewProofs : std::min(2 * proof_needed_, kMostProofs);
      failed_at_ = now;
    }
    proof_ = 0;
    trusted_ = false;
    return;
  }
  const double share = told_.all > 0 ? told_.part / told_.all : 0;
  trusted_ = proof_ >= proof_needed_ && share >= (trusted_ ? kTrustedShare : kTrustedAgain);
}

// --- over a restart ---

std::string HintedFeed::save() const {
  const double failed = failed_at_ ? static_cast<double>(core::unix_millis(*failed_at_)) : 0;
  std::string line =
      join_numbers(std::array{told_.all, told_.part, true_.all, true_.part, proof_, proof_needed_, failed});
  for (const auto& [kind, share] : kinds_) {
    if (is_word(kind)) line += " " + kind + " " + join_numbers(std::array{share.all, share.part});
  }
  return line;
}

void HintedFeed::restore(std::string_view line) {
  const auto number = [&line](double most) {
    const auto read = split_numbers<1>(take_word(line));
    return read && (*read)[0] >= 0 ? std::min((*read)[0], most) : 0;
  };
  const auto share = [&number] {
    Share read;
    read.all = number(kEnoughOfShare);
    read.part = number(read.all);
    return read;
  };
  told_ = share();
  true_ = share();
  proof_ = number(kMostProofs);
  proof_needed_ = number(kMostProofs);
  const double failed = number(static_cast<double>(kLatestSaved));
  if (failed > 0) failed_at_ = core::timestamp_from_unix_millis(static_cast<std::int64_t>(failed));
  while (!line.empty() && kinds_.size() < kMostHintedKinds) {
    const std::string kind(take_word(line));
    kinds_[kind] = share();
  }
}

void HintedFeed::clock_went_back(Millis step) {
  for (std::vector<Told>* hints : {&waiting_, &spent_}) {
    for (Told& hint : *hints) hint.at -= step;
  }
  listens_since_ -= step;
  if (failed_at_) *failed_at_ -= step;
  read_at_ -= step;
  early_.clear();
  trusted_ = false;
}

}  // namespace repopulse::polling
