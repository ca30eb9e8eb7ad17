// BSON documents as values, over libbson. They never reach the network.
#pragma once

#include <bson/bson.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/time.h"

namespace repopulse::store::mongo {

class Bson;

// A document that the driver holds. (Alignment of bson_t would be lost where it stands in a template's argument.)
struct BsonView {
  const bson_t& document;
};

// Raw bytes, as BSON's generic binary.
struct Binary {
  std::string_view bytes;
};
// A document that is an array: its values, in order.
using Array = std::vector<Bson>;
struct Int64Array {
  std::vector<std::int64_t> values;
};
struct TextArray {
  std::vector<std::string> values;
};
using Value = std::variant<std::nullptr_t, bool, std::int64_t, double, std::string_view, core::Timestamp, Binary, Bson,
                           Array, Int64Array, TextArray>;
struct Field;

class Bson {
 public:
  Bson() { bson_init(&document_); }
  Bson(std::initializer_list<Field> fields);
  explicit Bson(const bson_t& other) { bson_copy_to(&other, &document_); }
  Bson(const Bson& other) { bson_copy_to(&other.document_, &document_); }
  Bson(Bson&& other) noexcept : Bson() { swap(other); }
  Bson& operator=(Bson other) noexcept {
    swap(other);
    return *this;
  }
  ~Bson() { bson_destroy(&document_); }

  void add(std::string_view name, const Value& value);
  // Text from outside, which should be UTF-8: added as text where it is, else as bytes.
  void add_opaque(std::string_view name, std::string_view bytes);
  const bson_t* get() const { return &document_; }
  bson_t* out() { return &document_; }  // for libbson to append to
  bool empty() const { return bson_empty(&document_); }

  // `name` may be a dotted path. nullopt: not there, or of another type; integers may be of any width.
  std::optional<std::int64_t> integer(const char* name) const;
  std::optional<double> number(const char* name) const;  // a double, or an integer
  std::optional<std::string> text(const char* name) const;
  std::optional<std::string> bytes(const char* name) const;
  std::string opaque(const char* name) const;  // what add_opaque() wrote; empty when it is not there
  std::optional<bool> boolean(const char* name) const;
  std::optional<core::Timestamp> time(const char* name) const;
  std::optional<Bson> document(const char* name) const;
  std::vector<Bson> documents(const char* name) const;  // elements of an array; empty when it is not there
  std::vector<std::int64_t> integers(const char* name) const;
  std::string json() const;  // for people, in messages and tests

 private:
  void swap(Bson& other) noexcept;
  bson_t document_;
};

struct Field {
  std::string_view name;
  Value value;
};

}  // namespace repopulse::store::mongo
