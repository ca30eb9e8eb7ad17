#include "api/webhook_body.h"

#include <algorithm>

#include "base/text.h"

namespace repopulse::api {
namespace {

constexpr std::size_t kLongestName = 200;  // of a member, or of a repository
constexpr std::size_t kLongestField = 16;
constexpr std::uint64_t kLargestNumber = 1'000'000'000'000'000'000;

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

}  // namespace

// --- JSON ---

void WebhookBody::Reader::take(char c) {
  switch (state_) {
    case State::kStart:
      if (c == '{') {
        open(c);
      } else if (!is_space(c)) {
        state_ = State::kBroken;
      }
      return;
    case State::kBetween:
      return take_between(c);
    case State::kString:
      return take_in_string(c);
    case State::kEscape:
      state_ = State::kString;
      if (c == '/') return keep(c);
      if (kept_ != nullptr) kept_->clear();  // no name that matters has another escape
      kept_ = nullptr;
      return;
    case State::kDone:
      if (!is_space(c)) state_ = State::kBroken;
      return;
    case State::kBroken:
      return;
  }
}

void WebhookBody::Reader::take_between(char c) {
  switch (c) {
    case '{':
    case '[':
      return open(c);
    case '}':
    case ']':
      return close();
    case '"':
      return begin_string();
    case ',':
      expects_name_ = names_matter();
      return;
    case ':':
      expects_name_ = false;
      if (is_value_of("id")) id_ = 0;
      return;
    default:
      if (c >= '0' && c <= '9' && id_ < kLargestNumber && is_value_of("id")) {
        id_ = id_ * 10 + static_cast<std::uint64_t>(c - '0');
      }
  }
}

void WebhookBody::Reader::take_in_string(char c) {
  if (c == '\\') {
    state_ = State::kEscape;
  } else if (c == '"') {
    state_ = State::kBetween;
    kept_ = nullptr;
  } else {
    keep(c);
  }
}

void WebhookBody::Reader::open(char c) {
  if (depth_ == 1) in_repository_ = c == '{' && !expects_name_ && name_ == "repository";
  ++depth_;
  state_ = State::kBetween;
  expects_name_ = c == '{' && names_matter();
}

void WebhookBody::Reader::close() {
  --depth_;
  expects_name_ = false;
  if (depth_ == 1) in_repository_ = false;
  if (depth_ == 0) state_ = State::kDone;
}

void WebhookBody::Reader::begin_string() {
  state_ = State::kString;
  if (expects_name_) {
    kept_ = &name_;
  } else if (is_value_of("full_name")) {
    kept_ = &full_name_;
  }
  if (kept_ != nullptr) kept_->clear();
}

void WebhookBody::Reader::keep(char c) {
  if (kept_ == nullptr) return;
  kept_->push_back(c);
  if (kept_->size() <= kLongestName) return;
  kept_->clear();
  kept_ = nullptr;
}

// --- JSON or a form ---

void WebhookBody::take(std::string_view bytes) {
  for (const char c : bytes) {
    if (form_ == Form::kUnknown && !is_space(c)) form_ = c == '{' ? Form::kJson : Form::kName;
    if (form_ == Form::kJson) {
      in_json_.take(c);
    } else if (form_ != Form::kUnknown) {
      take_form(c);
    }
  }
}

void WebhookBody::take_form(char c) {
  if (c == '&') {
    form_ = Form::kName;
    field_.clear();
    escape_ = 0;
  } else if (form_ == Form::kName) {
    if (c == '=') {
      form_ = field_ == "payload" ? Form::kPayload : Form::kOther;
    } else if (field_.size() < kLongestField) {
      field_.push_back(c);
    }
  } else if (form_ == Form::kPayload) {
    take_encoded(c);
  }
}

void WebhookBody::take_encoded(char c) {
  if (escape_ > 0) {
    escaped_ = escaped_ * 16 + std::max(0, base::hex_value(c));  // what is no digit counts as 0
    if (--escape_ == 0) in_json_.take(static_cast<char>(escaped_));
  } else if (c == '%') {
    escape_ = 2;
    escaped_ = 0;
  } else {
    in_json_.take(c == '+' ? ' ' : c);
  }
}

}  // namespace repopulse::api
