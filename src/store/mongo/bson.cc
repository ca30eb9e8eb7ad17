#include "store/mongo/bson.h"

#include <utility>

namespace repopulse::store::mongo {

namespace {

int length(std::string_view text) {
  return static_cast<int>(text.size());
}

// Where a value is. A plain struct: libbson's types are aligned in a way that templates would lose.
struct Place {
  bson_iter_t at{};
  bool found = false;
};

Place find(const bson_t* document, const char* name) {
  Place out;
  bson_iter_t start;
  out.found = bson_iter_init(&start, document) && bson_iter_find_descendant(&start, name, &out.at);
  return out;
}

bson_t view(const bson_iter_t& at) {
  const std::uint8_t* data = nullptr;
  std::uint32_t size = 0;
  if (BSON_ITER_HOLDS_ARRAY(&at)) {
    bson_iter_array(&at, &size, &data);
  } else {
    bson_iter_document(&at, &size, &data);
  }
  bson_t out;
  (void)bson_init_static(&out, data, size);
  return out;
}

// Appends one value of each kind under its name.
struct Appender {
  bson_t* to;
  std::string_view name;

  void operator()(std::nullptr_t) const { bson_append_null(to, name.data(), length(name)); }
  void operator()(bool value) const { bson_append_bool(to, name.data(), length(name), value); }
  void operator()(std::int64_t value) const { bson_append_int64(to, name.data(), length(name), value); }
  void operator()(double value) const { bson_append_double(to, name.data(), length(name), value); }
  void operator()(std::string_view value) const {
    bson_append_utf8(to, name.data(), length(name), value.data() == nullptr ? "" : value.data(), length(value));
  }
  void operator()(core::Timestamp value) const {
    bson_append_date_time(to, name.data(), length(name), core::unix_millis(value));
  }
  void operator()(const Binary& value) const {
    bson_append_binary(to, name.data(), length(name), BSON_SUBTYPE_BINARY,
                       reinterpret_cast<const std::uint8_t*>(value.bytes.data()),
                       static_cast<std::uint32_t>(value.bytes.size()));
  }
  void operator()(const Bson& value) const { bson_append_document(to, name.data(), length(name), value.get()); }
  void operator()(const Array& values) const { append_array(values); }
  void operator()(const Int64Array& array) const { append_array(array.values); }
  void operator()(const TextArray& array) const { append_array(array.values); }

  template <typename Values>
  void append_array(const Values& values) const {
    Bson array;
    std::size_t index = 0;
    for (const auto& value : values) array.add(std::to_string(index++), value);
    bson_append_array(to, name.data(), length(name), array.get());
  }
};

}  // namespace

Bson::Bson(std::initializer_list<Field> fields) : Bson() {
  for (const Field& field : fields) add(field.name, field.value);
}

void Bson::swap(Bson& other) noexcept {
  bson_t held;
  (void)bson_steal(&held, &document_);
  (void)bson_steal(&document_, &other.document_);
  (void)bson_steal(&other.document_, &held);
}

void Bson::add(std::string_view name, const Value& value) {
  std::visit(Appender{&document_, name}, value);
}

void Bson::add_opaque(std::string_view name, std::string_view bytes) {
  if (bytes.empty() || bson_utf8_validate(bytes.data(), bytes.size(), true)) {
    add(name, bytes);
  } else {
    add(name, Binary{bytes});
  }
}

std::string Bson::opaque(const char* name) const {
  if (auto text_found = text(name)) return *std::move(text_found);
  return bytes(name).value_or("");
}

std::optional<std::int64_t> Bson::integer(const char* name) const {
  const Place place = find(get(), name);
  if (!place.found || !BSON_ITER_HOLDS_NUMBER(&place.at)) return std::nullopt;
  return bson_iter_as_int64(&place.at);
}

std::optional<double> Bson::number(const char* name) const {
  const Place place = find(get(), name);
  if (!place.found || !BSON_ITER_HOLDS_NUMBER(&place.at)) return std::nullopt;
  return bson_iter_as_double(&place.at);
}

std::optional<std::string> Bson::text(const char* name) const {
  const Place place = find(get(), name);
  if (!place.found || !BSON_ITER_HOLDS_UTF8(&place.at)) return std::nullopt;
  std::uint32_t size = 0;
  const char* data = bson_iter_utf8(&place.at, &size);
  return std::string(data, size);
}

std::optional<std::string> Bson::bytes(const char* name) const {
  const Place place = find(get(), name);
  if (!place.found || !BSON_ITER_HOLDS_BINARY(&place.at)) return std::nullopt;
  std::uint32_t size = 0;
  const std::uint8_t* data = nullptr;
  bson_iter_binary(&place.at, nullptr, &size, &data);
  return size == 0 ? std::string() : std::string(reinterpret_cast<const char*>(data), size);
}

std::optional<bool> Bson::boolean(const char* name) const {
  const Place place = find(get(), name);
  if (!place.found || !BSON_ITER_HOLDS_BOOL(&place.at)) return std::nullopt;
  return bson_iter_bool(&place.at);
}

std::optional<core::Timestamp> Bson::time(const char* name) const {
  const Place place = find(get(), name);
  if (!place.found || !BSON_ITER_HOLDS_DATE_TIME(&place.at)) return std::nullopt;
  return core::timestamp_from_unix_millis(bson_iter_date_time(&place.at));
}

std::optional<Bson> Bson::document(const char* name) const {
  const Place place = find(get(), name);
  if (!place.found || !BSON_ITER_HOLDS_DOCUMENT(&place.at)) return std::nullopt;
  const bson_t inner = view(place.at);
  return Bson(inner);
}

std::vector<Bson> Bson::documents(const char* name) const {
  std::vector<Bson> out;
  const Place place = find(get(), name);
  if (!place.found || !BSON_ITER_HOLDS_ARRAY(&place.at)) return out;
  const bson_t array = view(place.at);
  bson_iter_t at;
  if (!bson_iter_init(&at, &array)) return out;
  while (bson_iter_next(&at)) {
    if (!BSON_ITER_HOLDS_DOCUMENT(&at)) continue;
    const bson_t element = view(at);
    out.emplace_back(element);
  }
  return out;
}

std::vector<std::int64_t> Bson::integers(const char* name) const {
  std::vector<std::int64_t> out;
  const Place place = find(get(), name);
  if (!place.found || !BSON_ITER_HOLDS_ARRAY(&place.at)) return out;
  const bson_t array = view(place.at);
  bson_iter_t at;
  if (!bson_iter_init(&at, &array)) return out;
  while (bson_iter_next(&at)) {
    if (BSON_ITER_HOLDS_NUMBER(&at)) out.push_back(bson_iter_as_int64(&at));
  }
  return out;
}

std::string Bson::json() const {
  char* text = bson_as_relaxed_extended_json(get(), nullptr);
  std::string out = text == nullptr ? "" : text;
  bson_free(text);
  return out;
}

}  // namespace repopulse::store::mongo
