#include "http/negotiation.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace repopulse::http {
namespace {

std::string_view cut(std::string_view& text, char separator) {
  const std::size_t at = text.find(separator);
  const std::string_view head = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
  return base::trim(head);
}

// Proxies that compress an answer add the coding to its entity tag, and some of them do not take it off again:
// `"…-gzip"`, `"…;gzip"`, `"…--gzip"`, `"…-br"`. `tag` and `etag` with their quotes.
bool is_tag(std::string_view tag, std::string_view etag) {
  if (tag == etag) return true;
  if (etag.empty() || !tag.starts_with(etag.substr(0, etag.size() - 1))) return false;
  const std::string_view more = tag.substr(etag.size() - 1);
  return more == "-gzip\"" || more == ";gzip\"" || more == "--gzip\"" || more == "-br\"";
}

// `;q=0.5` in thousandths; a weight that cannot be read is ignored.
int weight(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = cut(parameters, ';');
    if (parameter.size() < 3 || base::to_lower(parameter[0]) != 'q' || parameter[1] != '=') continue;
    int value = 0;
    int scale = 1000;
    bool fraction = false;
    for (const char c : parameter.substr(2)) {
      if (c == '.' && !fraction) {
        fraction = true;
      } else if (c >= '0' && c <= '9') {
        if (fraction) scale /= 10;
        value += (c - '0') * scale;
        if (value > 1000) return 1000;
      } else {
        return 0;
      }
    }
    return value;
  }
  return 1000;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  std::optional<int> gzip;
  std::optional<int> any;
  std::optional<int> identity;
  while (!accept_encoding.empty()) {
    std::string_view item = cut(accept_encoding, ',');
    const std::string_view coding = cut(item, ';');
    const int q = weight(item);
    if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip")) gzip = q;
    if (coding == "*") any = q;
    if (equals_ignoring_case(coding, "identity")) identity = q;
  }
  const int wanted = gzip.value_or(any.value_or(0));
  return wanted > 0 && wanted >= identity.value_or(0);
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
  if (base::trim(if_none_match) == "*") return true;
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  while (!if_none_match.empty()) {
    std::string_view candidate = base::trim(if_none_match);
    if (candidate.starts_with("W/")) candidate.remove_prefix(2);
    if (candidate.starts_with('"')) {
      // There may be a comma inside the quotes.
      const std::size_t end = candidate.find('"', 1);
      if (end == std::string_view::npos) return false;
      if (is_tag(candidate.substr(0, end + 1), etag)) return true;
      candidate.remove_prefix(end + 1);
    }
    cut(candidate, ',');
    if_none_match = candidate;
  }
  return false;
}

std::optional<std::string_view> read_base_path(std::string_view text) {
  constexpr std::size_t kLongest = 200;
  if (!text.starts_with('/') || text.size() > kLongest) return std::nullopt;
  if (text.ends_with('/')) text.remove_suffix(1);
  for (std::string_view rest = text; !rest.empty();) {
    rest.remove_prefix(1);
    const std::string_view name = rest.substr(0, rest.find('/'));
    rest.remove_prefix(name.size());
    if (name.empty() || name == "." || name == "..") return std::nullopt;
    const bool plain = std::ranges::all_of(name, [](char c) {
      const char lower = base::to_lower(c);
      return (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z') ||
             std::string_view("-._~").find(c) != std::string_view::npos;
    });
    if (!plain) return std::nullopt;
  }
  return text;
}

bool is_sane_request_id(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (base::to_lower(c) >= 'a' && base::to_lower(c) <= 'z') ||
           std::string_view("-_.:+/=").find(c) != std::string_view::npos;
  });
}

}  // namespace repopulse::http
