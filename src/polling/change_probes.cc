#include "polling/change_probes.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "polling/backoff.h"
#include "polling/feed_memory.h"
#include "polling/numbers.h"
#include "polling/source_cost.h"

namespace repopulse::polling {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

namespace {

constexpr Millis kGroupAnew = 24h;
constexpr Millis kBatchAnew = std::chrono::days(7);  // one that was too large for GitHub once is tried again larger
constexpr std::size_t kLeastBatch = 4;
constexpr Millis kLongestNews = kLongestLatency + 10min;
constexpr int kFloorsToProbe = 60;  // floors between two probes, while they inform of no feed
// A probe that tells of no news although so many events were expected may be stuck …
constexpr double kDoubtfulEvents = 10;
// … for all, or for one feed.
constexpr double kDoubtfulEventsOfFeed = 20;
constexpr Millis kRetry = 1min;
constexpr Millis kLongestRetry = 6h;
constexpr Millis kRefused = 24h;
constexpr Millis kLongestRefused = std::chrono::days(14);
constexpr Millis kLongPutOff = 5min;

// Trying again soon would not help.
bool is_refused(core::AnswerKind kind) {
  return kind == core::AnswerKind::kUnauthorized || gives_up(kind, 0);
}

Timestamp probe_told_at(const core::ProbeAnswer& answer, Timestamp now) {
  return answer.date ? core::to_timestamp(*answer.date) : now;
}

}  // namespace

// --- which feeds ---

ChangeProbe& ChangeProbes::probe_of(std::string_view feed) {
  return probes_.find(members_.find(feed)->second.probe)->second;
}

const ChangeProbe& ChangeProbes::probe_of(std::string_view feed) const {
  return probes_.find(members_.find(feed)->second.probe)->second;
}

ChangeProbe& ChangeProbes::free_probe() {
  for (auto& [name, probe] : probes_) {
    if (probe.asks_about_.size() < batch_) return probe;
  }
  if (!probes_.empty()) grouped_at_.reset();
  std::size_t number = probes_.size();
  while (probes_.contains("probes/" + std::to_string(++number))) {
  }
  const std::string name = "probes/" + std::to_string(number);
  return probes_.try_emplace(name, name).first->second;
}

void ChangeProbes::join(const Feed& feed) {
  ChangeProbe& probe = free_probe();
  Member& member = members_[feed.name()];
  member.probe = probe.name();
  member.told.restore(split_memory(feed.state().policy_state).probes);
  probe.asks_about_.insert(std::ranges::upper_bound(probe.asks_about_, feed.name()), feed.name());
  probe.planned_at_.reset();
}

void ChangeProbes::leave(std::string_view feed) {
  const auto at = members_.find(feed);
  if (at == members_.end()) return;
  ChangeProbe& probe = probe_of(feed);
  std::erase(probe.asks_about_, feed);
  std::erase(probe.gainers_, feed);
  if (std::erase(probe.informs_, feed) > 0) policy_->probe_together(probe.name_, probe.informs_);
  probe.planned_at_.reset();
  members_.erase(at);
}

void ChangeProbes::review(const Feed& feed, bool alone, Timestamp now) {
  if (!enabled_) return;
  const bool is = members_.contains(feed.name());
  if (!alone || !feed.can_be_informed()) {
    if (is) leave(feed.name());
  } else if (!is) {
    join(feed);
  } else if (ChangeProbe& probe = probe_of(feed.name()); probe.planned_at_ && now >= *probe.planned_at_ + kPlanAnew) {
    probe.planned_at_.reset();
  }
}

bool ChangeProbes::informs(std::string_view feed) const {
  return members_.contains(feed) && std::ranges::binary_search(probe_of(feed).informs_, feed);
}

bool ChangeProbes::await_answer(std::string_view feed, Timestamp now) {
  const auto at = members_.find(feed);
  if (at == members_.end()) return false;
  at->second.awaited = at->second.told.informed() && trust_.proven() && not_before_ < now + kLongPutOff;
  return at->second.awaited;
}

// --- the plan ---

void ChangeProbes::plan_due(Timestamp now) {
  if (not_before_ > now + kLongestRefused) not_before_ = now;  // a clock that was wrong
  std::vector<std::string> informed;
  if (!grouped_at_ || now >= *grouped_at_ + kGroupAnew) informed = regroup(now);
  for (auto& [name, probe] : probes_) {
    if (!probe.planned_at_) plan(probe, now);
  }
  for (const std::string& feed : informed) {
    if (!informs(feed)) set_due_anew(feed, now);
  }
}

void ChangeProbes::plan_anew(Timestamp now) {
  for (auto& [name, probe] : probes_) {
    probe.planned_at_.reset();
    if (probe.open_ && probe.informing_) set_due(probe, probe_due(probe, now));
  }
}

// Busy feeds with busy ones: the cost of a probe goes with the root of all that it informs of.
std::vector<std::string> ChangeProbes::regroup(Timestamp now) {
  grouped_at_ = now;
  if (std::ranges::none_of(probes_, [](const auto& probe) { return probe.second.open_; })) lag_.forget();
  if (now >= batch_since_ + kBatchAnew) {
    batch_since_ = now;
    batch_ = std::min(2 * batch_, core::kMostProbed);
  }
  std::vector<std::string> informed;
  const bool one = members_.size() <= batch_ && probes_.size() <= 1;
  if (one) return informed;
  std::vector<std::pair<double, std::string>> by_rate;
  for (const auto& [feed, member] : members_) by_rate.emplace_back(policy_->rate(feed), feed);
  std::ranges::stable_sort(by_rate, std::ranges::greater{}, &std::pair<double, std::string>::first);
  bool informing = false;
  Timestamp answered{};
  for (auto& [name, probe] : probes_) {
    REPOPULSE_CHECK(probe.asked_.empty());
    informing = informing || probe.informing_;
    answered = std::max(answered, probe.answered_at_);
    if (!probe.informs_.empty()) policy_->probe_together(name, {});
    informed.insert(informed.end(), probe.informs_.begin(), probe.informs_.end());
    portfolio_->schedule.remove(name);
  }
  probes_.clear();
  for (std::size_t i = 0; i < by_rate.size(); ++i) {
    const std::string name = "probes/" + std::to_string(i / batch_ + 1);
    ChangeProbe& probe = probes_.try_emplace(name, name).first->second;
    probe.informing_ = informing;
    probe.answered_at_ = answered;
    probe.asks_about_.push_back(by_rate[i].second);
    members_.find(by_rate[i].second)->second.probe = name;
  }
  for (auto& [name, probe] : probes_) std::ranges::sort(probe.asks_about_);
  return informed;
}

std::vector<std::string> ChangeProbes::find_gainers(const ChangeProbe& probe, Timestamp now) {
  std::vector<std::string> gainers;
  if (!trust_.believed(now)) return gainers;
  for (const std::string& name : probe.asks_about_) {
    if (members_.find(name)->second.told.believed(now)) gainers.push_back(name);
  }
  const auto plan = policy_->plan_probe(gainers, lag_.lag(), now);
  if (!plan || !Plan::is_worth(plan->cost, probe.open_)) return {};
  std::erase_if(gainers,
                [&](const std::string& name) { return std::ranges::find(plan->direct, name) != plan->direct.end(); });
  return gainers;
}

// Which of its feeds gain from the probe, and whether it is worth asking at all.
void ChangeProbes::plan(ChangeProbe& probe, Timestamp now) {
  probe.gainers_ = find_gainers(probe, now);
  probe.planned_at_ = now;
  if (probe.gainers_.empty()) {
    close(probe);
  } else if (!probe.open_) {
    probe.open_ = true;
    set_due(probe, std::max(now, probe.answered_at_ + floor_of(probe)));
  }
  for (const std::string& feed : probe.asks_about_) {
    Member& member = members_.find(feed)->second;
    if (!member.awaited || std::ranges::binary_search(probe.gainers_, feed)) continue;
    member.awaited = false;
    set_due_anew(feed, now);
  }
  update_informs(probe, now);
}

void ChangeProbes::close(ChangeProbe& probe) {
  portfolio_->schedule.remove(probe.name_);
  probe.open_ = false;
  probe.informing_ = false;
}

// What changes hands is due anew.
void ChangeProbes::update_informs(ChangeProbe& probe, Timestamp now) {
  std::vector<std::string> informs;
  for (const std::string& name : probe.gainers_) {
    const bool told = probe.informing_ && trust_.proven() && members_.find(name)->second.told.informed();
    if (told) informs.push_back(name);
  }
  if (informs == probe.informs_) return;
  const std::vector<std::string> before = std::exchange(probe.informs_, std::move(informs));
  policy_->probe_together(probe.name_, probe.informs_);
  std::vector<std::string> changed;
  std::ranges::set_symmetric_difference(before, probe.informs_, std::back_inserter(changed));
  for (const std::string& name : changed) set_due_anew(name, now);
  if (probe.informing_ && probe.open_ && portfolio_->schedule.asked() != probe.name_) {
    set_due(probe, probe_due(probe, now));
  }
}

void ChangeProbes::set_due_anew(const std::string& name, Timestamp now) {
  const auto at = portfolio_->feeds.find(name);
  if (at == portfolio_->feeds.end()) return;
  Feed& feed = at->second;
  if (portfolio_->follows_plan(feed))
    portfolio_->set_due(feed, informs(name) ? own_due(feed, now) : plan_.due(feed, now));
}

std::optional<Millis> ChangeProbes::lag_if_told(Timestamp now) const {
  return enabled_ && trust_.proven() && trust_.believed(now) ? std::optional(lag_.lag()) : std::nullopt;
}

// The probe of these feeds is the one that would have room for them.
std::optional<double> ChangeProbes::added_cost(std::span<const std::string> feeds, Timestamp now) {
  if (feeds.empty() || !lag_if_told(now)) return std::nullopt;
  Cost& cost = added_cost_[feeds.front()];
  if (cost.at <= now && now < cost.at + kPlanAnew) return cost.added;
  std::vector<std::string> others;
  for (const auto& [name, probe] : probes_) others = probe.gainers_;
  std::erase_if(others, [&](const std::string& name) { return std::ranges::find(feeds, name) != feeds.end(); });
  std::vector<std::string> all = others;
  all.insert(all.end(), feeds.begin(), feeds.end());
  const auto cost_of = [&](const std::vector<std::string>& names) {
    const auto plan = policy_->plan_probe(names, lag_.lag(), now);
    return plan ? plan->cost * plan->alone : policy_->cost_together(names);
  };
  cost.added = cost_of(all) - cost_of(others);
  cost.at = now;
  return cost.added;
}

// --- when ---

Timestamp ChangeProbes::own_due(const Feed& feed, Timestamp now) const {
  const Member& member = members_.find(feed.name())->second;
  if (member.doubted) return plan_.soonest(feed, now);
  const Timestamp check = plan_.probed_due(feed, policy_->next_unannounced(feed.name(), now), now);
  return member.told.has_news() ? std::min(check, std::max(news_due(member.told), plan_.soonest(feed, now))) : check;
}

Timestamp ChangeProbes::news_due(const ProbedFeed& told) const {
  if (told.reads_in_vain() == 0) return std::max(told.news_since(), told.news_happened() + lag_.lag());
  const Timestamp last = told.last_in_vain();
  return last + policy_->look_again_after(last - told.news_happened(), lag_.chance_after(told.reads_in_vain()));
}

Timestamp ChangeProbes::probe_due_of(std::string_view feed) const {
  const ChangeProbe& probe = probe_of(feed);
  return portfolio_->schedule.due(probe.name_);
}

// Between two probes lies what GitHub wants between two polls of each of the feeds.
Millis ChangeProbes::floor_of(const ChangeProbe& probe) const {
  Millis longest{0};
  for (const std::string& feed : probe.asks_about_)
    longest = std::max(longest, polling::floor_of(portfolio_->feed(feed).state()));
  return longest;
}

// Before there is anything to compare with, it is asked for that alone.
Timestamp ChangeProbes::probe_due(const ChangeProbe& probe, Timestamp now) const {
  if (probe.informs_.empty()) return std::max(now, probe.answered_at_ + kFloorsToProbe * floor_of(probe));
  return std::max({now, probe.answered_at_ + floor_of(probe), policy_->next_probe(probe.name_, now)});
}

void ChangeProbes::set_due(const ChangeProbe& probe, Timestamp due) {
  portfolio_->schedule.set_due(probe.name_,
                               std::max({due, not_before_, portfolio_->time_shares.earliest(probe.name_)}));
}

// --- a probe ---

std::vector<std::string> ChangeProbes::ask(std::string_view name) {
  ChangeProbe& probe = probes_.find(name)->second;
  probe.asked_ = probe.asks_about_;
  REPOPULSE_CHECK(!probe.asked_.empty() && probe.asked_.size() <= core::kMostProbed);
  return probe.asked_;
}

std::vector<std::string> ChangeProbes::take(std::string_view name, const core::ProbeAnswer& answer,
                                            Timestamp not_before, Timestamp now) {
  ChangeProbe& probe = probes_.find(name)->second;
  std::vector<std::string> asked = std::exchange(probe.asked_, {});
  count(answer, now);
  const bool good = answer.kind == core::AnswerKind::kEvents;
  probe.failures_ = good ? 0 : probe.failures_ + 1;
  probe.refused_ = is_refused(answer.kind);
  probe.informing_ = good;
  probe.answered_at_ = now;
  not_before_ = now + answer.retry_after.value_or(0ms);
  if (answer.retry_after) rest_others();
  if (answer.too_much && batch_ > kLeastBatch) {
    batch_ = std::max(kLeastBatch, asked.size() / 2);
    batch_since_ = now;
    grouped_at_.reset();
  }
  std::vector<std::string> told;
  if (good) told = take_each(probe, asked, answer, now);
  if (good && probe.planned_at_ && now >= *probe.planned_at_ + kPlanAnew) probe.planned_at_.reset();
  update_informs(probe, now);
  doubt(probe);
  plan_next(probe, answer, not_before, now);
  return told;
}

// What was planned for the other probes is not before that either.
void ChangeProbes::rest_others() {
  const Schedule& schedule = portfolio_->schedule;
  for (const auto& [name, probe] : probes_) {
    if (probe.open_) set_due(probe, schedule.due(name));
  }
}

// Gives the feeds of which something was told.
std::vector<std::string> ChangeProbes::take_each(ChangeProbe& probe, std::span<const std::string> asked,
                                                 const core::ProbeAnswer& answer, Timestamp now) {
  std::vector<std::string> all_told;
  bool any_news = false;
  for (std::size_t i = 0; i < asked.size() && i < answer.repositories.size(); ++i) {
    const auto at = members_.find(asked[i]);
    if (at == members_.end()) continue;
    Member& member = at->second;
    const ProbedFeed::Told told =
        member.told.take(answer.repositories[i], portfolio_->feed(asked[i]).state(), probe_told_at(answer, now), now,
                         {received_->left_signals(asked[i]), received_->asked_at(asked[i])});
    const bool awaited = std::exchange(member.awaited, false);
    if (told == ProbedFeed::Told::kUnknown) {
      if (awaited) set_due_anew(asked[i], now);
      continue;
    }
    all_told.push_back(asked[i]);
    const bool news = told == ProbedFeed::Told::kNews;
    const double expected = policy_->observe_probe(asked[i], {now, news});
    any_news = any_news || news;
    if (news) ++counted_.told;
    member.expected = news ? 0 : member.expected + expected;
    probe.expected_ += expected;
    if (member.expected >= kDoubtfulEventsOfFeed) member.doubted = true;
  }
  if (any_news) {
    probe.expected_ = 0;
    probe.doubts_ = 0;
  }
  return all_told;
}

void ChangeProbes::plan_next(ChangeProbe& probe, const core::ProbeAnswer& answer, Timestamp not_before, Timestamp now) {
  if (probe.gainers_.empty()) {
    close(probe);
  } else if (answer.kind == core::AnswerKind::kEvents) {
    set_due(probe, probe_due(probe, now));
  } else {
    const Millis rest = probe.refused_ ? exponential(kRefused, probe.failures_, kLongestRefused)
                                       : exponential(kRetry, probe.failures_, kLongestRetry);
    set_due(probe, std::max(not_before, now + rest));
    stop_awaiting(probe, now);
  }
}

void ChangeProbes::stop_awaiting(ChangeProbe& probe, Timestamp now) {
  for (const std::string& feed : probe.asks_about_) {
    if (std::exchange(members_.find(feed)->second.awaited, false)) set_due_anew(feed, now);
  }
}

void ChangeProbes::put_off(std::string_view name, Timestamp until, Timestamp now) {
  ChangeProbe& probe = probes_.find(name)->second;
  set_due(probe, until);
  if (until - now < kLongPutOff) return;
  probe.informing_ = false;
  stop_awaiting(probe, now);
  update_informs(probe, now);
}

void ChangeProbes::abandon(std::string_view name, Timestamp now) {
  ChangeProbe& probe = probes_.find(name)->second;
  probe.asked_.clear();
  set_due(probe, now + floor_of(probe));
}

void ChangeProbes::renew_token(Timestamp now) {
  for (auto& [name, probe] : probes_) {
    if (!std::exchange(probe.refused_, false)) continue;
    probe.failures_ = 0;
    if (probe.open_ && portfolio_->schedule.asked() != name) {
      set_due(probe, std::max(now, probe.answered_at_ + floor_of(probe)));
    }
  }
}

void ChangeProbes::count(const core::ProbeAnswer& answer, Timestamp now) {
  const bool good = answer.kind == core::AnswerKind::kEvents;
  ++counted_.requests;
  if (!good) ++counted_.failures;
  counted_.points += static_cast<std::uint64_t>(std::max<std::int64_t>(0, answer.cost.value_or(0)));
  counted_.asked_at = now;
  counted_.trouble = good ? std::string() : answer.message;
}

std::string_view to_string(ProbeBelief belief) {
  switch (belief) {
    case ProbeBelief::kUnproven:
      return "unproven";
    case ProbeBelief::kBelieved:
      return "believed";
    case ProbeBelief::kDistrusted:
      return "distrusted";
  }
  return {};
}

ProbesView ChangeProbes::view(Timestamp now) const {
  ProbesView view = counted_;
  view.enabled = enabled_;
  if (trust_.proven()) view.belief = ProbeBelief::kBelieved;
  if (!trust_.believed(now)) view.belief = ProbeBelief::kDistrusted;
  for (const auto& [name, probe] : probes_) {
    if (!probe.open_) continue;
    view.asked_about += probe.asks_about_.size();
    view.informed += probe.informs_.size();
    if (portfolio_->schedule.asked() == name) continue;
    const Timestamp due = portfolio_->schedule.due(name);
    view.next_at = std::min(view.next_at.value_or(due), due);
  }
  return view;
}

// Probes as a whole are wrong: each is planned anew.
void ChangeProbes::distrust(Timestamp now) {
  trust_.distrust(now);
  for (auto& [name, probe] : probes_) {
    probe.planned_at_.reset();
    update_informs(probe, now);
  }
}

// Nothing happened anywhere although much was expected? The feed of which most was expected will tell.
void ChangeProbes::doubt(ChangeProbe& probe) {
  if (probe.informs_.empty() || probe.expected_ < std::ldexp(kDoubtfulEvents, std::min(probe.doubts_, 10))) return;
  probe.expected_ = 0;
  ++probe.doubts_;
  const auto expected = [this](const std::string& name) { return members_.find(name)->second.expected; };
  Member& member = members_.find(*std::ranges::max_element(probe.informs_, {}, expected))->second;
  member.doubted = true;
  member.for_all = true;
}

// --- a feed's own read ---

void ChangeProbes::hear(std::string_view feed, const core::Event& event) {
  const auto at = members_.find(feed);
  if (at == members_.end()) return;
  at->second.told.hear(event.type, event.key.created_at, received_->shows(feed, event.type));
}

void ChangeProbes::hear_elsewhere(std::string_view feed, const core::Event& event) {
  const auto at = members_.find(feed);
  if (at != members_.end()) at->second.told.hear_elsewhere(event.type, event.key.created_at);
}

void ChangeProbes::forget_heard(std::string_view feed) {
  if (const auto at = members_.find(feed); at != members_.end()) at->second.told.forget_heard();
}

ProbedFeed::Read ChangeProbes::finish_read(const Feed& feed, Timestamp told, Timestamp now) {
  const auto at = members_.find(feed.name());
  if (at == members_.end()) return {};
  Member& member = at->second;
  const bool for_all = std::exchange(member.doubted, false) && std::exchange(member.for_all, false);
  member.expected = 0;
  const ProbedFeed::Read read = member.told.finish_read(told, lag_.lag(), now);
  if (read.had_news) lag_.learn(read.reads_before, read.found_news, read.news_age);
  if (read.unannounced > 0) probe_of(feed.name()).planned_at_.reset();  // it may not gain from the probe any more
  const bool refuted = trust_.read(read.announced, read.missed);
  if (refuted || (for_all && !member.told.believed(now))) distrust(now);
  update_informs(probe_of(feed.name()), now);
  if (member.told.has_news() && now - member.told.news_happened() > kLongestNews) member.told.give_news_up();
  return read;
}

// --- over a restart, and where the clock has gone back ---

namespace {

constexpr std::size_t kSums = 5;
constexpr std::size_t kSavedNumbers = kSums + ProbeTrust::kNumbers + NewsLag::kNumbers;

std::uint64_t whole(double number) {
  return static_cast<std::uint64_t>(std::clamp(number, 0.0, 1e15));
}

}  // namespace

std::string ChangeProbes::save_feed(std::string_view feed) const {
  const auto at = members_.find(feed);
  return at == members_.end() ? std::string() : at->second.told.save();
}

// Probes that rest after errors go on resting over a restart; without errors one is sent at once.
Timestamp ChangeProbes::next_probe_at() const {
  std::optional<Timestamp> next;
  for (const auto& [name, probe] : probes_) {
    if (!probe.open_ || probe.failures_ == 0 || portfolio_->schedule.asked() == name) continue;
    const Timestamp due = portfolio_->schedule.due(name);
    next = std::min(next.value_or(due), due);
  }
  return std::max(not_before_, next.value_or(not_before_));
}

std::string ChangeProbes::save() const {
  if (!enabled_) return {};
  std::vector<double> numbers{static_cast<double>(batch_), static_cast<double>(counted_.requests),
                              static_cast<double>(counted_.failures), static_cast<double>(counted_.points),
                              static_cast<double>(core::unix_millis(next_probe_at()))};
  std::ranges::copy(trust_.save(), std::back_inserter(numbers));
  std::ranges::copy(lag_.save(), std::back_inserter(numbers));
  REPOPULSE_CHECK(numbers.size() == kSavedNumbers);
  return join_numbers(numbers);
}

void ChangeProbes::restore(std::string_view saved) {
  const auto numbers = split_numbers<kSavedNumbers>(saved);
  if (!numbers) return;
  const std::span<const double, kSavedNumbers> read(*numbers);
  batch_ = std::clamp<std::size_t>(whole(read[0]), kLeastBatch, core::kMostProbed);
  counted_.requests = whole(read[1]);
  counted_.failures = whole(read[2]);
  counted_.points = whole(read[3]);
  not_before_ = core::timestamp_from_unix_millis(
      static_cast<std::int64_t>(std::clamp(read[4], 0.0, static_cast<double>(kLatestSaved))));
  trust_.restore(read.subspan<kSums, ProbeTrust::kNumbers>());
  lag_.restore(read.subspan<kSums + ProbeTrust::kNumbers, NewsLag::kNumbers>());
}

void ChangeProbes::clock_went_back(Millis step, Timestamp now) {
  trust_.clock_went_back(step);
  added_cost_.clear();
  not_before_ = std::max(Timestamp{}, not_before_ - step);
  if (grouped_at_) *grouped_at_ -= step;
  batch_since_ -= step;
  if (counted_.asked_at) *counted_.asked_at -= step;
  for (auto& [feed, member] : members_) member.told.clock_went_back(step);
  for (auto& [name, probe] : probes_) {
    probe.planned_at_.reset();
    probe.answered_at_ -= step;
    if (!probe.informs_.empty()) policy_->probe_together(name, probe.informs_);
    const Schedule& schedule = portfolio_->schedule;
    if (probe.open_ && schedule.asked() != name) set_due(probe, std::max(now, schedule.due(name) - step));
  }
}

}  // namespace repopulse::polling
