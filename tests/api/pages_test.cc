// The dashboard and the documentation, as they are served.
#include "dashboard/assets.h"
#include "tests/api/api_fixture.h"

namespace repopulse::api::test {
namespace {

class Pages : public ApiTest {
 protected:
  Pages() { key_.clear(); }
};

TEST_F(Pages, the_dashboard_needs_no_key_and_asks_nobody_else) {
  const Answer page = get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.header("Cache-Control"), "no-cache");
  EXPECT_EQ(page.body, get("/index.html").body);
  const std::string policy = page.header("Content-Security-Policy");
  EXPECT_NE(policy.find("default-src 'none'"), std::string::npos) << policy;
  EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos) << policy;
  EXPECT_EQ(policy.find("unsafe"), std::string::npos) << policy;
}

TEST_F(Pages, files_whose_names_follow_their_content_may_be_kept_for_ever) {
  int hashed = 0;
  for (const embed::Asset& asset : dashboard_assets()) {
    const Answer answer = get("/" + std::string(asset.path));
    EXPECT_EQ(answer.status, 200) << asset.path;
    EXPECT_EQ(answer.body, asset.bytes) << asset.path;
    EXPECT_EQ(answer.etag, asset.etag) << asset.path;
    const bool kept = answer.header("Cache-Control").find("immutable") != std::string::npos;
    EXPECT_EQ(kept, asset.path.starts_with("assets/")) << asset.path;
    hashed += kept ? 1 : 0;
  }
  EXPECT_GE(hashed, 2);
}

TEST_F(Pages, the_documentation_is_whole) {
  const Answer page = get("/api/docs");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body, get("/api/docs/").body);
  EXPECT_EQ(page.body.find("https://"), std::string::npos) << "nothing comes from elsewhere";
  for (std::size_t at = page.body.find("\"/api/"); at != std::string::npos; at = page.body.find("\"/api/", at + 1)) {
    const std::string path = page.body.substr(at + 1, page.body.find('"', at + 1) - at - 1);
    EXPECT_EQ(get(path).status, 200) << path;
  }
  EXPECT_EQ(get("/api/docs/swagger-ui-bundle.js").status, 200);
  EXPECT_EQ(get("/api/docs/nothing.js").status, 404);
}

}  // namespace
}  // namespace repopulse::api::test
