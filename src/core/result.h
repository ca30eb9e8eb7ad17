// Errors that a caller can act on, as return values. No exception is thrown for these.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace repopulse::core {

// Each kind tells the caller what to do next.
enum class ErrorKind {
  kBadInput,     // what the caller passed is wrong: tell the person who wrote it
  kNotFound,     // what was asked for does not exist
  kConflict,     // somebody else holds it, or a limit is reached
  kUnavailable,  // a disk, a server or a network does not answer: try again later
  kStale,        // another server has the writer's lease now: stop writing
  kCorrupt,      // stored data contradict each other: a person must look
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
