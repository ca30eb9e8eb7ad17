#include "api/add_request.h"

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "api/errors.h"
#include "base/text.h"
#include "core/owner_name.h"
#include "core/repo_name.h"
#include "http/negotiation.h"

namespace repopulse::api {
namespace {

namespace json = boost::json;

std::string_view media_type(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  return type;
}

// The type that `curl -d` sends by default. As at GitHub, JSON is accepted under it.
bool is_form(std::string_view type) {
  return http::equals_ignoring_case(type, "application/x-www-form-urlencoded");
}

// Without a Content-Type the body counts as JSON.
bool is_json(std::string_view type) {
  if (type.empty() || http::equals_ignoring_case(type, "application/json")) return true;
  constexpr std::string_view kPrefix = "application/";
  constexpr std::string_view kSuffix = "+json";
  return type.size() > kPrefix.size() + kSuffix.size() &&
         http::equals_ignoring_case(type.substr(0, kPrefix.size()), kPrefix) &&
         http::equals_ignoring_case(type.substr(type.size() - kSuffix.size()), kSuffix);
}

class Reader {
 public:
  explicit Reader(std::string_view github_url) : github_url_(github_url) {}

  void read(const json::value& value, std::optional<std::size_t> index) {
    index_ = index;
    const json::object* object = value.if_object();
    if (!object)
      return add_error("", "invalid", "a repository must be an object such as {\"full_name\": \"owner/name\"}");
    const auto text = read_full_name(*object);
    const auto active = read_flag(*object, "active");
    if (text && core::OwnerName::is_meant_by(*text)) return read_owner(*object, *text, active);
    const auto name = text ? parsed<core::RepoName>(*text) : std::nullopt;
    if (!name || !active) return;
    repositories.push_back({*name, active->value_or(false)});
    is_owner.push_back(false);
  }

  void add_error(std::string field, std::string code, std::string message) {
    errors.push_back({"Repository", std::move(field), std::move(code), std::move(message), index_});
  }

  std::vector<store::NewRepository> repositories;
  std::vector<monitor::NewOwner> owners;
  std::vector<bool> is_owner;
  std::vector<FieldError> errors;

 private:
  // A member that may be left out; nullopt: it is wrong.
  using Flag = std::optional<std::optional<bool>>;

  void read_owner(const json::object& object, std::string_view text, const Flag& active) {
    const auto name = parsed<core::OwnerName>(text);
    const Flag archived = read_flag(object, "archived");
    const Flag forks = read_flag(object, "forks");
    if (!name || !active || !archived || !forks) return;
    owners.push_back({*name, active->value_or(false), *archived, *forks});
    is_owner.push_back(true);
  }

  std::optional<std::string_view> read_full_name(const json::object& object) {
    const json::value* value = object.if_contains("full_name");
    if (!value) {
      add_error("full_name", "missing_field", "full_name is missing; expected OWNER/REPO, OWNER/* or a GitHub URL");
      return std::nullopt;
    }
    const json::string* text = value->if_string();
    if (!text) {
      add_error("full_name", "invalid", "full_name must be a string: OWNER/REPO, OWNER/* or a GitHub URL");
      return std::nullopt;
    }
    return std::string_view(text->data(), text->size());
  }

  template <typename Name>
  std::optional<Name> parsed(std::string_view text) {
    const auto name = Name::parse(text);
    if (!name) {
      add_error("full_name", "invalid", name.error().message);
      return std::nullopt;
    }
    if (!core::is_at_github(text, github_url_)) {
      add_error("full_name", "invalid", "full_name must be a URL at GitHub, not at another host");
      return std::nullopt;
    }
    return *name;
  }

  Flag read_flag(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (!value) return Flag(std::in_place);
    if (const bool* flag = value->if_bool()) return Flag(*flag);
    add_error(std::string(name), "invalid", std::string(name) + " must be true or false");
    return std::nullopt;
  }

  std::string_view github_url_;
  std::optional<std::size_t> index_;
};

}  // namespace

AddRequest read_add_request(const http::Request& request, std::string_view github_url) {
  AddRequest result;
  const std::string_view type = media_type(request.header("Content-Type"));
  const std::string_view coding = base::trim(request.header("Content-Encoding"));
  if (!coding.empty() && !http::equals_ignoring_case(coding, "identity")) {
    result.refusal = error_response(415, "The body must not be compressed: no Content-Encoding");
    result.refusal->headers.emplace_back("Accept-Encoding", "identity");
    return result;
  }
  boost::system::error_code code;
  const json::value body = json::parse({request.body.data(), request.body.size()}, code);
  if (!is_json(type) && (code || !is_form(type))) {
    result.refusal = error_response(415, "The body must be JSON: Content-Type: application/json");
    return result;
  }
  if (code) {
    result.refusal = error_response(400, "Problems parsing JSON");
    return result;
  }
  Reader reader(github_url);
  if (const json::array* array = body.if_array()) {
    result.is_array = true;
    if (array->size() > AddRequest::kMaxRepositories) {
      reader.add_error(
          "", "invalid",
          "expected at most " + std::to_string(AddRequest::kMaxRepositories) + " repositories in one request");
    } else {
      for (std::size_t i = 0; i < array->size(); ++i) reader.read((*array)[i], i);
    }
  } else {
    reader.read(body, std::nullopt);
  }
  if (!reader.errors.empty()) result.refusal = validation_failed(reader.errors);
  result.repositories = std::move(reader.repositories);
  result.owners = std::move(reader.owners);
  result.is_owner = std::move(reader.is_owner);
  return result;
}

}  // namespace repopulse::api
