// Log lines: one an event, in text or JSON, and nothing from outside breaks out of its line.
#include "app/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <algorithm>
#include <boost/json.hpp>
#include <sstream>

#include "app/activity_log.h"
#include "core/answer.h"

namespace repopulse::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

class LogTest : public ::testing::Test {
 protected:
  Log make(LogFormat format, LogLevel level = LogLevel::kInfo) {
    return {level, format, std::make_shared<spdlog::sinks::ostream_sink_mt>(out_)};
  }
  std::string text() const { return out_.str(); }

 private:
  std::ostringstream out_;
};

TEST_F(LogTest, ALineOfTextHasTimeLevelMessageAndFields) {
  make(LogFormat::kText)
      .write(LogLevel::kInfo, "polled", {{"feed", "repos/a/b"}, {"new", 3}, {"ms", 1.5}, {"ok", true}});
  EXPECT_THAT(text(), MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z info +polled "
                                   "feed=repos/a/b new=3 ms=1.5 ok=true\n"));
}

TEST_F(LogTest, ALineOfJsonIsAnObjectWithTimeLevelMessageAndFields) {
  make(LogFormat::kJson).write(LogLevel::kWarn, "a \"b\"", {{"path", "c:\\d"}, {"new", 3}, {"ms", 1.5}, {"ok", false}});
  const auto line = boost::json::parse(text()).as_object();
  EXPECT_EQ(line.at("msg"), "a \"b\"");
  EXPECT_EQ(line.at("level"), "warning");
  EXPECT_EQ(line.at("path"), "c:\\d");
  EXPECT_EQ(line.at("new"), 3);
  EXPECT_EQ(line.at("ok"), false);
  EXPECT_THAT(std::string(line.at("ts").as_string()), MatchesRegex("[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z"));
}

TEST_F(LogTest, WhatComesFromOutsideStaysOnItsLine) {
  const std::string evil =
      "a\nb\r\t\x1b[2J\x7f\xc2\x85\xe2\x80\xa8\xe2\x80\xae\xff\xc0\x80\xed\xa0\x80 level=error \"x\\";
  make(LogFormat::kText).write(LogLevel::kInfo, evil, {{"detail", evil}});
  make(LogFormat::kJson).write(LogLevel::kInfo, evil, {{"detail", evil}});
  const std::string lines = text();
  EXPECT_EQ(std::ranges::count(lines, '\n'), 2) << lines;
  for (const char* hidden : {"\r", "\t", "\x1b", "\x7f", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xae", "\xff", "\xc0"}) {
    EXPECT_THAT(lines, Not(HasSubstr(hidden)));
  }
  const std::string json = lines.substr(lines.find('\n') + 1);
  EXPECT_THAT(std::string(boost::json::parse(json).as_object().at("detail").as_string()), HasSubstr("a\nb\r\t\x1b[2J"));
}

TEST_F(LogTest, WhatIsBelowTheLevelAndEmptyFieldsAreLeftOut) {
  Log log = make(LogFormat::kText, LogLevel::kWarn);
  log.write(LogLevel::kInfo, "hidden");
  EXPECT_THAT(text(), IsEmpty());
  log.write(LogLevel::kError, "shown", {{"empty", ""}});
  EXPECT_THAT(text(), HasSubstr("error   shown\n"));
}

TEST_F(LogTest, AnAccessLineLeavesTheQueryOutAndReadsAreForWhoDebugs) {
  Log log = make(LogFormat::kText);
  http::Access access;
  access.request_id = "id-1";
  access.method = "GET";
  access.target = "/api/stream?key=rp_secret";
  access.status = 200;
  log_access(log, access);
  EXPECT_THAT(text(), IsEmpty());
  access.status = 401;
  log_access(log, access);
  EXPECT_THAT(text(), HasSubstr("request request_id=id-1 method=GET path=/api/stream status=401"));
  EXPECT_THAT(text(), Not(HasSubstr("secret")));
}

TEST_F(LogTest, AnAnnouncementIsALineOfTheFormatWhateverTheLevel) {
  Log log = make(LogFormat::kJson, LogLevel::kError);
  log.announce("listening on http://127.0.0.1:8080");
  EXPECT_THAT(text(), HasSubstr(R"("level":"info","msg":"listening on http://127.0.0.1:8080"})"));
}

TEST_F(LogTest, AWrongClockIsWorthOneLineAndItsEndAnother) {
  Log log = make(LogFormat::kText);
  ConditionLog conditions(log);
  monitor::PollerView poller;
  const auto lines_after = [&](std::optional<core::Millis> skew) {
    const auto before = std::ranges::count(text(), '\n');
    poller.clock_skew = skew;
    conditions.update(poller);
    return std::ranges::count(text(), '\n') - before;
  };
  using namespace std::chrono_literals;
  EXPECT_EQ(lines_after(std::nullopt), 0);
  EXPECT_EQ(lines_after(119s), 0);
  EXPECT_EQ(lines_after(121s), 1);
  EXPECT_THAT(text(), MatchesRegex("[^ ]+ warning .* clock_skew_seconds=121\n"));
  EXPECT_EQ(lines_after(119s), 0) << "at the bound it would be logged again and again";
  EXPECT_EQ(lines_after(std::nullopt), 0);
  EXPECT_EQ(lines_after(121s), 0);
  EXPECT_EQ(lines_after(-240h), 1) << "wrong in another way";
  EXPECT_EQ(lines_after(-240h - 1s), 0);
  EXPECT_EQ(lines_after(0s), 1);
  EXPECT_THAT(text(), HasSubstr("again"));
  EXPECT_EQ(lines_after(0s), 0);
}

TEST_F(LogTest, APollIsWorthALineWhenItBroughtSomethingOrFailed) {
  Log log = make(LogFormat::kText);
  monitor::PollReport poll;
  poll.feed = "repos/a/b";
  poll.outcome = core::to_string(core::AnswerKind::kNotModified);
  poll.status = 304;
  log_poll(log, poll);
  EXPECT_THAT(text(), IsEmpty());
  poll.outcome = core::to_string(core::AnswerKind::kEvents);
  poll.new_events = 2;
  log_poll(log, poll);
  EXPECT_THAT(text(), HasSubstr("info    polled feed=repos/a/b"));
  poll.outcome = core::to_string(core::AnswerKind::kServerError);
  poll.status = 502;
  poll.detail = "bad gateway";
  log_poll(log, poll);
  EXPECT_THAT(text(), HasSubstr("warning poll failed feed=repos/a/b"));
  EXPECT_THAT(text(), HasSubstr("detail=\"bad gateway\""));
  poll.malformed = 3;
  log_poll(log, poll);
  EXPECT_THAT(text(), HasSubstr("not events of GitHub feed=repos/a/b entries=3"));
}

}  // namespace
}  // namespace repopulse::app
