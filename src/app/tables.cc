#include "app/tables.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <cstdio>
#include <string>

#include "api/time_zones.h"
#include "app/humanise.h"
#include "app/json_fields.h"
#include "app/printable.h"
#include "app/table.h"
#include "core/calendar.h"

namespace repopulse::app {
namespace {

using boost::json::object;

core::Status not_understood() {
  return core::fail(core::ErrorKind::kCorrupt, "the server's answer is not one of repopulse's API");
}

Tint tint_of(const std::string& status) {
  if (status == "ok") return Tint::kGood;
  return status == "pending" || status == "moved" ? Tint::kWarning : Tint::kBad;
}

std::string rate_cell(const object& json, std::string_view name) {
  const auto rate = number_in(json, name);
  if (!rate) return "-";
  std::string text(32, '\0');
  // Rare events have two digits too: 0.006.
  const char* format = *rate < 0.1 ? "%.2g" : "%.2f";
  text.resize(static_cast<std::size_t>(std::snprintf(text.data(), text.size(), format, *rate)));
  return text;
}

// `500 events, 2024-11-10T08:00:00Z to 2024-11-12T20:13:10Z (7 days or 500 events, whichever is less; complete)`
void print_window(const object& json, std::ostream& out) {
  out << printable(text_in(json, "repository")) << ": ";
  const auto* window = json.if_contains("window");
  const object none;
  const object& fields = window != nullptr && window->is_object() ? window->get_object() : none;
  out << count_cell(fields, "events") << " events";
  const std::string from = text_in(fields, "from");
  if (!from.empty()) out << ", " << printable(from) << " to " << printable(text_in(fields, "to"));
  out << " (" << printable(text_in(fields, "rule"));
  out << (flag_in(fields, "complete") ? "; complete" : "; incomplete: events may be missing") << ")\n";
}

// Names the beginnings of buckets by the clock of their zone: a day by its date, an hour with the offset that was in
// force, since a clock may show it twice.
class BucketNames {
 public:
  explicit BucketNames(const object& history) {
    const auto zone = api::find_time_zone(text_in(history, "time_zone"));
    const auto unit = core::parse_calendar_unit(text_in(history, "by"));
    if (zone) zone_ = *zone;
    calendar_ = core::Calendar(unit.value_or(core::CalendarUnit::kHour), zone_);
  }
  std::string name(const object& bucket) const {
    const auto from = time_in(bucket, "from");
    if (!from) return "-";
    const bool whole = calendar_.unit() != core::CalendarUnit::kHour && calendar_.is_begin(*from);
    return absl::FormatTime(whole ? "%Y-%m-%d" : "%Y-%m-%d %H:%M:%S %Ez",
                            absl::FromUnixSeconds(core::unix_seconds(*from)), zone_);
  }

 private:
  absl::TimeZone zone_ = absl::UTCTimeZone();
  core::Calendar calendar_{core::CalendarUnit::kHour, absl::UTCTimeZone()};
};

Cell active_cell(const object& json) {
  const bool active = flag_in(json, "active");
  return {active ? "yes" : "no", active ? Tint::kGood : Tint::kFaint};
}

void add_repository(Table& table, const object& one, core::Timestamp now) {
  const std::string status = text_in(one, "status");
  table.add({text_in(one, "full_name"),
             active_cell(one),
             {status, tint_of(status)},
             count_cell(one, "events_stored"),
             moment_cell(one, "last_event_at", now),
             moment_cell(one, "last_polled_at", now),
             due_cell(one, "next_poll_at", now),
             text_in(one, "status_detail")});
}

void add_owner(Table& table, const object& one, core::Timestamp now) {
  const std::string status = text_in(one, "status");
  table.add({text_in(one, "full_name"),
             active_cell(one),
             flag_in(one, "archived") ? "yes" : "no",
             flag_in(one, "forks") ? "yes" : "no",
             {status, tint_of(status)},
             count_cell(one, "repositories"),
             count_cell(one, "active_repositories"),
             moment_cell(one, "last_read_at", now),
             due_cell(one, "next_ask_at", now),
             text_in(one, "status_detail")});
}

// As long as the number is large, beside the largest.
std::string bar(double count, double largest) {
  constexpr double kLongest = 40;
  if (count <= 0 || largest <= 0) return "";
  return std::string(static_cast<std::size_t>(std::ceil(count / largest * kLongest)), '#');
}

}  // namespace

core::Status print_repositories(std::string_view json, core::Timestamp now, const Look& look, std::ostream& out) {
  boost::system::error_code code;
  const boost::json::value parsed = boost::json::parse(json, code);
  if (code || !(parsed.is_array() || parsed.is_object())) return not_understood();
  Table repositories({{"REPOSITORY", Align::kLeft, true},
                      {"ACTIVE"},
                      {"STATUS"},
                      {"EVENTS", Align::kRight},
                      {"LAST EVENT", Align::kRight},
                      {"LAST POLL", Align::kRight},
                      {"NEXT POLL", Align::kRight},
                      {"DETAIL"}});
  Table owners({{"OWNER", Align::kLeft, true},
                {"ACTIVE"},
                {"ARCHIVED"},
                {"FORKS"},
                {"STATUS"},
                {"REPOSITORIES", Align::kRight},
                {"ACTIVE ONES", Align::kRight},
                {"LAST READ", Align::kRight},
                {"NEXT REQUEST", Align::kRight},
                {"DETAIL"}});
  bool any_owner = false;
  bool any_repository = false;
  const boost::json::array alone = parsed.is_object() ? boost::json::array{parsed} : boost::json::array{};
  for (const auto& element : parsed.is_object() ? alone : parsed.get_array()) {
    if (!element.is_object()) return not_understood();
    const object& one = element.get_object();
    const bool is_owner = text_in(one, "full_name").ends_with("/*");
    (is_owner ? any_owner : any_repository) = true;
    if (is_owner) {
      add_owner(owners, one, now);
    } else {
      add_repository(repositories, one, now);
    }
  }
  if (any_repository || !any_owner) repositories.print(out, look);
  if (any_owner) owners.print(out, look);
  return {};
}

core::Status print_history(std::string_view json, const Look& look, std::ostream& out) {
  boost::system::error_code code;
  const boost::json::value parsed = boost::json::parse(json, code);
  const object* history = code ? nullptr : parsed.if_object();
  const auto* buckets = history == nullptr ? nullptr : history->if_contains("buckets");
  if (buckets == nullptr || !buckets->is_array()) return not_understood();
  double largest = 0;
  for (const auto& element : buckets->get_array()) {
    if (!element.is_object()) return not_understood();
    largest = std::max(largest, number_in(element.get_object(), "events").value_or(0));
  }
  out << printable(text_in(*history, "repository")) << ": events by " << printable(text_in(*history, "by")) << ", "
      << printable(text_in(*history, "time_zone")) << '\n';
  const BucketNames names(*history);
  Table table({{"FROM"}, {"EVENTS", Align::kRight}, {""}, {"NOTE"}});
  for (const auto& element : buckets->get_array()) {
    const object& bucket = element.get_object();
    table.add({names.name(bucket),
               count_cell(bucket, "events"),
               bar(number_in(bucket, "events").value_or(0), largest),
               {flag_in(bucket, "complete") ? "" : "incomplete", Tint::kWarning}});
  }
  table.print(out, look);
  return {};
}

core::Status print_statistics(std::string_view json, core::Timestamp now, const Look& look, std::ostream& out) {
  boost::system::error_code code;
  const boost::json::value parsed = boost::json::parse(json, code);
  const object* statistics = code ? nullptr : parsed.if_object();
  const auto* types = statistics == nullptr ? nullptr : statistics->if_contains("types");
  if (types == nullptr || !types->is_array()) return not_understood();
  print_window(*statistics, out);
  Table table({{"TYPE", Align::kLeft, true},
               {"EVENTS", Align::kRight},
               {"AVERAGE", Align::kRight},
               {"MEDIAN", Align::kRight},
               {"P90", Align::kRight},
               {"LONGEST", Align::kRight},
               {"PER HOUR", Align::kRight},
               {"LAST", Align::kRight},
               {"EXPECTED", Align::kRight},
               {"NOTE"}});
  for (const auto& element : types->get_array()) {
    if (!element.is_object()) return not_understood();
    const object& one = element.get_object();
    table.add({text_in(one, "type"),
               count_cell(one, "events"),
               seconds_cell(one, "average_seconds"),
               seconds_cell(one, "median_seconds"),
               seconds_cell(one, "p90_seconds"),
               seconds_cell(one, "max_seconds"),
               rate_cell(one, "events_per_watched_hour"),
               moment_cell(one, "last_event_at", now),
               due_cell(one, "expected_next_at", now),
               {flag_in(one, "few_events") ? "few events" : "", Tint::kWarning}});
  }
  table.print(out, look);
  return {};
}

}  // namespace repopulse::app
