#include "api/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace repopulse::api {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// The fields of /proc/self/stat (proc(5)) from the third on. The second, the name of the program, may contain anything.
std::vector<std::string> stat_fields() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t end = line.rfind(')');
  if (end == std::string::npos) return {};
  std::istringstream rest(line.substr(end + 1));
  std::vector<std::string> fields;
  for (std::string field; rest >> field;) fields.push_back(field);
  return fields;
}

struct Memory {
  double all = 0, resident = 0;  // pages
};
// /proc/self/stat tells both, too, but an emulator of another processor says 0 there.
std::optional<Memory> memory() {
  std::ifstream file("/proc/self/statm");
  Memory memory;
  return file >> memory.all >> memory.resident ? std::optional(memory) : std::nullopt;
}

// In seconds since 1970.
std::optional<double> boot_time() {
  std::ifstream file("/proc/stat");
  for (std::string name; file >> name; std::getline(file, name)) {
    double time = 0;
    if (name == "btime" && file >> time) return time;
  }
  return std::nullopt;
}

}  // namespace

void collect_process(MetricFamilies& families) {
  if (const auto pages = memory()) {
    const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
    families.gauge("process_resident_memory_bytes", "Resident memory.").add(pages->resident * page);
    families.gauge("process_virtual_memory_bytes", "Virtual memory.").add(pages->all * page);
  }
  constexpr std::size_t kStart = 19;  // field 22: ticks between boot and start
  const std::vector<std::string> fields = stat_fields();
  if (const auto boot = boot_time(); boot && fields.size() > kStart) {
    const auto ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
    families.gauge("process_start_time_seconds", "Start time of the process, in seconds since 1970.")
        .add(*boot + std::stod(fields[kStart]) / ticks_per_second);
  }
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    families.counter("process_cpu_seconds_total", "User and system CPU time.")
        .add(seconds(usage.ru_utime) + seconds(usage.ru_stime));
  }
  std::error_code error;
  const std::filesystem::directory_iterator descriptors("/proc/self/fd", error);
  if (!error) {
    families.gauge("process_open_fds", "Open file descriptors.")
        .add(static_cast<double>(std::distance(begin(descriptors), end(descriptors))));
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    families.gauge("process_max_fds", "Maximum number of open file descriptors.")
        .add(static_cast<double>(limit.rlim_cur));
  }
}

}  // namespace repopulse::api
