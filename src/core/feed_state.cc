#include "core/feed_state.h"

#include <array>
#include <utility>

namespace repopulse::core {
namespace {

constexpr std::array<std::pair<RepoStatus, std::string_view>, 8> kNames = {{{RepoStatus::kPending, "pending"},
                                                                            {RepoStatus::kOk, "ok"},
                                                                            {RepoStatus::kNotFound, "not_found"},
                                                                            {RepoStatus::kMoved, "moved"},
                                                                            {RepoStatus::kReplaced, "replaced"},
                                                                            {RepoStatus::kForbidden, "forbidden"},
                                                                            {RepoStatus::kBlocked, "blocked"},
                                                                            {RepoStatus::kFailing, "failing"}}};

}  // namespace

std::string_view to_string(RepoStatus status) {
  for (const auto& [value, name] : kNames) {
    if (value == status) return name;
  }
  return "pending";
}

std::optional<RepoStatus> parse_repo_status(std::string_view text) {
  for (const auto& [value, name] : kNames) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace repopulse::core
