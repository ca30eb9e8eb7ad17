// Names of repositories. A name is taken exactly where the documented rule, written as a regular expression, takes it;
// in each form of URL it is the same name; and a URL that counts as GitHub's is GitHub's for another parser too.
#include <boost/url.hpp>
#include <cstddef>
#include <cstdint>
#include <regex>
#include <string>
#include <string_view>

#include "base/text.h"
#include "core/repo_name.h"
#include "fuzz/require.h"

namespace {

using namespace repopulse;
using core::RepoName;
using fuzz::require;

constexpr std::size_t kLongest = 400;  // regular expressions of the standard library need a stack
constexpr std::string_view kRoot = "https://api.github.com";

// A name as a person writes it, with or without what ends a URL.
bool matches_rule(const std::string& text) {
  static const std::regex kRule("([A-Za-z0-9_-]{1,39})/([A-Za-z0-9._-]*?)((\\.[Gg][Ii][Tt])*)/?");
  std::smatch parts;
  if (!std::regex_match(text, parts, kRule)) return false;
  const std::string name = parts[2];
  return !name.empty() && name.size() <= 100 && name != "." && name != "..";
}

bool looks_like_url(const std::string& text) {
  static const std::regex kUrl("(git@|https?://|git://|ssh://|(www\\.)?github\\.com/)[^]*", std::regex::icase);
  return std::regex_match(text, kUrl);
}

void check_name(const RepoName& name) {
  static const std::regex kName("[A-Za-z0-9_-]{1,39}/[A-Za-z0-9._-]{1,100}");
  require(std::regex_match(name.full_name(), kName));
  require(name.key() == base::to_lower(name.full_name()));
  require(std::string(name.owner()) + "/" + std::string(name.name()) == name.full_name());
  const auto again = RepoName::parse(name.full_name());
  require(again && again->full_name() == name.full_name());
}

// Names that are no page of GitHub are the same in each form of a URL.
void check_urls(const std::string& full_name) {
  for (const std::string_view before : {"https://github.com/", "http://www.github.com/", "git@github.com:",
                                        "https://api.github.com/repos/", "github.com/", "ssh://git@github.com/"}) {
    for (const std::string_view after : {"", ".git", "/"}) {
      const std::string url = std::string(before) + full_name + std::string(after);
      const auto name = RepoName::parse(url);
      require(!name || name->full_name() == full_name);
      require(core::is_at_github(url, kRoot));
    }
  }
  for (const std::string_view before : {"https://example.org/", "https://github.com@example.org/", "git@example.org:",
                                        "https://github.com.example.org/", "https://github.com:444/"}) {
    require(!core::is_at_github(std::string(before) + full_name, kRoot));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kLongest) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string trimmed(base::trim(text));
  const auto name = RepoName::parse(text);
  if (!looks_like_url(trimmed)) require(name.has_value() == matches_rule(trimmed));
  if (!name) {
    require(!name.error().message.empty() && name.error().message.size() < 1'000);
    return 0;
  }
  check_name(*name);
  if (!looks_like_url(trimmed)) check_urls(name->full_name());
  const auto url = boost::urls::parse_uri(trimmed);
  if (url && url->scheme().starts_with("http") && core::is_at_github(text, kRoot)) {
    const std::string host = base::to_lower(std::string(url->encoded_host()));
    require(host == "github.com" || host.ends_with(".github.com"));
    require(!url->has_userinfo() && !url->has_port());
  }
  return 0;
}
