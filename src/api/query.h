// Reads the parameters in the query of a request, with their types, and collects what is wrong with them. Unknown
// parameters are ignored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/errors.h"
#include "api/pagination.h"
#include "core/actors.h"
#include "core/time.h"
#include "http/message.h"

namespace repopulse::api {

class Query {
 public:
  // `resource`: the `resource` of errors.
  Query(const http::Request& request, std::string_view resource);

  // `page` and `per_page`, which is `size` unless said; one over the maximum counts as the maximum.
  Page page(std::size_t size = Page::kDefaultSize);
  // A time or a date in ISO 8601, in whole seconds; nullopt when it is absent or wrong, as an empty one is.
  std::optional<core::EventTime> time(std::string_view name, core::Fraction fraction);
  // The values of a parameter that may be repeated, and may have several values separated by commas; without
  // duplicates.
  std::vector<std::string> list(std::string_view name) const;
  // `actors`: of whom; all unless said.
  core::Actors actors();
  std::string_view text(std::string_view name) const;  // the last one with this name; empty when it is absent
  bool has(std::string_view name) const;
  // A parameter that was read as text turned out to be wrong.
  void refuse(std::string_view name, std::string message);

  // Problems with the parameters that were read so far.
  const std::vector<FieldError>& errors() const { return errors_; }

 private:
  std::uint64_t positive(std::string_view name, std::uint64_t otherwise);
  std::string resource_;
  std::vector<std::pair<std::string, std::string>> parameters_;
  std::vector<FieldError> errors_;
};

}  // namespace repopulse::api
