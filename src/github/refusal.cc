#include "github/refusal.h"

#include <algorithm>
#include <initializer_list>
#include <span>

#include <simdjson.h>

#include "base/text.h"
#include "github/answer_headers.h"

namespace repopulse::github {
namespace {

using core::AnswerKind;

constexpr std::size_t kLongestBody =
    64 * 1024;                             // bytes in which words are looked for; GitHub's pages of errors have 2 kB
constexpr std::size_t kLongestLink = 400;  // bytes
constexpr std::size_t kLongestPermissions = 80;  // bytes

// --- words ---

// What stands between tags, without scripts and styles.
std::string without_tags(std::string_view html) {
  std::string text;
  while (!html.empty()) {
    const auto open = std::min(html.find('<'), html.size());
    text.append(html.substr(0, open)).append(1, ' ');
    html.remove_prefix(open);
    for (const std::string_view hidden : {"script", "style"}) {
      if (!base::equals_ignoring_case(html.substr(0, hidden.size() + 1), "<" + std::string(hidden))) continue;
      const auto end = html.find("</", 1);
      html.remove_prefix(std::min(end, html.size()));
    }
    const auto close = html.find('>');
    html.remove_prefix(close == std::string_view::npos ? html.size() : close + 1);
  }
  return text;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// Lower case; what stands between words is one blank.
std::string words_of(std::string_view text) {
  std::string plain = base::to_lower(text.substr(0, kLongestBody));
  for (const std::string_view blank : {"&nbsp;", "&#160;", "&#xa0;", "\xC2\xA0", "\\n", "\\t"})
    replace_all(plain, blank, " ");
  for (const std::string_view quote : {"&#39;", "&apos;", "\xE2\x80\x99"}) replace_all(plain, quote, "'");
  std::string words;
  for (const char c : plain) {
    const bool between = static_cast<unsigned char>(c) <= 0x20 || c == '-' || c == '_';
    if (!between) words += c;
    if (between && !words.empty() && words.back() != ' ') words += ' ';
  }
  return words;
}

bool mentions(const Explanation& why, std::string_view words) {
  return !words.empty() && why.words.find(words) != std::string::npos;
}
bool mentions(const Explanation& why, std::initializer_list<std::string_view> any) {
  return std::ranges::any_of(any, [&](std::string_view words) { return mentions(why, words); });
}

// --- limits ---

bool speaks_of_secondary_limit(const Explanation& why) {
  return mentions(why, {"secondary rate limit", "abuse detection", "abuse rate limit", "login attempts exceeded",
                        "too many requests", "rate limited", "wait a few minutes"});
}

bool speaks_of_primary_limit(const Explanation& why) {
  return mentions(why, {"api rate limit exceeded", "api rate limit already exceeded"});
}

// --- access ---

// The link of `X-GitHub-SSO: required; url=https://…`; empty when the header is another or the link is odd.
std::string_view sso_link(const Headers& headers) {
  const std::string_view value = header(headers, "X-GitHub-SSO");
  const auto at = value.find("url=");
  if (at == std::string_view::npos) return {};
  std::string_view link = base::trim(value.substr(at + 4));
  link = link.substr(0, link.find_first_of("; ,\t\""));
  return link.starts_with("https://") && link.size() <= kLongestLink ? link : std::string_view();
}

bool requires_sso(const Headers& headers, const Explanation& why) {
  return base::to_lower(base::trim_start(header(headers, "X-GitHub-SSO"))).starts_with("required") ||
         mentions(why, "saml");
}

std::string sso_advice(const Headers& headers) {
  const std::string_view link = sso_link(headers);
  if (!link.empty()) return "The organisation requires single sign-on: authorise the token at " + std::string(link);
  return "The organisation requires single sign-on: authorise the token for it (GitHub, Settings, Developer settings, "
         "Configure SSO)";
}

struct Access {
  std::string_view words[4];
  std::string_view advice;
};

// Words that say by themselves what is the matter. The first that fits counts.
constexpr Access kAccess[] = {
    {{"ip allow list", "ip address is not permitted", "allowed ip"},
     "The organisation's IP allow list leaves this server out: ask an owner of the organisation to add its address"},
    {{"lifetime"}, "The organisation refuses the token for its lifetime: use a token that ends sooner"},
    {{"forbids access via", "fine grained personal access tokens are not", "classic personal access token"},
     "The organisation refuses this kind of token: use another kind, or ask an owner of the organisation"},
    {{"oauth app access restrictions", "third party application"},
     "The organisation has not approved the application of this token: ask an owner of the organisation"},
    {{"suspended", "flagged"},
     "GitHub has suspended the account or the App of this token: ask GitHub's support, or use another token"},
    {{"administrative rules", "user agent"},
     "GitHub's administrative rules refuse the request: see whether a proxy changes its headers"},
    {{"personal access token", "not accessible by"},
     "The token does not have access to this repository: give it read access, or use another token"},
};
// Words that have come with limits too, which then only the headers told.
constexpr Access kVagueAccess[] = {
    {{"must have", "must be", "scope", "permission"},
     "The token may not read this repository: give it read access, or use another token"},
};

// Pages in HTML come from others on the way: what they say of permissions does not concern the token.
std::string_view advice_on(const Explanation& why, std::span<const Access> table) {
  if (why.message.empty()) return {};
  const auto found = std::ranges::find_if(table, [&](const Access& access) {
    return std::ranges::any_of(access.words, [&](std::string_view words) { return mentions(why, words); });
  });
  return found == table.end() ? std::string_view() : found->advice;
}

// Permissions that would do, where GitHub names them.
std::string needed(const Headers& headers) {
  for (const std::string_view name : {"X-Accepted-GitHub-Permissions", "X-Accepted-OAuth-Scopes"}) {
    const std::string_view value = base::trim(header(headers, name));
    if (!value.empty() && value.size() <= kLongestPermissions) return "; it needs " + std::string(value);
  }
  return {};
}

bool speaks_of_block(const Explanation& why) {
  return mentions(why, {"terms of service", "access blocked", "takedown", "dmca", "has been disabled", "is disabled"});
}

}  // namespace

Explanation explain(std::string_view body) {
  Explanation found;
  if (body.empty()) return found;  // simdjson copies from where it begins, which may be nowhere
  simdjson::dom::parser parser;
  simdjson::dom::element json;
  if (parser.parse(body.data(), body.size()).get(json)) {
    const bool page = base::trim_start(body).starts_with('<');
    const std::string text =
        page ? without_tags(body.substr(0, kLongestBody)) : std::string(body.substr(0, kLongestBody));
    found.words = words_of(text);
    if (!page) found.message = text.substr(0, 1024);
    return found;
  }
  std::string_view text;
  for (const char* name : {"message", "error_description", "error"}) {
    if (found.message.empty() && !json[name].get(text)) found.message = text;
  }
  if (!json.get(text)) found.message = text;  // the whole body is one string
  simdjson::dom::object block;
  found.blocked = !json["block"].get(block);
  if (found.blocked && !block["reason"].get(text)) found.reason = text;
  // The text of the body has further messages (`errors`), and links to the documentation, whose names tell as much.
  found.words = words_of(found.message) + " " + words_of(body);
  return found;
}

std::optional<AnswerKind> limit_named(const Explanation& why) {
  if (speaks_of_secondary_limit(why)) return AnswerKind::kSecondaryLimit;
  if (speaks_of_primary_limit(why)) return AnswerKind::kPrimaryLimit;
  return std::nullopt;
}

Refusal refusal(int status, const Headers& headers, bool used_up, const Explanation& why) {
  if (status == 404) {
    if (!base::to_lower(header(headers, "X-GitHub-SSO")).starts_with("required")) return {AnswerKind::kNotFound, {}};
    return {AnswerKind::kForbidden, sso_advice(headers)};
  }
  if (why.blocked) return {AnswerKind::kBlocked, {}};
  if (const auto limit = limit_named(why)) return {*limit, {}};
  if (requires_sso(headers, why)) return {AnswerKind::kForbidden, sso_advice(headers)};
  if (mentions(why, "rate limit")) return {used_up ? AnswerKind::kPrimaryLimit : AnswerKind::kSecondaryLimit, {}};
  if (status == 403) {
    if (speaks_of_block(why) && !mentions(why, "suspended")) return {AnswerKind::kBlocked, {}};
    const std::string_view advice = advice_on(why, kAccess);
    if (!advice.empty()) return {AnswerKind::kForbidden, std::string(advice) + needed(headers)};
  }
  if (used_up) return {AnswerKind::kPrimaryLimit, {}};
  const bool waits = std::ranges::any_of(
      headers, [](const auto& one) { return base::equals_ignoring_case(one.first, "Retry-After"); });
  if (status == 429 || waits) return {AnswerKind::kSecondaryLimit, {}};
  const std::string_view advice = advice_on(why, kVagueAccess);
  const std::string_view unknown =
      "GitHub refused the request: see what the token may read, and whether a proxy on the way refuses";
  return {AnswerKind::kForbidden, std::string(advice.empty() ? unknown : advice) + needed(headers)};
}

AnswerKind kind_of_refusal(const HttpResponse& response, const Explanation& why) {
  const AnswerKind kind = refusal(response.status, response.headers, says_used_up(response.headers), why).kind;
  return kind == AnswerKind::kBlocked ? AnswerKind::kForbidden : kind;
}

}  // namespace repopulse::github
