#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libdeflate.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <span>
#include <string>

#include "embed/asset.h"

namespace repopulse {
std::span<const embed::Asset> embed_test_files();

namespace {

std::string file_content(std::string_view path) {
  std::ifstream file(std::string(REPOPULSE_SOURCE_DIR "/tests/embed/files/").append(path), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string gunzip(std::string_view packed, std::size_t size) {
  std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> inflater(
      libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
  std::string bytes(size, '\0');
  std::size_t written = 0;
  const auto result =
      libdeflate_gzip_decompress(inflater.get(), packed.data(), packed.size(), bytes.data(), size, &written);
  EXPECT_EQ(result, LIBDEFLATE_SUCCESS);
  bytes.resize(written);
  return bytes;
}

const embed::Asset& asset(std::string_view path) {
  const auto assets = embed_test_files();
  const auto found = std::ranges::find(assets, path, &embed::Asset::path);
  if (found == assets.end()) throw std::out_of_range(std::string(path) + " is not embedded");
  return *found;
}

TEST(Embed, HoldsEveryFileOfTheFolderSortedByPath) {
  std::vector<std::string_view> paths;
  for (const auto& each : embed_test_files()) paths.push_back(each.path);
  EXPECT_THAT(paths, testing::ElementsAre("index.html", "nested/app.js", "nested/empty.txt", "noise.bin"));
}

TEST(Embed, KeepsEveryByteAsItIsInTheFile) {
  for (const auto& each : embed_test_files()) EXPECT_EQ(each.bytes, file_content(each.path)) << each.path;
}

TEST(Embed, NamesTheContentTypeByTheEnding) {
  EXPECT_EQ(asset("index.html").content_type, "text/html; charset=utf-8");
  EXPECT_EQ(asset("nested/app.js").content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(asset("noise.bin").content_type, "application/octet-stream");
}

TEST(Embed, HoldsAGzipMemberWhereItSavesSomething) {
  const auto& page = asset("index.html");
  ASSERT_FALSE(page.gzip.empty());
  EXPECT_LT(page.gzip.size(), page.bytes.size() / 2);
  EXPECT_EQ(gunzip(page.gzip, page.bytes.size()), page.bytes);
}

TEST(Embed, HoldsNoGzipOfWhatCannotShrink) {
  EXPECT_TRUE(asset("noise.bin").gzip.empty());
  EXPECT_TRUE(asset("nested/empty.txt").gzip.empty());
}

TEST(Embed, GivesEachContentAStrongValidatorOfItsOwn) {
  std::set<std::string_view> etags;
  for (const auto& each : embed_test_files()) {
    EXPECT_THAT(std::string(each.etag), testing::MatchesRegex("\"[0-9a-f]+\"")) << each.path;
    etags.insert(each.etag);
  }
  EXPECT_EQ(etags.size(), embed_test_files().size());
}

}  // namespace
}  // namespace repopulse
