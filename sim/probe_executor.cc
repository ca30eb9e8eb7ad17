#include "sim/probe_executor.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"
#include "core/probe_answer.h"

namespace repopulse::sim {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

constexpr std::string_view kNullable = "pushedAt";  // of the fields asked for, the only one that may be null

// Each with the name that the state of a repository has for it.
constexpr std::pair<std::string_view, std::string_view> kConnectionFields[] = {
    {"issues", "issues"}, {"pullRequests", "pull_requests"}, {"releases", "releases"}, {"discussions", "discussions"}};

std::string text(const value& json) {
  return std::string(json.as_string());
}

object connection(const object& stock) {
  array nodes;
  if (!stock.at("updated_at").is_null()) nodes.push_back(object{{"updatedAt", stock.at("updated_at")}});
  return {{"totalCount", stock.at("count")}, {"nodes", std::move(nodes)}};
}

class Probe {
 public:
  explicit Probe(const object& task)
      : variables_(task.at("request").at("variables").as_object()), world_(task.at("world").as_object()) {}

  object execute() {
    const std::size_t repositories = variables_.size() / 2;
    const std::int64_t cost = core::probe_points(repositories);
    object data{{"rateLimit", quota(cost)}};
    for (std::size_t i = 0; i < repositories; ++i) {
      const std::string n = std::to_string(i);
      data["r" + n] = repository("r" + n, text(variables_.at("o" + n)) + "/" + text(variables_.at("n" + n)));
    }
    object body{{"data", std::move(data)}};
    if (!errors_.empty()) body["errors"] = std::move(errors_);
    return {{"cost", cost}, {"body", std::move(body)}};
  }

 private:
  object quota(std::int64_t cost) const {
    const object& left = world_.at("quota").as_object();
    const std::int64_t limit = left.at("limit").to_number<std::int64_t>();
    const std::int64_t used = left.at("used").to_number<std::int64_t>() + cost;
    return {{"limit", limit},
            {"cost", cost},
            {"remaining", std::max<std::int64_t>(limit - used, 0)},
            {"used", used},
            {"resetAt", left.at("reset_at")}};
  }

  value fail(object failure, array path) {
    if (failure.contains("saml_failure")) failure["extensions"] = object{{"saml_failure", true}};
    failure.erase("saml_failure");
    failure["path"] = std::move(path);
    errors_.push_back(std::move(failure));
    return nullptr;
  }

  const object* find(std::string_view name) const {
    for (const value& repository : world_.at("repositories").as_array()) {
      const array& names = repository.at("names").as_array();
      if (std::ranges::find(names, value(base::to_lower(name))) != names.end()) return &repository.as_object();
    }
    return nullptr;
  }

  value repository(const std::string& alias, const std::string& name) {
    const object* found = find(name);
    if (found == nullptr) {
      const std::string message = "Could not resolve to a Repository with the name '" + name + "'.";
      return fail({{"type", "NOT_FOUND"}, {"message", message}}, {value(alias)});
    }
    if (const value* refused = found->if_contains("refused")) return fail(refused->as_object(), {value(alias)});
    object told{{"databaseId", found->at("id")},
                {"nameWithOwner", found->at("full_name")},
                {"pushedAt", found->at("pushed_at")},
                {"stargazerCount", found->at("stars")},
                {"forkCount", found->at("forks")},
                {"commitComments", object{{"totalCount", found->at("commit_comments").at("count")}}}};
    for (const auto& [field, stock] : kConnectionFields) told[field] = connection(found->at(stock).as_object());
    if (const value* fails = found->if_contains("fails")) {
      for (const auto& [field, failure] : fails->as_object()) {
        fail(failure.as_object(), {value(alias), value(field)});
        if (std::string_view(field) != kNullable) return nullptr;
        told[field] = nullptr;
      }
    }
    return told;
  }

  const object& variables_;
  const object& world_;
  array errors_;
};

}  // namespace

std::optional<std::string> execute_probe(const std::string& task) {
  const value json = boost::json::parse(task);
  const value* request = json.as_object().if_contains("request");
  const bool probe = request != nullptr && request->is_object() && request->as_object().contains("variables") &&
                     text(request->at("query")).starts_with("query ChangeProbe(");
  if (!probe) return std::nullopt;
  return boost::json::serialize(Probe(json.as_object()).execute());
}

}  // namespace repopulse::sim
