#include "http/router.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace repopulse::http {
namespace {

constexpr std::size_t kMaxParameters = 8;
constexpr std::size_t kMethods = static_cast<std::size_t>(Method::kOther) + 1;
constexpr std::array<std::string_view, kMethods> kMethodNames = {"GET",   "HEAD",   "POST",    "PUT",
                                                                 "PATCH", "DELETE", "OPTIONS", ""};

std::size_t index_of(Method method) {
  return static_cast<std::size_t>(method);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// `a/b/` -> {`a`, `b/`}; after the last segment the rest is empty.
struct Split {
  std::string_view first;
  std::string_view rest;
  bool last = true;  // no slash followed, or nothing after it: the trailing slash
};

Split split_segment(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {text, {}, true};
  return {text.substr(0, slash), text.substr(slash + 1), slash + 1 == text.size()};
}

bool segment_equals(std::string_view segment, std::string_view literal) {
  if (segment == literal) return true;
  if (segment.find('%') == std::string_view::npos) return false;
  return percent_decode(segment, false) == literal;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      result.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      result.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return result;
}

// What may follow a segment. The names of parameters belong to the route, not to the node: two routes may name the same
// place differently.
struct Router::Node {
  struct Target {
    const Route* route = nullptr;
    std::vector<std::string> parameter_names;
  };
  using Targets = std::array<Target, kMethods>;

  using Children = std::vector<std::pair<std::string, std::unique_ptr<Node>>>;
  Children literals;
  Children suffixed;  // parameters with an ending, `{name}.svg`, by the ending
  std::unique_ptr<Node> parameter;
  Targets here;  // the path ends here
  Targets rest;  // `{rest...}` takes what is left

  static Node& child(Children& children, std::string_view name) {
    for (auto& [text, node] : children) {
      if (text == name) return *node;
    }
    return *children.emplace_back(name, std::make_unique<Node>()).second;
  }
};

namespace {

// One way down the tree. Goes back to a parameter when a literal did not lead to a route.
template <typename Node>
class Walk {
 public:
  explicit Walk(Method method) : method_(method == Method::kHead ? Method::kGet : method) {}

  bool visit(const Node& node, std::string_view path) {
    if (path.empty()) return arrive(node.here) || take_rest(node, path);
    const Split split = split_segment(path);
    if (!split.first.empty()) {
      for (const auto& [text, child] : node.literals) {
        if (segment_equals(split.first, text) && visit(*child, split.rest)) return true;
      }
      for (const auto& [ending, child] : node.suffixed) {
        if (split.first.size() <= ending.size() || !split.first.ends_with(ending)) continue;
        if (visit_with(split.first.substr(0, split.first.size() - ending.size()), *child, split.rest)) return true;
      }
      if (node.parameter && visit_with(split.first, *node.parameter, split.rest)) return true;
    }
    return take_rest(node, path);
  }

  const typename Node::Target* found() const { return found_; }
  std::string_view value(std::size_t i) const { return values_[i]; }
  unsigned known_methods() const { return known_methods_; }

 private:
  bool visit_with(std::string_view value, const Node& node, std::string_view path) {
    if (count_ >= kMaxParameters) return false;
    values_[count_++] = value;
    if (visit(node, path)) return true;
    --count_;
    return false;
  }

  bool arrive(const typename Node::Targets& targets) {
    found_ = &targets[index_of(method_)];
    if (found_->route) return true;
    found_ = nullptr;
    for (std::size_t i = 0; i < kMethods; ++i) {
      if (targets[i].route) known_methods_ |= 1U << i;
    }
    return false;
  }

  bool take_rest(const Node& node, std::string_view path) {
    if (count_ >= kMaxParameters) return false;
    values_[count_] = path;
    return arrive(node.rest);
  }

  Method method_;
  const typename Node::Target* found_ = nullptr;
  std::array<std::string_view, kMaxParameters> values_;
  std::size_t count_ = 0;
  unsigned known_methods_ = 0;
};

}  // namespace

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;

void Router::add(Route route) {
  if (!route.pattern.starts_with('/')) throw std::logic_error("a route starts with a slash: " + route.pattern);
  Node* node = root_.get();
  std::vector<std::string> names;
  bool takes_rest = false;
  for (std::string_view left = std::string_view(route.pattern).substr(1); !left.empty();) {
    const Split split = split_segment(left);
    const auto end = split.first.starts_with('{') ? split.first.find('}') : std::string_view::npos;
    const bool braced = end == split.first.size() - 1;
    if (split.first.empty() || takes_rest) throw std::logic_error("this pattern is not possible: " + route.pattern);
    if (end == std::string_view::npos) {
      node = &Node::child(node->literals, split.first);
    } else if (!braced) {
      node = &Node::child(node->suffixed, split.first.substr(end + 1));
      names.emplace_back(split.first.substr(1, end - 1));
    } else if (split.first.ends_with("...}")) {
      takes_rest = true;
      names.emplace_back(split.first.substr(1, split.first.size() - 5));
    } else {
      if (!node->parameter) node->parameter = std::make_unique<Node>();
      node = node->parameter.get();
      names.emplace_back(split.first.substr(1, split.first.size() - 2));
    }
    left = split.rest;
  }
  if (names.size() > kMaxParameters) throw std::logic_error("too many parameters in " + route.pattern);
  Node::Target& target = (takes_rest ? node->rest : node->here)[index_of(route.method)];
  if (target.route) throw std::logic_error("two routes for " + route.pattern);
  route.id = listing_.size();
  listing_.push_back(route);
  owned_.push_back(std::make_unique<Route>(std::move(route)));
  target = {owned_.back().get(), std::move(names)};
}

Router::Match Router::match(Request& request) const {
  Match result;
  request.parameters.clear();
  if (!request.path.starts_with('/')) return result;
  Walk<Node> walk(request.method);
  walk.visit(*root_, request.path.substr(1));
  if (const Node::Target* target = walk.found()) {
    for (std::size_t i = 0; i < target->parameter_names.size(); ++i) {
      auto value = percent_decode(walk.value(i), false);
      if (!value) {
        result.malformed = true;
        return result;
      }
      request.parameters.emplace_back(target->parameter_names[i], std::move(*value));
    }
    result.path_known = true;
    result.route = target->route;
    return result;
  }
  result.path_known = walk.known_methods() != 0;
  for (std::size_t i = 0; i < kMethods; ++i) {
    if ((walk.known_methods() >> i & 1) == 0) continue;
    result.allowed.push_back(kMethodNames[i]);
    if (i == index_of(Method::kGet)) result.allowed.push_back(kMethodNames[index_of(Method::kHead)]);
  }
  if (result.path_known && (walk.known_methods() >> index_of(Method::kOptions) & 1) == 0) {
    result.allowed.push_back(kMethodNames[index_of(Method::kOptions)]);
  }
  return result;
}

const std::vector<Route>& Router::routes() const {
  return listing_;
}

}  // namespace repopulse::http
