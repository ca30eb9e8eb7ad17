// The handles on a simulated GitHub, under `/_sim/`: what a test does to it, and reads from it. JSON in and out.
//
//   POST   /_sim/repos/{owner}/{name}/events   {"type","actor","created_at","latency_seconds"}, or an event as GitHub
//                                              writes it, or an array of such: happens now, or when created_at says
//   POST   /_sim/repos/{owner}/{name}/move     {"to":"owner/name"}
//   POST   /_sim/repos/{owner}/{name}/block    {"status":451}, 403, or 0: no longer
//   DELETE /_sim/repos/{owner}/{name}
//   GET    /_sim/repos/{owner}/{name}          what its feed showed from when until when
//   GET    /_sim/repos
//   POST   /_sim/faults                        {"rate":0.1,"kinds":["reset"]}; no kinds: any
//   POST   /_sim/faults/next                   {"kind":"reset","times":1}
//   POST   /_sim/poll-interval                 {"seconds":60}
//   POST   /_sim/remaining                     {"remaining":0}
//   GET    /_sim/requests                      the log, oldest first
//   GET    /_sim/counters                      requests, not_modified, charged, breaches
#pragma once

#include <string>
#include <string_view>

#include "sim/github_simulator.h"

namespace repopulse::sim {

struct AdminAnswer {
  int status = 200;
  std::string body;
};
AdminAnswer administer(GitHubSimulator& github, std::string_view method, std::string_view path, std::string_view body);

}  // namespace repopulse::sim
