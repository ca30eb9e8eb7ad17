#include "monitor/tokens.h"

#include <new>
#include <utility>

namespace repopulse::monitor {

NextToken token_for_next(Board::Locked& board, bool listing, core::Timestamp now) {
  if (!board->app) return NextToken::kReady;
  lift_refusal(board, now);  // of before a restart
  const bool due = board->app->is_due(now);
  const bool usable = board->app->is_usable(now);
  if ((!due && usable) || !(listing || board->poller.wants_to_ask(now))) return NextToken::kReady;
  return due ? NextToken::kMake : NextToken::kWait;
}

github::InstallationToken understand_token(const github::HttpRequest& asked, const github::HttpResult& result,
                                           core::Timestamp received) {
  try {
    return github::interpret_installation_token(asked, result, received);
  } catch (const std::bad_alloc&) {
    github::InstallationToken refused;
    refused.message = "not enough memory for the answer";
    return refused;
  }
}

void take_token(Board::Locked& board, const github::InstallationToken& answer, core::Timestamp now, core::Millis took,
                News& news) {
  board->app->take(answer, now);
  const bool good = answer.kind == core::AnswerKind::kEvents;
  if (good) board->token.text = answer.token;
  if (answer.kind == core::AnswerKind::kSecondaryLimit) {
    core::Answer limit;
    limit.kind = answer.kind;
    limit.retry_after = answer.retry_after;
    limit.date = answer.date;
    board->poller.heed_limit(std::move(limit), now);
  }
  TokenReport report;
  report.at = now;
  report.good = good;
  report.status = answer.status;
  if (good) report.ends_at = now + answer.lives;
  report.next_try = board->app->next_try();
  report.detail = answer.message;
  report.took = took;
  news.tokens.push_back(std::move(report));
}

void lift_refusal(Board::Locked& board, core::Timestamp now) {
  if (board->app && !board->poller.awaits_answer()) board->poller.lift_refusal(now);
}

}  // namespace repopulse::monitor
