#include "github/installation_token.h"

#include <simdjson.h>

#include <algorithm>
#include <string_view>

#include "github/answer_headers.h"
#include "github/answer_message.h"
#include "github/origin.h"
#include "github/refusal.h"
#include "github/request_headers.h"

namespace repopulse::github {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;
using core::Millis;

constexpr Millis kUsualLife = 1h;
constexpr Millis kLongestLife = 24h;
constexpr std::size_t kLongestToken = 16 * 1024;  // bytes; GitHub's have 40 or about 520

std::string_view meaning_of(AnswerKind kind) {
  switch (kind) {
    case AnswerKind::kUnauthorized:
      return "GitHub does not accept the GitHub App: see whether github-app-id and the key in github-app-key-file "
             "belong "
             "together, and whether the key is still listed with the App";
    case AnswerKind::kForbidden:
      return "GitHub refuses a token of the GitHub App: see whether its installation is suspended";
    case AnswerKind::kNotFound:
      return "The GitHub App has no such installation: see github-app-installation-id, and whether the App is still "
             "installed";
    case AnswerKind::kPrimaryLimit:
      return "The rate limit of the GitHub App is used up";
    case AnswerKind::kSecondaryLimit:
      return "GitHub asks for fewer requests";
    case AnswerKind::kServerError:
      return "GitHub could not make a token of the GitHub App";
    default:
      return "Unexpected answer to the request for a token of the GitHub App";
  }
}

AnswerKind kind_of_token(const HttpResponse& response, const Explanation& why) {
  switch (response.status) {
    case 401:
      return AnswerKind::kUnauthorized;
    case 403:
    case 404:
    case 429:
      return kind_of_refusal(response, why);
    case 410:
      return AnswerKind::kNotFound;
    case 422:  // what is asked for goes beyond what the installation permits
      return AnswerKind::kForbidden;
    default:
      return response.status >= 500 && response.status <= 599 ? AnswerKind::kServerError : AnswerKind::kBadAnswer;
  }
}

void read_error(std::string_view jwt, const HttpResponse& response, InstallationToken& answer) {
  const Explanation why = explain(response.body);
  answer.kind = kind_of_token(response, why);
  std::string meaning(meaning_of(answer.kind));
  if (answer.status >= 300 && answer.status <= 399) {
    const std::string address = origin_for_people(header(response.headers, "Location"));
    meaning += ": GitHub redirects" +
               (address.empty() ? std::string() : " to " + sanitised(jwt, address, kLongestAddress)) +
               ", which is not followed";
  }
  answer.message = error_message(jwt, std::move(meaning), answer.status, why);
}

bool may_stand_in_header(std::string_view token) {
  return !token.empty() && token.size() <= kLongestToken &&
         std::ranges::all_of(token, [](char c) { return c > ' ' && c < '\x7f'; });
}

// Nothing of the body may appear in a message: it may hold a token, however broken it is.
void read_token(const HttpResponse& response, core::EventTime now, InstallationToken& answer) {
  simdjson::dom::parser parser;
  simdjson::dom::element body;
  std::string_view token;
  const bool readable = !response.body.empty() && !parser.parse(response.body).get(body);
  if (!readable || body["token"].get(token) || !may_stand_in_header(token)) {
    answer.kind = AnswerKind::kBadAnswer;
    answer.message = "GitHub answered " + std::to_string(answer.status) +
                     " to the request for a token of the GitHub App, but without a token";
    return;
  }
  std::string_view text;
  const auto ends = body["expires_at"].get(text) ? std::nullopt : core::parse_rfc3339(text);
  answer.lives = ends ? std::min<Millis>(*ends - now, kLongestLife) : kUsualLife;
  if (answer.lives <= 0ms) {
    answer.kind = AnswerKind::kBadAnswer;
    answer.message = "GitHub made a token of the GitHub App that has ended already: see whether a proxy keeps answers";
    return;
  }
  answer.kind = AnswerKind::kEvents;
  answer.token = token;
}

}  // namespace

HttpRequest installation_token_request(const ApiRoot& root, const App& app, core::EventTime now) {
  ApiRoot as_app = root;
  as_app.token = app_jwt(app, now);
  HttpRequest request;
  request.url = std::string(bare_root(root)) + "/app/installations/" + app.installation_id + "/access_tokens";
  request.headers = request_headers(as_app, request.url);
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = "{}";
  return request;
}

InstallationToken interpret_installation_token(const HttpRequest& request, const HttpResult& result,
                                               core::Timestamp received) {
  const std::string_view jwt = sent_token(request);
  InstallationToken answer;
  if (!result) {
    answer.message =
        sanitised(jwt, "No answer from GitHub to the request for a token of the GitHub App: " + result.error().message);
    return answer;
  }
  answer.status = result->status;
  answer.date = core::parse_http_date(header(result->headers, "Date"));
  const core::EventTime now = answer.date.value_or(core::to_event_time(received));
  answer.retry_after = read_retry_after(result->headers, now);
  if (answer.status == 200 || answer.status == 201) {
    read_token(*result, now, answer);
    return answer;
  }
  read_error(jwt, *result, answer);
  const auto quota = read_rate_limit(result->headers, "core");
  if (answer.kind == AnswerKind::kPrimaryLimit && quota) {
    const Millis reset = quota->reset - now + 1s;  // it is told in whole seconds
    answer.retry_after = std::max(answer.retry_after.value_or(0ms), std::clamp<Millis>(reset, 0ms, 1h));
  }
  return answer;
}

}  // namespace repopulse::github
