// Reads the list of one owner's repositories at GitHub: when which page is asked, and which repositories are new by it.
// It knows no list of repopulse's own, no store and no budget: the caller adds what it is told to, and asks only when
// the budget permits. Pure; a value.
//
// The list is asked newest first. A reading is whole at first and once a day: it goes through all pages. In between, a
// reading ends at the first page whose last repository was known before: what was created since stands before that. So
// most readings are one request. Repositories that came with an old date (made public, or transferred) are found by the
// next whole reading; or at once where an event names one: then the reading goes on until it has found it; one that
// is named during a reading, whose page may have been read already, is looked for by another.
//
// A repository is GitHub's number here, and each is told once: one that a person has removed from the list since does
// not come again, whatever its name has become. Those that are not wanted (archived, forks) are told when they become
// wanted: they are not archived any more, or the choice has changed and everything is read again.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/feed_state.h"
#include "core/listing_page.h"
#include "core/time.h"

namespace repopulse::polling {

class OwnerListing {
 public:
  static constexpr std::size_t kPerPage = 100;  // the most that GitHub gives
  static constexpr core::Millis kWholeEvery{86'400'000};
  static constexpr core::Millis kFloor{60'000};  // between two readings, whoever wants one

  // `owner`: the login in lower case. `seed`: of the jitter after failures. `per_page`: what GitHub gives on one page.
  OwnerListing(std::string owner, std::uint64_t seed, std::size_t per_page = kPerPage)
      : owner_(std::move(owner)), seed_(seed), per_page_(per_page) {}

  // --- when ---
  bool is_due(core::Timestamp now) const;
  core::Timestamp due() const { return due_; }  // when it wants to be asked; the past at first
  // A person wants it read, or something makes it worth while: as soon as the floor permits.
  void ask_soon(core::Timestamp now);
  // Everything is read again, and what was not wanted before is told if it is now.
  void read_all(core::Timestamp now);
  // Another token is used: what rests because of the last one is asked again.
  void renew_token(core::Timestamp now);
  // An event names a repository of this owner. Where that is news, the list is asked soon because of it.
  void hear(std::uint64_t github_id, core::Timestamp now);
  // It is not known, and was not heard of since the last whole reading. False before the first reading: nothing is
  // known.
  bool is_news(std::uint64_t github_id) const;

  // --- a request ---
  struct Ask {
    int page = 1;
    core::Validator validator;
    std::string location;  // where a redirect led: a path; empty: the usual one
    friend bool operator==(const Ask&, const Ask&) = default;
  };
  // What to ask now. Asking it again changes nothing.
  Ask ask(core::Timestamp now);

  struct Terms {
    bool archived = false;     // archived repositories are wanted
    bool forks = false;        // forks are wanted
    core::Millis interval{0};  // from the end of this reading to the next
    bool charged = false;      // the answer was counted against the quota
  };
  struct Step {
    std::vector<core::ListedRepository> taken;  // to be added to the list of repositories, in GitHub's order
    bool finished = false;                      // the reading has ended
  };
  // The answer to the last ask(). Limits of requests and a refused token are for the caller's budget: here, the same
  // page is due again.
  Step absorb(const core::ListingPage& page, const Terms& terms, core::Timestamp now);

  // --- what was added without being activated, by RepoName::key(): because of a limit, or as it was wanted ---
  void hold(std::string_view key) { held_.emplace(key); }
  bool release(std::string_view key);  // true: it was held
  // A person has removed it from the list: it is not told any more. `github_id` 0: not known.
  void drop(std::string_view key, std::uint64_t github_id);
  const std::set<std::string, std::less<>>& held() const { return held_; }

  // --- for people ---
  core::RepoStatus status() const { return status_; }
  const std::string& status_detail() const { return detail_; }
  const core::PollCounters& counters() const { return counters_; }
  std::optional<core::Timestamp> whole_at() const { return whole_at_; }  // when the last whole reading ended
  std::optional<core::Timestamp> asked_at() const { return asked_at_; }
  std::size_t known() const { return known_.size(); }

  // Bytes for restore(). An unfinished reading goes on at its page. What was only heard of is not kept.
  std::string save() const;
  // What cannot be understood is as if it had never been known.
  void restore(std::string_view saved);

  friend bool operator==(const OwnerListing&, const OwnerListing&) = default;

 private:
  struct Reading {
    int page = 1;  // asked next
    bool whole = false;
    bool redirected = false;
    std::set<std::uint64_t> fresh = {};   // that were not known before it began
    std::set<std::uint64_t> sought = {};  // of which had been heard before it began
    friend bool operator==(const Reading&, const Reading&) = default;
  };
  // A page as it was when it was read last.
  struct Page {
    core::Validator validator;
    bool last = false;  // it was not full and named no other, so there is none behind it
    friend bool operator==(const Page&, const Page&) = default;
  };
  bool wants_whole(core::Timestamp now) const;
  void begin(bool whole);
  bool seeks() const;
  core::Timestamp soonest(core::Timestamp now) const;
  void count(const core::Answer& answer, bool charged);
  void read_page(const core::ListingPage& page, const Terms& terms, Step& step, core::Timestamp now);
  bool see(const core::ListedRepository& repository, const Terms& terms, Step& step);
  void read_unchanged(const Terms& terms, Step& step, core::Timestamp now);
  void follow_redirect(const core::Answer& answer, core::Timestamp now);
  // What ends with a page: the list; what was not known before; nothing.
  enum class PageEnd { kOfList, kKnown, kOpen };
  void end_page(PageEnd end, const Terms& terms, Step& step, core::Timestamp now);
  void read_to_end(core::Timestamp now);
  void fail(const core::Answer& answer, core::Timestamp now);
  void restore_line(std::string_view name, std::string_view value);

  std::string owner_;
  std::uint64_t seed_;
  std::size_t per_page_;
  core::Timestamp due_{};
  std::optional<core::Timestamp> asked_at_;
  std::optional<core::Timestamp> whole_at_;
  std::optional<Reading> reading_;
  int failures_ = 0;  // in a row
  core::RepoStatus status_ = core::RepoStatus::kPending;
  std::string detail_;
  core::PollCounters counters_;
  std::vector<Page> pages_;
  std::map<std::uint64_t, bool> known_;  // by number: was it told?
  std::set<std::string, std::less<>> held_;
  std::set<std::string, std::less<>> dropped_;  // whose numbers are not known
  std::string location_;                        // of the present reading
  std::set<std::uint64_t> heard_;               // that are to be found
  std::set<std::uint64_t> absent_;              // that were heard of, and that a reading up to the end did not show
};

}  // namespace repopulse::polling
