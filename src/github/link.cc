// The Link header (RFC 8288, section 3): `<target>; name=value; name="value", <target>…`
#include <algorithm>

#include "base/text.h"
#include "core/repo_name.h"
#include "github/events_api.h"

namespace repopulse::github {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t';
}

class LinkReader {
 public:
  explicit LinkReader(std::string_view text) : rest_(text) {}

  // To the next `<target>`; nullopt at the end, or where the header does not follow the grammar.
  std::optional<std::string_view> target() {
    while (!rest_.empty() && (is_space(rest_.front()) || rest_.front() == ',')) rest_.remove_prefix(1);
    if (rest_.empty() || rest_.front() != '<') return std::nullopt;
    const auto end = rest_.find('>');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view found = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return found;
  }

  struct Parameter {
    std::string name;  // lower case
    std::string value;
  };
  // The next parameter of the link that was found last; nullopt after its last parameter.
  std::optional<Parameter> parameter() {
    skip_spaces();
    if (rest_.empty() || rest_.front() != ';') return std::nullopt;
    rest_.remove_prefix(1);
    skip_spaces();
    Parameter found{base::to_lower(until("=;,")), ""};
    while (!found.name.empty() && is_space(found.name.back())) found.name.pop_back();
    if (rest_.empty() || rest_.front() != '=') return found;
    rest_.remove_prefix(1);
    skip_spaces();
    found.value = !rest_.empty() && rest_.front() == '"' ? quoted() : std::string(until(";, \t"));
    return found;
  }

 private:
  void skip_spaces() {
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
  }
  std::string_view until(std::string_view stops) {
    const std::string_view found = rest_.substr(0, rest_.find_first_of(stops));
    rest_.remove_prefix(found.size());
    return found;
  }
  std::string quoted() {
    std::string value;
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      value += rest_.front();
      rest_.remove_prefix(1);
    }
    if (!rest_.empty()) rest_.remove_prefix(1);
    return value;
  }

  std::string_view rest_;
};

// `rel` holds one relation or several, separated by spaces.
bool names_next(std::string_view relations) {
  while (!relations.empty()) {
    const auto end = std::min(relations.find_first_of(" \t"), relations.size());
    if (base::to_lower(relations.substr(0, end)) == "next") return true;
    relations.remove_prefix(std::min(end + 1, relations.size()));
  }
  return false;
}

}  // namespace

std::optional<std::string> next_link(std::string_view link_header) {
  LinkReader reader(link_header);
  while (const auto target = reader.target()) {
    std::optional<std::string> relations;  // only the first `rel` of a link counts (section 3.3)
    while (const auto parameter = reader.parameter()) {
      if (parameter->name == "rel" && !relations) relations = parameter->value;
    }
    if (relations && names_next(*relations)) return std::string(*target);
  }
  return std::nullopt;
}

}  // namespace repopulse::github
