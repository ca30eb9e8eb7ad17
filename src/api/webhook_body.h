// Finds the repository in the body of a webhook delivery that comes in pieces of any size: JSON, or a form whose field
// `payload` is the JSON. Nothing of the body is kept but what is looked for, so its length does not matter.
//
// It looks at the structure alone and checks neither numbers nor UTF-8: the signature says that GitHub wrote the body.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace repopulse::api {

class WebhookBody {
 public:
  void take(std::string_view bytes);

  // After the whole body.
  bool is_object() const { return in_json_.done(); }                        // a JSON object, whatever is in it
  const std::string& full_name() const { return in_json_.full_name(); }     // repository.full_name; empty: none
  std::uint64_t repository_id() const { return in_json_.repository_id(); }  // repository.id; 0: none

 private:
  // Reads JSON byte by byte.
  class Reader {
   public:
    void take(char c);
    bool done() const { return state_ == State::kDone; }
    const std::string& full_name() const { return full_name_; }
    std::uint64_t repository_id() const { return id_; }

   private:
    enum class State { kStart, kBetween, kString, kEscape, kDone, kBroken };
    void take_between(char c);
    void take_in_string(char c);
    void open(char c);
    void close();
    void begin_string();
    void keep(char c);
    bool names_matter() const { return depth_ == 1 || (depth_ == 2 && in_repository_); }
    bool is_value_of(std::string_view name) const {
      return depth_ == 2 && in_repository_ && !expects_name_ && name_ == name;
    }

    State state_ = State::kStart;
    std::size_t depth_ = 0;       // open containers
    bool in_repository_ = false;  // within the member `repository` of the outermost object
    bool expects_name_ = false;   // of a member, where names matter
    std::string name_;            // of the member under way, where names matter
    std::string full_name_;
    std::uint64_t id_ = 0;
    std::string* kept_ = nullptr;  // where the string under way goes; nullptr: nobody wants it
  };

  void take_form(char c);
  void take_encoded(char c);

  enum class Form { kUnknown, kJson, kName, kPayload, kOther } form_ = Form::kUnknown;
  std::string field_;
  int escape_ = 0;  // digits of a percent-escape that are still to come
  int escaped_ = 0;
  Reader in_json_;
};

}  // namespace repopulse::api
