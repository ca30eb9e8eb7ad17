// Whether an answer is what the OpenAPI document says of it: the part of JSON Schema that the document uses.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace repopulse::api::test {

class SchemaCheck {
 public:
  explicit SchemaCheck(boost::json::value document) : document_(std::move(document)) {}

  const boost::json::value& document() const { return document_; }
  // What a `$ref` stands for, or the value itself.
  const boost::json::value& resolve(const boost::json::value& value) const;
  // What is wrong with `value`, each with its place; empty when all is well. A keyword that is unknown here is wrong.
  std::vector<std::string> check(const boost::json::value& value, const boost::json::value& schema,
                                 const std::string& place = "$") const;

 private:
  boost::json::value document_;
};

}  // namespace repopulse::api::test
