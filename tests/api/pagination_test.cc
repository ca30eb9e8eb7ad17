#include "api/pagination.h"

#include "tests/api/api_fixture.h"

namespace repopulse::api::test {
namespace {

class Pagination : public ApiTest {
 protected:
  void add_many(int count) {
    for (int i = 0; i < count; ++i) add("o/r" + std::to_string(i), false);
  }
};

TEST_F(Pagination, a_list_that_fits_on_one_page_has_no_link) {
  add_many(30);
  const Answer answer = get("/api/repos/");
  EXPECT_EQ(answer.json().as_array().size(), 30u);
  EXPECT_EQ(answer.header("Link"), "");
}

TEST_F(Pagination, neighbours_are_linked_as_github_links_them) {
  add_many(35);
  const std::string base = "<http://pulse.example:8080/api/repos/?per_page=10&page=";
  EXPECT_EQ(get("/api/repos/?per_page=10").header("Link"), base + "2>; rel=\"next\", " + base + "4>; rel=\"last\"");
  EXPECT_EQ(get("/api/repos/?page=2&per_page=10").header("Link"),
            base + "1>; rel=\"prev\", " + base + "3>; rel=\"next\", " + base + "4>; rel=\"last\", " + base +
                "1>; rel=\"first\"");
  const Answer last = get("/api/repos/?per_page=10&page=4");
  EXPECT_EQ(last.json().as_array().size(), 5u);
  EXPECT_EQ(last.header("Link"), base + "3>; rel=\"prev\", " + base + "1>; rel=\"first\"");
}

TEST_F(Pagination, a_page_behind_the_last_is_empty_and_leads_back) {
  add_many(35);
  const Answer answer = get("/api/repos/?per_page=10&page=1000000000");
  EXPECT_EQ(answer.body, "[]");
  EXPECT_NE(answer.header("Link").find("page=4>; rel=\"prev\""), std::string::npos) << answer.header("Link");
}

TEST_F(Pagination, more_than_a_hundred_a_page_are_taken_as_a_hundred) {
  add_many(101);
  EXPECT_EQ(get("/api/repos/?per_page=5000").json().as_array().size(), 100u);
}

TEST_F(Pagination, what_is_no_positive_number_is_named) {
  for (const char* bad : {"page=0", "page=-1", "page=x", "page=1x", "page=1e3", "per_page=0", "per_page=%FF",
                          "page=99999999999999999999", "page=1.5"}) {
    const Answer answer = get(std::string("/api/repos/?") + bad);
    ASSERT_EQ(answer.status, 422) << bad;
    const auto json = answer.json();
    EXPECT_EQ(json.at("message").as_string(), "Validation Failed");
    EXPECT_EQ(json.at("status").as_string(), "422");
    const auto& error = json.at("errors").as_array().at(0);
    EXPECT_EQ(error.at("code").as_string(), "invalid");
    EXPECT_EQ(error.at("field").as_string(), std::string(bad).substr(0, std::string(bad).find('=')));
  }
}

TEST_F(Pagination, the_address_is_the_one_that_the_client_used) {
  add_many(2);
  const auto link = [&](Fields fields) { return get("/api/repos?per_page=1", std::move(fields)).header("Link"); };
  EXPECT_TRUE(
      link({{"Host", "a.example"}, {"X-Forwarded-Proto", "https"}}).starts_with("<https://a.example/api/repos?"));
  EXPECT_TRUE(link({{"Host", "a.example"}, {"X-Forwarded-Proto", "https, http"}}).starts_with("<https://a.example/"));
  EXPECT_TRUE(link({{"Host", "[::1]:80"}}).starts_with("<http://[::1]:80/api/repos?"));
  EXPECT_TRUE(link({{"Host", "evil>\"; x"}}).starts_with("</api/repos?")) << "what is no host is left out";
}

TEST_F(Pagination, nothing_in_the_query_can_end_the_link) {
  add_many(2);
  const std::string link = get("/api/repos/?per_page=1&x=\">,<y").header("Link");
  EXPECT_NE(link.find("x=%22%3E,%3Cy&page=2>"), std::string::npos) << link;
}

}  // namespace
}  // namespace repopulse::api::test
