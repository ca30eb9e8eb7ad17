#include "api/repository_json.h"

namespace repopulse::api {

std::string repository_path(const core::RepoName& name) {
  return "/api/repos/" + name.full_name();
}

void write_repository(JsonWriter& json, const monitor::RepositoryView& view, std::string_view base,
                      const monitor::PollerView& poller) {
  const store::Repository& repository = view.repository;
  const core::RepoName& name = repository.name;
  json.begin_object();
  json.member("id", core::to_int(repository.id)).member("full_name", name.full_name()).member("name", name.name());
  json.key("owner").begin_object().member("login", name.owner()).end_object();
  json.member("html_url", "https://github.com/" + name.full_name());
  json.member("url", std::string(base) + repository_path(name));
  json.member("active", repository.active).member("added_at", repository.added_at);
  json.member("github_id", view.feed.github_id == 0 ? std::nullopt : std::optional(view.feed.github_id));
  const bool rests = !view.same_as.empty();
  const std::string detail =
      rests ? "The same repository as " + view.same_as + ", which is polled: this name rests" : view.feed.status_detail;
  json.member("status", core::to_string(view.feed.status)).text_or_null("status_detail", detail);
  json.member("events_stored", repository.events_stored).member("last_event_at", repository.last_event_at);
  json.member("last_polled_at", view.feed.last_polled_at)
      .member("next_poll_at", rests ? std::nullopt : monitor::next_poll_of(view.feed, poller.budget));

  const core::PollCounters& counters = view.feed.counters;
  json.key("polling").begin_object().member("policy", poller.policy);
  json.member("requests", counters.requests).member("not_modified", counters.not_modified);
  json.member("failures", counters.failures).member("quota_spent", counters.quota_spent).end_object();

  json.key("gaps").begin_array();
  for (const core::Gap& gap : repository.gaps) {
    json.begin_object().member("from", gap.from).member("to", gap.to).end_object();
  }
  json.end_array().end_object();
}

}  // namespace repopulse::api
