#include "api/json_writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace repopulse::api {
namespace {

std::string as_json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonWriterTest, commas_stand_between_members_and_elements_only) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("a", 1).key("b").begin_array().value("x").value(true).begin_object().end_object();
  json.begin_array().end_array().end_array().member("c", std::optional<double>()).end_object();
  EXPECT_EQ(out, R"({"a":1,"b":["x",true,{},[]],"c":null})");
}

TEST(JsonWriterTest, numbers_are_the_shortest_that_read_back_and_what_json_has_no_number_for_is_null) {
  std::string out;
  JsonWriter json(out);
  json.begin_array().value(0.1).value(61.0).value(std::nan("")).value(std::numeric_limits<double>::infinity());
  json.value(std::int64_t{-9'007'199'254'740'993}).value(std::size_t{7}).end_array();
  EXPECT_EQ(out, "[0.1,61,null,null,-9007199254740993,7]");
}

TEST(JsonWriterTest, times_are_written_as_github_writes_them) {
  std::string out;
  JsonWriter(out).value(core::timestamp_from_unix_millis(1'731'442'390'999));
  EXPECT_EQ(out, R"("2024-11-12T20:13:10Z")");
}

TEST(JsonWriterTest, strings_are_escaped_and_stay_utf8) {
  EXPECT_EQ(as_json("a\"b\\c\n\r\t\x01"), R"("a\"b\\c\n\r\t\u0001")");
  EXPECT_EQ(as_json("gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80"),
            "\"gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80\"");
}

TEST(JsonWriterTest, bytes_that_are_no_utf8_become_the_replacement_character) {
  for (const char* bad : {"\xFF", "\xC3", "\x80", "\xC0", "\xF8"}) {
    EXPECT_EQ(as_json(std::string("a") + bad), "\"a\xEF\xBF\xBD\"") << "byte " << int(static_cast<unsigned char>(*bad));
  }
  EXPECT_EQ(as_json("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"") << "a surrogate";
  EXPECT_EQ(as_json("\xE0\x80\x80z"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz\"") << "an overlong form";
}

}  // namespace
}  // namespace repopulse::api
