#include "cli_fixture.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "tools/muniment/cli.h"

namespace muniment {

Ran run(const std::vector<std::string>& arguments, const std::string& in, bool on_terminal) {
  std::istringstream input(in);
  std::ostringstream out;
  std::ostringstream err;
  Console console{
      .in = input, .out = out, .err = err, .out_is_terminal = on_terminal, .err_is_terminal = on_terminal, .has_color = on_terminal};
  const ExitCode code = run_cli(arguments, console);
  return {code, out.str(), err.str()};
}

Ran run_impatiently(const std::vector<std::string>& arguments, const std::string& in) {
  std::istringstream input(in);
  std::ostringstream out;
  std::ostringstream err;
  Console console{.in = input, .out = out, .err = err, .err_is_terminal = true, .quiet_time = {}};
  const ExitCode code = run_cli(arguments, console);
  return {code, out.str(), err.str()};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

std::string member(const std::string& json, const std::string& name) {
  const std::string key = "\"" + name + "\":";
  const auto at = json.find(key);
  if (at == std::string::npos) return "";
  const auto begin = at + key.size();
  if (json[begin] == '"') return json.substr(begin + 1, json.find('"', begin + 1) - begin - 1);
  return json.substr(begin, json.find_first_of(json[begin] == '[' ? "]" : ",}", begin) - begin);
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  EXPECT_TRUE(in) << file;
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void write_file(const std::filesystem::path& file, const std::string& content) {
  std::ofstream out(file, std::ios::binary);
  out << content;
  out.close();
  EXPECT_TRUE(out) << file;
}

Cli::Cli() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  folder = std::filesystem::path(testing::TempDir()) / fmt::format("cli-{}-{}-{}", ::getpid(), test->test_suite_name(), test->name());
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  store = folder / "store";
  const Ran made = run({"init", store.string(), "--officer", "agency"});
  EXPECT_EQ(made.code, ExitCode::ok) << made.err;
}

Cli::~Cli() { std::filesystem::remove_all(folder); }

Ran Cli::ask(std::vector<std::string> arguments, const std::string& in) {
  arguments.insert(arguments.begin(), {"--store", store.string()});
  return run(arguments, in);
}

std::vector<std::string> Cli::submit(const std::string& commands, ExitCode expected) {
  const Ran ran = ask({"submit", "-"}, commands);
  EXPECT_EQ(ran.code, expected) << ran.out << ran.err;
  return lines_of(ran.out);
}

std::string Cli::head() {
  const Ran ran = ask({"stats", "-o", "json"});
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  return member(ran.out, "position") + " " + member(ran.out, "root");
}

std::string small_story() {
  return R"({"type":"register_provider","command_id":"s1","actor":"officer:agency","provider":"110012345A","kind":"provider","organization":"Mercy","name":"Mercy"}
{"type":"assign_primary_user","command_id":"s2","actor":"officer:agency","provider":"110012345A","profile":{"last_name":"Hughes","first_name":"Mary","birth_day":"11/23","email":"m@mercy.example","zip":"02139"},"pin":"4071"}
{"type":"create_subordinate","command_id":"s3","actor":"mhughes1","provider":"110012345A","last_name":"Doe","first_name":"John","birth_day":"07/04","email":"john.doe@mass.net","zip":"02302","pin":"1234","services":["manage_referrals"]}
)";
}

}  // namespace muniment
