// What GitHub's answer to a request for a page of events means: its kind, its headers, and one line about it for
// people.
#include <algorithm>
#include <charconv>

#include <simdjson.h>

#include "base/text.h"
#include "github/events_api.h"
#include "github/limits.h"
#include "github/origin.h"

namespace repopulse::github {
namespace {

using core::Answer;
using core::AnswerKind;
using core::EventTime;
using core::Millis;
using core::Seconds;

constexpr std::int64_t kLongestWaitSeconds =
    24 * 3600;                                   // GitHub's limits end within the hour: a longer wait is an error
constexpr std::size_t kLongestValidator = 1024;  // bytes; those of GitHub have about 70
constexpr std::size_t kLongestQuote = 160;       // bytes of GitHub's own words in a message
constexpr std::size_t kLongestReason = 40;       // bytes
constexpr std::size_t kLongestMessage = 300;     // bytes

std::optional<std::int64_t> read_count(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

// --- headers ---

std::optional<Millis> read_poll_interval(const Headers& headers) {
  const auto seconds = read_count(header(headers, "X-Poll-Interval"));
  if (!seconds) return std::nullopt;
  return Seconds(std::min(*seconds, kLongestWaitSeconds));
}

// RFC 9110, section 10.2.3. `date`: the time of the answer, by the clock of the server that wrote it.
std::optional<Millis> read_retry_after(const Headers& headers, EventTime date) {
  const std::string_view text = header(headers, "Retry-After");
  if (const auto seconds = read_count(text)) return Seconds(std::min(*seconds, kLongestWaitSeconds));
  const auto until = core::parse_http_date(text);
  if (!until) return std::nullopt;
  return std::clamp<Seconds>(*until - date, Seconds(0), Seconds(kLongestWaitSeconds));
}

std::optional<core::RateLimit> read_rate_limit(const Headers& headers) {
  const auto limit = read_count(header(headers, "X-RateLimit-Limit"));
  const auto remaining = read_count(header(headers, "X-RateLimit-Remaining"));
  const auto reset = read_count(header(headers, "X-RateLimit-Reset"));
  if (!remaining || !reset || *reset > kLatestSecond) return std::nullopt;
  const auto used = read_count(header(headers, "X-RateLimit-Used"));
  std::string resource(header(headers, "X-RateLimit-Resource").substr(0, 50));
  core::RateLimit told;
  told.remaining = *remaining;
  told.limit = limit.value_or(*remaining + used.value_or(0));
  told.used = used.value_or(std::max<std::int64_t>(told.limit - *remaining, 0));
  told.reset = core::event_time_from_unix(*reset);
  told.resource = resource.empty() ? "core" : std::move(resource);
  return told;
}

// Empty when `text` could not be sent back exactly as it came.
std::string usable_validator(std::string_view text) {
  const auto is_odd = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7E;
  };
  if (text.size() > kLongestValidator || std::ranges::any_of(text, is_odd)) return {};
  return std::string(text);
}

// The link is not followed, so it may name any host: a proxy passes GitHub's links on unchanged.
void read_links(const Headers& headers, Answer& answer) {
  answer.linked = false;
  for (const auto& [name, value] : headers) {
    if (!base::equals_ignoring_case(name, "Link")) continue;
    answer.linked = true;
    answer.has_next = answer.has_next || next_link(value).has_value();
  }
}

// --- messages ---

// One line of printable text, without the token, of `longest` bytes at most.
std::string sanitised(const ApiRoot& root, std::string text, std::size_t longest = kLongestMessage) {
  if (!root.token.empty()) {
    for (auto at = text.find(root.token); at != std::string::npos; at = text.find(root.token, at + 3)) {
      text.replace(at, root.token.size(), "***");
    }
  }
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

struct Explanation {
  std::string message;  // GitHub's own words, empty when there are none
  std::string reason;   // of a block: `dmca`, `tos`, …
  bool blocked = false;
};

Explanation explain(std::string_view body) {
  simdjson::dom::parser parser;
  simdjson::dom::element json;
  Explanation found;
  if (parser.parse(body.data(), body.size()).get(json)) return found;
  std::string_view text;
  if (!json["message"].get(text)) found.message = text;
  simdjson::dom::object block;
  found.blocked = !json["block"].get(block);
  if (found.blocked && !block["reason"].get(text)) found.reason = text;
  return found;
}

// What the answer means for somebody who polls a repository or an organisation.
std::string_view meaning_of(AnswerKind kind) {
  switch (kind) {
    case AnswerKind::kUnauthorized:
      return "The token is not valid";
    case AnswerKind::kNotFound:
      return "Not found: misspelt, deleted, or private and not visible to this token";
    case AnswerKind::kBlocked:
      return "GitHub has blocked access";
    case AnswerKind::kForbidden:
      return "GitHub refused the request";
    case AnswerKind::kPrimaryLimit:
      return "The rate limit is used up";
    case AnswerKind::kSecondaryLimit:
      return "GitHub asks for fewer requests";
    case AnswerKind::kServerError:
      return "GitHub has an internal error";
    default:
      return "Unexpected answer";
  }
}

// The meaning, and then what was answered: "Not found: … (GitHub answered 404)". GitHub's own words follow the status
// where they say more than it.
std::string message_of(const ApiRoot& root, const Answer& answer, const Explanation& why) {
  std::string text(meaning_of(answer.kind));
  text += " (GitHub answered " + std::to_string(answer.status);
  const std::string words = answer.kind == AnswerKind::kNotFound ? "" : sanitised(root, why.message, kLongestQuote);
  if (!words.empty()) text += ": " + words;
  const std::string reason = sanitised(root, why.reason, kLongestReason);
  if (!reason.empty()) text += "; reason: " + reason;
  return text + ")";
}

// --- kinds ---

bool mentions(const Explanation& why, std::string_view words) {
  return base::to_lower(why.message).find(words) != std::string::npos;
}

// GitHub uses 403 and 429 for several things.
AnswerKind refusal(const Answer& answer, const Explanation& why) {
  if (mentions(why, "secondary rate limit") || mentions(why, "abuse detection")) return AnswerKind::kSecondaryLimit;
  const bool used_up = answer.rate_limit && answer.rate_limit->remaining == 0;
  if (used_up || mentions(why, "api rate limit exceeded")) return AnswerKind::kPrimaryLimit;
  if (answer.status == 429 || answer.retry_after) return AnswerKind::kSecondaryLimit;
  if (why.blocked || mentions(why, "terms of service") || mentions(why, "access blocked")) return AnswerKind::kBlocked;
  return AnswerKind::kForbidden;
}

AnswerKind kind_of(const Answer& answer, const Explanation& why) {
  switch (answer.status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
      return AnswerKind::kRedirect;
    case 304:
      return AnswerKind::kNotModified;
    case 401:
      return AnswerKind::kUnauthorized;
    case 403:
    case 429:
      return refusal(answer, why);
    case 404:
    case 410:
      return AnswerKind::kNotFound;
    case 422:
      return AnswerKind::kEndOfFeed;
    case 451:
      return AnswerKind::kBlocked;
    default:
      return answer.status >= 500 && answer.status <= 599 ? AnswerKind::kServerError : AnswerKind::kBadAnswer;
  }
}

void read_page(const ApiRoot& root, const HttpResponse& response, Answer& answer) {
  auto page = parse_events(response.body);
  if (!page) {
    answer.kind = AnswerKind::kBadAnswer;
    answer.message = sanitised(root, "GitHub answered 200, but " + page.error().message);
    return;
  }
  answer.kind = AnswerKind::kEvents;
  answer.events = std::move(page->events);
  answer.malformed = page->malformed;
  answer.page_entries = page->entries;
  answer.validator = {usable_validator(header(response.headers, "ETag")),
                      usable_validator(header(response.headers, "Last-Modified"))};
  read_links(response.headers, answer);
}

}  // namespace

Answer interpret(const ApiRoot& root, const HttpResult& result, core::Timestamp received) {
  Answer answer;
  if (!result) {
    answer.kind = AnswerKind::kNoAnswer;
    answer.message = sanitised(root, "No answer from GitHub: " + result.error().message);
    return answer;
  }
  answer.status = result->status;
  answer.date = core::parse_http_date(header(result->headers, "Date"));
  answer.poll_interval = read_poll_interval(result->headers);
  answer.rate_limit = read_rate_limit(result->headers);
  answer.retry_after = read_retry_after(result->headers, answer.date.value_or(core::to_event_time(received)));
  if (answer.status == 200) {
    read_page(root, *result, answer);
    return answer;
  }
  const Explanation why = explain(result->body);
  answer.kind = kind_of(answer, why);
  if (answer.kind == AnswerKind::kRedirect) {
    answer.location = location_below(root.url, header(result->headers, "Location"));
    answer.permanent = answer.status == 301 || answer.status == 308;
  } else if (answer.kind != AnswerKind::kNotModified) {
    answer.message = message_of(root, answer, why);
  }
  return answer;
}

}  // namespace repopulse::github
