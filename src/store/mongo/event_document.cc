#include "store/mongo/event_document.h"

#include <simdjson.h>

#include <limits>
#include <string>
#include <unordered_set>

#include "base/text.h"
#include "core/repo_name.h"

namespace repopulse::store::mongo {

using core::ErrorKind;
using core::fail;
using core::Result;

namespace {

constexpr int kDeepest = 64;                       // MongoDB refuses documents deeper than 100
constexpr std::size_t kLargestDocument = 4 << 20;  // a document with the bytes beside it stays below 16 MiB
constexpr std::size_t kLargestWhole = (16u << 20) - (64u << 10);  // MongoDB's limit, with room for the other fields
constexpr std::string_view kDollar = "\xEF\xBC\x84";              // U+FF04
constexpr std::string_view kDot = "\xEF\xBC\x8E";                 // U+FF0E

std::string safe_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '$' && out.empty()) {
      out += kDollar;
    } else if (c == '.') {
      out += kDot;
    } else if (c != '\0') {
      out += c;
    }
  }
  if (out.empty()) out = "_";
  return out;
}

// Copies a JSON tree into BSON. False: too deep.
class Converter {
 public:
  bool object(simdjson::dom::object from, Bson& to, int depth) {
    if (depth > kDeepest) return false;
    std::unordered_set<std::string> seen;  // a vector would take minutes for 4 MiB of short names
    for (const auto [name, value] : from) {
      std::string key = safe_name(name);
      const auto [name_in_bson, is_new] = seen.insert(std::move(key));
      if (is_new && !add(to, *name_in_bson, value, depth)) return false;
    }
    return true;
  }

 private:
  bool array(simdjson::dom::array from, Bson& to, std::string_view name, int depth) {
    if (depth > kDeepest) return false;
    Bson values;
    std::size_t index = 0;
    bool ok = true;
    for (const auto value : from) {
      ok = ok && add(values, std::to_string(index++), value, depth);
    }
    bson_append_array(to.out(), name.data(), static_cast<int>(name.size()), values.get());
    return ok;
  }

  bool add(Bson& to, std::string_view name, simdjson::dom::element value, int depth) {
    using Type = simdjson::dom::element_type;
    switch (value.type()) {
      case Type::OBJECT: {
        Bson child;
        if (!object(value.get_object().value_unsafe(), child, depth + 1)) return false;
        to.add(name, child);
        return true;
      }
      case Type::ARRAY:
        return array(value.get_array().value_unsafe(), to, name, depth + 1);
      case Type::STRING:
        to.add(name, std::string_view(value.get_string().value_unsafe()));
        return true;
      case Type::INT64:
        to.add(name, value.get_int64().value_unsafe());
        return true;
      case Type::UINT64:  // beyond 63 bits
        to.add(name, static_cast<double>(value.get_uint64().value_unsafe()));
        return true;
      case Type::DOUBLE:
        to.add(name, value.get_double().value_unsafe());
        return true;
      case Type::BOOL:
        to.add(name, value.get_bool().value_unsafe());
        return true;
      case Type::NULL_VALUE:
        to.add(name, nullptr);
        return true;
      default:  // numbers of any length, which only newer versions of simdjson know, and only if asked to
        return false;
    }
  }
};

Bson time_range(const EventFilter& filter) {
  Bson range;
  if (filter.since) range.add("$gte", core::to_timestamp(*filter.since));
  if (filter.until) range.add("$lte", core::to_timestamp(*filter.until));
  return range;
}

}  // namespace

std::optional<Bson> json_document(std::string_view json) {
  if (json.size() > kLargestDocument) return std::nullopt;
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(json.data(), json.size()).get_object().get(object) != simdjson::SUCCESS) return std::nullopt;
  Bson out;
  if (!Converter().object(object, out, 1)) return std::nullopt;
  return out;
}

Result<Bson> event_document(const core::Event& event, RepoId repository, Sequence sequence) {
  if (event.key.id > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return fail(ErrorKind::kBadInput, "the event id " + std::to_string(event.key.id) + " has more than 63 bits");
  }
  Bson document{{"repository", core::to_int(repository)},
                {"event_id", static_cast<std::int64_t>(event.key.id)},
                {"created_at", core::to_timestamp(event.key.created_at)},
                {"sequence", sequence}};
  document.add_opaque("type", event.type);
  document.add_opaque("actor", event.actor);
  document.add_opaque("actor_key", base::to_lower(event.actor));
  document.add_opaque("repository_name", event.repository);
  // BSON may be many times as long as the JSON.
  const auto converted = json_document(event.json);
  if (converted && converted->get()->len + event.json.size() < kLargestWhole) {
    document.add("event", *converted);
  } else {
    document.add("event", nullptr);
  }
  document.add("raw", Binary{event.json});
  return document;
}

Bson stretch_query(const std::vector<std::int64_t>& repositories, std::optional<core::EventTime> since,
                   std::optional<core::EventTime> until) {
  Bson query{{"repository", Bson{{"$in", Int64Array{repositories}}}}};
  Bson range;
  if (since) range.add("$gte", core::to_timestamp(*since));
  if (until) range.add("$lt", core::to_timestamp(*until));
  if (!range.empty()) query.add("created_at", range);
  return query;
}

namespace {

// Text, or the bytes that stand for one that is no UTF-8.
std::string_view opaque_view(const bson_iter_t& at) {
  std::uint32_t size = 0;
  if (BSON_ITER_HOLDS_UTF8(&at)) {
    const char* text = bson_iter_utf8(&at, &size);
    return {text, size};
  }
  if (!BSON_ITER_HOLDS_BINARY(&at)) return {};
  bson_subtype_t subtype{};
  const std::uint8_t* bytes = nullptr;
  bson_iter_binary(&at, &subtype, &size, &bytes);
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

// One walk over the fields: a start reads millions of these.
std::optional<IndexedEvent> indexed_event(const bson_t& document) {
  IndexedEvent out;
  int found = 0;
  bson_iter_t at;
  if (!bson_iter_init(&at, &document)) return std::nullopt;
  while (bson_iter_next(&at)) {
    const std::string_view name(bson_iter_key(&at), bson_iter_key_len(&at));
    if (name == "repository" && BSON_ITER_HOLDS_NUMBER(&at)) {
      out.repository = bson_iter_as_int64(&at);
      ++found;
    } else if (name == "event_id" && BSON_ITER_HOLDS_NUMBER(&at)) {
      out.key.id = static_cast<std::uint64_t>(bson_iter_as_int64(&at));
      ++found;
    } else if (name == "created_at" && BSON_ITER_HOLDS_DATE_TIME(&at)) {
      out.key.created_at = core::to_event_time(core::timestamp_from_unix_millis(bson_iter_date_time(&at)));
      ++found;
    } else if (name == "type") {
      out.type = opaque_view(at);
    } else if (name == "actor_key") {
      out.actor_key = opaque_view(at);
    }
  }
  return found == 3 ? std::optional(out) : std::nullopt;
}

std::optional<core::EventKey> event_key(const Bson& document) {
  const auto id = document.integer("event_id");
  const auto created_at = document.time("created_at");
  if (!id || !created_at) return std::nullopt;
  return core::EventKey{static_cast<std::uint64_t>(*id), core::to_event_time(*created_at)};
}

Result<StoredEvent> stored_event(const Bson& document) {
  const auto key = event_key(document);
  const auto sequence = document.integer("sequence");
  const auto repository = document.integer("repository");
  auto raw = document.bytes("raw");
  if (!key || !sequence || !repository || !raw) {
    return fail(ErrorKind::kCorrupt,
                "MongoDB: a document of `events` lacks a field (repository, event_id, created_at, "
                "sequence and raw were expected)");
  }
  StoredEvent out{*sequence, RepoId{*repository}, {*key, {}, {}, {}, *std::move(raw)}};
  out.event.type = document.opaque("type");
  out.event.actor = document.opaque("actor");
  out.event.repository = document.opaque("repository_name");
  return out;
}

namespace {

// Whether the actor is a robot: a login is one of these, or matches.
Array bot_conditions(const core::BotPatterns& bots) {
  TextArray logins;
  Array conditions;
  for (const std::string& pattern : bots.patterns()) {
    if (pattern.find('*') == std::string::npos) {
      logins.values.push_back(base::to_lower(pattern));
      continue;
    }
    std::string expression = "^";
    for (const char c : base::to_lower(pattern)) {
      if (c == '[' || c == ']') expression += '\\';
      expression += c == '*' ? std::string(".*") : std::string(1, c);
    }
    expression += '$';
    conditions.push_back(Bson{{"actor_key", Bson{{"$regex", std::string_view(expression)}}}});
  }
  conditions.push_back(Bson{{"actor_key", Bson{{"$in", logins}}}});
  return conditions;
}

}  // namespace

Bson event_query(RepoId repository, const EventFilter& filter) {
  Bson query{{"repository", core::to_int(repository)}};
  if (filter.types.size() == 1) {
    query.add("type", std::string_view(filter.types.front()));
  } else if (!filter.types.empty()) {
    query.add("type", Bson{{"$in", TextArray{filter.types}}});
  }
  if (!filter.actor.empty()) query.add("actor_key", std::string_view(base::to_lower(filter.actor)));
  if (filter.actors != core::Actors::kAll) {
    query.add(filter.actors == core::Actors::kBots ? "$or" : "$nor", bot_conditions(filter.bots));
  }
  const Bson range = time_range(filter);
  if (!range.empty()) query.add("created_at", range);
  return query;
}

Bson key_query(RepoId repository, std::span<const core::EventKey> keys) {
  Int64Array ids;
  ids.values.reserve(keys.size());
  for (const core::EventKey& key : keys) ids.values.push_back(static_cast<std::int64_t>(key.id));
  return Bson{{"repository", core::to_int(repository)}, {"event_id", Bson{{"$in", ids}}}};
}

}  // namespace repopulse::store::mongo
