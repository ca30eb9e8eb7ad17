// One message to one target: which alerts have begun or ended, and the words for them in the form of each kind of
// target. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "notify/target.h"
#include "store/alert_store.h"

namespace repopulse::notify {

// An alert's beginning or end.
struct Told {
  store::Alert alert;
  bool end = false;
};

struct Message {
  std::string target;    // Target::id()
  std::string delivery;  // the same each time that it is sent again
  std::vector<Told> alerts;
};

// What a test sends.
Message test_message(std::string delivery, core::Timestamp now);

// Appends the alert as `GET /api/alerts/` shows it. `end` false: as it was at its beginning.
void append_json(std::string& out, const store::Alert& alert, bool end);
// The alerts of a message as an array.
std::string json_of(const Message& message);

std::string subject_of(const Message& message);  // one line of ASCII
std::string text_of(const Message& message);     // a line for each alert
std::string slack_json_of(const Message& message);
// As RFC 5322 wants it: headers, and the text in UTF-8.
std::string email_of(const Message& message, const Target& target, core::Timestamp now);

}  // namespace repopulse::notify
