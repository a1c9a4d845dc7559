#include <fmt/format.h>

#include <set>
#include <sstream>

#include "cli_fixture.h"
#include "tools/server/configuration.h"

namespace muniment {
namespace {

using testing::HasSubstr;

// The words that begin with -- in a text.
std::set<std::string> flags_in(const std::string& text) {
  std::set<std::string> out;
  for (std::size_t at = text.find("--"); at != std::string::npos; at = text.find("--", at + 2)) {
    const std::size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", at);
    if (end != at + 2) out.insert(text.substr(at, end - at));
  }
  return out;
}

class Manual : public Cli {
 protected:
  // The section of a subcommand.
  static std::string section(const std::string& text, const std::string& name) {
    const std::size_t begin = text.find("## " + name + "\n");
    if (begin == std::string::npos) return {};
    return text.substr(begin, text.find("\n## ", begin) - begin);
  }
};

TEST_F(Manual, HasEveryFlagOfEverySubcommandAndNoOther) {
  const std::string text = run({"manual", "subcommands"}).out;
  std::size_t sections = 0;
  for (std::size_t at = text.find("## "); at != std::string::npos; at = text.find("\n## ", at + 1)) {
    const std::size_t begin = text.find("## ", at) + 3;
    const std::string name = text.substr(begin, text.find('\n', begin) - begin);
    std::istringstream words(name);
    std::vector<std::string> arguments{std::istream_iterator<std::string>(words), {}};
    arguments.emplace_back("--help");
    EXPECT_EQ(flags_in(section(text, name)), flags_in(run(arguments).out)) << name;
    ++sections;
  }
  EXPECT_GE(sections, 19U);
}

TEST_F(Manual, HasWhatStandsBeforeAnySubcommand) {
  const std::string text = run({"manual", "subcommands"}).out;
  EXPECT_EQ(flags_in(text.substr(0, text.find("# SUBCOMMANDS"))), flags_in(run({"--help"}).out));
}

TEST_F(Manual, HasEverySubcommandThatHelpLists) {
  const std::string text = run({"manual", "subcommands"}).out;
  std::istringstream help(run({"--help"}).out);
  bool is_list = false;
  std::size_t seen = 0;
  for (std::string line; std::getline(help, line);) {
    if (is_list && line.starts_with("  ") && line[2] != ' ') {
      ++seen;
      EXPECT_THAT(text, HasSubstr("## " + line.substr(2, line.find(' ', 2) - 2)));
    }
    is_list = is_list || line.starts_with("Subcommands");
  }
  EXPECT_GE(seen, 12U);
  EXPECT_THAT(run({"--help"}).out, testing::Not(HasSubstr("manual")));
}

TEST_F(Manual, HasEveryKeyOfTheConfiguration) {
  const std::string text = run({"manual", "settings"}).out;
  for (const SettingKey& key : setting_keys()) {
    EXPECT_THAT(text, HasSubstr(fmt::format("# [{}]\n", key.section)));
    EXPECT_THAT(flags_in(text), testing::Contains(std::string{key.flag}));
  }
  EXPECT_THAT(text, HasSubstr("*disk\\_reserve\\_bytes*"));
  EXPECT_THAT(text, HasSubstr("*clock\\_skew\\_seconds*"));
}

}  // namespace
}  // namespace muniment
