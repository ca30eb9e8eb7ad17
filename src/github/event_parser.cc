#include "github/event_parser.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/text.h"
#include "base/utf8.h"
#include "github/limits.h"

namespace repopulse::github {
namespace {

using core::Event;
using core::EventTime;
using simdjson::dom::element;

tl::unexpected<core::Error> no_page(const std::string& why) {
  return core::fail(core::ErrorKind::kBadInput, "the page of events is not a JSON array: " + why);
}

// Is `text` just `mark`, with white space around it?
bool is_only(std::string_view text, char mark) {
  text = base::trim(text);
  return text.size() == 1 && text.front() == mark;
}

// Keeps the length, so that positions stay valid.
std::string with_valid_utf8(std::string_view text) {
  std::string valid(text);
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = base::utf8_length(text.substr(i));
    if (length == 0) valid[i] = '?';
    i += std::max<std::size_t>(length, 1);
  }
  return valid;
}

// Where the elements of the array begin and end. Does not look inside them.
core::Result<std::vector<std::string_view>> split_array(simdjson::ondemand::parser& parser,
                                                        const simdjson::padded_string& text) {
  simdjson::ondemand::document document;
  simdjson::ondemand::array array;
  auto error = parser.iterate(text).get(document);
  if (!error) error = document.get_array().get(array);
  if (error) return no_page(simdjson::error_message(error));
  std::vector<std::string_view> elements;
  const char* end_of_previous = text.data();
  for (auto value : array) {
    std::string_view raw;
    simdjson::ondemand::json_type type{};
    simdjson::ondemand::object object;
    simdjson::ondemand::array inner;
    error = value.type().get(type);
    if (!error && type == simdjson::ondemand::json_type::object) {
      error = value.get_object().get(object);
      if (!error) error = object.raw_json().get(raw);
    } else if (!error && type == simdjson::ondemand::json_type::array) {
      error = value.get_array().get(inner);
      if (!error) error = inner.raw_json().get(raw);
    } else if (!error) {
      error = value.raw_json_token().get(raw);
    }
    if (error) return no_page(simdjson::error_message(error));
    raw = base::trim_end(raw);
    const std::string_view between(end_of_previous, static_cast<std::size_t>(raw.data() - end_of_previous));
    if (!is_only(between, elements.empty() ? '[' : ',')) return no_page("its elements are not separated by commas");
    elements.push_back(raw);
    end_of_previous = raw.data() + raw.size();
  }
  std::string_view rest(end_of_previous, static_cast<std::size_t>(text.data() + text.size() - end_of_previous));
  if (elements.empty()) {
    const auto open = rest.find('[');
    if (open == std::string_view::npos) return no_page("it does not begin with [");
    rest.remove_prefix(open + 1);
  }
  if (!is_only(rest, ']')) return no_page("it does not end with its last element");
  return elements;
}

// Errors of one element after which it is still clear where it ends: the other elements can be used.
bool is_local(simdjson::error_code error) {
  return error == simdjson::UTF8_ERROR || error == simdjson::NUMBER_ERROR || error == simdjson::STRING_ERROR ||
         error == simdjson::DEPTH_ERROR;
}

std::optional<std::uint64_t> read_id(element event) {
  const auto field = event["id"];
  std::uint64_t id = 0;
  if (field.get(id) == simdjson::SUCCESS) return id;
  std::string_view text;
  if (field.get(text) != simdjson::SUCCESS) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return id;
}

// False when the field is there but is not a text that can be a name.
bool read_name(simdjson::simdjson_result<element> field, std::size_t longest, std::string& out) {
  std::string_view text;
  const auto error = field.get(text);
  if (error == simdjson::NO_SUCH_FIELD || error == simdjson::INCORRECT_TYPE) return true;
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (error || text.size() > longest || std::ranges::any_of(text, is_control)) return false;
  out = text;
  return true;
}

std::optional<Event> read_event(element json, std::string_view raw) {
  if (!json.is_object()) return std::nullopt;
  Event event;
  const auto id = read_id(json);
  std::string_view created_at;
  if (!id || json["created_at"].get(created_at) != simdjson::SUCCESS) return std::nullopt;
  const std::optional<EventTime> at = core::parse_rfc3339(created_at);
  if (!at) return std::nullopt;
  event.key = {*id, *at};
  if (!read_name(json["type"], kLongestType, event.type) || event.type.empty()) return std::nullopt;
  if (!read_name(json["actor"]["login"], kLongestLogin, event.actor)) return std::nullopt;
  if (!read_name(json["repo"]["name"], kLongestRepository, event.repository)) return std::nullopt;
  std::uint64_t github_id = 0;
  if (json["repo"]["id"].get(github_id) == simdjson::SUCCESS) event.github_id = github_id;
  event.json = raw;
  return event;
}

}  // namespace

struct EventParser::Parsers {
  simdjson::ondemand::parser pages;
  simdjson::dom::parser elements;
};

EventParser::EventParser() : parsers_(std::make_unique<Parsers>()) {}
EventParser::~EventParser() = default;
EventParser::EventParser(EventParser&&) noexcept = default;
EventParser& EventParser::operator=(EventParser&&) noexcept = default;

core::Result<ParsedPage> EventParser::page(std::string_view body) {
  const simdjson::padded_string text(body);
  const bool valid_utf8 = simdjson::validate_utf8(body);
  const simdjson::padded_string repaired(valid_utf8 ? std::string() : with_valid_utf8(body));
  const simdjson::padded_string& readable = valid_utf8 ? text : repaired;
  const auto elements = split_array(parsers_->pages, readable);
  if (!elements) return tl::unexpected(elements.error());

  ParsedPage page;
  page.entries = elements->size();
  page.events.reserve(elements->size());
  std::unordered_set<core::EventKey, core::EventKeyHash> seen;
  for (const std::string_view place : *elements) {
    // The exact bytes that came. The text continues behind them, so there is enough padding.
    const std::string_view raw(text.data() + (place.data() - readable.data()), place.size());
    element json;
    const auto error = parsers_->elements.parse(raw.data(), raw.size(), false).get(json);
    if (error && !is_local(error)) return no_page(simdjson::error_message(error));
    auto event = error ? std::nullopt : read_event(json, raw);
    if (!event) {
      ++page.malformed;
    } else if (seen.insert(event->key).second) {
      page.events.push_back(*std::move(event));
    }
  }
  return page;
}

std::optional<Event> EventParser::event(std::string_view object) {
  element json;
  if (parsers_->elements.parse(object.data(), object.size(), true).get(json)) return std::nullopt;
  return read_event(json, object);
}

core::Result<ParsedPage> parse_events(std::string_view body) {
  return EventParser().page(body);
}

core::Result<core::RateLimit> parse_rate_limit(std::string_view body) {
  simdjson::dom::parser parser;
  element json;
  const auto fail = [](std::string_view why) {
    return core::fail(core::ErrorKind::kBadInput, "the answer of /rate_limit is not understood: " + std::string(why));
  };
  if (const auto error = parser.parse(body.data(), body.size()).get(json)) return fail(simdjson::error_message(error));
  element core_limit;
  if (json["resources"]["core"].get(core_limit) && json["rate"].get(core_limit)) return fail("no resources.core");
  core::RateLimit limit;
  limit.resource = "core";
  std::int64_t reset = 0;
  if (core_limit["limit"].get(limit.limit) || core_limit["remaining"].get(limit.remaining) ||
      core_limit["reset"].get(reset)) {
    return fail("limit, remaining or reset is missing");
  }
  if (core_limit["used"].get(limit.used)) limit.used = limit.limit - limit.remaining;
  if (limit.limit < 0 || limit.remaining < 0 || reset < 0 || reset > kLatestSecond)
    return fail("a number out of range");
  limit.reset = core::event_time_from_unix(reset);
  return limit;
}

}  // namespace repopulse::github
