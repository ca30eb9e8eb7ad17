#include "app/token_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace repopulse::app {
namespace {

using namespace std::chrono_literals;

class TokenFileTest : public testing::Test {
 protected:
  TokenFileTest() { write("first\n"); }
  ~TokenFileTest() override { std::filesystem::remove(path_); }

  void write(const std::string& text) const { std::ofstream(path_) << text; }
  core::Result<std::optional<std::string>> look() {
    now_ += TokenFile::kRecheck;
    return file_.renewed(now_);
  }

  const std::string path_ =
      (std::filesystem::temp_directory_path() / ("repopulse-token-" + std::to_string(::getpid()))).string();
  core::Timestamp now_{1'700'000'000s};
  TokenFile file_{path_, "first"};
};

TEST_F(TokenFileTest, tells_another_token_once) {
  EXPECT_EQ(*look(), std::nullopt);
  write("second\n");
  EXPECT_EQ(*look(), "second");
  EXPECT_EQ(*look(), std::nullopt);
}

TEST_F(TokenFileTest, does_not_look_more_often_than_it_says) {
  EXPECT_EQ(*look(), std::nullopt);
  write("second");
  EXPECT_EQ(*file_.renewed(now_ + TokenFile::kRecheck - 1ms), std::nullopt);
  EXPECT_EQ(*file_.renewed(now_ + TokenFile::kRecheck), "second");
}

TEST_F(TokenFileTest, complains_once_of_a_file_without_a_token_and_never_shows_it) {
  write("two words");
  const auto complaint = look();
  ASSERT_FALSE(complaint);
  EXPECT_NE(complaint.error().message.find(path_), std::string::npos) << complaint.error().message;
  EXPECT_EQ(complaint.error().message.find("two words"), std::string::npos) << complaint.error().message;
  EXPECT_EQ(*look(), std::nullopt);
  std::filesystem::remove(path_);
  EXPECT_FALSE(look()) << "another trouble than before";
  write("second");
  EXPECT_EQ(*look(), "second");
}

TEST_F(TokenFileTest, keeps_the_token_while_the_file_is_empty) {
  for (const char* nothing : {"", " \n\t"}) {
    write(nothing);
    const auto complaint = look();
    ASSERT_FALSE(complaint);
    EXPECT_NE(complaint.error().message.find("is empty"), std::string::npos) << complaint.error().message;
    EXPECT_EQ(*look(), std::nullopt) << "it is told once";
    write("first");
    EXPECT_EQ(*look(), std::nullopt) << "it is the token that is in use";
  }
}

TEST(Fingerprint, tells_tokens_apart_without_being_one) {
  EXPECT_EQ(fingerprint_of(""), "");
  EXPECT_EQ(fingerprint_of("a"), fingerprint_of("a"));
  EXPECT_NE(fingerprint_of("a"), fingerprint_of("b"));
  EXPECT_EQ(fingerprint_of("a").size(), 16u);
}

}  // namespace
}  // namespace repopulse::app
