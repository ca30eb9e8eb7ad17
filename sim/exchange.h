// One request to the simulated GitHub and its answer in the making, with the faults that take the place of an answer or
// spoil it. Knows no repository.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"
#include "github/transport.h"
#include "sim/faults.h"
#include "sim/random.h"
#include "sim/request_log.h"

namespace repopulse::sim {

// An ETag without its `W/`.
std::string_view opaque(std::string_view etag);

// Feeds, so to say: the GraphQL API, which is a quota too, and where tokens of the App are made.
inline constexpr std::string_view kGraphql = "graphql";
inline constexpr std::string_view kApp = "app";

struct Query {
  Query(std::string_view whole, const github::Headers& sent, const std::optional<std::string>& posted);
  bool conditional() const;

  std::string_view target;
  std::string_view path;
  std::string_view query;
  const github::Headers& headers;
  const std::optional<std::string>& body;  // of a POST
  std::string token;
  int page = 1;
  int per_page = 30;
};

struct Exchange {
  Exchange(std::string_view target, const github::Headers& headers, const std::optional<std::string>& body)
      : query(target, headers, body), account(query.token) {}

  void refuse(int status, std::string_view message);
  void header(std::string name, std::string value) { response.headers.emplace_back(std::move(name), std::move(value)); }
  bool is_probe() const { return feed == kGraphql; }
  // A fault that takes the place of an answer. True when there is nothing more to do.
  bool play_refusal(core::Timestamp now);
  // A fault that spoils a good answer.
  void spoil(Random& random);

  Query query;
  github::HttpResponse response;
  std::optional<github::TransportFailure> failure;
  std::optional<Fault> fault;
  std::string feed;
  std::string account;  // whose limits count: the token, or the one installation of the App that all its tokens are of
  bool charged = true;
  std::int64_t points = 0;  // of the GraphQL quota
  Told told;
};

}  // namespace repopulse::sim
