// Reads and checks the body of `POST /api/repos/`. Adds nothing itself.
#pragma once

#include <optional>
#include <vector>

#include "http/message.h"
#include "monitor/added.h"
#include "store/repository_store.h"

namespace repopulse::api {

struct AddRequest {
  static constexpr std::size_t kMaxRepositories = 1000;

  std::vector<store::NewRepository> repositories;
  std::vector<monitor::NewOwner> owners;
  std::vector<bool> is_owner;  // for each element of the body, in order: it is the next owner, or the next repository
  bool is_array = false;
  std::optional<http::Response> refusal;  // 400, 415 or 422 when the body is wrong; then nothing may be added
};

// `{"full_name": "owner/name", "active": false}`, or `{"full_name": "owner/*", "active": false, "archived": false,
// "forks": false}`, or an array of such objects. Unknown members are ignored. A URL must be at github.com or at the
// host of `github_url`.
AddRequest read_add_request(const http::Request& request, std::string_view github_url);

}  // namespace repopulse::api
