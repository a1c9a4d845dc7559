#include "tests/faults/process/process.h"

#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <sstream>
#include <system_error>

extern char** environ;

namespace muniment::faults {
namespace {

// A file without a name, in memory, so that nobody has to read while the process writes.
class Stream {
 public:
  explicit Stream(const std::string& content = {}) : descriptor_(::memfd_create("stream", MFD_CLOEXEC)) {
    if (descriptor_ < 0 || ::pwrite(descriptor_, content.data(), content.size(), 0) != static_cast<ssize_t>(content.size()))
      throw std::system_error(errno, std::generic_category(), "memfd");
  }
  ~Stream() { ::close(descriptor_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  int descriptor() const { return descriptor_; }
  std::string content() const {
    std::string all(static_cast<std::size_t>(::lseek(descriptor_, 0, SEEK_END)), '\0');
    const ssize_t got = ::pread(descriptor_, all.data(), all.size(), 0);
    all.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return all;
  }

 private:
  int descriptor_;
};

}  // namespace

bool Ended::says(const std::string& words) const { return (output + errors).find(words) != std::string::npos; }

std::vector<double> Ended::numbers(const std::string& word) const {
  std::vector<double> found;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(word + ' ')) found.push_back(std::stod(line.substr(word.size())));
  }
  return found;
}

Ended run_process(const std::string& program, const std::vector<std::string>& arguments, const std::string& input) {
  const Stream in(input);
  const Stream out;
  const Stream err;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.descriptor(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.descriptor(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.descriptor(), STDERR_FILENO);
  std::vector<std::string> copies = arguments;
  copies.insert(copies.begin(), program);
  std::vector<char*> argv;
  for (std::string& argument : copies) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t child = -1;
  const int error = ::posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::system_error(error, std::generic_category(), program);
  int status = 0;
  ::waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128, out.content(), err.content()};
}

}  // namespace muniment::faults
