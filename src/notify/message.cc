#include "notify/message.h"

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>

namespace repopulse::notify {
namespace {

std::string json_text(std::string_view text) {
  return boost::json::serialize(boost::json::value(boost::json::string_view(text.data(), text.size())));
}

void append_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out.append("null");
    return;
  }
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  out.append(text.data(), end);
}

std::string time_of(core::Timestamp at) {
  return core::format_rfc3339(core::to_event_time(at));
}

std::string name_of(const store::Alert& alert) {
  return alert.repository.empty() ? std::string("repopulse") : alert.repository;
}

std::string line_of(const Told& told) {
  const store::Alert& alert = told.alert;
  std::string line = told.end ? "RESOLVED " : "ALERT ";
  line.append(alert.rule).append(", ").append(name_of(alert)).append(": ").append(alert.summary);
  line.append(" (since ").append(time_of(alert.since));
  if (told.end && alert.resolved_at) line.append(", resolved ").append(time_of(*alert.resolved_at));
  return line.append(")");
}

// Its own formatting is made with these characters.
std::string escaped_for_slack(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out.append("&amp;");
    } else if (c == '<') {
      out.append("&lt;");
    } else if (c == '>') {
      out.append("&gt;");
    } else {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace

Message test_message(std::string delivery, core::Timestamp now) {
  store::Alert alert;
  alert.rule = "test";
  alert.since = now;
  alert.summary = "This is a test: messages about alerts arrive here";
  return {{}, std::move(delivery), {{std::move(alert), false}}};
}

void append_json(std::string& out, const store::Alert& alert, bool end) {
  const bool resolved = end && alert.resolved_at.has_value();
  out.append("{\"id\":").append(std::to_string(alert.id));
  out.append(",\"repository\":").append(alert.repository.empty() ? "null" : json_text(alert.repository));
  out.append(",\"rule\":").append(json_text(alert.rule));
  out.append(",\"state\":").append(resolved ? "\"resolved\"" : "\"firing\"");
  out.append(",\"since\":\"").append(time_of(alert.since)).append("\"");
  out.append(",\"resolved_at\":").append(resolved ? "\"" + time_of(*alert.resolved_at) + "\"" : "null");
  out.append(",\"summary\":").append(json_text(alert.summary)).append(",\"value\":");
  append_number(out, alert.value);
  out.append(",\"threshold\":");
  append_number(out, alert.threshold);
  out.append("}");
}

std::string json_of(const Message& message) {
  std::string out = "[";
  for (const Told& told : message.alerts) {
    if (out.size() > 1) out.append(",");
    append_json(out, told.alert, told.end);
  }
  return out.append("]");
}

std::string subject_of(const Message& message) {
  if (message.alerts.size() != 1) return "repopulse: " + std::to_string(message.alerts.size()) + " changes of alerts";
  const Told& told = message.alerts.front();
  return "repopulse: " + told.alert.rule + (told.end ? " resolved, " : ", ") + name_of(told.alert);
}

std::string text_of(const Message& message) {
  std::string text;
  for (const Told& told : message.alerts) text.append(line_of(told)).append("\n");
  return text;
}

std::string slack_json_of(const Message& message) {
  std::string text = text_of(message);
  text.pop_back();
  return "{\"text\":" + json_text(escaped_for_slack(text)) + "}";
}

std::string email_of(const Message& message, const Target& target, core::Timestamp now) {
  std::string to;
  for (const std::string& address : target.to) to.append(to.empty() ? "" : ",\r\n ").append("<" + address + ">");
  // As HTTP writes dates, but for the zone.
  std::string date = core::format_http_date(core::to_event_time(now));
  date.replace(date.size() - 3, 3, "+0000");
  std::string out = "Date: " + date + "\r\nFrom: repopulse <" + target.from + ">\r\nTo: " + to + "\r\n";
  out.append("Subject: ").append(subject_of(message)).append("\r\n");
  out.append("Message-ID: <").append(message.delivery).append("@repopulse.invalid>\r\n");
  out.append("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
  out.append("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n");
  for (const Told& told : message.alerts) out.append(line_of(told)).append("\r\n");
  return out;
}

}  // namespace repopulse::notify
