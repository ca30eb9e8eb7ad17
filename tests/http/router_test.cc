#include "http/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <stdexcept>

namespace repopulse::http {
namespace {

using ::testing::ElementsAre;

Route plain(Method method, std::string pattern) {
  return {.method = method, .pattern = std::move(pattern), .handler = {}};
}

struct Found {
  std::string pattern;
  std::vector<std::string> values;
  bool operator==(const Found&) const = default;
};

std::optional<Found> find(const Router& router, Method method, std::string_view path) {
  Request request;
  request.method = method;
  request.path = path;
  const Router::Match match = router.match(request);
  if (!match.route) return std::nullopt;
  Found found{match.route->pattern, {}};
  for (const auto& [name, value] : request.parameters) found.values.push_back(std::string(name) + "=" + value);
  return found;
}

TEST(Router, LiteralsWinOverParametersAndGiveWayWhereTheyLeadNowhere) {
  Router router;
  router.add(plain(Method::kGet, "/repos/"));
  router.add(plain(Method::kGet, "/repos/active/"));
  router.add(plain(Method::kGet, "/repos/{owner}/{repo}"));
  router.add(plain(Method::kPost, "/repos/{owner}/{repo}/activate"));
  router.add(plain(Method::kGet, "/{rest...}"));
  EXPECT_EQ(find(router, Method::kGet, "/repos")->pattern, "/repos/");
  EXPECT_EQ(find(router, Method::kGet, "/repos/active")->pattern, "/repos/active/");
  EXPECT_EQ(find(router, Method::kHead, "/repos/active/")->pattern, "/repos/active/");
  EXPECT_THAT(find(router, Method::kGet, "/repos/active/x")->values, ElementsAre("owner=active", "repo=x"));
  EXPECT_THAT(find(router, Method::kGet, "/repos/one")->values, ElementsAre("rest=repos/one"));
  EXPECT_THAT(find(router, Method::kGet, "/")->values, ElementsAre("rest="));
  EXPECT_THAT(find(router, Method::kGet, "/a/b/c.js")->values, ElementsAre("rest=a/b/c.js"));
  EXPECT_FALSE(find(router, Method::kPost, "/repos/a"));
}

TEST(Router, AParameterMayHaveAnEnding) {
  Router router;
  router.add(plain(Method::kGet, "/badge/{owner}/{repo}.svg"));
  router.add(plain(Method::kGet, "/badge/{owner}/{repo}.json"));
  router.add(plain(Method::kGet, "/badge/{owner}/{repo}.json/more"));
  EXPECT_THAT(find(router, Method::kGet, "/badge/a/b.svg")->values, ElementsAre("owner=a", "repo=b"));
  EXPECT_THAT(find(router, Method::kGet, "/badge/a/b.svg.svg/")->values, ElementsAre("owner=a", "repo=b.svg"));
  EXPECT_THAT(find(router, Method::kGet, "/badge/a/x%2Fy.json")->values, ElementsAre("owner=a", "repo=x/y"));
  EXPECT_EQ(find(router, Method::kGet, "/badge/a/b.json/more")->pattern, "/badge/{owner}/{repo}.json/more");
  for (const char* path : {"/badge/a/b", "/badge/a/.svg", "/badge/a/b.png", "/badge/a/b.SVG", "/badge/b.svg"}) {
    EXPECT_FALSE(find(router, Method::kGet, path)) << path;
  }
  router.add(plain(Method::kGet, "/badge/{owner}/{file}"));
  router.add(plain(Method::kGet, "/badge/{owner}/own.svg"));
  EXPECT_THAT(find(router, Method::kGet, "/badge/a/.svg")->values, ElementsAre("owner=a", "file=.svg"));
  EXPECT_EQ(find(router, Method::kGet, "/badge/a/b.svg")->pattern, "/badge/{owner}/{repo}.svg");
  EXPECT_EQ(find(router, Method::kGet, "/badge/a/own.svg")->pattern, "/badge/{owner}/own.svg");
  EXPECT_THROW(router.add(plain(Method::kGet, "/badge/{x}/{y}.svg")), std::logic_error);
}

TEST(Router, TellsAllowedMethodsOnlyWhereThePathIsKnown) {
  Router router;
  router.add(plain(Method::kGet, "/a"));
  router.add(plain(Method::kDelete, "/{x}"));
  Request request;
  request.method = Method::kPut;
  request.path = "/a";
  EXPECT_THAT(router.match(request).allowed, ElementsAre("GET", "HEAD", "DELETE", "OPTIONS"));
  request.path = "/a/b";
  const Router::Match unknown = router.match(request);
  EXPECT_FALSE(unknown.path_known);
  EXPECT_TRUE(unknown.allowed.empty());
}

TEST(Router, DecodesSegmentsAfterSplitting) {
  Router router;
  router.add(plain(Method::kGet, "/x/{a}/{b}"));
  EXPECT_THAT(find(router, Method::kGet, "/%78/a%2fb/%C3%A9+")->values, ElementsAre("a=a/b", "b=\xC3\xA9+"));
  Request request;
  request.path = "/x/%zz/b";
  EXPECT_TRUE(router.match(request).malformed);
}

TEST(Router, RefusesRoutesThatContradictEachOther) {
  Router router;
  router.add(plain(Method::kGet, "/a/{x}"));
  EXPECT_THROW(router.add(plain(Method::kGet, "/a/{y}/")), std::logic_error);
  EXPECT_THROW(router.add(plain(Method::kGet, "no-slash")), std::logic_error);
  EXPECT_THROW(router.add(plain(Method::kGet, "/{rest...}/more")), std::logic_error);
}

TEST(PercentDecode, ReadsEscapesAndNothingElse) {
  EXPECT_EQ(percent_decode("a%20b+c", false), "a b+c");
  EXPECT_EQ(percent_decode("a%20b+c", true), "a b c");
  EXPECT_EQ(percent_decode("%e2%82%AC", false), "\xE2\x82\xAC");
  for (const char* broken : {"%", "%a", "%%", "a%2", "%g0", "%0g"})
    EXPECT_FALSE(percent_decode(broken, false)) << broken;
}

TEST(QueryParameters, KeepTheirOrderAndRepetitions) {
  Request request;
  request.query = "type=a&type=b+c&&empty=&bare&x%20y=%26&broken=%zz";
  const auto parameters = request.query_parameters();
  using Pair = std::pair<std::string, std::string>;
  EXPECT_THAT(parameters, ElementsAre(Pair("type", "a"), Pair("type", "b c"), Pair("empty", ""), Pair("bare", ""),
                                      Pair("x y", "&"), Pair("broken", "%zz")));
}

// --- against a matcher that tries all routes, one after another ---

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  path.remove_prefix(1);
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    segments.emplace_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return segments;
}

// Compares segment by segment: literal before parameter before rest.
bool is_better(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  const auto rank = [](const std::string& s) { return !s.starts_with('{') ? 0 : s.ends_with("...}") ? 2 : 1; };
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (rank(a[i]) != rank(b[i])) return rank(a[i]) < rank(b[i]);
  }
  return a.size() < b.size();
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i].ends_with("...}")) return true;
    if (i >= path.size() || path[i].empty()) return false;
    if (!pattern[i].starts_with('{') && pattern[i] != path[i]) return false;
  }
  return pattern.size() == path.size();
}

rc::Gen<std::string> path_of(std::vector<std::string> segments, bool may_rest) {
  return rc::gen::map(
      rc::gen::tuple(rc::gen::resize(4, rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(segments))),
                     rc::gen::arbitrary<bool>(), rc::gen::inRange(0, may_rest ? 5 : 1)),
      [](const std::tuple<std::vector<std::string>, bool, int>& drawn) {
        const auto& [parts, slash, rest] = drawn;
        std::string path;
        for (const auto& part : parts) path += "/" + part;
        if (rest == 4) return path + "/{rest...}";
        return path.empty() || slash ? path + "/" : path;
      });
}

RC_GTEST_PROP(RouterProperty, AgreesWithTryingEachRoute, ()) {
  const auto patterns = *rc::gen::container<std::vector<std::string>>(path_of({"a", "b", "{x}"}, true));
  const auto path = *path_of({"a", "b", "c", ""}, false);
  Router router;
  std::vector<std::string> added;
  for (const std::string& pattern : patterns) {
    try {
      router.add(plain(Method::kGet, pattern));
      added.push_back(pattern);
    } catch (const std::logic_error&) {  // drawn before
    }
  }
  std::optional<std::string> best;
  for (const std::string& pattern : added) {
    if (!matches(split(pattern), split(path))) continue;
    if (!best || is_better(split(pattern), split(*best))) best = pattern;
  }
  const auto found = find(router, Method::kGet, path);
  RC_ASSERT(found.has_value() == best.has_value());
  if (best) RC_ASSERT(found->pattern == *best);
}

RC_GTEST_PROP(PercentDecodeProperty, UndoesEncoding, (const std::string& text)) {
  std::string encoded;
  for (const char c : text) {
    char escape[4];
    std::snprintf(escape, sizeof escape, "%%%02X", static_cast<unsigned char>(c));
    encoded += escape;
  }
  RC_ASSERT(percent_decode(encoded, true) == text);
}

}  // namespace
}  // namespace repopulse::http
