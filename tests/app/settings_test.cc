// Settings: which source wins, and the one line that a wrong value gets.
#include "app/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "app/setting_table.h"
#include "app/text_file.h"
#include "polling/policy_table.h"
#include "sim/app_keys.h"

namespace repopulse::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class SettingsTest : public ::testing::Test {
 protected:
  SettingsTest() {
    if (mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("cannot make a folder like " + folder_);
  }
  ~SettingsTest() override { std::filesystem::remove_all(folder_); }

  core::Result<Settings> read() const {
    std::vector<std::string_view> all;
    for (const Setting& setting : setting_table()) all.push_back(setting.name);
    return read_settings(all, flags, config, [this](const char* name) {
      const auto found = variables.find(name);
      return found == variables.end() ? nullptr : found->second.c_str();
    });
  }

  Settings good() const {
    const auto settings = read();
    EXPECT_TRUE(settings) << settings.error().message;
    return settings.value_or(Settings());
  }

  // The line that refuses what was given.
  std::string refusal() const {
    const auto settings = read();
    if (settings) return "accepted";
    EXPECT_EQ(settings.error().kind, core::ErrorKind::kBadInput);
    EXPECT_THAT(settings.error().message, Not(HasSubstr("\n"))) << "more than one line";
    return settings.error().message;
  }

  std::string write(const std::string& name, const std::string& text) const {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path) << text;
    return path;
  }

  GivenFlags flags;
  std::map<std::string, std::string> variables;
  std::string config;

 private:
  std::string folder_ = (std::filesystem::temp_directory_path() / "repopulse-settings-XXXXXX").string();
};

TEST_F(SettingsTest, TheDefaultsOfTheTableAreThoseOfTheProgram) {
  const Settings plain = good();
  for (const Setting& setting : setting_table()) {
    if (setting.default_value.empty()) continue;
    Settings changed = plain;
    EXPECT_TRUE(setting.apply(changed, setting.default_value)) << setting.name << " refuses its own default";
  }
  EXPECT_EQ(plain.host, "127.0.0.1");
  EXPECT_EQ(plain.port, 8080);
  EXPECT_EQ(plain.store, "sqlite:repopulse.db");
  EXPECT_EQ(plain.max_active, 5u);
  EXPECT_EQ(plain.window, (core::WindowRule{7, 500}));
  EXPECT_EQ(plain.freshness, std::chrono::minutes(5));
  EXPECT_THAT(plain.repositories, IsEmpty());
}

TEST_F(SettingsTest, EveryPolicyIsAcceptedAndNamedInTheHelp) {
  for (const std::string_view name : polling::policy_names()) {
    flags["policy"] = {std::string(name)};
    EXPECT_EQ(good().policy, name);
    EXPECT_THAT(find_setting("policy")->accepted, HasSubstr(std::string(name)));
    EXPECT_THAT(find_setting("policy")->meaning, HasSubstr(std::string(name)));
  }
}

TEST_F(SettingsTest, ChangeProbesAreAllowedUnlessSwitchedOff) {
  EXPECT_TRUE(good().probe);
  config = write("a.toml", "probe = \"off\"\n");
  EXPECT_FALSE(good().probe);
  variables["REPOPULSE_PROBE"] = "auto";
  EXPECT_TRUE(good().probe);
  flags["probe"] = {"off"};
  EXPECT_FALSE(good().probe);
  flags["probe"] = {"on"};
  EXPECT_EQ(refusal(), "--probe 'on': expected auto or off");
}

TEST_F(SettingsTest, the_account_that_watches_is_taken_from_flag_environment_and_file) {
  EXPECT_EQ(good().received_by, "");
  config = write("a.toml", "received-by = \"in-file\"\n");
  EXPECT_EQ(good().received_by, "in-file");
  variables["REPOPULSE_RECEIVED_BY"] = "Variable";
  EXPECT_EQ(good().received_by, "Variable");
  flags["received-by"] = {"flag_code"};
  EXPECT_EQ(good().received_by, "flag_code");
}

TEST_F(SettingsTest, RobotsThatAreNamedTakeThePlaceOfTheWellKnownOnes) {
  EXPECT_TRUE(good().bots.empty()) << "the well-known ones";
  config = write("a.toml", "bots = [\"ci-*\", \"*[bot]\"]\n");
  EXPECT_THAT(good().bots.patterns(), testing::ElementsAre("ci-*", "*[bot]"));
  flags["bots"] = {"robot"};
  EXPECT_THAT(good().bots.patterns(), testing::ElementsAre("robot"));
}

TEST_F(SettingsTest, AKeyHasNoLimitUnlessItIsSaid) {
  EXPECT_EQ(good().key_limit, 0);
  variables["REPOPULSE_KEY_LIMIT"] = "120";
  EXPECT_EQ(good().key_limit, 120);
}

TEST_F(SettingsTest, NothingIsPublicUnlessItIsSaid) {
  EXPECT_EQ(good().public_view, api::PublicView::kOff);
  EXPECT_EQ(good().public_limit, 600);
  config = write("a.toml", "public = \"badges\"\npublic-limit = 0\n");
  EXPECT_EQ(good().public_view, api::PublicView::kBadges);
  EXPECT_EQ(good().public_limit, 0);
  variables["REPOPULSE_PUBLIC"] = "read";
  EXPECT_EQ(good().public_view, api::PublicView::kRead);
  flags["public"] = {"yes"};
  EXPECT_EQ(refusal(), "--public 'yes': expected off, badges or read");
}

TEST_F(SettingsTest, TrustedProxiesAreAddressesAndNetworks) {
  EXPECT_TRUE(good().trusted_proxies.empty());
  variables["REPOPULSE_TRUSTED_PROXIES"] = "127.0.0.1, fd00::/8";
  EXPECT_TRUE(good().trusted_proxies.trusts("127.0.0.1"));
  EXPECT_TRUE(good().trusted_proxies.trusts("fd12::1"));
  EXPECT_FALSE(good().trusted_proxies.trusts("127.0.0.2"));
  flags["trusted-proxies"] = {"proxy.example"};
  EXPECT_EQ(refusal(),
            "--trusted-proxies 'proxy.example': expected an address or a network, such as 127.0.0.1, 10.0.0.0/8 or "
            "fd00::/8");
}

TEST_F(SettingsTest, OnlyTrustedProxiesMaySignUsersIn) {
  EXPECT_EQ(good().proxy_auth.user_header, "");
  variables["REPOPULSE_PROXY_AUTH_HEADER"] = "X-Forwarded-User";
  EXPECT_EQ(refusal(),
            "REPOPULSE_PROXY_AUTH_HEADER 'X-Forwarded-User' without --trusted-proxies: expected the name of a header "
            "field, together with trusted-proxies");
  flags["trusted-proxies"] = {"127.0.0.1"};
  EXPECT_EQ(good().proxy_auth.user_header, "X-Forwarded-User");
  EXPECT_EQ(good().proxy_auth.role_header, "");
  EXPECT_EQ(good().proxy_auth.admin_role, "admin");
  flags["proxy-auth-role-header"] = {"X-Forwarded-Groups"};
  flags["proxy-auth-admin"] = {"org:site admins"};
  EXPECT_EQ(good().proxy_auth.role_header, "X-Forwarded-Groups");
  EXPECT_EQ(good().proxy_auth.admin_role, "org:site admins");
  variables.clear();
  EXPECT_THAT(refusal(), AllOf(HasSubstr("--proxy-auth-role-header"), HasSubstr("without --proxy-auth-header")));
}

TEST_F(SettingsTest, AFlagBeatsTheEnvironmentWhichBeatsTheFile) {
  config = write("a.toml", "max-active = 3\nwindow-days = 3\nretention-days = 3\n");
  variables = {{"REPOPULSE_MAX_ACTIVE", "2"}, {"REPOPULSE_WINDOW_DAYS", "2"}};
  flags["max-active"] = {"1"};
  const Settings settings = good();
  EXPECT_EQ(settings.max_active, 1u);
  EXPECT_EQ(settings.window.days, 2);
  EXPECT_EQ(settings.retention_days, 3);
}

TEST_F(SettingsTest, AnEmptyVariableIsOneThatIsNotSet) {
  variables = {{"REPOPULSE_MAX_ACTIVE", ""}, {"REPOPULSE_REPOS", ""}, {"REPOPULSE_API_KEY", ""}};
  EXPECT_EQ(good().max_active, 5u);
}

TEST_F(SettingsTest, AllKindsOfValuesComeFromAFile) {
  config = write("a.toml",
                 "# a comment\nlisten = \"[::1]:0\"\nrepo = [\"cli/cli\", 'redis/redis']\nwindow_events = 50\n"
                 "freshness = \"90s\"\nlog-format = \"json\"\ngithub-url = \"https://ghe.example/api/v3/\"\n");
  const Settings settings = good();
  EXPECT_EQ(settings.host, "[::1]");
  EXPECT_EQ(settings.port, 0);
  ASSERT_EQ(settings.repositories.size(), 2u);
  EXPECT_EQ(settings.repositories[1].full_name(), "redis/redis");
  EXPECT_EQ(settings.window.max_events, 50u);
  EXPECT_EQ(settings.freshness, std::chrono::seconds(90));
  EXPECT_EQ(settings.log_format, LogFormat::kJson);
  EXPECT_EQ(settings.github_url, "https://ghe.example/api/v3");
}

TEST_F(SettingsTest, TheFileIsTheOneThatTheEnvironmentNamesUnlessAFlagDoes) {
  variables["REPOPULSE_CONFIG"] = write("a.toml", "max-active = 2\n");
  EXPECT_EQ(good().max_active, 2u);
  config = write("b.toml", "max-active = 3\n");
  EXPECT_EQ(good().max_active, 3u);
}

TEST_F(SettingsTest, RepositoriesAreSplitAtBlanksAndCommasAndTakenOnce) {
  variables["REPOPULSE_REPOS"] = " cli/cli, redis/redis\nCLI/cli  https://github.com/a/b.git ";
  const Settings settings = good();
  ASSERT_EQ(settings.repositories.size(), 3u);
  EXPECT_EQ(settings.repositories[2].full_name(), "a/b");
}

TEST_F(SettingsTest, AWrongValueIsNamedAsItWasGiven) {
  flags["max-active"] = {"five"};
  EXPECT_EQ(refusal(), "--max-active 'five': expected a whole number from 1 to 1,000,000");
  flags.clear();
  variables["REPOPULSE_FRESHNESS"] = "soon";
  EXPECT_EQ(refusal(), "REPOPULSE_FRESHNESS 'soon': expected a duration from 1s to 30d, such as 90s, 5m or 1h");
  variables.clear();
  config = write("a.toml", "\nwindow-days = 0\n");
  EXPECT_EQ(refusal(), config + ":2: window-days '0': expected a whole number from 1 to 3,650");
}

TEST_F(SettingsTest, ABasePathHasNoSlashAtItsEnd) {
  EXPECT_EQ(good().base_path, "");
  for (const auto& [given, kept] :
       {std::pair{"/repopulse", "/repopulse"}, {"/a/b-c_d.e~f/", "/a/b-c_d.e~f"}, {"/", ""}}) {
    variables["REPOPULSE_BASE_PATH"] = given;
    EXPECT_EQ(good().base_path, kept);
  }
}

TEST_F(SettingsTest, AnArrayIsRefusedWhereOneValueIsExpected) {
  config = write("a.toml", "max-active = [1]\n");
  EXPECT_EQ(refusal(), config + ":1: max-active '[1]': expected a whole number from 1 to 1,000,000");
  config = write("a.toml", "policy = []\n");
  EXPECT_THAT(refusal(), HasSubstr(":1: policy '[]': expected "));
}

TEST_F(SettingsTest, EverySettingRefusesNonsense) {
  const std::map<std::string_view, std::vector<std::string>> nonsense = {
      {"listen",
       {"", "8080", ":8080", "localhost", "localhost:65536", "::1:8080", "a b:1", "http://x:1", "x:-1", "x:"}},
      {"store", {"", "sqlite:", "repopulse.db", "postgres://localhost/x"}},
      {"repo", {"", "cli", "cli/", "/cli", "a/b/c", "a b"}},
      {"github-url",
       {"", "api.github.com", "ftp://x", "https://u:p@x", "https://x/?q", "https://x y", "http://127.0.0.1:99999",
        "http://x:0", "http://x:-1", "http://256.1.1.1", "http://a..b", "http://[::1", "http://[::x]", "http://",
        "http://a%20b", "http://:80"}},
      {"github-token", {"a b", "a\nb", "\x01"}},
      {"github-token-file", {"", "/nonexistent/token"}},
      {"github-app-id", {"", "0", "-1", "my-app", "Iv23liabcdefghijklmn", "1.5", "99999999999999999999"}},
      {"github-app-key-file", {"", "/nonexistent/key.pem", "/dev/null"}},
      {"github-app-installation-id", {"", "0", "octocat", "1 2"}},
      {"webhook-secret", {"", "a b", "a\nb"}},
      {"webhook-secret-file", {"", "/nonexistent/secret"}},
      {"max-active", {"", "0", "-1", "1.5", "5 ", "1e3", "99999999999999999999"}},
      {"window-days", {"", "0", "x"}},
      {"window-events", {"", "0", "100001"}},
      {"retention-days", {"", "-1"}},
      {"policy", {"", "Adaptive", "best"}},
      {"freshness", {"", "0s", "5x", "-5m", "31d"}},
      {"probe", {"", "on", "Auto", "true"}},
      {"owner-archived", {"", "On", "true", "yes"}},
      {"owner-forks", {"", "auto", "1"}},
      {"received-by", {"", "a b", "a/b", "users/a", std::string(40, 'a')}},
      {"api-key", {"", "a b", "a\nb"}},
      {"public", {"", "on", "Read", "badge"}},
      {"public-limit", {"", "-1", "1000001", "many"}},
      {"key-limit", {"", "-1", "1000001", "many"}},
      {"bots", {"a/b", "ci%", "@ci"}},
      {"proxy-auth-header", {"", "X Forwarded", "X-User:", "\u00e9"}},
      {"proxy-auth-role-header", {"", "X,Y"}},
      {"proxy-auth-admin", {"", "a,b", " admin"}},
      {"trusted-proxies", {"", "proxy.example", "10.0.0.0/33", "10.0.0.1:80", "[::1]"}},
      {"base-path", {"", "repopulse", "//x", "/a//b", "/a/../b", "/.", "/a b", "/a\"b", "https://x/a", "/a?b", "/%41"}},
      {"tls-cert", {"", "/nonexistent/cert.pem"}},
      {"tls-key", {"", "/nonexistent/key.pem"}},
      {"log-level", {"", "loud"}},
      {"log-format", {"", "xml"}},
      {"shards", {"", "0", "1025"}},
      {"threads", {"", "0", "257"}},
      {"server", {"", "localhost:8080", "https://x?y"}},
      {"github-ca-file", {"", "/nonexistent/ca.pem", "/dev/null"}},
      {"ca-file", {"", "/nonexistent/ca.pem", "/dev/null"}},
  };
  for (const Setting& setting : setting_table()) {
    ASSERT_TRUE(nonsense.contains(setting.name)) << setting.name << " has no row here";
    for (const std::string& value : nonsense.at(setting.name)) {
      flags = {{std::string(setting.name), {value}}};
      EXPECT_THAT(refusal(), AllOf(HasSubstr("--" + std::string(setting.name)), HasSubstr("expected "),
                                   HasSubstr(std::string(setting.accepted))))
          << setting.name << " took '" << value << "'";
    }
  }
}

TEST_F(SettingsTest, ASecretIsNeverInTheLineThatRefusesIt) {
  flags["api-key"] = {"s3cret with blanks"};
  EXPECT_THAT(refusal(), AllOf(HasSubstr("--api-key"), Not(HasSubstr("s3cret"))));
  flags = {{"github-token", {"s3cret\twith"}}};
  EXPECT_THAT(refusal(), AllOf(HasSubstr("--github-token"), Not(HasSubstr("s3cret"))));
  flags = {{"github-token-file", {write("token", " \n")}}};
  EXPECT_THAT(refusal(), AllOf(HasSubstr("--github-token-file"), HasSubstr("is empty")));
  flags = {{"github-token-file", {write("token", "s3cret with\nblanks")}}};
  EXPECT_THAT(refusal(), AllOf(HasSubstr("--github-token-file"), Not(HasSubstr("s3cret"))));
  flags = {{"webhook-secret", {"s3cret with blanks"}}};
  EXPECT_THAT(refusal(), AllOf(HasSubstr("--webhook-secret"), Not(HasSubstr("s3cret"))));
  flags = {{"webhook-secret-file", {write("secret", "s3cret with\nblanks")}}};
  EXPECT_THAT(refusal(), AllOf(HasSubstr("--webhook-secret-file"), Not(HasSubstr("s3cret"))));
  flags = {{"store", {"postgres://user:s3cret@host/db"}}};
  EXPECT_THAT(refusal(), AllOf(HasSubstr("postgres://user:***@host/db"), Not(HasSubstr("s3cret"))));
  flags = {};
  config = write("a.toml", "github-token = \"s3cret x\"\n");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("github-token"), Not(HasSubstr("s3cret"))));
  config = write("a.toml", "github-token = \"s3cret\n");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("a.toml:1"), Not(HasSubstr("s3cret"))));
}

TEST_F(SettingsTest, WhatIsShownOfAWrongValueKeepsToItsLine) {
  flags["policy"] = {"a\nb\x1b[31m" + std::string(1000, 'x')};
  const std::string line = refusal();
  EXPECT_THAT(line, HasSubstr("a\\nb\\x1b[31m"));
  EXPECT_LT(line.size(), 400u);
}

TEST_F(SettingsTest, AFileWithAnUnknownKeyIsRefusedAndTheKeyNamed) {
  config = write("a.toml", "max-active = 3\nmax-activ = 4\n");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("a.toml:2"), HasSubstr("'max-activ'")));
  config = write("a.toml", "[github]\ntoken = \"x\"\n");
  EXPECT_THAT(refusal(), HasSubstr("github"));
}

TEST_F(SettingsTest, AFileThatIsNotThereOrNoTomlIsRefused) {
  config = "/nonexistent/a.toml";
  EXPECT_THAT(refusal(), AllOf(HasSubstr("--config"), HasSubstr("/nonexistent/a.toml"), HasSubstr("cannot be read")));
  config = write("a.toml", "max-active = = 3\n");
  EXPECT_THAT(refusal(), HasSubstr("a.toml:1"));
  config = write("a.toml", "max-active = 1\nmax-active = 2\n");
  EXPECT_THAT(refusal(), HasSubstr("a.toml:2"));
  config = write("a.toml", "max-active = [1, 2]\n");
  EXPECT_THAT(refusal(), HasSubstr("max-active"));
  config = std::filesystem::temp_directory_path();
  EXPECT_THAT(refusal(), HasSubstr("--config"));
}

TEST_F(SettingsTest, AFileWithoutEndIsRefusedAndNotReadForEver) {
  config = "/dev/zero";
  EXPECT_THAT(refusal(), AllOf(HasSubstr("--config"), HasSubstr("/dev/zero: holds more than 4 MiB")));
  config.clear();
  for (const std::string name : {"github-token-file", "github-ca-file", "ca-file", "tls-cert", "tls-key"}) {
    flags = {{name, {"/dev/zero"}}};
    EXPECT_THAT(refusal(), AllOf(HasSubstr("--" + name), HasSubstr("holds more than 4 MiB: expected"))) << name;
  }
  flags = {{"github-token-file", {write("largest.pem", std::string(kTextFileBytesMax, 'x'))}}};
  good();
  flags = {{"github-token-file", {write("larger.pem", std::string(kTextFileBytesMax + 1, 'x'))}}};
  EXPECT_THAT(refusal(), HasSubstr("larger.pem' holds more than"));
}

TEST_F(SettingsTest, ATokenIsTrimmedAndAnEmptyOneIsNone) {
  flags["github-token"] = {" \nghp_x\r\n"};
  EXPECT_EQ(good().github_token, "ghp_x");
  flags["github-token"] = {" \n"};
  EXPECT_EQ(good().github_token, "");
  flags = {{"github-token-file", {write("token", "ghp_y\n")}}};
  EXPECT_EQ(good().github_token, "ghp_y");
}

TEST_F(SettingsTest, TheTokenOfTheProductBeatsTheOneOfOtherTools) {
  variables = {{"GITHUB_TOKEN", "general"}};
  EXPECT_EQ(good().github_token, "general");
  variables["REPOPULSE_GITHUB_TOKEN_FILE"] = write("token", "file");
  EXPECT_EQ(good().github_token, "file");
  variables.erase("REPOPULSE_GITHUB_TOKEN_FILE");
  variables["REPOPULSE_GITHUB_TOKEN"] = "special";
  EXPECT_EQ(good().github_token, "special");
  flags["github-token-file"] = {write("token", "flag")};
  EXPECT_EQ(good().github_token, "flag");
  flags["github-token"] = {"x"};
  EXPECT_THAT(refusal(), AllOf(HasSubstr("--github-token"), HasSubstr("--github-token-file")));
}

TEST_F(SettingsTest, TheSecretOfWebhooksComesFromAFlagAVariableOrAFile) {
  EXPECT_EQ(good().webhook_secret, "");
  config = write("a.toml", "webhook_secret = \"of-the-config\"\n");
  EXPECT_EQ(good().webhook_secret, "of-the-config");
  variables["REPOPULSE_WEBHOOK_SECRET_FILE"] = write("secret", "of-a-file\n");
  EXPECT_EQ(good().webhook_secret, "of-a-file");
  EXPECT_EQ(good().github_token, "") << "the file is of the other secret";
  flags["webhook-secret"] = {"of-a-flag"};
  EXPECT_EQ(good().webhook_secret, "of-a-flag");
  flags["webhook-secret-file"] = {write("empty", "\n")};
  EXPECT_THAT(refusal(), AllOf(HasSubstr("--webhook-secret"), HasSubstr("--webhook-secret-file")));
  flags.erase("webhook-secret");
  EXPECT_THAT(refusal(), HasSubstr("is empty"));
}

TEST_F(SettingsTest, TheServerIsNamedByTheStrongerSource) {
  variables["REPOPULSE_SERVER"] = "https://other.example";
  EXPECT_EQ(good().server, "https://other.example");
  variables["REPOPULSE_LISTEN"] = "127.0.0.1:9";
  EXPECT_EQ(good().server, "https://other.example");
  flags["listen"] = {"127.0.0.1:9"};
  EXPECT_EQ(good().server, "");
  flags["server"] = {"https://third.example"};
  EXPECT_EQ(good().server, "https://third.example");
}

TEST_F(SettingsTest, PossibleUrlsAreTaken) {
  for (const std::string url : {"https://ghe.example.com:8443/api/v3", "http://127.0.0.1:65535", "http://[::1]:80",
                                "http://localhost", "http://a_b.example.", "http://xn--bcher-kva.example"}) {
    flags["github-url"] = {url};
    EXPECT_EQ(good().github_url, url);
  }
}

TEST_F(SettingsTest, AGitHubAppNeedsItsThreeSettingsAndNoToken) {
  const std::string key = write("key.pem", sim::make_app_keys().private_key);
  flags = {{"github-app-id", {"0042"}}, {"github-app-key-file", {key}}, {"github-app-installation-id", {"7"}}};
  ASSERT_TRUE(good().github_app);
  EXPECT_EQ(good().github_app->id, "42");
  EXPECT_EQ(good().github_app->installation_id, "7");
  for (const auto& [name, values] : std::map(flags)) {
    flags.erase(name);
    EXPECT_THAT(refusal(), HasSubstr("without --" + name));
    flags[name] = values;
  }
  variables = {{"GITHUB_TOKEN", "s3cret"}};
  EXPECT_THAT(refusal(), AllOf(HasSubstr("--github-app-id and GITHUB_TOKEN"), HasSubstr("one of the two"),
                               Not(HasSubstr("s3cret"))));
  variables = {{"REPOPULSE_GITHUB_TOKEN_FILE", write("token", "s3cret")}};
  EXPECT_THAT(refusal(), HasSubstr("--github-app-id and REPOPULSE_GITHUB_TOKEN_FILE"));
  variables = {{"GITHUB_TOKEN", ""}};
  EXPECT_TRUE(good().github_app) << "an empty variable is none";
}

TEST_F(SettingsTest, AFileWithoutTheKeyOfAGitHubAppIsRefusedAndNothingOfItShown) {
  const std::string key = sim::make_app_keys().private_key;
  flags = {{"github-app-id", {"42"}}, {"github-app-installation-id", {"7"}}};
  for (const std::string& text : {std::string("s3cret"), sim::make_app_keys().public_key, key.substr(0, 200)}) {
    flags["github-app-key-file"] = {write("key.pem", text)};
    EXPECT_THAT(refusal(), AllOf(HasSubstr("--github-app-key-file '" + flags["github-app-key-file"][0]),
                                 HasSubstr("holds no private key"), HasSubstr("RSA private key"),
                                 Not(HasSubstr("s3cret")), Not(HasSubstr("BEGIN"))));
  }
}

TEST_F(SettingsTest, ACertificateNeedsItsKey) {
  flags["tls-cert"] = {write("cert.pem", "x")};
  EXPECT_THAT(refusal(), AllOf(HasSubstr("--tls-cert"), HasSubstr("without --tls-key")));
  flags["tls-key"] = {write("key.pem", "x")};
  EXPECT_EQ(good().tls_key_file, flags["tls-key"][0]);
  flags.erase("tls-cert");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("--tls-key"), HasSubstr("without --tls-cert")));
}

TEST_F(SettingsTest, OnlyTheSettingsOfTheSubcommandAreChecked) {
  config = write("a.toml", "max-active = \"nonsense\"\nstore = \"sqlite:x.db\"\n");
  const auto settings = read_settings({"store"}, {}, config, [](const char*) { return nullptr; });
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->store, "sqlite:x.db");
}

TEST(SettingTable, NamesAreUniqueAndFollowOnePattern) {
  std::vector<std::string_view> names;
  for (const Setting& setting : setting_table()) {
    EXPECT_THAT(names, Not(::testing::Contains(setting.name)));
    names.push_back(setting.name);
    EXPECT_TRUE(setting.environment.starts_with("REPOPULSE_")) << setting.name;
    EXPECT_FALSE(setting.meaning.empty() || setting.accepted.empty() || setting.placeholder.empty()) << setting.name;
  }
}

TEST(WithoutPassword, HidesOnlyThePassword) {
  EXPECT_EQ(without_password("mongodb://u:p:@w@h:27017/db?x=y"), "mongodb://u:***@h:27017/db?x=y");
  EXPECT_EQ(without_password("mongodb://u@h:27017/db"), "mongodb://u@h:27017/db");
  EXPECT_EQ(without_password("mongodb://h:27017/db"), "mongodb://h:27017/db");
  EXPECT_EQ(without_password("sqlite:a@b:c"), "sqlite:a@b:c");
}

}  // namespace
}  // namespace repopulse::app
