#include "store/event_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace repopulse::store {
namespace {

EventUnpacker unpacker() {
  EventUnpacker made;
  made.add(current_dictionary().number, current_dictionary().bytes);
  return made;
}

const std::string kPush =
    R"({"id":"13457504583","type":"PushEvent","actor":{"id":1,"login":"octocat","display_login":"octocat",)"
    R"("gravatar_id":"","url":"https://api.github.com/users/octocat",)"
    R"("avatar_url":"https://avatars.githubusercontent.com/u/1?"},)"
    R"("repo":{"id":2,"name":"octocat/hello","url":"https://api.github.com/repos/octocat/hello"},"payload":)"
    R"({"repository_id":2,"push_id":35745691747,"ref":"refs/heads/main",)"
    R"("head":"58c7811f36f25dcf060a0ae093a18bd939012905","before":"f7f1a5128c2f8475789618c68f5717680aef5d90"},)"
    R"("public":true,"created_at":"2026-06-17T09:45:38Z"})";

TEST(EventCodec, PacksAPushIntoLessThanAThird) {
  EventPacker packer;
  const PackedEvent packed = packer.pack(kPush);
  EXPECT_EQ(packed.packing, current_dictionary().number);
  EXPECT_LT(packed.bytes.size() * 3, kPush.size());
  EXPECT_EQ(unpacker().unpack(packed.packing, packed.bytes).value(), kPush);
}

TEST(EventCodec, LeavesAloneWhatWouldNotBeSmaller) {
  EventPacker packer;
  EXPECT_EQ(packer.pack("{}").packing, kUnpacked);
  EXPECT_EQ(packer.pack("{}").bytes, "{}");
  EXPECT_EQ(packer.pack("").bytes, "");
}

RC_GTEST_PROP(EventCodec, GivesBackTheBytesThatCame, (const std::string& noise, std::uint8_t repeats)) {
  std::string json = kPush;
  for (int i = 0; i < repeats % 8; ++i) json += noise + kPush;
  EventPacker packer;
  for (const std::string& text : {json, noise}) {
    const PackedEvent packed = packer.pack(text);
    RC_ASSERT(packed.bytes.size() <= text.size());
    RC_ASSERT(unpacker().unpack(packed.packing, packed.bytes).value() == text);
  }
}

TEST(EventCodec, SaysWhenBytesAreDamaged) {
  EventPacker packer;
  const PackedEvent packed = packer.pack(kPush);
  EventUnpacker reader = unpacker();
  for (std::size_t i = 0; i < packed.bytes.size(); ++i) {
    std::string damaged(packed.bytes);
    damaged[i] = static_cast<char>(damaged[i] ^ 0x20);
    const auto result = reader.unpack(packed.packing, damaged);
    if (result) {
      // A bit that nothing depends on may be lost; what comes out must not be wrong.
      EXPECT_EQ(*result, kPush) << "byte " << i;
    } else {
      EXPECT_EQ(result.error().kind, core::ErrorKind::kCorrupt);
    }
  }
  EXPECT_FALSE(reader.unpack(packed.packing, packed.bytes.substr(0, packed.bytes.size() - 5)));
  EXPECT_FALSE(reader.unpack(packed.packing, ""));
}

TEST(EventCodec, SaysWhenADictionaryIsMissing) {
  EventPacker packer;
  const PackedEvent packed = packer.pack(kPush);
  EventUnpacker ignorant;
  EXPECT_FALSE(ignorant.knows(packed.packing));
  const auto result = ignorant.unpack(packed.packing, packed.bytes);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "a stored event cannot be unpacked: dictionary 1 is not there");
}

}  // namespace
}  // namespace repopulse::store
