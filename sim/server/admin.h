// The control interface of a simulated GitHub under `/_sim/`: tests use it to change the simulator and to read its log.
// JSON in and out.
//
//   POST   /_sim/repos/{owner}/{name}/events   {"type","actor","created_at","latency_seconds"}, or an event as GitHub
//                                              writes it, or an array of them; without created_at: now
//   POST   /_sim/repos/{owner}/{name}/move     {"to":"owner/name"}
//   POST   /_sim/repos/{owner}/{name}/block    {"status":451}, 403, or 0: not blocked
//   POST   /_sim/repos/{owner}/{name}/lie      {"kind":"stuck"}: what GraphQL tells of it; sim/faults.h has the kinds
//   DELETE /_sim/repos/{owner}/{name}
//   GET    /_sim/repos/{owner}/{name}          which events were in its feed, and when
//   GET    /_sim/repos
//   POST   /_sim/accounts/{login}/watch        {"repository":"owner/name"}; without it: all, later ones too
//   POST   /_sim/accounts/{login}/unwatch      {"repository":"owner/name"}
//   POST   /_sim/accounts/{login}/spoil        {"kind":"stuck"}: what it receives; sim/faults.h has the kinds
//   POST   /_sim/faults                        {"rate":0.1,"kinds":["reset"]}; no kinds: all of them
//   POST   /_sim/faults/next                   {"kind":"reset","times":1,"graphql":true}; graphql: of GraphQL requests
//   POST   /_sim/webhooks                      {"url","secret","delay_seconds":0,"twice":0.5,"lost":0.1}: a delivery
//   for
//                                              each event from now on; without url: none
//   GET    /_sim/webhooks                      made, lost, answers by status
//   POST   /_sim/poll-interval                 {"seconds":60}
//   POST   /_sim/remaining                     {"remaining":0}
//   POST   /_sim/points                        {"remaining":0}: of GraphQL
//   GET    /_sim/requests                      the log, oldest first
//   GET    /_sim/counters                      requests, not_modified, charged, probes, points, breaches
#pragma once

#include <string>
#include <string_view>

#include "sim/github_simulator.h"
#include "sim/server/webhooks.h"

namespace repopulse::sim {

struct AdminAnswer {
  int status = 200;
  std::string body;
};
AdminAnswer administer(GitHubSimulator& github, Webhooks& webhooks, std::string_view method, std::string_view path,
                       std::string_view body);

}  // namespace repopulse::sim
