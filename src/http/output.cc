#include "http/output.h"

#include <algorithm>
#include <utility>

namespace repopulse::http {
namespace {

// Beside a copy of this many bytes a second buffer in the write costs nothing.
constexpr std::size_t kMaxCopiedBody = 16 * 1024;
constexpr std::size_t kMaxKeptCapacity = 16 * 1024;

}  // namespace

void Output::append_body(std::string_view body, std::shared_ptr<const Payload> owner) {
  if (body.size() <= kMaxCopiedBody) {
    text_.append(body);
    return;
  }
  body_ = body;
  file_ = owner->file && body.data() == owner->body.data() ? owner->file->descriptor() : -1;
  body_owner_ = std::move(owner);
}

void Output::take(std::size_t size) {
  const std::size_t of_text = std::min(size, text_.size() - written_);
  written_ += of_text;
  body_.remove_prefix(size - of_text);
  if (!empty()) return;
  written_ = 0;
  if (text_.capacity() > kMaxKeptCapacity) text_ = {};
  text_.clear();
  body_owner_.reset();
  file_ = -1;
}

}  // namespace repopulse::http
