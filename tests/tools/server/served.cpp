#include "served.h"
#include "tests/places/places.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <stdexcept>

// A program that is built otherwise may say which one it serves with.
#ifndef MUNIMENT_SERVED_PROGRAM
#define MUNIMENT_SERVED_PROGRAM muniment_program()
#endif

namespace muniment {

Served::Served(const std::filesystem::path& store, const std::vector<std::string>& flags, const std::function<void(pid_t)>& early) {
  std::array<int, 2> out{};
  if (::pipe2(out.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  const std::string log = store.string() + ".log";
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  std::vector<std::string> arguments{MUNIMENT_SERVED_PROGRAM, "--store", store.string(), "serve"};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  if (::posix_spawn(&process_, arguments.front().c_str(), &actions, nullptr, pointers.data(), environ) != 0)
    throw std::runtime_error("no process");
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(out[1]);
  if (early) early(process_);
  std::string line;
  for (char c = 0; ::read(out[0], &c, 1) == 1 && c != '\n';) line += c;
  ::close(out[0]);
  if (!line.empty()) port = static_cast<std::uint16_t>(std::stoul(line));
}

Served::~Served() {
  if (process_ > 0) ::kill(process_, SIGKILL);
  wait();
}

int Served::wait() {
  if (process_ == 0) return code_;
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = 0;
  return code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::size_t Served::resident_bytes() const {
  std::ifstream in("/proc/" + std::to_string(process_) + "/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  in >> all >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t Served::peak_bytes() const {
  std::ifstream in("/proc/" + std::to_string(process_) + "/status");
  constexpr std::string_view name = "VmHWM:";
  constexpr std::size_t kibibyte = 1024;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(name)) return std::stoull(line.substr(name.size())) * kibibyte;
  }
  return 0;
}

std::size_t Served::open_files() const {
  const std::filesystem::directory_iterator files("/proc/" + std::to_string(process_) + "/fd");
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

}  // namespace muniment
