#include "polling/received_feed.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/events_feed.h"
#include "polling/numbers.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::Timestamp;

constexpr double kProofOfShown = 1;        // events that it shows of a repository …
constexpr double kProofAfterDistrust = 3;  // … and after it left some out
constexpr double kEnoughShown = 400;       // events of a repository; older ones fade
constexpr double kMostHidden = 0.9;        // where more is hidden, it is of no use
constexpr double kLeastHidden = 0.02;
constexpr core::Millis kVisible = 15min;  // most events are visible by then …
// … and what is not there by then will never be; a quiet repository needs so long to be found out.
constexpr core::Millis kForgotten = std::chrono::days(7);
constexpr std::size_t kMostMissedByFeed = 3;  // where fewer were shown …
constexpr std::size_t kMissedInSilence = 2;   // … and where none was, for so long that it was doubted
constexpr double kDoubtfulOfAll = 10;         // that were expected of all, and none came
constexpr double kDoubtfulOfOne = 20;         // of one

}  // namespace

ReceivedFeed::Member* ReceivedFeed::find(std::string_view feed) {
  const auto at = members_.find(feed);
  return at == members_.end() ? nullptr : &at->second;
}

const ReceivedFeed::Member* ReceivedFeed::find(std::string_view feed) const {
  const auto at = members_.find(feed);
  return at == members_.end() ? nullptr : &at->second;
}

// --- which repositories ---

void ReceivedFeed::remove(std::string_view feed) {
  if (const auto at = members_.find(feed); at != members_.end()) members_.erase(at);
}

void ReceivedFeed::begin_anew(std::string_view feed) {
  Member* member = find(feed);
  if (member != nullptr) *member = Member{};
}

std::optional<Timestamp> ReceivedFeed::shown_at(std::string_view feed) const {
  const Member* member = find(feed);
  return member == nullptr ? std::nullopt : member->shown_at;
}

std::optional<Timestamp> ReceivedFeed::asked_at(std::string_view feed) const {
  const Member* member = find(feed);
  return member == nullptr ? std::nullopt : member->asked_at;
}

bool ReceivedFeed::is_proven(const Member& member, Timestamp now) const {
  const double needed = member.distrust.ever() ? kProofAfterDistrust : kProofOfShown;
  return member.shown_at && member.proof >= needed && member.distrust.is_over(now);
}

bool ReceivedFeed::is_proven(std::string_view feed, Timestamp now) const {
  const Member* member = find(feed);
  return member != nullptr && is_proven(*member, now);
}

void ReceivedFeed::add_came(const Member& member, Came& came) const {
  for (const auto& [kind, events] : member.came) {
    came.all += events;
    if (!kinds_.shows(kind)) came.hidden += events;
  }
}

double ReceivedFeed::hidden_share_of_all() const {
  constexpr double kPriorShare = 0.3, kPrior = 10;
  Came came{.all = kPrior, .hidden = kPriorShare * kPrior};
  for (const auto& [name, member] : members_) add_came(member, came);
  return came.hidden / came.all;
}

// Few events say little: then what holds for all feeds does.
double ReceivedFeed::hidden_share(const Member& member, double of_all) const {
  constexpr double kPrior = 5;
  Came came{.all = kPrior, .hidden = kPrior * of_all};
  add_came(member, came);
  return std::max(kLeastHidden, came.hidden / came.all);
}

std::vector<PartlyShown> ReceivedFeed::parts(std::span<const std::string> feeds, Timestamp now) const {
  std::vector<PartlyShown> parts;
  if (!kinds_.any()) return parts;
  const double of_all = hidden_share_of_all();
  for (const std::string& feed : feeds) {
    const Member* member = find(feed);
    if (member == nullptr || !is_proven(*member, now)) continue;
    const double hidden = hidden_share(*member, of_all);
    if (hidden <= kMostHidden) parts.push_back({feed, hidden});
  }
  return parts;
}

bool ReceivedFeed::has_unproven(std::span<const std::string> feeds, Timestamp now) const {
  return std::ranges::any_of(feeds, [&](const std::string& feed) {
    const Member* member = find(feed);
    return member != nullptr && !is_proven(*member, now) && member->distrust.is_over(now);
  });
}

void ReceivedFeed::set_informed(std::span<const PartlyShown> parts) {
  for (auto& [name, member] : members_) {
    const bool informed = std::ranges::binary_search(parts, name, {}, &PartlyShown::feed);
    if (informed == member.informed) continue;
    member.informed = informed;
    member.expected = 0;
  }
}

bool ReceivedFeed::informs(std::string_view feed) const {
  const Member* member = find(feed);
  return member != nullptr && member->informed;
}

std::array<bool, core::kSignals> ReceivedFeed::left_signals(std::string_view feed) const {
  std::array<bool, core::kSignals> left{};
  if (!informs(feed)) return left;
  for (std::size_t i = 0; i < core::kSignals; ++i) {
    const auto kinds = core::kinds_of(static_cast<core::Signal>(i));
    const bool shown = std::ranges::any_of(kinds, [this](std::string_view kind) { return kinds_.shows(kind); });
    const bool hidden = std::ranges::any_of(kinds, [this](std::string_view kind) { return kinds_.hides(kind); });
    left[i] = shown && !hidden;
  }
  return left;
}

// --- what the account's feed brings ---

void ReceivedFeed::count(Member& member, std::string_view kind) {
  const bool known = member.came.contains(kind);
  if (!known && (member.came.size() >= kMostKinds || !is_word(kind))) return;
  ++member.came[std::string(kind)];
  double all = 0;
  for (const auto& [name, events] : member.came) all += events;
  if (all <= kEnoughShown) return;
  for (auto& [name, events] : member.came) events /= 2;
}

// Each event counts once, however often its page is read; of the first pages all do.
void ReceivedFeed::see(std::string_view feed, const core::Event& event, bool fresh) {
  Member* member = find(feed);
  if (member == nullptr) return;
  const auto awaited = member->awaited.find(event.key.id);
  if (fresh) count(*member, event.type);
  if (!fresh && awaited == member->awaited.end() && member->since) return;
  if (awaited != member->awaited.end()) member->awaited.erase(awaited);
  take_shown(*member, event.type);
}

// What is missing of a repository that is watched says something of the kinds.
void ReceivedFeed::take_shown(Member& member, std::string_view kind) {
  kinds_.see(kind);
  member.proof = std::min(member.proof + 1, kProofAfterDistrust);
  ++member.shown_since;
  member.silent = false;
  member.for_all = false;
  for (const std::string& missed : std::exchange(member.missed_kinds, {})) kinds_.miss(missed);
}

void ReceivedFeed::mark(std::string_view feed) {
  if (Member* member = find(feed)) member->shown_before = member->shown_at;
}

void ReceivedFeed::abandon(std::string_view feed) {
  if (Member* member = find(feed)) member->shown_at = member->shown_before;
}

void ReceivedFeed::seen_until(std::string_view feed, Timestamp at) {
  Member* member = find(feed);
  if (member == nullptr) return;
  member->shown_at = at;
  if (!member->since) member->since = at;
}

// Of kinds that it shows.
std::size_t ReceivedFeed::overdue(const Member& member) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      member.awaited, [this](const auto& each) { return each.second.overdue && kinds_.shows(each.second.kind); }));
}

ReceivedFeed::Verdict ReceivedFeed::judge(std::string_view feed, Timestamp at, Timestamp now) {
  Member* member = find(feed);
  if (member == nullptr) return Verdict::kBelieved;
  member->asked_at = at;
  std::erase_if(member->awaited, [at](const auto& each) { return each.second.created_at + kForgotten <= at; });
  const std::size_t before = overdue(*member);
  for (auto& [id, awaited] : member->awaited) {
    if (awaited.overdue || awaited.created_at + kVisible > at) continue;
    awaited.overdue = true;
    if (member->missed_kinds.size() < core::kFeedDepth) member->missed_kinds.push_back(awaited.kind);
  }
  std::erase_if(member->awaited, [this](const auto& each) {
    return each.second.overdue && !kinds_.shows(each.second.kind);  // nobody expected it
  });
  const std::size_t missed = overdue(*member);
  if (before == 0) member->shown_since = 0;
  const bool most = missed >= kMostMissedByFeed && missed > member->shown_since;
  if (!most && !(member->silent && missed >= kMissedInSilence)) return Verdict::kBelieved;
  const bool all = member->for_all;
  const bool informed = member->informed;
  member->proof = 0;
  member->silent = false;
  member->for_all = false;
  member->awaited.clear();
  member->missed_kinds.clear();
  if (!informed) return Verdict::kBelieved;
  member->distrust.begin(now);
  return all ? Verdict::kAllRefuted : Verdict::kRefuted;
}

void ReceivedFeed::doubt(std::string_view feed) {
  if (Member* member = find(feed)) member->doubted = true;
}

void ReceivedFeed::expect(std::string_view feed, double events, bool came) {
  Member* member = find(feed);
  if (member == nullptr || !member->informed) return;
  if (came) {
    member->expected = 0;
    silent_ = 0;
    doubts_ = 0;
    return;
  }
  member->expected += events;
  silent_ += events;
  if (member->expected >= kDoubtfulOfOne) member->doubted = member->silent = true;
}

void ReceivedFeed::doubt_all_silent() {
  if (silent_ < std::ldexp(kDoubtfulOfAll, std::min(doubts_, 10))) return;
  silent_ = 0;
  ++doubts_;
  Member* most = nullptr;
  for (auto& [name, member] : members_) {
    if (member.informed && (most == nullptr || member.expected > most->expected)) most = &member;
  }
  if (most == nullptr) return;
  most->doubted = true;
  most->silent = true;
  most->for_all = true;
}

bool ReceivedFeed::doubted(std::string_view feed) const {
  const Member* member = find(feed);
  return member != nullptr && member->doubted;
}

// --- what a repository's own feed brings ---

void ReceivedFeed::hear(std::string_view feed, const core::Event& event) {
  Member* member = find(feed);
  if (member == nullptr) return;
  count(*member, event.type);
  if (member->informed && kinds_.shows(event.type)) ++member->of_shown_kinds;
  const Timestamp at = core::to_timestamp(event.key.created_at);
  if (kinds_.hides(event.type) || !member->since || at < *member->since || member->awaited.size() >= core::kFeedDepth)
    return;
  member->awaited.try_emplace(event.key.id, Awaited{.kind = event.type, .created_at = at});
}

void ReceivedFeed::forget_heard(std::string_view feed) {
  if (Member* member = find(feed)) member->of_shown_kinds = 0;
}

std::size_t ReceivedFeed::finish_read(std::string_view feed) {
  Member* member = find(feed);
  if (member == nullptr) return 0;
  member->doubted = false;
  member->expected = 0;
  return std::exchange(member->of_shown_kinds, 0);
}

// --- over a restart ---

namespace {

constexpr std::size_t kOwnOfMember = 4;

}  // namespace

std::string ReceivedFeed::save_feed(std::string_view feed) const {
  const Member* member = find(feed);
  if (member == nullptr || (member->came.empty() && !member->since)) return {};
  const double since = member->since ? static_cast<double>(core::unix_millis(*member->since)) : -1;
  std::string line = name_ + ' ';
  line += join_numbers(std::array<double, kOwnOfMember>{since, member->proof, member->distrust.times(),
                                                        member->distrust.until_millis()});
  for (const auto& [kind, events] : member->came) {
    line += ' ';
    line += kind;
    line += ' ';
    line += join_numbers(std::array{events});
  }
  return line;
}

void ReceivedFeed::add(const std::string& feed, std::string_view line, std::optional<Timestamp> shown_at) {
  Member& member = members_[feed];
  member = Member{};
  const bool of_this_account = take_word(line) == name_;
  std::array<double, kOwnOfMember> numbers{};
  for (double& number : numbers) {
    const auto read = split_numbers<1>(take_word(line));
    if (!read || read->front() < -1 || read->front() > static_cast<double>(kLatestSaved)) return;
    number = read->front();
  }
  if (numbers[0] >= 0 && of_this_account) {
    member.since = core::timestamp_from_unix_millis(static_cast<std::int64_t>(numbers[0]));
    member.shown_at = shown_at;
  }
  if (of_this_account) {
    member.proof = std::clamp(numbers[1], 0.0, kProofAfterDistrust);
    member.distrust.restore(numbers[2], numbers[3]);
  }
  while (!line.empty() && member.came.size() < kMostKinds) {
    const std::string_view kind = take_word(line);
    const auto events = split_numbers<1>(take_word(line));
    if (!events) return;
    member.came[std::string(kind)] = std::clamp(events->front(), 0.0, kEnoughShown);
  }
}

void ReceivedFeed::clock_went_back(core::Millis step) {
  for (auto& [name, member] : members_) member.distrust.clock_went_back(step);
}

}  // namespace repopulse::polling
