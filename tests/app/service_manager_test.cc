// What a service manager hears, on a socket of the test.
#include "app/service_manager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace repopulse::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

class Listener {
 public:
  // `@name` for an abstract socket.
  explicit Listener(std::string address) : address_(std::move(address)), file_(socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un bound{};
    bound.sun_family = AF_UNIX;
    std::ranges::copy(address_, bound.sun_path);
    if (address_.front() == '@') bound.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
    if (bind(file_, reinterpret_cast<const sockaddr*>(&bound), size) != 0) throw std::runtime_error("cannot bind");
  }
  ~Listener() {
    close(file_);
    std::filesystem::remove(address_);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::vector<std::string> heard() const {
    std::vector<std::string> all;
    std::array<char, 4096> buffer{};
    ssize_t size = 0;
    while ((size = recv(file_, buffer.data(), buffer.size(), MSG_DONTWAIT)) >= 0) {
      all.emplace_back(buffer.data(), static_cast<std::size_t>(size));
    }
    return all;
  }

 private:
  const std::string address_;
  const int file_;
};

class ServiceManagerTest : public ::testing::Test {
 protected:
  ServiceManager made() const {
    return ServiceManager([this](const char* name) {
      const auto found = variables.find(name);
      return found == variables.end() ? nullptr : found->second.c_str();
    });
  }

  const std::string path =
      (std::filesystem::temp_directory_path() / ("repopulse-notify-" + std::to_string(getpid()))).string();
  std::map<std::string, std::string> variables = {{"NOTIFY_SOCKET", path}};
};

TEST_F(ServiceManagerTest, hears_one_datagram_for_each_step_of_the_service) {
  const Listener listener(path);
  const ServiceManager manager = made();
  EXPECT_TRUE(manager.listens());
  EXPECT_TRUE(manager.ready());
  EXPECT_TRUE(manager.describe("Polling 2\nrepositories"));
  EXPECT_TRUE(manager.reloading());
  EXPECT_TRUE(manager.stopping());
  EXPECT_THAT(listener.heard(),
              ElementsAre("READY=1", "STATUS=Polling 2\\nrepositories",
                          MatchesRegex("RELOADING=1\nMONOTONIC_USEC=[1-9][0-9]*"), "STOPPING=1\nSTATUS=Stopping."));
}

TEST_F(ServiceManagerTest, listens_at_an_abstract_socket_too) {
  variables["NOTIFY_SOCKET"] = "@repopulse-" + std::to_string(getpid());
  const Listener listener(variables["NOTIFY_SOCKET"]);
  EXPECT_TRUE(made().ready());
  EXPECT_THAT(listener.heard(), ElementsAre("READY=1"));
}

TEST_F(ServiceManagerTest, is_told_nothing_where_there_is_none) {
  variables = {{"WATCHDOG_USEC", "1000000"}};
  ServiceManager manager = made();
  EXPECT_FALSE(manager.listens());
  EXPECT_EQ(manager.watchdog(), core::Millis(0));
  EXPECT_TRUE(manager.ready());
  EXPECT_TRUE(manager.keep_alive());
}

TEST_F(ServiceManagerTest, hears_that_the_loop_turns_as_often_as_its_watchdog_needs_and_no_more) {
  const Listener listener(path);
  variables["WATCHDOG_USEC"] = "3600000000";
  variables["WATCHDOG_PID"] = std::to_string(getpid());
  ServiceManager manager = made();
  EXPECT_EQ(manager.watchdog(), std::chrono::hours(1));
  for (int turn = 0; turn < 100; ++turn) EXPECT_TRUE(manager.keep_alive());
  EXPECT_THAT(listener.heard(), ElementsAre("WATCHDOG=1"));
}

TEST_F(ServiceManagerTest, has_no_watchdog_that_was_meant_for_another_process_or_is_no_number) {
  const Listener listener(path);
  for (const auto& [usec, pid] : std::map<std::string, std::string>{
           {"1000000", "1"}, {"1000001", "x"}, {"", std::to_string(getpid())}, {"-5", std::to_string(getpid())}}) {
    variables["WATCHDOG_USEC"] = usec;
    variables["WATCHDOG_PID"] = pid;
    ServiceManager manager = made();
    EXPECT_EQ(manager.watchdog(), core::Millis(0)) << usec << " for " << pid;
    EXPECT_TRUE(manager.keep_alive());
  }
  EXPECT_THAT(listener.heard(), IsEmpty());
}

TEST_F(ServiceManagerTest, that_cannot_be_told_is_an_error_in_words) {
  for (const std::string& address :
       {path + "-missing", std::string("relative"), std::string("vsock:2:1234"), "/" + std::string(200, 'a')}) {
    variables["NOTIFY_SOCKET"] = address;
    const core::Status told = made().ready();
    ASSERT_FALSE(told) << address;
    EXPECT_THAT(told.error().message, HasSubstr("NOTIFY_SOCKET: "));
  }
}

}  // namespace
}  // namespace repopulse::app
