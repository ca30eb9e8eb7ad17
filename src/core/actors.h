// Who is behind an event: a person or a robot. Robots are told by their logins. Pure.
#pragma once

#include <absl/container/btree_set.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repopulse::core {

enum class Actors { kAll, kPeople, kBots };
inline constexpr std::string_view kActorsChoice = "people, bots or all";
std::string_view to_string(Actors actors);                  // `all`, `people`, `bots`
std::optional<Actors> parse_actors(std::string_view text);  // nullopt: none of these

enum class ActorKind : unsigned char { kPerson, kBot };
inline constexpr bool includes(Actors actors, ActorKind kind) {
  return actors == Actors::kAll || (actors == Actors::kBots) == (kind == ActorKind::kBot);
}

// A login in which each `*` stands for any number of characters. Upper and lower case of ASCII are the same.
bool matches_login(std::string_view pattern, std::string_view login);

// The logins of robots, as patterns. A value; lists of a few dozen are meant.
class BotPatterns {
 public:
  static constexpr std::size_t kMost = 200;
  static constexpr std::size_t kLongest = 100;  // characters of a pattern

  // `*[bot]`, the ending that GitHub gives to the logins of Apps, and accounts that are known to be robots.
  static BotPatterns well_known();

  // False: it is no pattern of a login, or there are kMost already. One that is there already is not added again.
  bool add(std::string_view pattern);
  bool empty() const { return patterns_.empty(); }
  const std::vector<std::string>& patterns() const { return patterns_; }  // as they were added

  // However many of the patterns have no star, they are looked up at once.
  ActorKind kind_of(std::string_view login) const;
  friend bool operator==(const BotPatterns& a, const BotPatterns& b) { return a.patterns_ == b.patterns_; }

 private:
  bool is_exactly(std::string_view login) const;

  std::vector<std::string> patterns_;
  std::vector<std::string> starred_;                  // those with a star
  absl::btree_set<std::string, std::less<>> logins_;  // those without, in small letters
};

}  // namespace repopulse::core
