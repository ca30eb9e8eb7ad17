#include "polling/owner_listing.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/join.h"
#include "core/clock.h"
#include "polling/backoff.h"
#include "polling/failed_status.h"
#include "polling/numbers.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;
using core::Millis;
using core::RepoStatus;
using core::Timestamp;

constexpr Millis kLongestPause = 31h;      // of the rest after failures with its jitter, and of all intervals
constexpr int kMostPages = 10'000;         // a million repositories: no owner has so many
constexpr std::size_t kMostHeard = 1'000;  // numbers that events named
constexpr int kMostFailures = 1'000;
constexpr std::size_t kLongestDetail = 1'000;  // bytes

}  // namespace

bool OwnerListing::is_due(Timestamp now) const {
  return core::is_due(due_, kLongestPause, now);
}

Timestamp OwnerListing::soonest(Timestamp now) const {
  return asked_at_ && !core::went_back(*asked_at_, now) ? std::max(now, *asked_at_ + kFloor) : now;
}

void OwnerListing::ask_soon(Timestamp now) {
  due_ = std::min(due_, soonest(now));
}

void OwnerListing::read_all(Timestamp now) {
  whole_at_.reset();
  reading_.reset();
  pages_.clear();
  absent_.clear();
  ask_soon(now);
}

void OwnerListing::renew_token(Timestamp now) {
  if (failures_ > 0) ask_soon(now);
}

void OwnerListing::hear(std::uint64_t github_id, Timestamp now) {
  if (!is_news(github_id)) return;
  heard_.insert(github_id);
  if (failures_ == 0) ask_soon(now);
}

bool OwnerListing::is_news(std::uint64_t github_id) const {
  return github_id != 0 && (whole_at_ || reading_) && heard_.size() < kMostHeard && !known_.contains(github_id) &&
         !absent_.contains(github_id) && !heard_.contains(github_id);
}

bool OwnerListing::release(std::string_view key) {
  const auto at = held_.find(key);
  if (at == held_.end()) return false;
  held_.erase(at);
  return true;
}

void OwnerListing::drop(std::string_view key, std::uint64_t github_id) {
  release(key);
  if (const auto at = known_.find(github_id); at != known_.end()) {
    at->second = true;
  } else {
    dropped_.emplace(key);
  }
}

bool OwnerListing::wants_whole(Timestamp now) const {
  return !whole_at_ || core::is_due(*whole_at_ + kWholeEvery, kWholeEvery, now);
}

void OwnerListing::begin(bool whole) {
  reading_ = Reading{.page = 1, .whole = whole, .sought = heard_};
  location_.clear();
}

// Something of which had been heard before the present reading began was not found so far.
bool OwnerListing::seeks() const {
  return std::ranges::any_of(heard_, [this](std::uint64_t number) { return reading_->sought.contains(number); });
}

OwnerListing::Ask OwnerListing::ask(Timestamp now) {
  if (!reading_) begin(wants_whole(now));
  asked_at_ = now;
  const auto page = static_cast<std::size_t>(reading_->page);
  return {reading_->page, page <= pages_.size() ? pages_[page - 1].validator : core::Validator(), location_};
}

OwnerListing::Step OwnerListing::absorb(const core::ListingPage& page, const Terms& terms, Timestamp now) {
  Step step;
  count(page.answer, terms.charged);
  if (!reading_) return step;  // read_all() was called meanwhile: it is asked from the first page
  switch (page.answer.kind) {
    case AnswerKind::kEvents:
      read_page(page, terms, step, now);
      break;
    case AnswerKind::kNotModified:
      read_unchanged(terms, step, now);
      break;
    case AnswerKind::kEndOfFeed:
      end_page(PageEnd::kOfList, terms, step, now);
      break;
    case AnswerKind::kRedirect:
      follow_redirect(page.answer, now);
      break;
    case AnswerKind::kPrimaryLimit:
    case AnswerKind::kSecondaryLimit:
      due_ = now;
      break;
    case AnswerKind::kUnauthorized:
      status_ = status_of(page.answer.kind);
      detail_ = page.answer.message;
      due_ = now;
      break;
    default:
      fail(page.answer, now);
  }
  return step;
}

void OwnerListing::count(const core::Answer& answer, bool charged) {
  const AnswerKind kind = answer.kind;
  ++counters_.requests;
  if (charged) ++counters_.quota_spent;
  if (kind == AnswerKind::kNotModified) ++counters_.not_modified;
  const bool good = kind == AnswerKind::kEvents || kind == AnswerKind::kNotModified || kind == AnswerKind::kEndOfFeed ||
                    (kind == AnswerKind::kRedirect && !answer.location.empty());
  if (!good) ++counters_.failures;
}

void OwnerListing::read_page(const core::ListingPage& page, const Terms& terms, Step& step, Timestamp now) {
  bool overlaps = false;
  const core::ListedRepository* foreign = nullptr;
  for (const core::ListedRepository& repository : page.repositories) {
    if (repository.name.owner_key() == owner_) {
      overlaps = see(repository, terms, step);
    } else {
      foreign = &repository;
    }
  }
  const auto place = static_cast<std::size_t>(reading_->page);
  if (pages_.size() < place) pages_.resize(place);
  pages_[place - 1] = {page.answer.validator, !page.answer.has_next && page.answer.page_entries < per_page_};
  const bool at_end = !page.answer.has_next || page.answer.page_entries == 0;
  end_page(at_end ? PageEnd::kOfList : overlaps ? PageEnd::kKnown : PageEnd::kOpen, terms, step, now);
  if (foreign == nullptr) return;
  status_ = RepoStatus::kMoved;
  detail_ = "GitHub lists repositories of " + std::string(foreign->name.owner()) +
            " here, which are not added: the owner has another name now";
}

// Was it known before the reading began?
bool OwnerListing::see(const core::ListedRepository& repository, const Terms& terms, Step& step) {
  heard_.erase(repository.github_id);
  absent_.erase(repository.github_id);
  const auto [at, fresh] = known_.try_emplace(repository.github_id, false);
  if (fresh) reading_->fresh.insert(repository.github_id);
  if (dropped_.erase(repository.name.key()) > 0) at->second = true;
  const bool wanted =
      !repository.hidden && (terms.archived || !repository.archived) && (terms.forks || !repository.fork);
  if (wanted && !std::exchange(at->second, at->second || wanted)) step.taken.push_back(repository);
  return !reading_->fresh.contains(repository.github_id);
}

// The page is as it was when it was read last, so all on it is known. Behind a full one there may be another now.
void OwnerListing::read_unchanged(const Terms& terms, Step& step, Timestamp now) {
  const auto place = static_cast<std::size_t>(reading_->page);
  const bool at_end = place <= pages_.size() && pages_[place - 1].last;
  end_page(at_end ? PageEnd::kOfList : PageEnd::kKnown, terms, step, now);
}

void OwnerListing::end_page(PageEnd end, const Terms& terms, Step& step, Timestamp now) {
  failures_ = 0;
  const bool at_end = end == PageEnd::kOfList || reading_->page >= kMostPages;
  const bool overlaps = end == PageEnd::kKnown && !reading_->whole && !seeks();
  if (!at_end && !overlaps) {
    ++reading_->page;
    due_ = now;
    return;
  }
  if (at_end) read_to_end(now);
  step.finished = true;
  reading_.reset();
  location_.clear();
  status_ = RepoStatus::kOk;
  detail_.clear();
  due_ = now + std::clamp<Millis>(terms.interval, kFloor, kWholeEvery);
  if (!heard_.empty()) ask_soon(now);
}

void OwnerListing::read_to_end(Timestamp now) {
  pages_.resize(std::min(pages_.size(), static_cast<std::size_t>(reading_->page)));
  if (reading_->whole) absent_.clear();
  std::erase_if(heard_, [this](std::uint64_t number) {
    if (!reading_->sought.contains(number)) return false;
    if (absent_.size() < kMostHeard) absent_.insert(number);
    return true;
  });
  whole_at_ = now;
}

// Of one that was renamed. It is followed once in a reading, and not remembered: GitHub may give the name away.
void OwnerListing::follow_redirect(const core::Answer& answer, Timestamp now) {
  if (answer.location.empty() || std::exchange(reading_->redirected, true)) return fail(answer, now);
  location_ = answer.location.substr(0, answer.location.find('?'));
  pages_.clear();
  due_ = now;
}

// The same page is asked again, after a rest; or the first one, where waiting alone does not help.
void OwnerListing::fail(const core::Answer& answer, Timestamp now) {
  failures_ = std::min(failures_ + 1, kMostFailures);
  status_ = status_of(answer.kind);
  detail_ = answer.message.empty() ? "GitHub redirects again and again" : answer.message;
  due_ = now + rest_after(answer.kind, failures_, "owners/" + owner_, seed_);
  if (answer.retry_after) due_ = std::max(due_, now + std::min<Millis>(*answer.retry_after, kWholeEvery));
  if (status_ == RepoStatus::kFailing) return;
  // What its first pages held is known by now, so only a whole reading goes on behind them.
  const bool behind = reading_->page > 1;
  reading_.reset();
  location_.clear();
  if (behind) begin(true);
}

// --- over a restart: lines of a name and its value ---

namespace {

void put(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(" ");
  for (const char c : value) out += c == '\n' || c == '\r' ? ' ' : c;
  out += '\n';
}

void put_time(std::string& out, std::string_view name, const std::optional<Timestamp>& at) {
  if (at) put(out, name, std::to_string(core::unix_millis(*at)));
}

void put_names(std::string& out, std::string_view name, const std::set<std::string, std::less<>>& keys) {
  if (!keys.empty()) put(out, name, base::join(keys, " "));
}

std::optional<std::uint64_t> number_of(std::string_view word) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

std::optional<Timestamp> time_of(std::string_view word) {
  const auto value = number_of(word);
  if (!value || *value > static_cast<std::uint64_t>(kLatestSaved)) return std::nullopt;
  return core::timestamp_from_unix_millis(static_cast<std::int64_t>(*value));
}

template <typename Visit>
void each_word(std::string_view text, const Visit& visit) {
  while (!text.empty()) {
    const std::string_view word = take_word(text);
    if (!word.empty()) visit(word);
  }
}

}  // namespace

std::string OwnerListing::save() const {
  std::string out;
  put_time(out, "due", due_);
  put_time(out, "asked", asked_at_);
  put_time(out, "whole", whole_at_);
  if (reading_) put(out, "page", std::to_string(reading_->page));
  put(out, "failures", std::to_string(failures_));
  put(out, "status", core::to_string(status_));
  put(out, "detail", detail_);
  put(out, "counters",
      std::to_string(counters_.requests) + " " + std::to_string(counters_.not_modified) + " " +
          std::to_string(counters_.failures) + " " + std::to_string(counters_.quota_spent));
  for (const Page& page : pages_) {
    const core::Validator& validator = page.validator;
    put(out, page.last ? "last" : "more",
        validator.etag.empty() ? "modified " + validator.last_modified : "etag " + validator.etag);
  }
  for (const bool told : {true, false}) {
    std::string numbers;
    for (const auto& [number, was_told] : known_) {
      if (was_told == told) numbers += (numbers.empty() ? "" : " ") + std::to_string(number);
    }
    if (!numbers.empty()) put(out, told ? "told" : "unwanted", numbers);
  }
  put_names(out, "held", held_);
  put_names(out, "dropped", dropped_);
  return out;
}

void OwnerListing::restore(std::string_view saved) {
  while (!saved.empty()) {
    std::string_view line = saved.substr(0, saved.find('\n'));
    saved.remove_prefix(std::min(saved.size(), line.size() + 1));
    const std::string_view name = take_word(line);
    restore_line(name, line);
  }
}

void OwnerListing::restore_line(std::string_view name, std::string_view value) {
  if (name == "due") due_ = time_of(value).value_or(due_);
  if (name == "asked") asked_at_ = time_of(value);
  if (name == "whole") whole_at_ = time_of(value);
  if (name == "page") {
    const auto page = number_of(value).value_or(1);
    // What has come meanwhile stands before what the reading had found: it may not end early.
    reading_ = Reading{static_cast<int>(std::clamp<std::uint64_t>(page, 1, kMostPages)), true};
  }
  if (name == "failures")
    failures_ = static_cast<int>(std::min<std::uint64_t>(number_of(value).value_or(0), kMostFailures));
  if (name == "status") status_ = core::parse_repo_status(value).value_or(RepoStatus::kPending);
  if (name == "detail") detail_ = value.substr(0, kLongestDetail);
  if (name == "counters") {
    std::uint64_t* const all[] = {&counters_.requests, &counters_.not_modified, &counters_.failures,
                                  &counters_.quota_spent};
    for (std::uint64_t* const counter : all) *counter = number_of(take_word(value)).value_or(0);
  }
  if ((name == "more" || name == "last") && pages_.size() < kMostPages) {
    const bool etag = take_word(value) == "etag";
    Page page{{}, name == "last"};
    (etag ? page.validator.etag : page.validator.last_modified) = value;
    pages_.push_back(std::move(page));
  }
  if (name == "told" || name == "unwanted") {
    each_word(value, [&](std::string_view word) {
      if (const auto number = number_of(word); number && *number > 0) known_[*number] |= name == "told";
    });
  }
  if (name == "held") each_word(value, [&](std::string_view word) { held_.emplace(word); });
  if (name == "dropped") each_word(value, [&](std::string_view word) { dropped_.emplace(word); });
}

}  // namespace repopulse::polling
