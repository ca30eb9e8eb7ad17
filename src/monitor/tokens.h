// What a round does about the tokens of a GitHub App: which come first where a request is due, and what answers say of
// them. Functions on the locked board; without an App they do nothing.
#pragma once

#include "core/answer.h"
#include "core/time.h"
#include "github/installation_token.h"
#include "monitor/board.h"
#include "monitor/subscribers.h"

namespace repopulse::monitor {

// Before the next request is decided: may it be sent, is a token to be made for it, or is that to be waited for? Where
// nothing is due, no token is made.
enum class NextToken { kReady, kMake, kWait };
// `listing`: the list of an owner's repositories is to be asked.
NextToken token_for_next(Board::Locked& board, bool listing, core::Timestamp now);

// As github::interpret_installation_token(). An answer that the memory does not suffice for is a failure.
github::InstallationToken understand_token(const github::HttpRequest& asked, const github::HttpResult& result,
                                           core::Timestamp received);
void take_token(Board::Locked& board, const github::InstallationToken& answer, core::Timestamp now, core::Millis took,
                News& news);

// A token that GitHub refuses is replaced, so nothing waits until GitHub may accept it.
void lift_refusal(Board::Locked& board, core::Timestamp now);

// `answer`: to a request that carried the token; a core::Answer or a core::ProbeAnswer.
template <class Answer>
void see_token(Board::Locked& board, const Answer& answer, core::Timestamp now) {
  if (board->app) board->app->see_answer(answer.kind, answer.status, now);
}

}  // namespace repopulse::monitor
