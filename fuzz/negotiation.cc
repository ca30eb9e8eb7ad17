// Headers in which a client says what it accepts and what it has, and what a proxy says of its path. Where a header is
// as the grammar has it, a plain reading of the grammar says the same.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "fuzz/require.h"
#include "http/negotiation.h"

namespace {

using namespace repopulse;
using fuzz::require;

constexpr std::size_t kLongest = 400;  // regular expressions of the standard library need a stack

// nullopt: not of the grammar of RFC 9110, 12.5.3, with weights.
std::optional<bool> accepts_gzip_by_grammar(const std::string& header) {
  static const std::regex kItem("[ \t]*([A-Za-z0-9*-]+)[ \t]*(;[ \t]*[qQ]=(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)[ \t]*)?");
  std::optional<double> gzip;
  std::optional<double> any;
  std::optional<double> identity;
  for (std::size_t at = 0; at <= header.size();) {
    const std::string item = header.substr(at, header.find(',', at) - at);
    at += item.size() + 1;
    std::smatch parts;
    if (!std::regex_match(item, parts, kItem)) return std::nullopt;
    const double weight = parts[3].matched ? std::stod(parts[3]) : 1;
    const std::string coding = base::to_lower(parts[1].str());
    if (coding == "gzip" || coding == "x-gzip") gzip = weight;
    if (coding == "*") any = weight;
    if (coding == "identity") identity = weight;
  }
  const double wanted = gzip.value_or(any.value_or(0));
  return wanted > 0 && wanted >= identity.value_or(0);
}

// nullopt: not of the grammar of RFC 9110, 13.1.2, without white space inside.
std::optional<bool> etag_matches_by_grammar(const std::string& header, const std::string& etag) {
  static const std::regex kTag("(W/)?(\"[^\"]*\")[ \t]*(,[ \t]*)?");
  static const std::regex kChanged("(-gzip|;gzip|--gzip|-br)\"$");
  bool found = false;
  std::smatch parts;
  for (std::string rest = header; !rest.empty(); rest = parts.suffix()) {
    if (!std::regex_search(rest, parts, kTag, std::regex_constants::match_continuous)) return std::nullopt;
    if (!parts[3].matched && parts.suffix().length() > 0) return std::nullopt;
    const std::string tag = parts[2];
    found = found || tag == etag || std::regex_replace(tag, kChanged, "\"") == etag;
  }
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kLongest) return 0;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const bool gzip = http::accepts_gzip(text);
  require(http::accepts_gzip(base::to_lower(text)) == gzip);
  if (const auto expected = accepts_gzip_by_grammar(text)) require(gzip == *expected);

  const std::string etag = "\"5d41\"";
  const bool matches = http::etag_matches(text, etag);
  require(http::etag_matches(text, "W/" + etag) == matches);
  require(http::etag_matches(etag + ", " + text, etag) && http::etag_matches("W/\"x,\" , " + etag, etag));
  if (const auto expected = etag_matches_by_grammar(text, etag)) require(matches == *expected);

  static const std::regex kPath("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+)*");
  const auto base_path = http::read_base_path(text);
  const std::string without = text.ends_with('/') ? text.substr(0, text.size() - 1) : text;
  require(base_path.has_value() == (text.starts_with('/') && size <= 200 && std::regex_match(without, kPath)));
  require(!base_path || *base_path == without);

  static const std::regex kId("[A-Za-z0-9_.:+/=-]{1,128}");
  require(http::is_sane_request_id(text) == std::regex_match(text, kId));
  return 0;
}
