#include "sim/github_app.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <boost/json.hpp>
#include <memory>
#include <optional>

namespace repopulse::sim {
namespace {

using boost::json::value;
using core::Timestamp;

constexpr std::int64_t kLongestLifeSeconds = 600;
constexpr std::size_t kTokenBytes = 520;  // as since April 2026

std::optional<std::string> decode_base64url(std::string_view text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string bytes;
  unsigned bits = 0;
  int held = 0;
  for (const char c : text) {
    const auto digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<unsigned>(digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>(bits >> held & 0xFF);
  }
  return bytes;
}

// A part of a JWT; null where it is no JSON object.
value decode_part(std::string_view part) {
  const auto text = decode_base64url(part);
  boost::system::error_code failed;
  value json = text ? boost::json::parse(*text, failed) : value(nullptr);
  return failed || !json.is_object() ? value(nullptr) : json;
}

bool verifies(const std::string& public_key, std::string_view text, std::string_view signature) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> bytes(
      BIO_new_mem_buf(public_key.data(), static_cast<int>(public_key.size())), &BIO_free_all);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PUBKEY(bytes.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const auto* signed_bytes = reinterpret_cast<const unsigned char*>(text.data());
  const auto* signature_bytes = reinterpret_cast<const unsigned char*>(signature.data());
  const bool good = key && context &&
                    EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
                    EVP_DigestVerify(context.get(), signature_bytes, signature.size(), signed_bytes, text.size()) == 1;
  ERR_clear_error();
  return good;
}

std::string refusal_body(std::string_view message, int status) {
  return boost::json::serialize(value{{"message", message}, {"status", std::to_string(status)}});
}

}  // namespace

std::string GitHubApp::fault_of(std::string_view jwt, Timestamp now) const {
  constexpr std::string_view kNotDecoded = "A JSON web token could not be decoded";
  const auto first = jwt.find('.');
  const auto second = first == std::string_view::npos ? first : jwt.find('.', first + 1);
  if (second == std::string_view::npos) return std::string(kNotDecoded);
  const value header = decode_part(jwt.substr(0, first));
  const value claims = decode_part(jwt.substr(first + 1, second - first - 1));
  const auto signature = decode_base64url(jwt.substr(second + 1));
  if (header.is_null() || claims.is_null() || !signature) return std::string(kNotDecoded);
  const value* algorithm = header.as_object().if_contains("alg");
  const value* issuer = claims.as_object().if_contains("iss");
  const value* issued = claims.as_object().if_contains("iat");
  const value* expires = claims.as_object().if_contains("exp");
  if (algorithm == nullptr || *algorithm != "RS256") return std::string(kNotDecoded);
  if (issuer == nullptr || *issuer != value(settings_.id)) return "'Issuer' claim ('iss') must be an Integer";
  if (!verifies(settings_.public_key, jwt.substr(0, second), *signature)) return std::string(kNotDecoded);
  const std::int64_t at = core::unix_seconds(core::to_event_time(now));
  if (issued == nullptr || !issued->is_int64() || issued->as_int64() > at) {
    return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
  }
  if (expires == nullptr || !expires->is_int64() || expires->as_int64() <= at) {
    return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the "
           "assertion expires";
  }
  if (expires->as_int64() > at + kLongestLifeSeconds ||
      expires->as_int64() > issued->as_int64() + kLongestLifeSeconds) {
    return "'Expiration time' claim ('exp') is too far in the future";
  }
  return {};
}

GitHubApp::Reply GitHubApp::make_token(std::string_view installation, std::string_view jwt, Timestamp now) {
  const std::string fault = fault_of(jwt, now);
  if (!fault.empty()) return {401, refusal_body(fault, 401)};
  if (refused_ == 401) return {401, refusal_body("A JSON web token could not be decoded", 401)};
  if (refused_ == 403) return {403, refusal_body("This installation has been suspended", 403)};
  if (refused_ != 0 || installation != settings_.installation_id) return {404, refusal_body("Not Found", 404)};
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  std::string token = "ghs_" + settings_.id + "_";
  while (token.size() < kTokenBytes) token += kLetters[random_.below(kLetters.size())];
  const core::EventTime ends = core::to_event_time(now + settings_.token_life);
  ends_[token] = core::to_timestamp(ends);
  ++made_;
  return {201, boost::json::serialize(value{{"token", token},
                                            {"expires_at", core::format_rfc3339(ends)},
                                            {"permissions", value{{"metadata", "read"}}},
                                            {"repository_selection", "selected"}})};
}

bool GitHubApp::holds(std::string_view token, Timestamp now) const {
  const auto found = ends_.find(token);
  return found != ends_.end() && now < found->second;
}

}  // namespace repopulse::sim
