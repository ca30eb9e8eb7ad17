// The monitor under several threads at once, for the thread sanitizer: what each may do is said in monitor.h.
#include <algorithm>
#include <atomic>
#include <string>
#include <string_view>
#include <thread>

#include "polling/policy_table.h"
#include "tests/monitor/servers.h"

namespace repopulse::monitor::test {
namespace {

constexpr int kAnswers = 60;
constexpr std::string_view kBearer = "Bearer ";

class Threads {
 public:
  explicit Threads(const std::string& holder) : holder_(holder) {
    MonitorSettings settings;
    settings.max_active = 50;
    settings.retention_days = 1;
    settings.replica = ReplicaSettings{holder_, 1};
    monitor_ = std::make_unique<Monitor>(store_, *polling::make_policy("mean", {30s, {}}), settings);
    EXPECT_TRUE(monitor_->start(kStart));
    EXPECT_TRUE(monitor_->keep_up(kStart));
    Subscriber subscriber;
    subscriber.on_event = [this](const auto&, const auto&) { ++told_; };
    monitor_->subscribe(subscriber);
    monitor_->on_stored([this] { ++stored_; });
    monitor_->on_wake([this] { ++woken_; });
  }

  void run() {
    std::thread poller([this] { poll(); });
    std::thread follower([this] {
      while (!polled_) (void)monitor_->keep_up(now_);
    });
    std::thread leases([this] {
      while (!polled_) (void)monitor_->renew_leases(now_);
    });
    std::thread people([this] { change(); });
    std::thread reader([this] { read(); });
    for (std::thread* each : {&poller, &follower, &leases, &people, &reader}) each->join();
    EXPECT_TRUE(monitor_->keep_up(now_));
  }

  std::atomic<std::uint64_t> told_ = 0;
  std::atomic<int> stored_ = 0;
  std::atomic<int> woken_ = 0;
  sim::MemoryStore store_;
  std::unique_ptr<Monitor> monitor_;

 private:
  void poll() {
    for (int answers = 0; answers < kAnswers;) {
      const Action action = monitor_->next(now_);
      now_ = now_.load() + 1s;
      if (const auto* request = std::get_if<github::HttpRequest>(&action)) {
        expect_a_whole_token(*request);
        monitor_->absorb(github_.answer(*request, now_), now_);
        ++answers;
      }
    }
    polled_ = true;
  }
  // One that was given, from its first letter to its last, or none.
  static void expect_a_whole_token(const github::HttpRequest& request) {
    const std::string_view sent = github::header(request.headers, "Authorization");
    const std::string number(sent.substr(std::min(sent.size(), kBearer.size())));
    EXPECT_TRUE(sent.empty() || sent == std::string(kBearer) + token_of(number.substr(0, number.find('.')))) << sent;
  }
  // So long that no string holds it within itself.
  static std::string token_of(const std::string& name) { return name + "." + std::string(100, name.back()); }

  void change() {
    for (int step = 0; !polled_; ++step) {
      const std::string name = "o/r" + std::to_string(step % 5);
      const store::NewRepository repository{*core::RepoName::parse(name), true};
      (void)monitor_->add({&repository, 1}, now_);
      if (step % 7 == 0) (void)monitor_->set_active(name, false, now_);
      if (step % 11 == 0) (void)monitor_->remove(name, now_);
      if (step % 13 == 0) monitor_->renew_token(token_of(name), name, now_);
    }
  }
  void read() {
    std::uint64_t version = 0;
    while (!polled_) {
      const auto snapshot = monitor_->snapshot();
      EXPECT_GE(snapshot->version, version);
      version = snapshot->version;
      for (const auto& view : snapshot->repositories) {
        EXPECT_LE(view->window.statistics(now_).events, view->repository.events_stored) << view->repository.name.key();
      }
      monitor_->unsubscribe(monitor_->subscribe({}));
    }
  }

  const std::string holder_;
  GitHub github_;
  std::atomic<Timestamp> now_ = kStart;
  std::atomic<bool> polled_ = false;
};

TEST(Threads, poll_follow_change_and_read_at_the_same_time) {
  Threads threads("the only server");
  threads.run();
  std::uint64_t known = 0;
  for (const auto& view : threads.monitor_->snapshot()->repositories) known += view->repository.events_stored;
  EXPECT_GE(threads.told_, known) << "of removed repositories it was told too";
  EXPECT_GT(threads.told_, 0u);
  EXPECT_GT(threads.stored_, 0);
  EXPECT_GT(threads.woken_, 0);
}

}  // namespace
}  // namespace repopulse::monitor::test
