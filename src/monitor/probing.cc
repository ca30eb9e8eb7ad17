#include "monitor/probing.h"

#include <new>
#include <utility>
#include <vector>

#include "base/check.h"
#include "core/feed_name.h"
#include "core/repo_name.h"
#include "github/change_probe.h"
#include "monitor/polled_feeds.h"
#include "monitor/spending_account.h"

namespace repopulse::monitor {

github::HttpRequest probe_request(const github::ApiRoot& root, const polling::AskProbe& ask) {
  std::vector<core::RepoName> repositories;
  for (const std::string& feed : ask.feeds) {
    auto name = core::RepoName::parse(core::subject_of(feed));
    REPOPULSE_CHECK(name.has_value());
    repositories.push_back(std::move(*name));
  }
  github::HttpRequest request = github::probe_request(root, repositories);
  request.time_limit = ask.time_limit;
  return request;
}

core::ProbeAnswer understand_probe(const github::HttpRequest& asked, const polling::AskProbe& ask,
                                   const github::HttpResult& result, core::Timestamp received, core::Millis took) {
  try {
    return github::interpret_probe(asked, ask.feeds.size(), result, received, took);
  } catch (const std::bad_alloc&) {
    core::ProbeAnswer refused;
    refused.message = "not enough memory for the answer";
    refused.took = took;
    return refused;
  }
}

void take_probe(Board::Locked& board, const polling::AskProbe& ask, const core::ProbeAnswer& answer,
                core::Timestamp now, News& news) {
  ProbeReport report;
  report.at = now;
  report.outcome = std::string(core::to_string(answer.kind));
  report.status = answer.status;
  report.cost = answer.cost.value_or(0);
  report.detail = answer.message;
  report.took = answer.took;
  report.good = answer.kind == core::AnswerKind::kEvents;
  const polling::ProbesView before = board->poller.probes(now);
  const std::vector<std::string> moved = board->poller.absorb_probe(answer, now);
  account_for_probe(board, ask, before, now);
  for (const std::string& feed : moved) show_feed(board, feed);
  report.repositories = answer.repositories.size();
  news.probes.push_back(std::move(report));
}

}  // namespace repopulse::monitor
