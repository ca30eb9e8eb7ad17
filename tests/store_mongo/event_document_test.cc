#include "store/mongo/event_document.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace repopulse::store::mongo {
namespace {

TEST(EventDocument, many_names_take_as_long_as_their_number_says) {
  std::string json = "{\"n\":0";
  for (int i = 0; i < 250'000; ++i) json += ",\"" + std::to_string(i) + "\":" + std::to_string(i);
  json += ",\"n\":1}";
  const auto begin = std::chrono::steady_clock::now();
  const auto document = json_document(json);
  // With a look at each name before it, it took minutes.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
  ASSERT_TRUE(document);
  EXPECT_EQ(document->integer("249999"), 249'999);
  EXPECT_EQ(document->integer("n"), 0) << "of two equal names the first is kept";
}

}  // namespace
}  // namespace repopulse::store::mongo
