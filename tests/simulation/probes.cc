#include "tests/simulation/probes.h"

#include <boost/json.hpp>

#include <set>

#include "core/probe_answer.h"

namespace repopulse::simulation {

bool is_probe(const github::HttpRequest& request) {
  return request.body && request.url.ends_with("/graphql");
}

std::vector<std::string> asked_about(const github::HttpRequest& request) {
  std::vector<std::string> asked;
  if (!is_probe(request)) return asked;
  const boost::json::value body = boost::json::parse(*request.body);
  const boost::json::object& variables = body.as_object().at("variables").as_object();
  for (std::size_t i = 0; variables.contains("o" + std::to_string(i)); ++i) {
    const auto text = [&](const char* letter) {
      return std::string(variables.at(letter + std::to_string(i)).as_string());
    };
    asked.push_back(text("o") + "/" + text("n"));
  }
  return asked;
}

std::optional<std::string> find_fault(const std::vector<std::string>& asked,
                                      const std::function<bool(const std::string&)>& polled) {
  if (asked.empty()) return "a probe asks about nothing";
  if (asked.size() > core::kMostProbed) return "a probe asks about " + std::to_string(asked.size()) + " repositories";
  if (std::set(asked.begin(), asked.end()).size() < asked.size()) return "a probe asks about one repository twice";
  for (const std::string& name : asked) {
    if (!polled(name)) return "a probe asks about " + name + ", which is not polled here";
  }
  return std::nullopt;
}

void make_mischief(sim::GitHubSimulator& github, sim::Random& random) {
  const std::vector<std::string> all = github.repositories();
  switch (random.below(8)) {
    case 0:
      github.set_remaining_points(static_cast<std::int64_t>(random.below(60)));
      return;
    case 1:
    case 2:
      github.inject_into_graphql(sim::kGraphqlFaults[random.below(sim::kGraphqlFaults.size())],
                                 1 + static_cast<int>(random.below(3)));
      return;
    case 3:
      github.inject_into_graphql(random.chance(0.5) ? sim::Fault::kHtml : sim::Fault::kGarbage);
      return;
    case 4: {  // about all at once
      const sim::Lie lie = sim::kAllLies[random.below(sim::kAllLies.size())];
      for (const std::string& name : all) (void)github.lie_about(name, lie);
      return;
    }
    case 5:
      return end_lies(github);
    default:
      (void)github.lie_about(all[random.below(all.size())], sim::kAllLies[random.below(sim::kAllLies.size())]);
      return;
  }
}

void end_lies(sim::GitHubSimulator& github) {
  for (const std::string& name : github.repositories()) (void)github.lie_about(name, sim::Lie::kNone);
}

}  // namespace repopulse::simulation
