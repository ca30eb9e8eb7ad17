#include "github/answer_message.h"

#include <simdjson.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace repopulse::github {
namespace {

constexpr std::size_t kLongestMeaning = 600;  // bytes; it may hold a link
constexpr std::size_t kLongestQuote = 160;    // bytes of GitHub's own words
constexpr std::size_t kLongestReason = 40;    // bytes
// A piece of the token that is as long as this is taken for the token, too: texts are cut, and some wrap lines.
constexpr std::size_t kTellingPiece = 16;  // bytes

// With `***` in the token's place, and in that of its pieces.
std::string without_token(std::string_view token, std::string text) {
  if (token.empty() || text.empty()) return text;
  const std::size_t size = std::min(token.size(), kTellingPiece);
  std::unordered_set<std::string_view> pieces;
  for (std::size_t i = 0; i + size <= token.size(); ++i) pieces.insert(token.substr(i, size));
  const std::string_view all = text;
  std::string rest;
  std::size_t done = 0;  // what comes before is in `rest`, or was taken out of it
  for (std::size_t i = 0; i + size <= all.size(); ++i) {
    if (!pieces.contains(all.substr(i, size))) continue;
    if (i > done || done == 0) rest.append(all.substr(done, i - done)).append("***");
    done = i + size;
  }
  return rest.append(all.substr(done));
}

}  // namespace

std::string_view sent_token(const HttpRequest& request) {
  constexpr std::string_view kBearer = "Bearer ";
  std::string_view token = header(request.headers, "Authorization");
  if (token.starts_with(kBearer)) token.remove_prefix(kBearer.size());
  return token;
}

std::string sanitised(std::string_view token, std::string text, std::size_t longest) {
  text = without_token(token, std::move(text));
  std::string line;
  for (const char c : text) {
    const bool space = static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
    if (!space) line += c;
    if (space && !line.empty() && line.back() != ' ') line += ' ';
  }
  if (!simdjson::validate_utf8(line)) {
    std::ranges::replace_if(line, [](char c) { return static_cast<unsigned char>(c) > 0x7E; }, '?');
  }
  if (line.size() > longest) {
    line.resize(longest);
    // Not in the middle of a character.
    while (!line.empty() && !simdjson::validate_utf8(line)) line.pop_back();
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

std::string error_message(std::string_view token, std::string meaning, int status, const Explanation& why) {
  std::string text = sanitised(token, std::move(meaning), kLongestMeaning);
  text += " (GitHub answered " + std::to_string(status);
  const std::string words = sanitised(token, why.message, kLongestQuote);
  if (!words.empty()) text += ": " + words;
  const std::string reason = sanitised(token, why.reason, kLongestReason);
  if (!reason.empty()) text += "; reason: " + reason;
  return text + ")";
}

}  // namespace repopulse::github
