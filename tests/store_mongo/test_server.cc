#include "tests/store_mongo/test_server.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace repopulse::store::mongo {

namespace {

// A child process that is told to stop when this goes.
class Child {
 public:
  Child() {
    // Of its own, whatever process had the same number before and left its folder.
    std::string form = (std::filesystem::temp_directory_path() / "repopulse-mongodb-XXXXXX").string();
    if (mkdtemp(form.data()) == nullptr) return;
    folder_ = form;
    int out[2];
    if (pipe(out) != 0) return;
    setenv("REPOPULSE_TEST_MONGODB_SERVER", REPOPULSE_TEST_MONGODB_SERVER, 0);
    std::string program = REPOPULSE_SOURCE_DIR "/tests/store_mongo/server/start";
    std::string folder = folder_.string();
    std::array<char*, 3> arguments{program.data(), folder.data(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, out[0]);
    if (posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments.data(), environ) != 0) pid_ = -1;
    posix_spawn_file_actions_destroy(&actions);
    close(out[1]);
    for (char c = 0; read(out[0], &c, 1) == 1 && c != '\n';) uri_ += c;
    close(out[0]);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ > 0) {
      kill(pid_, SIGTERM);
      int status = 0;
      waitpid(pid_, &status, 0);
    }
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  const std::string& uri() const { return uri_; }

 private:
  std::filesystem::path folder_;
  pid_t pid_ = -1;
  std::string uri_;
};

}  // namespace

std::optional<std::string> TestServer::uri() {
  if (const char* given = std::getenv("REPOPULSE_TEST_MONGODB_URI"); given != nullptr && *given != '\0') return given;
  static const Child child;
  if (child.uri().empty()) {
    std::cerr << "\n*** SKIPPED: no server that speaks MongoDB's protocol could be started ***\n\n";
    return std::nullopt;
  }
  return child.uri();
}

bool TestServer::is_ferretdb() {
  return std::getenv("REPOPULSE_TEST_MONGODB_URI") == nullptr && std::system("command -v mongod >/dev/null") != 0;
}

std::string new_database() {
  static std::atomic<int> last{0};
  std::string uri = TestServer::uri().value();
  const std::string name = "repopulse_test_" + std::to_string(getpid()) + "_" + std::to_string(++last);
  const std::size_t options = uri.find('?');
  const std::string tail = options == std::string::npos ? "" : uri.substr(options);
  uri.resize(std::min(options, uri.size()));
  const std::size_t authority_end = uri.find('/', uri.find("//") + 2);
  uri.resize(std::min(authority_end, uri.size()));
  return uri + "/" + name + tail;
}

namespace {

// Skips everything where there is no server.
class ServerEnvironment final : public testing::Environment {
 public:
  void SetUp() override {
    if (TestServer::uri()) return;
    const char* required = std::getenv("REPOPULSE_REQUIRE_MONGODB");
    if (required != nullptr && *required == '1') FAIL() << "no MongoDB server, and REPOPULSE_REQUIRE_MONGODB=1";
    GTEST_SKIP() << "no server that speaks MongoDB's protocol";
  }
};

[[maybe_unused]] const auto* const kEnvironment = testing::AddGlobalTestEnvironment(new ServerEnvironment);

}  // namespace

void MongoTest::SetUp() {
  database_uri = new_database();
  auto opened = open(database_uri);
  ASSERT_TRUE(opened) << opened.error().message;
  store = *std::move(opened);
}

void DatabaseTest::SetUp() {
  MongoTest::SetUp();
  if (!store) return;
  auto opened = Database::open(database_uri);
  ASSERT_TRUE(opened) << opened.error().message;
  database = *std::move(opened);
}

RepoId DatabaseTest::add(const std::string& name) {
  constexpr core::Timestamp kAdded{std::chrono::milliseconds(1'700'000'000'000)};
  const NewRepository wanted{core::RepoName::parse(name).value(), true};
  return store->add_repositories({&wanted, 1}, kAdded).value().front().repository.id;
}

}  // namespace repopulse::store::mongo
