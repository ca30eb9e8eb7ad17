#include "tests/api/schema_check.h"

#include <algorithm>
#include <regex>
#include <set>
#include <stdexcept>

#include "core/time.h"

namespace repopulse::api::test {
namespace {

namespace json = boost::json;

bool is_of(const json::value& value, std::string_view type) {
  if (type == "null") return value.is_null();
  if (type == "boolean") return value.is_bool();
  if (type == "string") return value.is_string();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "integer") return value.is_int64() || value.is_uint64();
  if (type == "number") return value.is_number();
  throw std::logic_error("the document speaks of a type " + std::string(type));
}

bool is_of_any(const json::value& value, const json::value& type) {
  if (type.is_string()) return is_of(value, type.as_string());
  return std::ranges::any_of(type.as_array(), [&](const json::value& one) { return is_of(value, one.as_string()); });
}

void check_members(const SchemaCheck& checker, const json::object& object, const json::object& schema,
                   const std::string& place, std::vector<std::string>& wrong) {
  if (const json::value* required = schema.if_contains("required")) {
    for (const json::value& name : required->as_array()) {
      if (!object.contains(name.as_string())) wrong.push_back(place + " lacks " + std::string(name.as_string()));
    }
  }
  const json::value* properties = schema.if_contains("properties");
  const json::value* more = schema.if_contains("additionalProperties");
  for (const auto& member : object) {
    const json::value* known = properties ? properties->as_object().if_contains(member.key()) : nullptr;
    const std::string where = place + "." + std::string(member.key());
    if (known) {
      for (std::string& one : checker.check(member.value(), *known, where)) wrong.push_back(std::move(one));
    } else if (more && !more->as_bool()) {
      wrong.push_back(where + " is not in the document");
    }
  }
}

// Lengths are counted in bytes: names are ASCII.
void check_text(const std::string& text, const json::object& rules, const std::string& place,
                std::vector<std::string>& wrong) {
  const json::value* least = rules.if_contains("minLength");
  if (least && text.size() < least->to_number<std::size_t>()) wrong.push_back(place + " is too short");
  const json::value* most = rules.if_contains("maxLength");
  if (most && text.size() > most->to_number<std::size_t>()) wrong.push_back(place + " is too long");
  const json::value* pattern = rules.if_contains("pattern");
  if (pattern && !std::regex_search(text, std::regex(std::string(pattern->as_string())))) {
    wrong.push_back(place + " does not match: " + text);
  }
}

void check_one_of(const SchemaCheck& checker, const json::value& value, const json::array& choices,
                  const std::string& place, std::vector<std::string>& wrong) {
  const auto fitting = std::ranges::count_if(
      choices, [&](const json::value& choice) { return checker.check(value, choice, place).empty(); });
  if (fitting != 1) wrong.push_back(place + " fits " + std::to_string(fitting) + " of oneOf");
}

}  // namespace

const json::value& SchemaCheck::resolve(const json::value& value) const {
  const json::object* object = value.if_object();
  const json::value* reference = object ? object->if_contains("$ref") : nullptr;
  if (!reference) return value;
  return document_.at_pointer(std::string_view(reference->as_string()).substr(1));
}

std::vector<std::string> SchemaCheck::check(const json::value& value, const json::value& schema,
                                            const std::string& place) const {
  static const std::set<std::string_view> kKnown = {
      "type",     "format",  "description", "required",  "properties", "additionalProperties",
      "items",    "enum",    "const",       "minimum",   "maxItems",   "oneOf",
      "examples", "default", "minLength",   "maxLength", "pattern"};
  std::vector<std::string> wrong;
  const json::object& rules = resolve(schema).as_object();
  for (const auto& rule : rules) {
    if (!kKnown.contains(rule.key())) wrong.push_back(place + ": unknown keyword " + std::string(rule.key()));
  }
  if (const auto* type = rules.if_contains("type"); type && !is_of_any(value, *type)) {
    wrong.push_back(place + " is " + json::serialize(value) + ", not " + json::serialize(*type));
    return wrong;
  }
  if (const auto* choices = rules.if_contains("enum")) {
    if (std::ranges::find(choices->as_array(), value) == choices->as_array().end()) {
      wrong.push_back(place + " is " + json::serialize(value) + ", none of " + json::serialize(*choices));
    }
  }
  if (const auto* only = rules.if_contains("const"); only && value != *only) {
    wrong.push_back(place + " is not " + json::serialize(*only));
  }
  if (const auto* least = rules.if_contains("minimum"); least && value.is_number()) {
    if (value.to_number<double>() < least->to_number<double>()) wrong.push_back(place + " is too small");
  }
  if (value.is_string()) check_text(std::string(value.as_string()), rules, place, wrong);
  if (const auto* most = rules.if_contains("maxItems"); most && value.is_array()) {
    if (value.as_array().size() > most->to_number<std::size_t>()) wrong.push_back(place + " is too long");
  }
  if (const auto* format = rules.if_contains("format"); format && value.is_string()) {
    if (*format == "date-time" && !core::parse_rfc3339(std::string_view(value.as_string()))) {
      wrong.push_back(place + " is no time: " + json::serialize(value));
    }
  }
  if (const auto* choices = rules.if_contains("oneOf")) check_one_of(*this, value, choices->as_array(), place, wrong);
  if (value.is_object()) check_members(*this, value.as_object(), rules, place, wrong);
  if (const auto* items = rules.if_contains("items"); items && value.is_array()) {
    for (std::size_t i = 0; i < value.as_array().size(); ++i) {
      for (std::string& one : check(value.at(i), *items, place + "[" + std::to_string(i) + "]")) {
        wrong.push_back(std::move(one));
      }
    }
  }
  return wrong;
}

}  // namespace repopulse::api::test
