#include "github/app_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <boost/json.hpp>
#include <memory>
#include <string>

#include "sim/app_keys.h"
#include "sim/github_app.h"

namespace repopulse::github {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using testing::HasSubstr;

constexpr EventTime kNow{1'760'000'000s};

const sim::AppKeys& keys() {
  static const sim::AppKeys made = sim::make_app_keys();
  return made;
}

App app() {
  return {"42", "7", *AppKey::read(keys().private_key)};
}

// PEM of a private key that OpenSSL's `algorithm` makes, behind a passphrase where there is one.
std::string private_key(const char* algorithm, std::string passphrase = "") {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      std::string(algorithm) == "EC" ? EVP_EC_gen("P-256") : EVP_PKEY_Q_keygen(nullptr, nullptr, algorithm, 2048u),
      &EVP_PKEY_free);
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> bytes(BIO_new(BIO_s_mem()), &BIO_free_all);
  const EVP_CIPHER* cipher = passphrase.empty() ? nullptr : EVP_aes_128_cbc();
  EXPECT_EQ(PEM_write_bio_PrivateKey(bytes.get(), key.get(), cipher, nullptr, 0, nullptr, passphrase.data()), 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bytes.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

boost::json::value claims_of(const std::string& jwt) {
  std::string part = jwt.substr(jwt.find('.') + 1);
  part.resize(part.find('.'));
  for (char& c : part) c = c == '-' ? '+' : c == '_' ? '/' : c;
  const std::size_t whole = part.size();
  part.append((4 - part.size() % 4) % 4, '=');
  std::string text(part.size(), '\0');
  EVP_DecodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(part.data()),
                  static_cast<int>(part.size()));
  text.resize(whole * 3 / 4);
  return boost::json::parse(text);
}

TEST(AppKey, signs_a_jwt_that_github_accepts_and_nobody_without_the_key_can_make) {
  sim::GitHubApp github({"42", "7", keys().public_key}, 1);
  EXPECT_EQ(github.make_token("7", app_jwt(app(), kNow), kNow).status, 201);
  sim::GitHubApp other({"42", "7", sim::make_app_keys().public_key}, 1);
  EXPECT_EQ(other.make_token("7", app_jwt(app(), kNow), kNow).status, 401);
}

TEST(AppKey, the_jwt_begins_a_minute_ago_and_ends_within_ten_minutes) {
  const boost::json::value claims = claims_of(app_jwt(app(), kNow));
  EXPECT_EQ(claims.at("iat").as_int64(), core::unix_seconds(kNow) - 60);
  EXPECT_EQ(claims.at("exp").as_int64(), core::unix_seconds(kNow) + 540);
  EXPECT_EQ(claims.at("iss"), "42");
}

TEST(AppKey, the_jwt_holds_for_github_whose_clock_is_a_minute_behind_or_eight_ahead) {
  sim::GitHubApp github({"42", "7", keys().public_key}, 1);
  for (const core::Seconds ahead : {-60s, 0s, 480s}) {
    EXPECT_EQ(github.make_token("7", app_jwt(app(), kNow), kNow + ahead).status, 201) << ahead.count();
  }
  for (const core::Seconds ahead : {-61s, 541s}) {
    EXPECT_EQ(github.make_token("7", app_jwt(app(), kNow), kNow + ahead).status, 401) << ahead.count();
  }
}

TEST(AppKey, is_read_wherever_it_stands_in_the_file) {
  EXPECT_TRUE(AppKey::read("a comment\n" + keys().public_key + keys().private_key));
  EXPECT_TRUE(AppKey::read(private_key("RSA")));
}

TEST(AppKey, the_same_key_is_equal_and_another_is_not) {
  EXPECT_TRUE(*AppKey::read(keys().private_key) == *AppKey::read("\n" + keys().private_key));
  EXPECT_FALSE(*AppKey::read(keys().private_key) == *AppKey::read(sim::make_app_keys().private_key));
}

TEST(AppKey, what_is_no_rsa_key_is_refused_without_a_byte_of_it) {
  const std::pair<std::string, std::string> wrong[] = {
      {"", "no private key"},
      {"ghp_a-token-by-mistake", "no private key"},
      {keys().public_key, "no private key"},
      {keys().private_key.substr(0, 300), "no private key"},
      {private_key("EC"), "not RSA"},
      {private_key("ED25519"), "not RSA"},
      {private_key("RSA", "secret"), "passphrase"},
  };
  for (const auto& [text, why] : wrong) {
    const auto read = AppKey::read(text);
    ASSERT_FALSE(read) << why;
    EXPECT_THAT(read.error().message, HasSubstr(why));
    EXPECT_LT(read.error().message.size(), 60u);
  }
}

}  // namespace
}  // namespace repopulse::github
