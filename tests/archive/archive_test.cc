#include <fcntl.h>
#include <gtest/gtest.h>
#include <libdeflate.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>

#include "archive/archive_reader.h"
#include "archive/line_reader.h"

namespace repopulse::archive {
namespace {

using core::Gap;

std::string line(int id, const std::string& repository, const std::string& payload = "{}") {
  return R"({"id":")" + std::to_string(id) +
         R"(","type":"PushEvent","actor":{"id":1,"login":"octocat"},"repo":{"id":7,)" + R"("name":")" + repository +
         R"(","url":"u"},"payload":)" + payload + R"(,"public":true,"created_at":"2026-01-31T09:00:01Z"})";
}

std::string gzip(const std::string& text) {
  libdeflate_compressor* compressor = libdeflate_alloc_compressor(6);
  std::string out(libdeflate_gzip_compress_bound(compressor, text.size()), '\0');
  out.resize(libdeflate_gzip_compress(compressor, text.data(), text.size(), out.data(), out.size()));
  libdeflate_free_compressor(compressor);
  return out;
}

class ArchiveTest : public testing::Test {
 protected:
  ArchiveTest()
      : folder_(std::filesystem::path(testing::TempDir()) /
                (testing::UnitTest::GetInstance()->current_test_info()->name() + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~ArchiveTest() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& bytes) {
    const std::string path = folder_ / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  core::Result<FileReport> read(const std::string& path, const EventFilter& filter = EventFilter::everything()) {
    events_.clear();
    ReadCallbacks callbacks;
    callbacks.on_event = [this](core::Event event) -> core::Status {
      events_.push_back(std::move(event));
      return {};
    };
    return read_archive(path, filter, callbacks);
  }

  std::filesystem::path folder_;
  std::vector<core::Event> events_;
};

TEST_F(ArchiveTest, keeps_the_bytes_of_what_the_filter_wants_whatever_the_case) {
  const std::string wanted = line(2, "Octo/Cat");
  const auto report = read(file("2026-01-31-9.json", line(1, "a/b") + "\n" + wanted + "\n"), EventFilter({"octo/cat"}));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->lines, 2u);
  ASSERT_EQ(events_.size(), 1u);
  EXPECT_EQ(events_[0].json, wanted);
  EXPECT_EQ(events_[0].repository, "Octo/Cat");
}

TEST_F(ArchiveTest, inflates_several_members_in_a_row) {
  std::string text;
  for (int i = 0; i < 5000; ++i)
    text += line(i, "a/b", "{\"x\":\"" + std::string(static_cast<std::size_t>(i % 700), 'y') + "\"}") + "\n";
  const auto report = read(file("x.json.gz", gzip(text) + gzip(line(9000, "a/b") + "\n")));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->events, 5001u);
  EXPECT_EQ(events_.back().key.id, 9000u);
}

TEST_F(ArchiveTest, counts_and_names_broken_lines_and_goes_on) {
  const auto report = read(
      file("2026-01-31-9.json", line(1, "a/b") + "\n{\"id\":\n\n" + line(2, "a/b") + "\nnonsense\n" + line(3, "a/b")));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->events, 3u);
  EXPECT_EQ(report->broken, 2u);
  EXPECT_EQ(report->broken_lines, (std::vector<std::uint64_t>{2, 5}));
}

TEST_F(ArchiveTest, hands_over_what_came_before_damage) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += line(i, "a/b", "{\"n\":" + std::to_string(i * 7919) + "}") + "\n";
  const std::string whole = gzip(text);
  const auto cut = read(file("cut.json.gz", whole.substr(0, whole.size() / 2)));
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().kind, core::ErrorKind::kCorrupt);
  EXPECT_GT(events_.size(), 1000u);
  std::string damaged = whole;
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
  EXPECT_FALSE(read(file("damaged.json.gz", damaged)));
  EXPECT_FALSE(read((folder_ / "absent.json.gz").string()));
}

TEST_F(ArchiveTest, hands_over_what_came_before_damage_of_a_small_file) {
  std::string text;
  for (int i = 0; i < 150; ++i) text += line(i, "a/b", "{\"n\":" + std::to_string(i * 7919) + "}") + "\n";
  const std::string whole = gzip(text);
  std::string wrong_sum = whole;
  wrong_sum[whole.size() - 8] = static_cast<char>(~wrong_sum[whole.size() - 8]);
  const auto summed = read(file("sum.json.gz", wrong_sum));
  ASSERT_FALSE(summed);
  EXPECT_EQ(summed.error().kind, core::ErrorKind::kCorrupt);
  EXPECT_EQ(events_.size(), 150u);
  std::string damaged = whole;
  const std::size_t middle = whole.size() / 2;
  std::fill_n(damaged.begin() + static_cast<std::ptrdiff_t>(middle), 64, '\xff');
  EXPECT_FALSE(read(file("damaged.json.gz", damaged)));
  EXPECT_GT(events_.size(), 30u);
  EXPECT_LT(events_.size(), 150u);
}

TEST_F(ArchiveTest, takes_zeros_behind_the_compressed_data_for_padding_and_says_what_else_is_wrong) {
  const std::string member = gzip(line(1, "a/b") + "\n");
  const std::string second = gzip(line(2, "a/b") + "\n");
  const std::string zeros(300'000, '\0');
  const auto padded = read(file("2026-01-31-9.json.gz", member + second + zeros));
  ASSERT_TRUE(padded) << padded.error().message;
  EXPECT_EQ(padded->events, 2u);
  ASSERT_TRUE(read(file("each.json.gz", member + zeros + second + zeros)));
  EXPECT_EQ(events_.size(), 2u);
  for (const std::string& garbage : {std::string("garbage"), zeros + "x", std::string("\x1f")}) {
    const auto report = read(file("garbage.json.gz", member + second + garbage));
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().kind, core::ErrorKind::kCorrupt);
    EXPECT_TRUE(report.error().message.ends_with("followed by bytes that are no gzip")) << report.error().message;
    EXPECT_EQ(events_.size(), 2u);
  }
}

// Each reading of the pipe brings one byte, since the next is written when it is empty.
TEST_F(ArchiveTest, knows_gzip_that_comes_byte_by_byte) {
  const std::string bytes = gzip(line(1, "a/b") + "\n") + gzip(line(2, "a/b") + "\n");
  const std::string path = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  std::jthread writer([&](const std::stop_token& over) {
    const int pipe = ::open(path.c_str(), O_RDWR | O_CLOEXEC);  // a reader too, so that none that leaves breaks it
    for (const char byte : bytes) {
      if (over.stop_requested() || ::write(pipe, &byte, 1) != 1) break;
      int waiting = 1;
      while (!over.stop_requested() && ::ioctl(pipe, FIONREAD, &waiting) == 0 && waiting > 0) std::this_thread::yield();
    }
    ::close(pipe);
  });
  const auto report = read(path);
  writer.request_stop();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->broken, 0u) << "taken for plain text";
  EXPECT_EQ(report->events, 2u);
}

TEST_F(ArchiveTest, counts_blank_lines_as_nothing) {
  for (const std::string text : {"", "\n", "\r\n \n"}) {
    const auto report = read(file("2026-01-31-23.json", text));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->lines, 0u);
    EXPECT_EQ(report->broken, 0u);
  }
}

TEST_F(ArchiveTest, skips_a_byte_order_mark) {
  ASSERT_TRUE(read(file("x.json", "\xef\xbb\xbf" + line(1, "a/b") + "\n")));
  EXPECT_EQ(events_.size(), 1u);
}

TEST_F(ArchiveTest, names_formats_that_it_cannot_read) {
  using namespace std::string_literals;
  const std::vector<std::pair<std::string, std::string>> cases = {{"\x28\xb5\x2f\xfd..."s, "zstd"},
                                                                  {"\xfd"
                                                                   "7zXZ\0..."s,
                                                                   "xz"},
                                                                  {"BZh9..."s, "bzip2"},
                                                                  {"PK\x03\x04..."s, "zip"},
                                                                  {"\xff\xfe{\0"s, "UTF-16"},
                                                                  {gzip(gzip(line(1, "a/b"))), "twice"}};
  for (const auto& [bytes, word] : cases) {
    const auto report = read(file("x", bytes));
    ASSERT_FALSE(report) << word;
    EXPECT_EQ(report.error().kind, core::ErrorKind::kCorrupt);
    EXPECT_NE(report.error().message.find(word), std::string::npos) << report.error().message;
  }
}

TEST_F(ArchiveTest, sees_that_a_line_swallowed_another_event) {
  const std::string other = line(1, "x/y"), wanted = line(2, "a/b");
  for (const std::string& damaged : {other + wanted, other.substr(0, 150) + wanted, other + " " + wanted,
                                     other.substr(0, 150) + std::string(40, '\0') + wanted.substr(100)}) {
    const auto report = read(file("x.json", damaged + "\n" + wanted + "\n"), EventFilter({"a/b"}));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->broken, 1u) << damaged;
    EXPECT_EQ(events_.size(), 1u);
  }
}

TEST_F(ArchiveTest, tells_a_proof_about_every_event_and_finds_damage_in_every_line) {
  const Gap hour = *hour_of_file("2026-01-31-9.json");
  const std::string text = line(1, "x/y") + "\n" + line(2, "a/b") + "\n";
  HourProof one(hour), two(hour);
  ASSERT_TRUE(read_archive(file("one.json", line(1, "x/y")), EventFilter({"a/b"}), {}, &one));
  EXPECT_EQ(one.doubt(), HourDoubt::kHole) << "it was told of the event of another repository";
  std::string damaged = text;
  damaged[damaged.find("payload")] = '"';
  const auto report = read_archive(file("two.json", damaged), EventFilter({"q/r"}), {}, &two);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->broken, 1u);
}

TEST(RepositoryOfLine, looks_only_where_gh_archive_writes_it) {
  EXPECT_EQ(repository_of_line(line(1, "a/b")), "a/b");
  EXPECT_EQ(repository_of_line(R"({"payload":{"repo":{"name":"evil/one"}},"id":"1"})"), std::nullopt);
  EXPECT_EQ(repository_of_line(R"({"id":"1","repo":{"id":1},"x":{"name":"not/this"}})"), std::nullopt);
  EXPECT_EQ(repository_of_line(R"({"id":"1","repo":{"name":"a\/b"}})"), std::nullopt) << "a parser must tell";
  EXPECT_EQ(repository_of_line("{}"), std::nullopt);
}

TEST_F(ArchiveTest, finds_a_repository_that_stands_elsewhere_in_the_line) {
  const std::string odd =
      R"({"created_at":"2026-01-31T09:00:01Z","payload":{},"id":"5","type":"X","repo":{"name":"a\/b"}})";
  ASSERT_TRUE(read(file("odd.json", odd), EventFilter({"a/b"})));
  EXPECT_EQ(events_.size(), 1u);
}

TEST_F(ArchiveTest, returns_lines_longer_than_its_buffer) {
  const std::string big(5u << 20, 'z');
  auto source = ByteSource::open(file("big", big + "\nshort"));
  ASSERT_TRUE(source);
  LineReader lines(*std::move(source));
  EXPECT_EQ((*lines.next())->size(), big.size());
  EXPECT_EQ(**lines.next(), "short");
  EXPECT_FALSE(*lines.next());
}

TEST_F(ArchiveTest, passes_over_the_rest_of_a_line_that_is_too_long) {
  auto source =
      ByteSource::open(file("big", std::string(kLongestLine + (3u << 20), 'z') + line(1, "a/b") + "\nnext\n"));
  ASSERT_TRUE(source);
  LineReader lines(*std::move(source));
  EXPECT_GT((*lines.next())->size(), kLongestLine);
  EXPECT_EQ(**lines.next(), "next");
  EXPECT_EQ(lines.line(), 2u);
  EXPECT_FALSE(*lines.next());
  auto endless = ByteSource::open(file("endless", std::string(kLongestLine + (3u << 20), 'z')));
  LineReader no_end(*std::move(endless));
  EXPECT_TRUE(*no_end.next());
  EXPECT_FALSE(*no_end.next());
}

TEST(HourOfFile, reads_gh_archives_names) {
  const auto hour = hour_of_file("/data/2026-01-31-9.json.gz");
  ASSERT_TRUE(hour);
  EXPECT_EQ(core::format_rfc3339(hour->from), "2026-01-31T09:00:00Z");
  EXPECT_EQ(hour->to - hour->from, std::chrono::hours(1));
  EXPECT_FALSE(hour_of_file("2026-01-31-24.json.gz"));
  EXPECT_FALSE(hour_of_file("2026-02-30-1.json.gz"));
  EXPECT_TRUE(hour_of_file("2026-01-31-23.json"));
  for (const std::string name :
       {"events.json.gz", "2026-01-31-09.json.gz", "2026-13-01-9.json.gz", "2026-01-31--0.json.gz", "2026-01-31-9",
        "2026-01-31-9 (1).json.gz", "2026-01-31-9.json.zst", "2026-01-31-9.json.gz.part", "x2026-01-31-9.json.gz",
        "2026-01-31-9.ndjson", "2026-01-31-.json", "2026-01-31"}) {
    EXPECT_FALSE(hour_of_file(name)) << name;
  }
}

class HourProofTest : public testing::Test {
 protected:
  // An event of another repository every `step` seconds.
  void fill(int from, int to, int step = 60) {
    for (int second = from; second < to; second += step) add("x/y", second, false);
  }
  void add(const std::string& repository, int second, bool chosen) {
    proof_.add(repository, hour_.from + core::Seconds(second), chosen);
  }

  Gap hour_ = *hour_of_file("2012-01-31-9.json");
  HourProof proof_{hour_};
};

TEST_F(HourProofTest, holds_for_events_all_through_the_hour) {
  EXPECT_EQ(proof_.doubt(), HourDoubt::kEmpty);
  add("a/b", 3599, true);
  EXPECT_EQ(proof_.doubt(), HourDoubt::kHole);
  fill(0, 3600, 120);
  EXPECT_EQ(proof_.doubt(), HourDoubt::kNone) << "in any order";
}

TEST_F(HourProofTest, holds_for_the_recorded_hour_that_the_bound_was_chosen_from) {
  // Its quietest stretch, 5 s, everywhere: far from the bound.
  fill(0, 3599, 5);
  add("a/b", 7, true);
  EXPECT_EQ(proof_.doubt(), HourDoubt::kNone);
}

TEST_F(HourProofTest, a_silence_of_minutes_is_a_hole_wherever_it_is) {
  const std::vector<std::pair<int, int>> holes = {{0, 121}, {1000, 1130}, {3479, 3600}};
  for (const auto& [from, to] : holes) {
    proof_ = HourProof(hour_);
    add("a/b", from == 0 ? 3599 : 0, true);
    fill(0, from + (from > 0 ? 1 : 0), 1);
    fill(to, 3600, 1);
    EXPECT_EQ(proof_.doubt(), HourDoubt::kHole) << from;
  }
}

TEST_F(HourProofTest, one_event_of_another_hour_is_too_much) {
  fill(0, 3600);
  add("a/b", 3600, true);
  EXPECT_EQ(proof_.doubt(), HourDoubt::kOtherTime);
  proof_ = HourProof(hour_);
  fill(-1, 3600);
  add("a/b", 5, true);
  EXPECT_EQ(proof_.doubt(), HourDoubt::kOtherTime);
}

TEST_F(HourProofTest, an_hour_of_the_chosen_repositories_alone_was_filtered) {
  fill(0, 3600);
  EXPECT_EQ(proof_.doubt(), HourDoubt::kNone) << "nothing happened in the chosen ones";
  proof_ = HourProof(hour_);
  for (int second = 0; second < 3600; ++second) add("a/" + std::to_string(second % 99), second, true);
  EXPECT_EQ(proof_.doubt(), HourDoubt::kFiltered);
  add("a/99", 0, true);
  EXPECT_EQ(proof_.doubt(), HourDoubt::kNone) << "a store that has every repository of the archive";
}

}  // namespace
}  // namespace repopulse::archive
