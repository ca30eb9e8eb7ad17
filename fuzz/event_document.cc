// Events as documents of MongoDB. A document is valid BSON and gives back the event; the JSON inside it holds what
// simdjson reads in the event's own.
#include <bson/bson.h>
#include <simdjson.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "fuzz/require.h"
#include "store/mongo/event_document.h"

namespace {

using namespace repopulse;
using fuzz::require;
namespace dom = simdjson::dom;

constexpr int kDeepest = 64;

std::string name_in_bson(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '.') out += "\xEF\xBC\x8E";
    if (c == '$') out += out.empty() ? "\xEF\xBC\x84" : "$";
    if (c != '.' && c != '$' && c != '\0') out += c;
  }
  return out.empty() ? "_" : out;
}

int depth_of(dom::element json) {
  int deepest = 0;
  if (json.is_object()) {
    for (const auto member : json.get_object().value_unsafe()) deepest = std::max(deepest, depth_of(member.value));
  } else if (json.is_array()) {
    for (const auto value : json.get_array().value_unsafe()) deepest = std::max(deepest, depth_of(value));
  } else {
    return 0;
  }
  return deepest + 1;
}

bool same_double(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

void compare(bson_iter_t& at, dom::element json);

void compare_object(bson_iter_t& at, dom::object object) {
  std::set<std::string> seen;
  for (const auto member : object) {
    const std::string name = name_in_bson(member.key);
    if (!seen.insert(name).second) continue;
    require(bson_iter_next(&at) && bson_iter_key(&at) == name);
    compare(at, member.value);
  }
  require(!bson_iter_next(&at));
}

void compare_array(bson_iter_t& at, dom::array array) {
  std::size_t index = 0;
  for (const auto value : array) {
    require(bson_iter_next(&at) && bson_iter_key(&at) == std::to_string(index++));
    compare(at, value);
  }
  require(!bson_iter_next(&at));
}

void compare(bson_iter_t& at, dom::element json) {
  switch (json.type()) {
    case dom::element_type::OBJECT: {
      bson_iter_t inside;
      require(BSON_ITER_HOLDS_DOCUMENT(&at) && bson_iter_recurse(&at, &inside));
      return compare_object(inside, json.get_object().value_unsafe());
    }
    case dom::element_type::ARRAY: {
      bson_iter_t inside;
      require(BSON_ITER_HOLDS_ARRAY(&at) && bson_iter_recurse(&at, &inside));
      return compare_array(inside, json.get_array().value_unsafe());
    }
    case dom::element_type::STRING: {
      std::uint32_t size = 0;
      const char* text = BSON_ITER_HOLDS_UTF8(&at) ? bson_iter_utf8(&at, &size) : nullptr;
      return require(text != nullptr && std::string_view(text, size) == json.get_string().value_unsafe());
    }
    case dom::element_type::INT64:
      return require(BSON_ITER_HOLDS_INT64(&at) && bson_iter_int64(&at) == json.get_int64().value_unsafe());
    case dom::element_type::UINT64:
      return require(BSON_ITER_HOLDS_DOUBLE(&at) &&
                     bson_iter_double(&at) == static_cast<double>(json.get_uint64().value_unsafe()));
    case dom::element_type::DOUBLE:
      return require(BSON_ITER_HOLDS_DOUBLE(&at) &&
                     same_double(bson_iter_double(&at), json.get_double().value_unsafe()));
    case dom::element_type::BOOL:
      return require(BSON_ITER_HOLDS_BOOL(&at) && bson_iter_bool(&at) == json.get_bool().value_unsafe());
    case dom::element_type::NULL_VALUE:
      return require(BSON_ITER_HOLDS_NULL(&at));
  }
  std::abort();
}

void check_json(std::string_view text) {
  static dom::parser parser;
  dom::element json;
  const auto document = store::mongo::json_document(text);
  const bool object = parser.parse(text.data(), text.size()).get(json) == simdjson::SUCCESS && json.is_object();
  require(document.has_value() == (object && depth_of(json) <= kDeepest));
  if (!document) return;
  require(bson_validate(document->get(), BSON_VALIDATE_NONE, nullptr));
  bson_iter_t at;
  require(bson_iter_init(&at, document->get()));
  compare_object(at, json.get_object().value_unsafe());
}

}  // namespace

// The first byte says how many of those behind it are the event's type, its actor and its repository.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  check_json(text);
  if (size == 0) return 0;
  const std::size_t length = data[0] % 32;
  text.remove_prefix(1);
  const auto take = [&text, length] {
    const std::string word(text.substr(0, length));
    text.remove_prefix(word.size());
    return word;
  };
  core::Event event;
  event.key = {size * 7, core::event_time_from_unix(1'750'000'000 + static_cast<std::int64_t>(size))};
  event.type = take();
  event.actor = take();
  event.repository = take();
  event.json = text;
  const auto document = store::mongo::event_document(event, store::RepoId{3}, 9);
  require(document.has_value() && bson_validate(document->get(), BSON_VALIDATE_UTF8_ALLOW_NULL, nullptr));
  const auto stored = store::mongo::stored_event(*document);
  require(stored && stored->event.key == event.key && stored->event.json == event.json && stored->sequence == 9);
  require(stored->event.type == event.type && stored->event.actor == event.actor);
  require(stored->event.repository == event.repository);
  return 0;
}
