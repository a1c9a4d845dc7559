// A process that submits is killed at random, again and again: what it acknowledged is there once, and nothing else is wrong.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

extern char** environ;

namespace {

namespace fs = std::filesystem;

struct Child {
  pid_t pid = -1;
  int output = -1;
};

Child start(const std::vector<std::string>& arguments) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::vector<char*> argv;
  std::string program = MUNIMENT_CRASH_CHILD;
  argv.push_back(program.data());
  auto copies = arguments;
  for (std::string& argument : copies) argv.push_back(argument.data());
  argv.push_back(nullptr);
  Child child;
  if (::posix_spawn(&child.pid, program.c_str(), &actions, nullptr, argv.data(), environ) != 0)
    throw std::runtime_error("cannot start " + program);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  child.output = ends[0];
  return child;
}

std::string read_all(int descriptor, std::atomic<bool>* has_begun = nullptr) {
  std::string out;
  std::array<char, 65536> buffer{};
  for (ssize_t size = 0; (size = ::read(descriptor, buffer.data(), buffer.size())) > 0;) {
    out.append(buffer.data(), static_cast<std::size_t>(size));
    if (has_begun != nullptr) *has_begun = true;
  }
  ::close(descriptor);
  return out;
}

int wait_for(pid_t pid) {
  int status = 0;
  ::waitpid(pid, &status, 0);
  return status;
}

// Exit code and what was printed.
std::pair<int, std::string> run(const std::vector<std::string>& arguments) {
  const Child child = start(arguments);
  std::string output = read_all(child.output);
  const int status = wait_for(child.pid);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128, std::move(output)};
}

int rounds() {
  const char* text = std::getenv("MUNIMENT_CRASH_ROUNDS");
  return text == nullptr ? MUNIMENT_CRASH_ROUNDS : std::atoi(text);
}

class Crash : public testing::Test {
 protected:
  Crash() : folder_(fs::path(testing::TempDir()) / fmt::format("muniment_crash_{}", ::getpid())) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~Crash() override { fs::remove_all(folder_); }

  std::string store() const { return (folder_ / "store").string(); }
  std::string acknowledged() const { return (folder_ / "acknowledged").string(); }

  // Lets a process submit for a while after its first answer, or from its start, so that it may still be opening the store; kills it and
  // keeps what it acknowledged. A last line without its end was not acknowledged whole.
  std::size_t submit_and_kill(int round, std::chrono::microseconds time, bool from_first_answer = true) {
    const Child child = start({"submit", store(), std::to_string(round)});
    std::string output;
    std::atomic<bool> has_begun = false;
    std::thread reader([&] { output = read_all(child.output, &has_begun); });
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (from_first_answer && !has_begun && std::chrono::steady_clock::now() < patience)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(time);
    ::kill(child.pid, SIGKILL);
    const int status = wait_for(child.pid);
    reader.join();
    EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
    output.resize(output.rfind('\n') == std::string::npos ? 0 : output.rfind('\n') + 1);
    std::ofstream(acknowledged(), std::ios::app) << output;
    return static_cast<std::size_t>(std::count(output.begin(), output.end(), '\n'));
  }

  fs::path folder_;
};

TEST_F(Crash, LosesNothingThatWasAcknowledgedHoweverOftenTheProcessIsKilled) {
  ASSERT_EQ(run({"create", store(), "rkelly"}).first, 0);
  std::mt19937 random(20261122);
  std::size_t acknowledged_commands = 0;
  std::size_t rounds_with_answers = 0;
  for (int round = 1; round <= rounds(); ++round) {
    const auto count = submit_and_kill(round, std::chrono::microseconds(random() % 25'000), round % 5 != 0);
    acknowledged_commands += count;
    rounds_with_answers += count > 0;
    const auto [code, output] = run({"check", store(), acknowledged()});
    ASSERT_EQ(code, 0) << "round " << round;
    // Once more, after a close that was not clean or clean: the state is the same.
    if (round % 10 == 0) {
      ASSERT_EQ(run({"check", store(), acknowledged()}).second, output);
    }
  }
  fmt::print("killed {} times; {} commands acknowledged, all there once\n", rounds(), acknowledged_commands);
  EXPECT_GT(rounds_with_answers, static_cast<std::size_t>(rounds()) / 2) << "too few rounds got as far as an answer to show anything";
}

// The control: a command that was acknowledged and is not there is found.
TEST_F(Crash, WouldNoticeALostCommand) {
  ASSERT_EQ(run({"create", store(), "rkelly"}).first, 0);
  submit_and_kill(1, std::chrono::milliseconds(300));
  std::ofstream(acknowledged(), std::ios::app) << "create-1-999999999\n";
  EXPECT_EQ(run({"check", store(), acknowledged()}).first, 1);
}

}  // namespace
