#include "api/payload_cache.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace repopulse::api {
namespace {

constexpr std::size_t kBody = 100'000;

std::shared_ptr<const http::Payload> page(char letter) {
  return http::make_payload(std::string(kBody, letter), {.compress = false});
}

TEST(PayloadCache, keeps_what_was_put_for_exactly_its_stamp) {
  PayloadCache cache(10 * kBody);
  cache.put("a", {.subject = 1, .version = 7}, page('a'));
  EXPECT_EQ(cache.find("a", {.subject = 1, .version = 7})->body.front(), 'a');
  EXPECT_EQ(cache.find("a", {.subject = 1, .version = 8}), nullptr);
  EXPECT_EQ(cache.find("b", {.subject = 1, .version = 7}), nullptr);
}

TEST(PayloadCache, what_is_found_a_second_time_lies_in_a_file_and_the_body_stays_the_same) {
  PayloadCache cache(10 * kBody);
  const auto first = page('a');
  cache.put("a", {}, first);
  EXPECT_EQ(first->file, nullptr) << "what nobody asks for again is not worth one";
  const auto found = cache.find("a", {});
  ASSERT_NE(found->file, nullptr);
  EXPECT_EQ(found->body, first->body);
  EXPECT_EQ(found->etag, first->etag);
  EXPECT_EQ(cache.find("a", {}), found);
}

TEST(PayloadCache, a_file_counts_in_the_bytes_of_the_cache) {
  constexpr int kPages = 8;
  PayloadCache cache(2 * kPages * kBody);
  for (int i = 0; i < kPages; ++i) cache.put(std::string(1, static_cast<char>('a' + i)), {}, page('x'));
  for (int i = 0; i < kPages; ++i) (void)cache.find(std::string(1, static_cast<char>('a' + i)), {});
  std::string kept;
  for (int i = 0; i < kPages; ++i) {
    const std::string key(1, static_cast<char>('a' + i));
    if (cache.find(key, {})) kept += key;
  }
  EXPECT_EQ(kept, "bcdefgh") << "the least recently used one had to go for the files of the others";
}

TEST(PayloadCache, many_may_find_and_put_at_the_same_time) {
  PayloadCache cache(20 * kBody);
  cache.put("a", {}, page('a'));
  std::vector<std::thread> threads;
  for (const char letter : {'a', 'b', 'c', 'd'}) {
    threads.emplace_back([&cache, letter] {
      for (int i = 0; i < 100; ++i) {
        const std::string key(1, static_cast<char>(i % 2 == 0 ? letter : 'a'));
        if (i % 10 == 0) cache.put(key, {}, page(key.front()));
        const auto found = cache.find(key, {});
        ASSERT_NE(found, nullptr);
        EXPECT_EQ(found->body, std::string(kBody, key.front()));
      }
    });
  }
  for (std::thread& each : threads) each.join();
}

}  // namespace
}  // namespace repopulse::api
