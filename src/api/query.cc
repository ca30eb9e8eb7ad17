#include "api/query.h"

#include <algorithm>
#include <charconv>

#include "core/time_bound.h"

namespace repopulse::api {
namespace {

// A limit, so that no offset overflows.
constexpr std::uint64_t kLargest = 1'000'000'000;

// A date alone means its first second. An unescaped `+` arrives as a space.
std::optional<core::EventTime> parse_time(std::string text, core::Fraction fraction) {
  constexpr std::size_t kDateLength = 10;
  constexpr std::size_t kZoneAt = 19;
  if (text.size() == kDateLength) text += "T00:00:00Z";
  for (std::size_t i = kZoneAt; i < text.size(); ++i) {
    if (text[i] == ' ') text[i] = '+';
  }
  return core::parse_time_bound(text, fraction);
}

}  // namespace

Query::Query(const http::Request& request, std::string_view resource)
    : resource_(resource), parameters_(request.query_parameters()) {}

std::string_view Query::text(std::string_view name) const {
  for (auto parameter = parameters_.rbegin(); parameter != parameters_.rend(); ++parameter) {
    if (parameter->first == name) return parameter->second;
  }
  return {};
}

bool Query::has(std::string_view name) const {
  return std::ranges::any_of(parameters_, [&](const auto& parameter) { return parameter.first == name; });
}

std::vector<std::string> Query::list(std::string_view name) const {
  std::vector<std::string> words;
  for (const auto& [key, value] : parameters_) {
    if (key != name) continue;
    for (std::string_view rest = value; !rest.empty();) {
      const std::size_t comma = rest.find(',');
      std::string word(rest.substr(0, comma));
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
      if (!word.empty() && std::ranges::find(words, word) == words.end()) words.push_back(std::move(word));
    }
  }
  return words;
}

core::Actors Query::actors() {
  const std::string_view word = text("actors");
  const auto actors = has("actors") ? core::parse_actors(word) : core::Actors::kAll;
  if (!actors) refuse("actors", "actors must be people, bots or all, not '" + std::string(word) + "'");
  return actors.value_or(core::Actors::kAll);
}

void Query::refuse(std::string_view name, std::string message) {
  errors_.push_back({resource_, std::string(name), "invalid", std::move(message)});
}

std::uint64_t Query::positive(std::string_view name, std::uint64_t otherwise) {
  const std::string_view word = text(name);
  if (word.empty()) return otherwise;
  std::uint64_t number = 0;
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (code == std::errc{} && end == word.data() + word.size() && number >= 1 && number <= kLargest) return number;
  refuse(name, std::string(name) + " must be a whole number of at least 1, not '" + std::string(word) + "'");
  return otherwise;
}

Page Query::page(std::size_t size) {
  Page page{.size = size};
  page.number = positive("page", page.number);
  page.size = std::min<std::uint64_t>(positive("per_page", page.size), Page::kMaxSize);
  return page;
}

std::optional<core::EventTime> Query::time(std::string_view name, core::Fraction fraction) {
  if (!has(name)) return std::nullopt;
  const std::string_view word = text(name);
  const auto at = parse_time(std::string(word), fraction);
  if (!at) {
    refuse(name, std::string(name) + " must be an ISO 8601 time such as 2024-11-12T20:13:10Z, not '" +
                     std::string(word) + "'");
  }
  return at;
}

}  // namespace repopulse::api
