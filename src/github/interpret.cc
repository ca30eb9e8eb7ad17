// What GitHub's answer to a request for a page, of events or of an owner's repositories, means: its kind, its headers,
// and one line about it for people.
#include <algorithm>
#include <functional>
#include <utility>

#include "base/text.h"
#include "github/answer_headers.h"
#include "github/answer_message.h"
#include "github/events_api.h"
#include "github/origin.h"
#include "github/owner_listing.h"
#include "github/refusal.h"

namespace repopulse::github {
namespace {

using core::Answer;
using core::AnswerKind;
using core::Millis;
using core::Seconds;

constexpr std::size_t kLongestValidator = 1024;  // bytes; those of GitHub have about 70

// --- headers ---

std::optional<Millis> read_poll_interval(const Headers& headers) {
  const auto seconds = read_count(header(headers, "X-Poll-Interval"));
  if (!seconds) return std::nullopt;
  return Seconds(std::min(*seconds, kLongestWaitSeconds));
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

// --- the question ---

// What of the question matters for the answer.
struct Asked {
  std::string_view token;    // that was sent; empty: none
  bool conditional = false;  // it asked "has this page changed?"
  bool of_account = false;   // it asked for what an account receives, or owns
};

Asked asked_by(const HttpRequest& request) {
  const bool conditional =
      !header(request.headers, "If-None-Match").empty() || !header(request.headers, "If-Modified-Since").empty();
  const std::string_view path = std::string_view(request.url).substr(0, request.url.find('?'));
  return {sent_token(request), conditional, path.ends_with("/received_events") || path.ends_with("/repos")};
}

// --- messages ---

// What the answer means for somebody who asks for a repository, an organisation, or what an account receives or owns.
std::string_view meaning_of(AnswerKind kind, const Asked& asked) {
  switch (kind) {
    case AnswerKind::kUnauthorized:
      return asked.token.empty() ? "GitHub asks for a token" : "The token is not valid";
    case AnswerKind::kNotFound:
      if (asked.of_account) return "Not found: no account has this login; it is misspelt, or was renamed or deleted";
      return "Not found: misspelt, deleted, or private and not visible to this token";
    case AnswerKind::kBlocked:
      return "GitHub has blocked access";
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

// GitHub's own words follow the status where they say more than it.
std::string message_of(const Asked& asked, const Answer& answer, Explanation why, std::string advice) {
  if (answer.kind == AnswerKind::kNotFound) why.message.clear();
  std::string meaning = advice.empty() ? std::string(meaning_of(answer.kind, asked)) : std::move(advice);
  return error_message(asked.token, std::move(meaning), answer.status, why);
}

// Why a redirect is not followed.
std::string refused_redirect(const Asked& asked, int status, std::string_view target) {
  const std::string answered = " (GitHub answered " + std::to_string(status) + ")";
  if (target.empty()) return "GitHub redirects without saying where to: there is no Location" + answered;
  const std::string address = sanitised(asked.token, origin_for_people(target), kLongestAddress);
  if (!address.empty()) {
    return "GitHub redirects to " + address + ", which is another host and is not followed" + answered;
  }
  return "GitHub redirects to an address that cannot be followed: " +
         sanitised(asked.token, std::string(target), kLongestAddress) + answered;
}

// --- kinds ---

// Of the statuses that mean one thing.
AnswerKind kind_of(int status, const Asked& asked) {
  switch (status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
      return AnswerKind::kRedirect;
    case 304:
      return asked.conditional ? AnswerKind::kNotModified : AnswerKind::kBadAnswer;
    case 401:
      return AnswerKind::kUnauthorized;
    case 410:
      return AnswerKind::kNotFound;
    case 422:
      return AnswerKind::kEndOfFeed;
    case 451:
      return AnswerKind::kBlocked;
    default:
      return status >= 500 && status <= 599 ? AnswerKind::kServerError : AnswerKind::kBadAnswer;
  }
}

void read_redirect(const ApiRoot& root, const Asked& asked, const Headers& headers, Answer& answer) {
  const std::string_view target = base::trim(header(headers, "Location"));
  answer.location = location_below(root.url, target, root.replaces);
  answer.permanent = answer.status == 301 || answer.status == 308;
  if (answer.location.empty()) answer.message = refused_redirect(asked, answer.status, target);
}

void read_error(const Asked& asked, const HttpResponse& response, Answer& answer) {
  const Explanation why = explain(response.body);
  std::string advice;
  if (answer.status == 403 || answer.status == 404 || answer.status == 429) {
    Refusal found = refusal(answer.status, response.headers, says_used_up(response.headers), why);
    answer.kind = found.kind;
    advice = std::move(found.advice);
  }
  if (answer.status == 304) advice = "GitHub says that nothing has changed, though the request did not ask that";
  answer.message = message_of(asked, answer, why, std::move(advice));
}

// Reads the body of a page into the answer. The error says what is wrong with the body.
using BodyReader = std::function<core::Status(std::string_view body, Answer& answer)>;

core::Status read_events(std::string_view body, Answer& answer) {
  auto page = parse_events(body);
  if (!page) return tl::unexpected(page.error());
  answer.events = std::move(page->events);
  answer.malformed = page->malformed;
  answer.unread = std::move(page->unread);
  answer.page_entries = page->entries;
  return {};
}

void read_page(const Asked& asked, const HttpResponse& response, const BodyReader& read_body, Answer& answer) {
  if (const auto read = read_body(response.body, answer); !read) {
    answer.kind = AnswerKind::kBadAnswer;
    answer.message = sanitised(asked.token, "GitHub answered 200, but " + read.error().message);
    return;
  }
  answer.kind = AnswerKind::kEvents;
  answer.validator = {usable_validator(header(response.headers, "ETag")),
                      usable_validator(header(response.headers, "Last-Modified"))};
  read_links(response.headers, answer);
}

Answer interpret_with(const BodyReader& read_body, const ApiRoot& root, const HttpRequest& request,
                      const HttpResult& result, core::Timestamp received) {
  const Asked asked = asked_by(request);
  Answer answer;
  if (!result) {
    answer.kind = AnswerKind::kNoAnswer;
    answer.too_large = result.error().failure == TransportFailure::kTooLarge;
    answer.message = sanitised(asked.token, "No answer from GitHub: " + result.error().message);
    return answer;
  }
  answer.status = result->status;
  answer.date = core::parse_http_date(header(result->headers, "Date"));
  answer.poll_interval = read_poll_interval(result->headers);
  answer.rate_limit = read_rate_limit(result->headers, "core");
  answer.retry_after = read_retry_after(result->headers, answer.date.value_or(core::to_event_time(received)));
  if (answer.status == 200) {
    read_page(asked, *result, read_body, answer);
    return answer;
  }
  answer.kind = kind_of(answer.status, asked);
  if (answer.kind == AnswerKind::kRedirect) {
    read_redirect(root, asked, result->headers, answer);
  } else if (answer.kind != AnswerKind::kNotModified) {
    read_error(asked, *result, answer);
  }
  return answer;
}

}  // namespace

Answer interpret(const ApiRoot& root, const HttpRequest& request, const HttpResult& result, core::Timestamp received) {
  return interpret_with(read_events, root, request, result, received);
}

core::ListingPage interpret_listing(const ApiRoot& root, const HttpRequest& request, const HttpResult& result,
                                    core::Timestamp received) {
  core::ListingPage page;
  const auto read = [&page](std::string_view body, Answer& answer) -> core::Status {
    auto parsed = parse_listing(body);
    if (!parsed) return tl::unexpected(parsed.error());
    page.repositories = std::move(parsed->repositories);
    answer.malformed = parsed->malformed;
    answer.page_entries = parsed->entries;
    return {};
  };
  page.answer = interpret_with(read, root, request, result, received);
  return page;
}

}  // namespace repopulse::github
