#include "api/stream_messages.h"

#include <chrono>

#include "api/json_writer.h"
#include "api/statistics_json.h"

namespace repopulse::api {
namespace {

constexpr std::string_view kRetry = "retry: 2000\n";  // milliseconds

}  // namespace

std::string stream_message(std::string_view name, store::Sequence id, std::string_view json) {
  std::string text;
  text.reserve(json.size() + 64);
  text.append("event: ").append(name).append("\nid: ").append(std::to_string(id)).append("\n");
  while (true) {
    const std::size_t end = json.find_first_of("\r\n");
    text.append("data: ").append(json.substr(0, end)).append("\n");
    if (end == std::string_view::npos) break;
    json.remove_prefix(end + (json.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  return text.append("\n");
}

std::string stream_opening(store::Sequence id) {
  return std::string(kRetry).append("id: ").append(std::to_string(id)).append("\n\n");
}

std::string event_json(store::Sequence sequence, std::string_view repository, std::string_view github_json) {
  std::string text;
  text.reserve(github_json.size() + 128);
  JsonWriter(text)
      .begin_object()
      .member("repository", repository)
      .member("seq", sequence)
      .key("event")
      .raw(github_json)
      .end_object();
  return text;
}

std::string statistics_json(const monitor::RepositoryView& view, core::Timestamp now) {
  std::string text;
  JsonWriter json(text);
  write_statistics(json, view, {}, {}, now);
  return text;
}

std::string poll_json(const monitor::PollReport& poll) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().text_or_null("repository", poll.repository).member("feed", poll.feed);
  json.member("at", poll.at).member("outcome", poll.outcome).key("status");
  poll.status == 0 ? json.null() : json.value(poll.status);
  json.member("new_events", poll.new_events).member("not_modified", poll.not_modified);
  json.member("next_poll_at", poll.next_poll_at).text_or_null("detail", poll.detail);
  json.member("took_seconds", std::chrono::duration<double>(poll.took).count()).end_object();
  return text;
}

}  // namespace repopulse::api
