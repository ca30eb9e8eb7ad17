#include "app/dead_leases.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <vector>

#include "base/hash.h"

namespace repopulse::app {
namespace {

std::string first_line_of(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// Empty where it cannot be told: then no holder is ever taken for dead.
std::string mark_of_this_boot() {
  std::array<char, 128> names{};
  const ssize_t size = readlink("/proc/self/ns/pid", names.data(), names.size());  // differs in every container
  const std::string boot = first_line_of("/proc/sys/kernel/random/boot_id");
  if (size <= 0 || boot.empty()) return {};
  return std::to_string(base::fnv1a(boot + std::string(names.data(), static_cast<std::size_t>(size))));
}

bool is_running(pid_t process) {
  if (kill(process, 0) != 0 && errno == ESRCH) return false;
  const std::string status = first_line_of("/proc/" + std::to_string(process) + "/stat");
  const std::size_t state = status.rfind(") ");  // `NUMBER (NAME) STATE …`
  return state == std::string::npos || (status[state + 2] != 'Z' && status[state + 2] != 'X');
}

std::vector<std::string_view> parts_of(std::string_view holder) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = holder.find(':');
    parts.push_back(holder.substr(0, end));
    if (end == std::string_view::npos) return parts;
    holder.remove_prefix(end + 1);
  }
}

}  // namespace

std::string make_holder(std::uint64_t seed) {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  return std::string(host.data()) + ":" + std::to_string(getpid()) + ":" + std::to_string(seed) + ":" +
         mark_of_this_boot();
}

bool is_dead_holder(std::string_view holder) {
  const std::vector<std::string_view> parts = parts_of(holder);
  const std::string mark = mark_of_this_boot();
  if (parts.size() != 4 || mark.empty() || parts[3] != mark) return false;
  pid_t process = 0;
  const std::string_view number = parts[1];
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), process);
  if (error != std::errc() || end != number.data() + number.size() || process <= 0) return false;
  return process != getpid() && !is_running(process);
}

core::Status release_dead_leases(store::LeaseStore& store) {
  const auto all = store.leases();
  if (!all) return tl::unexpected(all.error());
  const auto is_dead = [](const store::HeldLease& held) {
    return held.lease.expires_at != core::Timestamp{} && is_dead_holder(held.holder);
  };
  std::vector<store::HeldLease> dead;
  std::ranges::copy_if(*all, std::back_inserter(dead), is_dead);
  return store.release_held(dead);
}

}  // namespace repopulse::app
