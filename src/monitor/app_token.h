// The present token of a GitHub App's installation: when the next one is to be made, what hinders that, and what it
// means that GitHub refuses one. It sends nothing and reads no clock: `now` is this machine's. A value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "core/answer.h"
#include "core/time.h"
#include "github/app_key.h"
#include "github/events_api.h"
#include "github/installation_token.h"

namespace repopulse::monitor {

class AppToken {
 public:
  // `seed`: of the jitter.
  AppToken(github::App app, std::uint64_t seed) : app_(std::move(app)), seed_(seed) {}

  // Is a token to be made before the next request? There is none, or it ends within five minutes; and the pause after
  // the last failure is over.
  bool is_due(core::Timestamp now) const;
  // May requests carry the present token?
  bool is_usable(core::Timestamp now) const;
  core::Timestamp next_try() const { return try_at_; }

  // The request that has one made. `skew`: how far this machine's clock is ahead of GitHub's, where it is known.
  github::HttpRequest request(const github::ApiRoot& root, std::optional<core::Millis> skew, core::Timestamp now);
  // The answer to it.
  void take(const github::InstallationToken& answer, core::Timestamp now);
  // What GitHub answered to a request that carried the token.
  void see_answer(core::AnswerKind kind, int status, core::Timestamp now);
  // The App has another key now, with which the next token is made; at once, where that failed with the last one.
  void renew_key(github::AppKey key);

  struct View {
    std::optional<core::Timestamp> made_at;  // of the present token; nullopt: there is none
    std::optional<core::Timestamp> ends_at;
    std::string trouble;  // why the last try gave no token, or what was wrong with it; empty: nothing
    // Nothing can be asked for want of a token, and the next is tried at `next_try`.
    bool stops_polling = false;
    // Of the trouble. kUnauthorized, kForbidden, kNotFound: waiting does not help.
    core::AnswerKind kind = core::AnswerKind::kEvents;
    core::Timestamp next_try{};
  };
  View view(core::Timestamp now) const;

 private:
  struct Life {
    core::Timestamp made_at{};
    core::Timestamp renew_at{};
    core::Timestamp ends_at{};
  };
  void fail(const github::InstallationToken& answer, core::Timestamp now);
  void refused(core::Timestamp now);
  bool learns_time(const github::InstallationToken& answer) const;

  github::App app_;
  std::uint64_t seed_;
  std::optional<Life> life_;  // nullopt: there is no token
  bool accepted_ = false;     // GitHub has accepted it once
  int refusals_ = 0;          // of tokens that GitHub never accepted, in a row
  int failures_ = 0;          // to make one, in a row
  core::Timestamp try_at_{};  // none is made before
  core::AnswerKind kind_ = core::AnswerKind::kEvents;
  std::string trouble_;
  // How far this machine's clock is ahead of GitHub's: as the last answer here told it, and as the last request had it.
  std::optional<core::Millis> told_skew_;
  core::Millis used_skew_{0};
  bool follows_told_ = false;  // the last request was refused, and its time was wrong: `told_skew_` comes first
};

}  // namespace repopulse::monitor
