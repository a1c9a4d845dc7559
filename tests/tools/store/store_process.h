// Runs work on a store in a process that kills itself on the way (store_child).
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>
#include <system_error>

#include "tests/places/places.h"

namespace muniment {

// Starts the work in a process that kills itself before the step of that number, from 1.
inline pid_t start_store_child(std::string work, const std::filesystem::path& store, std::size_t step) {
  std::string program = built_program("tests/tools/store/store_child");
  std::string folder = store.string();
  std::string number = std::to_string(step);
  const std::array<char*, 5> argv{program.data(), work.data(), folder.data(), number.data(), nullptr};
  pid_t child = -1;
  // Throws, because a test that went on would kill process -1, which is all of them.
  const int error = ::posix_spawn(&child, program.c_str(), nullptr, nullptr, argv.data(), environ);
  if (error != 0) throw std::system_error(error, std::generic_category(), program);
  return child;
}

// Whether it was killed: it was not if it has no such step.
inline bool is_killed_at(const std::string& work, const std::filesystem::path& store, std::size_t step) {
  int status = 0;
  const pid_t child = start_store_child(work, store, step);
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << work << ' ' << step;
  return WIFSIGNALED(status);
}

}  // namespace muniment
