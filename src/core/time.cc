#include "core/time.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace repopulse::core {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

// Reads a text from left to right; after the first thing that does not fit, all reads fail.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    if (rest_.size() < count) return spoil();
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return spoil();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  void literal(std::string_view expected) {
    if (!rest_.starts_with(expected)) {
      spoil();
      return;
    }
    rest_.remove_prefix(expected.size());
  }
  bool skip(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool at_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
  int month_name() {
    for (std::size_t i = 0; i < kMonths.size(); ++i) {
      if (rest_.starts_with(kMonths[i])) {
        rest_.remove_prefix(3);
        return static_cast<int>(i) + 1;
      }
    }
    return spoil();
  }
  void until(char c) {
    const auto at = rest_.find(c);
    if (at == std::string_view::npos) {
      spoil();
      return;
    }
    rest_.remove_prefix(at + 1);
  }
  bool good() const { return good_; }
  bool finished() const { return good_ && rest_.empty(); }

 private:
  int spoil() {
    good_ = false;
    rest_ = {};
    return 0;
  }
  std::string_view rest_;
  bool good_ = true;
};

struct Civil {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

constexpr EventTime kLatest{Seconds(253'402'300'799)};  // of the year 9999: texts have four digits for it

std::optional<EventTime> if_writable(EventTime at) {
  return at <= kLatest ? std::optional(at) : std::nullopt;
}

std::optional<EventTime> to_time(const Civil& c) {
  using namespace std::chrono;
  const year_month_day date{year{c.year}, month{static_cast<unsigned>(c.month)}, day{static_cast<unsigned>(c.day)}};
  // A leap second, 60, is the first second of the next minute.
  if (!date.ok() || c.year < 1970 || c.year > 9999 || c.hour > 23 || c.minute > 59 || c.second > 60)
    return std::nullopt;
  return if_writable(sys_days(date) + hours(c.hour) + minutes(c.minute) + seconds(c.second));
}

Civil to_civil(EventTime at) {
  using namespace std::chrono;
  const auto days = floor<std::chrono::days>(at);
  const year_month_day date(days);
  const hh_mm_ss clock(at - days);
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count())};
}

void put(char* out, int value, int width) {
  for (int i = width - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
}

void read_clock(Reader& in, Civil& c) {
  c.hour = in.digits(2);
  in.literal(":");
  c.minute = in.digits(2);
  in.literal(":");
  c.second = in.digits(2);
}

// RFC 9110: a two-digit year that seems more than 50 years ahead is in the past century. All events are in this one.
int full_year(int two_digits) {
  return two_digits < 70 ? 2000 + two_digits : 1900 + two_digits;
}

}  // namespace

std::optional<EventTime> parse_rfc3339(std::string_view text, Fraction fraction) {
  Reader in(text);
  Civil c;
  c.year = in.digits(4);
  in.literal("-");
  c.month = in.digits(2);
  in.literal("-");
  c.day = in.digits(2);
  if (!in.skip('T') && !in.skip('t') && !in.skip(' ')) return std::nullopt;
  read_clock(in, c);
  bool has_fraction = false;  // other than zero
  if (in.skip('.')) {
    if (!in.at_digit()) return std::nullopt;
    while (in.at_digit()) has_fraction = in.digits(1) != 0 || has_fraction;
  }
  Seconds offset{0};
  if (!in.skip('Z') && !in.skip('z')) {
    const bool west = in.skip('-');
    if (!west && !in.skip('+')) return std::nullopt;
    const int hour = in.digits(2);
    in.literal(":");
    const int minute = in.digits(2);
    if (hour > 23 || minute > 59) return std::nullopt;
    offset = Seconds((hour * 3600 + minute * 60) * (west ? -1 : 1));
  }
  if (!in.finished()) return std::nullopt;
  const auto local = to_time(c);
  const auto at = local ? if_writable(*local - offset) : std::nullopt;
  if (!at || unix_seconds(*at) < 0) return std::nullopt;
  const bool up = has_fraction && fraction == Fraction::kRoundUp && *at < kLatest;
  return *at + Seconds(up ? 1 : 0);
}

void format_rfc3339_to(EventTime at, char* out) {
  const Civil c = to_civil(at);
  put(out, c.year, 4);
  out[4] = '-';
  put(out + 5, c.month, 2);
  out[7] = '-';
  put(out + 8, c.day, 2);
  out[10] = 'T';
  put(out + 11, c.hour, 2);
  out[13] = ':';
  put(out + 14, c.minute, 2);
  out[16] = ':';
  put(out + 17, c.second, 2);
  out[19] = 'Z';
}

std::string format_rfc3339(EventTime at) {
  std::string text(20, '\0');
  format_rfc3339_to(at, text.data());
  return text;
}

std::optional<EventTime> parse_http_date(std::string_view text) {
  Civil c;
  Reader in(text);
  const auto comma = text.find(',');
  if (comma == 3) {  // Sun, 06 Nov 1994 08:49:37 GMT
    in.until(',');
    in.literal(" ");
    c.day = in.digits(2);
    in.literal(" ");
    c.month = in.month_name();
    in.literal(" ");
    c.year = in.digits(4);
    in.literal(" ");
    read_clock(in, c);
    in.literal(" GMT");
  } else if (comma != std::string_view::npos) {  // Sunday, 06-Nov-94 08:49:37 GMT
    in.until(',');
    in.literal(" ");
    c.day = in.digits(2);
    in.literal("-");
    c.month = in.month_name();
    in.literal("-");
    c.year = full_year(in.digits(2));
    in.literal(" ");
    read_clock(in, c);
    in.literal(" GMT");
  } else {  // Sun Nov  6 08:49:37 1994
    in.until(' ');
    c.month = in.month_name();
    in.literal(" ");
    c.day = in.skip(' ') ? in.digits(1) : in.digits(2);
    in.literal(" ");
    read_clock(in, c);
    in.literal(" ");
    c.year = in.digits(4);
  }
  if (!in.finished()) return std::nullopt;
  return to_time(c);
}

std::string format_http_date(EventTime at) {
  const Civil c = to_civil(at);
  const std::chrono::weekday day(std::chrono::floor<std::chrono::days>(at));
  std::array<char, 64> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays[day.c_encoding()].data(),
                    c.day, kMonths[static_cast<std::size_t>(c.month - 1)].data(), c.year, c.hour, c.minute, c.second);
  return std::string(text.data(), static_cast<std::size_t>(length));
}

namespace {

struct Unit {
  std::string_view name;
  std::int64_t millis;
};
// Longest first; `ms` before `m` so that it is not read as minutes.
constexpr std::array<Unit, 5> kUnits = {{{"d", 86'400'000}, {"h", 3'600'000}, {"ms", 1}, {"m", 60'000}, {"s", 1000}}};
constexpr std::int64_t kLongestDuration =
    std::int64_t{3'660} * 86'400'000;  // ten years: a longer duration is a typing error

}  // namespace

std::optional<Millis> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  double total = 0;
  for (bool first = true; !text.empty(); first = false) {
    double number = 0;
    if (text.front() < '0' || text.front() > '9') return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty() && first) {
      total = number * 1000;
      break;
    }
    const Unit* found = nullptr;
    for (const Unit& unit : kUnits) {
      if (found == nullptr && text.starts_with(unit.name)) found = &unit;
    }
    if (found == nullptr) return std::nullopt;
    text.remove_prefix(found->name.size());
    total += number * static_cast<double>(found->millis);
  }
  if (total > static_cast<double>(kLongestDuration)) return std::nullopt;
  return Millis(std::llround(total));
}

std::string format_duration(Millis span) {
  if (span.count() == 0) return "0s";
  std::string text = span.count() < 0 ? "-" : "";
  std::int64_t rest = span.count() < 0 ? -span.count() : span.count();
  constexpr std::array<Unit, 5> kDescending = {
      {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};
  for (const Unit& unit : kDescending) {
    if (rest >= unit.millis) {
      text += std::to_string(rest / unit.millis);
      text += unit.name;
      rest %= unit.millis;
    }
  }
  return text;
}

}  // namespace repopulse::core
