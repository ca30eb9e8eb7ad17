#include "app/app_key_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "sim/app_keys.h"

namespace repopulse::app {
namespace {

using namespace std::chrono_literals;

class AppKeyFileTest : public testing::Test {
 protected:
  AppKeyFileTest() { write(first_.private_key); }
  ~AppKeyFileTest() override { std::filesystem::remove(path_); }

  void write(const std::string& text) const { std::ofstream(path_) << text; }
  core::Result<std::optional<github::AppKey>> look() {
    now_ += AppKeyFile::kRecheck;
    return file_.renewed(now_);
  }

  const sim::AppKeys first_ = sim::make_app_keys();
  const std::string path_ =
      (std::filesystem::temp_directory_path() / ("repopulse-app-key-" + std::to_string(::getpid()))).string();
  core::Timestamp now_{1'700'000'000s};
  AppKeyFile file_{path_, *github::AppKey::read(first_.private_key)};
};

TEST_F(AppKeyFileTest, tells_another_key_once) {
  EXPECT_FALSE(look()->has_value());
  write("\n" + first_.private_key);
  EXPECT_FALSE(look()->has_value()) << "it is the same key";
  const sim::AppKeys second = sim::make_app_keys();
  write(second.private_key);
  const auto renewed = look();
  ASSERT_TRUE(renewed && *renewed);
  EXPECT_TRUE(**renewed == *github::AppKey::read(second.private_key));
  EXPECT_FALSE(look()->has_value());
}

TEST_F(AppKeyFileTest, complains_once_of_a_file_without_a_key_and_shows_nothing_of_it) {
  write(first_.private_key.substr(0, 300));
  const auto complaint = look();
  ASSERT_FALSE(complaint);
  EXPECT_THAT(complaint.error().message, testing::HasSubstr("--github-app-key-file " + path_));
  EXPECT_THAT(complaint.error().message, testing::Not(testing::HasSubstr("BEGIN")));
  EXPECT_TRUE(look()) << "it is told once";
  write(first_.private_key);
  EXPECT_FALSE(look()->has_value());
}

}  // namespace
}  // namespace repopulse::app
