// Errors that a caller can act on, as return values.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace repopulse::core {

// Named by what the caller does next.
enum class ErrorKind {
  kBadInput,     // the caller's words are wrong: say so to whoever wrote them
  kNotFound,     // what was asked for does not exist
  kConflict,     // somebody else holds it, or a limit is reached
  kUnavailable,  // a disk, a server or a network is away: try again later
  kStale,        // the writer's lease was taken over: stop writing
  kCorrupt,      // stored data contradict themselves: a person must look
};

struct Error {
  ErrorKind kind = ErrorKind::kUnavailable;
  std::string message;  // one line: what, where, and what was expected
};

template <typename T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}

}  // namespace repopulse::core
