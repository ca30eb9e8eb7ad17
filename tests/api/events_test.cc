#include "tests/api/api_fixture.h"

namespace repopulse::api::test {
namespace {

class EventsTest : public ApiTest {
 protected:
  // Ids 1 to `count`, the first the oldest, a minute apart; every third a star by Grace, the others pushes by Ada.
  void fill(int count) {
    add("o/r");
    std::vector<std::string> events;
    for (int id = count; id >= 1; --id) {
      const bool star = id % 3 == 0;
      events.push_back(event_json(static_cast<std::uint64_t>(id), today() - 60s * (count - id),
                                  star ? "WatchEvent" : "PushEvent", star ? "Grace" : "ada"));
    }
    sent_ = events;
    poll(events);
  }
  std::vector<int> ids(const Answer& answer) {
    std::vector<int> result;
    const auto json = answer.json();
    EXPECT_EQ(answer.status, 200) << answer.body;
    if (!json.is_array()) return result;
    for (const auto& event : json.as_array()) result.push_back(std::stoi(std::string(event.at("id").as_string())));
    return result;
  }
  std::vector<std::string> sent_;
};

TEST_F(EventsTest, come_newest_first_as_the_very_bytes_that_github_sent) {
  fill(3);
  EXPECT_EQ(get("/api/repos/o/r/events/").body, "[" + sent_[0] + "," + sent_[1] + "," + sent_[2] + "]");
  EXPECT_EQ(get("/api/repos/O/R/events").body, get("/api/repos/o/r/events/").body);
}

TEST_F(EventsTest, are_paged_by_thirty_and_linked) {
  fill(70);
  EXPECT_EQ(ids(get("/api/repos/o/r/events/")).size(), 30u);
  const Answer third = get("/api/repos/o/r/events/?page=3");
  EXPECT_EQ(ids(third), (std::vector<int>{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(third.header("Link"),
            "<http://pulse.example:8080/api/repos/o/r/events/?page=2>; rel=\"prev\", "
            "<http://pulse.example:8080/api/repos/o/r/events/?page=1>; rel=\"first\"");
}

TEST_F(EventsTest, are_filtered_by_type_time_and_actor) {
  fill(9);
  using Ids = std::vector<int>;
  const std::string all = "/api/repos/o/r/events/";
  EXPECT_EQ(ids(get(all + "?type=WatchEvent")), (Ids{9, 6, 3}));
  EXPECT_EQ(ids(get(all + "?type=WatchEvent,PushEvent&per_page=2")), (Ids{9, 8}));
  EXPECT_EQ(ids(get(all + "?type=WatchEvent&type=Other")), (Ids{9, 6, 3}));
  EXPECT_EQ(get(all + "?type=Unknown").body, "[]");
  EXPECT_EQ(ids(get(all + "?actor=grace")), (Ids{9, 6, 3}));
  EXPECT_EQ(ids(get(all + "?since=2025-06-15T15:05:40Z")), (Ids{9, 8}));
  EXPECT_EQ(ids(get(all + "?until=2025-06-15T15:00:00Z")), (Ids{2, 1}));
  EXPECT_EQ(ids(get(all + "?since=2025-06-15T17:05:40%2B02:00")), (Ids{9, 8}));
  EXPECT_EQ(ids(get(all + "?since=2025-06-15T17:05:40+02:00")), (Ids{9, 8})) << "a plus that was not escaped";
  EXPECT_EQ(ids(get(all + "?since=2025-06-15T15:05:40.000Z")), (Ids{9, 8})) << "a fraction that is zero";
  EXPECT_EQ(ids(get(all + "?since=2025-06-15T15:05:40.500Z")), (Ids{9})) << "8 is of a second that began before";
  EXPECT_EQ(ids(get(all + "?until=2025-06-15T15:00:00.999Z")), (Ids{2, 1})) << "a fraction of a second holds no more";
  EXPECT_EQ(ids(get(all + "?since=2025-06-15")).size(), 9u) << "a date alone";
  EXPECT_EQ(get(all + "?since=2025-06-16&until=2025-06-14").body, "[]");
  EXPECT_EQ(ids(get(all + "?type=&actor=&page=")).size(), 9u) << "empty parameters ask for nothing";
}

TEST_F(EventsTest, wrong_parameters_are_all_named) {
  fill(1);
  const Answer answer = get("/api/repos/o/r/events/?since=yesterday&until=13&page=0");
  ASSERT_EQ(answer.status, 422);
  const auto errors = answer.json().at("errors").as_array();
  ASSERT_EQ(errors.size(), 3u) << answer.body;
  EXPECT_EQ(errors[1].at("field").as_string(), "since");
  EXPECT_NE(errors[1].at("message").as_string().find("yesterday"), std::string::npos);
}

TEST_F(EventsTest, an_empty_time_is_no_time) {
  fill(1);
  for (const std::string name : {"since", "until"}) {
    const Answer answer = get("/api/repos/o/r/events/?" + name + "=");
    ASSERT_EQ(answer.status, 422) << name;
    EXPECT_EQ(answer.json().at("errors").as_array().at(0).at("field").as_string(), name);
  }
}

TEST_F(EventsTest, a_page_is_read_from_the_store_once_until_an_event_comes_in) {
  fill(3);
  const std::string page = "/api/repos/o/r/events/?per_page=100";
  const Answer first = get(page);
  store_.fail_next(1'000'000);
  const Answer second = get(page);
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.etag, first.etag);
  EXPECT_EQ(get("/api/repos/o/r/events/?per_page=99").status, 503) << "that one was not asked for before";
  store_.fail_next(0);

  now_ += 600s;
  poll({event_json(4, today(), "PushEvent"), sent_[0]});
  const Answer third = get(page);
  EXPECT_EQ(ids(third), (std::vector<int>{4, 3, 2, 1}));
  EXPECT_NE(third.etag, first.etag);
}

TEST_F(EventsTest, pages_kept_for_one_address_are_not_given_to_another) {
  fill(3);
  const std::string page = "/api/repos/o/r/events/?per_page=1";
  get(page);
  EXPECT_NE(get(page, {{"Host", "other.example"}}).header("Link").find("other.example"), std::string::npos);
}

TEST_F(EventsTest, a_kept_page_is_for_those_who_show_a_key) {
  fill(3);
  get("/api/repos/o/r/events/");
  key_.clear();
  EXPECT_EQ(get("/api/repos/o/r/events/").status, 401);
}

TEST_F(EventsTest, of_an_unknown_repository_are_404) {
  EXPECT_EQ(get("/api/repos/o/r/events/").status, 404);
}

}  // namespace
}  // namespace repopulse::api::test
