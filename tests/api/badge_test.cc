// What badges say, and who gets them.
#include <gmock/gmock.h>

#include "api/badge_text.h"
#include "tests/api/api_fixture.h"

namespace repopulse::api::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(BadgeText, DurationsHaveTheUnitThatFits) {
  const std::pair<double, const char*> cases[] = {
      {0, "1 s"},        {0.4, "1 s"},        {42.4, "42 s"},           {59.4, "59 s"},  {59.6, "1 min"},
      {89, "1 min"},     {1'891, "32 min"},   {3'569, "59 min"},        {3'599, "1 h"},  {4'860, "1 h 21 min"},
      {7'200, "2 h"},    {35'990, "10 h"},    {50'000, "14 h"},         {86'399, "1 d"}, {97'200, "1 d 3 h"},
      {863'000, "10 d"}, {1'036'800, "12 d"}, {86'400.0 * 400, "400 d"}};
  for (const auto& [seconds, text] : cases) EXPECT_EQ(badge_duration(seconds), text) << seconds;
}

TEST(BadgeText, EventsHaveTheWordsOfPeople) {
  const std::pair<const char*, const char*> cases[] = {{"PushEvent", "push"},
                                                       {"WatchEvent", "star"},
                                                       {"PullRequestEvent", "pull request"},
                                                       {"PullRequestReviewEvent", "review"},
                                                       {"ReleaseEvent", "release"},
                                                       {"SomeNewThingEvent", "some new thing"},
                                                       {"Event", "event"},
                                                       {"", ""}};
  for (const auto& [type, word] : cases) EXPECT_EQ(event_word(type), word) << type;
}

class Badge : public ApiTest {
 protected:
  // Pushes every 32 min, the last one now; a star between them.
  void poll_pushes() {
    add("o/r");
    std::vector<std::string> events;
    for (unsigned i = 0; i < 4; ++i) events.push_back(event_json(10 + i, today() - i * 32min, "PushEvent"));
    events.push_back(event_json(1, today() - 48min, "WatchEvent"));
    poll(events);
  }
  std::string message(const std::string& target) {
    const Answer answer = get(target);
    EXPECT_EQ(answer.status, 200) << target;
    return std::string(answer.json().at("message").as_string());
  }
  void show_publicly(PublicView view, int limit = 0) {
    public_ = view;
    public_limit_ = limit;
    serve();
  }
};

TEST_F(Badge, says_how_often_something_happens) {
  poll_pushes();
  EXPECT_EQ(message("/badge/o/r.json?type=PushEvent"), "push every 32 min");
  EXPECT_EQ(message("/badge/O/R.json"), "event every 24 min") << "five events in 96 min";
  EXPECT_EQ(message("/badge/o/r.json?type=PushEvent,WatchEvent"), "event every 24 min");
  EXPECT_EQ(message("/badge/o/r.json?type=WatchEvent"), "1 star in 7 days");
  EXPECT_EQ(message("/badge/o/r.json?type=ForkEvent"), "no forks in 7 days");
  const std::string svg = get("/badge/o/r.svg?type=PushEvent").body;
  EXPECT_THAT(svg, HasSubstr(">push every 32 min</text>"));
  EXPECT_THAT(svg, HasSubstr(R"(height="20" role="img" aria-label="pulse: push every 32 min")"));
}

TEST_F(Badge, says_nothing_of_what_is_not_known) {
  add("o/new");
  add("o/old", false);
  EXPECT_EQ(message("/badge/o/new.json"), "not known yet");
  EXPECT_EQ(message("/badge/o/old.json"), "not watched");
  poll(std::vector<std::string>{});
  EXPECT_EQ(message("/badge/o/new.json"), "no events in 7 days");
  now_ += 10min;
  poll(404);
  EXPECT_EQ(message("/badge/o/new.json"), "not known");
}

TEST_F(Badge, is_new_as_soon_as_an_event_is) {
  poll_pushes();
  EXPECT_EQ(message("/badge/o/r.json?type=PushEvent"), "push every 32 min");
  now_ += 10min;
  poll({event_json(20, today() - 10min + 1s, "PushEvent"), event_json(13, today() - 106min, "PushEvent")});
  EXPECT_EQ(message("/badge/o/r.json?type=PushEvent"), "push every 24 min");
  now_ += 8 * 24h;
  EXPECT_EQ(message("/badge/o/r.json?type=PushEvent"), "no pushes in 7 days");
}

TEST_F(Badge, is_in_the_form_of_shields_too) {
  poll_pushes();
  EXPECT_EQ(get("/badge/o/r.json?type=PushEvent&label=cli").body,
            R"({"schemaVersion":1,"label":"cli","message":"push every 32 min","color":"0969da","cacheSeconds":300})");
  EXPECT_THAT(get("/badge/o/r.json?label=").body, HasSubstr(R"("label":"")"));
}

TEST_F(Badge, may_be_kept_for_five_minutes) {
  poll_pushes();
  show_publicly(PublicView::kBadges);
  key_.clear();
  for (const char* target : {"/badge/o/r.svg", "/badge/o/r.json"}) {
    const Answer answer = get(target);
    EXPECT_EQ(answer.header("cache-control"), "max-age=300");
    EXPECT_FALSE(answer.etag.empty());
    now_ += 2min;
    EXPECT_EQ(get(target).etag, answer.etag) << "the same badge";
  }
  EXPECT_EQ(get("/badge/o/r.svg").header("content-type"), "image/svg+xml; charset=utf-8");
  EXPECT_THAT(get("/badge/o/r.svg").header("content-security-policy"), HasSubstr("default-src 'none'"));
  EXPECT_THAT(get("/badge/o/r.json").header("content-type"), HasSubstr("application/json"));
}

TEST_F(Badge, is_for_keys_alone_unless_badges_are_public) {
  poll_pushes();
  EXPECT_EQ(get("/badge/o/r.svg").status, 200);
  EXPECT_EQ(get("/badge/o/r.svg").header("cache-control"), "private, max-age=300");
  EXPECT_EQ(get_with("/badge/o/r.svg", read_key_).status, 200);
  EXPECT_EQ(get_with("/badge/o/r.svg", "wrong").status, 401);
  key_.clear();
  EXPECT_EQ(get("/badge/o/r.svg").status, 404);
  EXPECT_EQ(get("/badge/o/r.json").body, get("/badge/o/unknown.json").body) << "it is not told what there is";
  for (const PublicView view : {PublicView::kBadges, PublicView::kRead}) {
    show_publicly(view);
    EXPECT_EQ(get("/badge/o/r.svg").status, 200);
    EXPECT_EQ(get("/badge/o/r.svg/").status, 200);
    EXPECT_EQ(get("/badge/o/unknown.svg").status, 404);
    EXPECT_EQ(get_with("/badge/o/r.svg", "wrong").status, 401);
  }
}

TEST_F(Badge, of_any_text_stays_an_image) {
  poll_pushes();
  const std::string svg = get("/badge/o/r.svg?label=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&type=%3Cb%20x=%27").body;
  EXPECT_THAT(svg, Not(HasSubstr("<script")));
  EXPECT_THAT(svg, Not(HasSubstr("<b ")));
  EXPECT_THAT(svg, HasSubstr("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"));
}

}  // namespace
}  // namespace repopulse::api::test
