// The query of a request: parameters with their types, and all that is wrong with them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/errors.h"
#include "api/pagination.h"
#include "core/time.h"
#include "http/message.h"

namespace repopulse::api {

class Query {
 public:
  // `resource` is what errors are said to be about.
  Query(const http::Request& request, std::string_view resource);

  // `page` and `per_page`; more than the most a page is taken as that.
  Page page();
  // A time or a date of ISO 8601 in whole seconds; nullopt when it is absent, empty or wrong.
  std::optional<core::EventTime> time(std::string_view name, core::Fraction fraction);
  // Words of a parameter that may be repeated and may hold several, separated by commas.
  std::vector<std::string> list(std::string_view name) const;
  std::string_view text(std::string_view name) const;  // the last of that name; empty when it is absent

  // What was wrong with what was asked for so far.
  const std::vector<FieldError>& errors() const { return errors_; }

 private:
  std::uint64_t positive(std::string_view name, std::uint64_t otherwise);
  void complain(std::string_view name, std::string message);

  std::string resource_;
  std::vector<std::pair<std::string, std::string>> parameters_;
  std::vector<FieldError> errors_;
};

}  // namespace repopulse::api
