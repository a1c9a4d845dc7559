// The program as it is started, with what only a process of its own has: descriptors, a terminal, limits, signals.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/places/places.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::Not;

class Program : public testing::Test {
 protected:
  Program() {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    EXPECT_EQ(shell("$muniment init store --officer agency >/dev/null 2>&1"), 0);
  }
  ~Program() override { std::filesystem::remove_all(folder); }

  // The exit code; 128 and a signal's number where one ended it.
  int shell(const std::string& command) const {
    const std::string line =
        "cd '" + folder.string() + "' && export MUNIMENT_STORE=store muniment='" + muniment_program() + "'; " + command;
    const int status = std::system(line.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  std::string content_of(const std::string& file) const {
    std::ifstream in(folder / file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) /
      ("program-" + std::to_string(::getpid()) + "-" + testing::UnitTest::GetInstance()->current_test_info()->name());
};

// Else the next files that are opened get their numbers, and what is printed goes into the store.
TEST_F(Program, WritesNothingIntoTheStoreWhereItsDescriptorsAreClosed) {
  const std::size_t head_bytes = content_of("store/head").size();
  EXPECT_EQ(shell("$muniment events <&- >&- 2>&-"), 1) << "output that could not be written";
  EXPECT_EQ(shell("$muniment events --from 1000 <&- >&- 2>&-"), 3) << "a message that nobody gets";
  EXPECT_THAT(content_of("store/head"),
              testing::AllOf(testing::StartsWith("muniHEAD"), testing::SizeIs(head_bytes), Not(HasSubstr("store_created"))));
  EXPECT_THAT(content_of("store/lock"), Not(HasSubstr("store_created")));
  EXPECT_EQ(shell("$muniment verify >/dev/null 2>&1"), 0);
}

TEST_F(Program, ColoursHeadingsOnATerminalAloneAndNotWhereItIsAskedNotTo) {
  const auto on_a_terminal = [&](const std::string& environment) {
    EXPECT_EQ(shell("script -qec 'env -u NO_COLOR " + environment + " $muniment events -o table' /dev/null >out </dev/null"), 0);
    return content_of("out");
  };
  EXPECT_THAT(on_a_terminal("TERM=xterm"), HasSubstr("\x1b[1m"));
  EXPECT_THAT(on_a_terminal("TERM=xterm NO_COLOR=1"), Not(HasSubstr("\x1b")));
  EXPECT_THAT(on_a_terminal("TERM=dumb"), Not(HasSubstr("\x1b")));
  EXPECT_EQ(shell("$muniment events -o table >out 2>&1"), 0);
  EXPECT_THAT(content_of("out"), Not(HasSubstr("\x1b")));
}

TEST_F(Program, EndsByItselfWhereItsReaderGoesAway) {
  EXPECT_EQ(shell("mkfifo pipe; (exec 3<pipe) & exec 4>pipe; wait; $muniment events >&4 2>/dev/null"), 1);
  EXPECT_EQ(shell("$muniment verify >/dev/null 2>&1"), 0);
}

}  // namespace
}  // namespace muniment
