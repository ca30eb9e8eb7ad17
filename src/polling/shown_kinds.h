// Which kinds of events what an account receives shows. GitHub does not document it, so it is learned: from events that
// were there, and from those that repositories' own polls brought although they should have been there before.
// Values without a clock.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace repopulse::polling {

// Of so many kinds something is kept, whatever a feed shows.
inline constexpr std::size_t kMostKinds = 64;

class ShownKinds {
 public:
  void see(std::string_view kind);   // an event of this kind was there
  void miss(std::string_view kind);  // … and one was not
  // One that is seldom missing. Of an unknown kind it is not taken that it is shown.
  bool shows(std::string_view kind) const;
  bool hides(std::string_view kind) const;  // it was missing, and is not shown
  bool any() const;                         // some kind is shown

  // One line. Anything may be restored; what cannot be read counts as nothing.
  std::string save() const;
  void restore(std::string_view line);

 private:
  struct Seen {
    double shown = 0;
    double missing = 0;
  };
  void fade(Seen& seen);
  Seen* find(std::string_view kind);
  std::map<std::string, Seen, std::less<>> kinds_;
};

}  // namespace repopulse::polling
