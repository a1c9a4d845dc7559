// Runs the program in this process, with strings for its streams and a store of its own.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tools/muniment/exit_code.h"

namespace muniment {

struct Ran {
  ExitCode code;
  std::string out;
  std::string err;
};

// `on_terminal`: whether the program is told that it writes to one.
Ran run(const std::vector<std::string>& arguments, const std::string& in = "", bool on_terminal = false);
// Where only `err` is a terminal, and progress is shown at once.
Ran run_impatiently(const std::vector<std::string>& arguments, const std::string& in = "");

std::vector<std::string> lines_of(const std::string& text);
// The value of a member of a flat JSON line, without quotes; empty where it has none.
std::string member(const std::string& json, const std::string& name);
std::string content_of(const std::filesystem::path& file);
void write_file(const std::filesystem::path& file, const std::string& content);

class Cli : public testing::Test {
 protected:
  Cli();
  ~Cli() override;

  // With --store before, and with a store whose officer is `agency`.
  Ran ask(std::vector<std::string> arguments, const std::string& in = "");
  // Commands as JSON lines; the answers' lines.
  std::vector<std::string> submit(const std::string& commands, ExitCode expected = ExitCode::ok);
  std::string head();

  std::filesystem::path folder;  // For anything.
  std::filesystem::path store;
};

// A provider with a Primary User, `mhughes1`, and a subordinate, `jdoe1`, in so many commands.
std::string small_story();

}  // namespace muniment
