#include "github/event_parser.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <unordered_set>

#include "base/hash.h"
#include "base/text.h"
#include "github/json_scanner.h"
#include "github/limits.h"

namespace repopulse::github {
namespace {

using core::Event;
using core::EventTime;

tl::unexpected<core::Error> no_page(const std::string& why) {
  return core::fail(core::ErrorKind::kBadInput, "the page of events is not a JSON array: " + why);
}

// --- one value ---

// Where the values stand that make an event; nullptr: there is none. Of members with one name the first counts.
struct Fields {
  const char* id = nullptr;
  const char* type = nullptr;
  const char* created_at = nullptr;
  const char* login = nullptr;       // of `actor`
  const char* repository = nullptr;  // `name` of `repo`
  const char* github_id = nullptr;   // `id` of `repo`

  bool make_event() const { return id != nullptr && type != nullptr && created_at != nullptr; }
  bool are_of_event() const { return id != nullptr || type != nullptr || created_at != nullptr; }
};

// Takes the members of a value, as JsonScanner visits them.
class FieldReader {
 public:
  explicit FieldReader(Fields& out) : out_(out) {}

  void operator()(std::size_t depth, std::string_view quoted, const char* value) {
    if (depth > 2 || (depth == 2 && parent_ == Parent::kOther)) return;
    std::string plain;
    std::string_view name = quoted.substr(1, quoted.size() - 2);
    if (name.find('\\') != std::string_view::npos) {
      plain = json_string(quoted.data());
      name = plain;
    }
    if (depth == 1) {
      take_outer(name, value);
    } else if (parent_ == Parent::kActor) {
      if (name == "login") note(out_.login, value);
    } else if (name == "name") {
      note(out_.repository, value);
    } else if (name == "id") {
      note(out_.github_id, value);
    }
  }

 private:
  enum class Parent { kOther, kActor, kRepository };

  static void note(const char*& field, const char* value) {
    if (field == nullptr) field = value;
  }

  void take_outer(std::string_view name, const char* value) {
    parent_ = Parent::kOther;
    if (name == "id") {
      note(out_.id, value);
    } else if (name == "type") {
      note(out_.type, value);
    } else if (name == "created_at") {
      note(out_.created_at, value);
    } else if (name == "actor") {
      parent_ = Parent::kActor;
    } else if (name == "repo") {
      parent_ = Parent::kRepository;
    }
  }

  Fields& out_;
  Parent parent_ = Parent::kOther;  // of the members at hand
};

std::optional<std::uint64_t> read_id(const char* value, const char* end) {
  std::string text;
  if (*value == '"') {
    text = json_string(value);
  } else {
    text.assign(value, std::find_if(value, end, [](char c) {
                  return c == ',' || c == '}' || static_cast<unsigned char>(c) <= ' ';
                }));
  }
  std::uint64_t id = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || rest != text.data() + text.size()) return std::nullopt;
  return id;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

// Empty when the value is no text that can be a name.
std::string read_name(const char* value, std::size_t longest) {
  if (value == nullptr || *value != '"') return {};
  std::string text = json_string(value);
  return text.size() > longest || std::ranges::any_of(text, is_control) ? std::string() : text;
}

// A type that nobody could write into a table is shortened and loses its control characters.
std::string read_type(const char* value) {
  if (*value != '"') return {};
  std::string text = json_string(value);
  std::ranges::replace_if(text, is_control, '?');
  std::size_t length = std::min(text.size(), kLongestType);
  while (length < text.size() && length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0u) == 0x80u) --length;
  text.resize(length);
  return text;
}

// `raw`: valid JSON, `fields` its own.
std::optional<Event> read_event(const Fields& fields, std::string_view raw) {
  if (!fields.make_event() || raw.front() != '{' || raw.size() > core::kLongestEvent) return std::nullopt;
  const auto id = read_id(fields.id, raw.data() + raw.size());
  if (!id || *fields.created_at != '"') return std::nullopt;
  const std::optional<EventTime> at = core::parse_rfc3339(json_string(fields.created_at));
  if (!at) return std::nullopt;
  Event event;
  event.key = {*id, *at};
  event.type = read_type(fields.type);
  if (event.type.empty()) return std::nullopt;
  event.actor = read_name(fields.login, kLongestLogin);
  event.repository = read_name(fields.repository, kLongestRepository);
  if (fields.github_id != nullptr) event.github_id = read_id(fields.github_id, raw.data() + raw.size()).value_or(0);
  event.json = raw;
  return event;
}

// --- a page ---

// Finds the entries of a page one after another. Where one is broken, the next one is found behind it.
class PageReader {
 public:
  PageReader(JsonScanner& scanner, std::string_view body)
      : scanner_(scanner),
        end_(body.data() + body.size()),
        valid_utf8_(simdjson::validate_utf8(body)),
        budget_(kBudget * body.size()) {}

  core::Result<ParsedPage> read(const char* at) {
    at = skip_json_space(at, end_);
    if (at == end_ || *at != '[') return no_page("it does not begin with [");
    at = skip_json_space(at + 1, end_);
    if (at != end_ && *at == ']') return conclude(at);
    while (at != nullptr) {
      const char* behind = entry(at);
      if (behind == nullptr) return no_page("it does not end with ]");
      if (behind == at) return no_page("it has an empty element");
      behind = skip_json_space(behind, end_);
      if (*behind == ']') return conclude(behind);
      at = skip_json_space(behind + 1, end_);
    }
    return no_page("it does not end with ]");
  }

 private:
  // How many times the length of the page may be read in search of an entry behind a broken one.
  static constexpr std::size_t kBudget = 64;

  const char* scan(const char* at, Fields& fields) { return scanner_.value_end(at, end_, FieldReader(fields)); }

  // Is `at` where an entry may end: before a comma or the end of the page?
  bool ends_entry(const char* at) const {
    at = skip_json_space(at, end_);
    if (at == end_) return false;
    return *at == ',' || (*at == ']' && skip_json_space(at + 1, end_) == end_);
  }

  core::Result<ParsedPage> conclude(const char* bracket) {
    if (skip_json_space(bracket + 1, end_) != end_) return no_page("more follows behind its end");
    return std::move(page_);
  }

  // Takes the entry that begins at `at`. Behind it, before a comma or the end of the page; nullptr: it has no end.
  const char* entry(const char* at) {
    Fields fields;
    const char* behind = scan(at, fields);
    const bool whole = behind != nullptr && ends_entry(behind);
    if (!whole) {
      behind = broken_end(at);
      if (behind == nullptr || behind == at) return behind;
      behind = trim_end(at, behind);
    }
    const std::string_view raw(at, static_cast<std::size_t>(behind - at));
    ++page_.entries;
    const bool readable = whole && (valid_utf8_ || simdjson::validate_utf8(raw));
    auto event = readable ? read_event(fields, raw) : std::nullopt;
    if (!event) {
      ++page_.malformed;
      const bool maybe = whole ? raw.front() == '{' && fields.are_of_event() : raw.find('{') != std::string_view::npos;
      if (maybe) page_.unread.push_back({page_.events.size(), base::fnv1a(raw)});
    } else if (seen_.insert(event->key).second) {
      page_.events.push_back(*std::move(event));
    }
    return behind;
  }

  // Counts bytes that are read once more; false: no more may be.
  bool spend(const char* from, const char* to) {
    const auto length = static_cast<std::size_t>(to - from);
    const bool enough = budget_ >= length;
    budget_ -= enough ? length : budget_;
    return enough;
  }

  // Where a broken entry ends. Mostly its quotation marks and brackets still say so. Else it ends where the next event
  // begins, or with the page.
  const char* broken_end(const char* at) {
    if (const char* behind = bracketed_end(at); behind != nullptr) return behind;
    const char* comma = spend(at, end_) ? next_comma(at) : nullptr;
    for (; comma != nullptr; comma = next_comma(comma + 1)) {
      Fields fields;
      const char* behind = scan(skip_json_space(comma + 1, end_), fields);
      if (behind != nullptr && fields.make_event() && ends_entry(behind)) return comma;
      if (!spend(comma, behind == nullptr ? end_ : behind)) break;
    }
    const char* last = trim_end(at, end_);
    return last != at && last[-1] == ']' ? last - 1 : nullptr;
  }

  static const char* trim_end(const char* from, const char* to) {
    return from + base::trim_end(std::string_view(from, static_cast<std::size_t>(to - from))).size();
  }

  // The end by quotation marks and by the number of open brackets; nullptr when that leads nowhere.
  const char* bracketed_end(const char* at) {
    std::size_t depth = 0;
    for (bool quoted = false; at != end_; ++at) {
      if (quoted) {
        if (*at == '\\' && at + 1 != end_)
          ++at;
        else if (*at == '"')
          quoted = false;
      } else if (*at == '"') {
        quoted = true;
      } else if (*at == '{' || *at == '[') {
        ++depth;
      } else if (depth == 0 && (*at == ',' || *at == ']')) {
        return begins_entry(at) ? at : nullptr;
      } else if ((*at == '}' || *at == ']') && depth > 0) {
        --depth;
      }
    }
    return nullptr;
  }

  // Does a further entry begin behind the comma `at`, or the page end at the bracket `at`?
  bool begins_entry(const char* at) const {
    if (!ends_entry(at)) return false;
    const char* next = skip_json_space(at + 1, end_);
    return *at == ']' || (next != end_ && *next != ',' && *next != ']');
  }

  // The next comma before a `{`.
  const char* next_comma(const char* at) const {
    for (; at != end_; ++at) {
      if (*at != ',') continue;
      const char* next = skip_json_space(at + 1, end_);
      if (next != end_ && *next == '{') return at;
    }
    return nullptr;
  }

  JsonScanner& scanner_;
  const char* end_;
  bool valid_utf8_;
  std::size_t budget_;
  ParsedPage page_;
  std::unordered_set<core::EventKey, core::EventKeyHash> seen_;
};

}  // namespace

core::Result<ParsedPage> EventParser::page(std::string_view body) {
  return PageReader(scanner_, body).read(body.data());
}

std::optional<Event> EventParser::event(std::string_view object) {
  Fields fields;
  const char* end = object.data() + object.size();
  const char* begin = skip_json_space(object.data(), end);
  const char* behind = scanner_.value_end(begin, end, FieldReader(fields));
  if (behind == nullptr || skip_json_space(behind, end) != end || !simdjson::validate_utf8(object)) return std::nullopt;
  return read_event(fields, {begin, static_cast<std::size_t>(behind - begin)});
}

core::Result<ParsedPage> parse_events(std::string_view body) {
  return EventParser().page(body);
}

core::Result<core::RateLimit> parse_rate_limit(std::string_view body) {
  simdjson::dom::parser parser;
  simdjson::dom::element json;
  const auto fail = [](std::string_view why) {
    return core::fail(core::ErrorKind::kBadInput, "the answer of /rate_limit is not understood: " + std::string(why));
  };
  if (const auto error = parser.parse(body.data(), body.size()).get(json)) return fail(simdjson::error_message(error));
  simdjson::dom::element core_limit;
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
