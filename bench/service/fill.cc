// Makes a store for measuring: service_bench_fill FILE REPOSITORIES EVENTS ACTIVE. The repositories are bench/repo-0,
// bench/repo-1, …, the first ACTIVE of them active, each with EVENTS events of about 1 kB over the last five days.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/time.h"
#include "store/sqlite/sqlite_store.h"

namespace {

namespace core = repopulse::core;
namespace store = repopulse::store;

constexpr const char* kTypes[] = {"PushEvent",        "PullRequestEvent", "IssueCommentEvent", "WatchEvent",
                                  "PullRequestEvent", "IssuesEvent",      "CreateEvent",       "PushEvent"};
constexpr std::chrono::hours kSpan{24 * 5};

core::Event make_event(const std::string& repository, std::size_t number, std::size_t count, core::EventTime now) {
  core::Event event;
  const auto age = kSpan * static_cast<long>(count - number) / static_cast<long>(count);
  event.key = {10'000'000 + number, now - std::chrono::duration_cast<std::chrono::seconds>(age)};
  event.type = kTypes[number * 7 % std::size(kTypes)];
  event.actor = "actor-" + std::to_string(number % 40);
  event.repository = repository;
  std::string text;  // prose with numbers in it compresses about as a real payload does
  for (std::size_t i = 0; text.size() < 600; ++i) {
    text += "commit " + std::to_string((number + 1) * 2654435761U * (i + 1) % 1'000'003) + " touches the parser; ";
  }
  event.json = R"({"id":")" + std::to_string(event.key.id) + R"(","type":")" + event.type +
               R"(","actor":{"id":1,"login":")" + event.actor +
               R"(","gravatar_id":"","url":"https://api.github.com/users/)" + event.actor +
               R"("},"repo":{"id":1,"name":")" + repository + R"(","url":"https://api.github.com/repos/)" + repository +
               R"("},"payload":{"message":")" + text + R"("},"public":true,"created_at":")" +
               core::format_rfc3339(event.key.created_at) + R"("})";
  return event;
}

template <typename T>
T or_exit(core::Result<T> result) {
  if (result) return *std::move(result);
  std::fprintf(stderr, "service_bench_fill: %s\n", result.error().message.c_str());
  std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fputs("usage: service_bench_fill FILE REPOSITORIES EVENTS ACTIVE\n", stderr);
    return 2;
  }
  const auto repositories = static_cast<std::size_t>(std::atol(argv[2]));
  const auto count = static_cast<std::size_t>(std::atol(argv[3]));
  const auto active = static_cast<std::size_t>(std::atol(argv[4]));
  const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto opened = or_exit(store::sqlite::open(argv[1], store::sqlite::Access::kOwner));

  std::vector<store::NewRepository> wanted;
  for (std::size_t i = 0; i < repositories; ++i) {
    wanted.push_back({or_exit(core::RepoName::make("bench", "repo-" + std::to_string(i))), i < active});
  }
  for (const auto& added : or_exit(opened->add_repositories(wanted, now))) {
    store::PollCommit commit;
    commit.events.push_back({added.repository.id, {}});
    for (std::size_t i = 0; i < count; ++i) {
      commit.events[0].events.push_back(
          make_event(added.repository.name.full_name(), i, count, core::to_event_time(now)));
    }
    or_exit(opened->commit(commit));
  }
}
