// The table of routes: finds the route of a path and a method. Calls no handler. A path matches with and without its
// trailing slash.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace repopulse::http {

struct Route {
  Method method = Method::kGet;  // a GET route answers HEAD too
  // `/api/repos/{owner}/{repo}/events/`; a parameter may have an ending (`{repo}.svg`); a last `{rest...}` takes the
  // rest of the path.
  std::string pattern;
  Handler handler;
  bool blocking = false;  // may wait for a disk or a network: runs on a worker thread
  // For blocking routes: called first, on the loop's thread, where it must not wait. nullopt: the handler is needed.
  std::function<std::optional<Response>(const Request&)> quick{};
  // For bodies that are not kept: called on the loop's thread when the header has come. The handlers find what it made
  // in Request::received.
  std::function<std::unique_ptr<BodyReceiver>(const Request&)> receive{};
  std::size_t id = 0;  // set by the router: the index in routes()
};

class Router {
 public:
  Router();
  ~Router();
  void add(Route route);

  struct Match {
    const Route* route = nullptr;  // nullptr: there is no such path, or not with that method
    bool path_known = false;
    bool malformed = false;                 // a percent-escape is invalid
    std::vector<std::string_view> allowed;  // methods of the path, for `Allow`; only when the method did not match
  };
  // Finds the route of request.path and request.method, and fills request.parameters. Literal segments take precedence
  // over parameters with an ending, and these over others. The path is split into segments before they are
  // percent-decoded.
  Match match(Request& request) const;
  const std::vector<Route>& routes() const;

 private:
  struct Node;
  std::vector<std::unique_ptr<Route>> owned_;
  std::vector<Route> listing_;
  std::unique_ptr<Node> root_;
};

// Percent-decodes one segment or query word; nullopt for an invalid escape. `+` is a space in queries only.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

}  // namespace repopulse::http
