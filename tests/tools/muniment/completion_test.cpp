#include <fmt/format.h>

#include <array>
#include <cstdio>

#include "cli_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;

class Completion : public Cli {
 protected:
  // What bash offers for the last of these words.
  std::vector<std::string> offered(const std::string& words, std::size_t count) {
    write_file(folder / "completion", run({"completion", "bash"}).out);
    const std::string script = fmt::format("source {}; COMP_WORDS=({}); COMP_CWORD={}; _muniment; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
                                           (folder / "completion").string(), words, count - 1);
    write_file(folder / "script", script);
    std::FILE* pipe = ::popen(fmt::format("bash {}", (folder / "script").string()).c_str(), "r");
    std::string out;
    std::array<char, 4096> buffer{};
    while (pipe != nullptr && std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) out += buffer.data();
    EXPECT_EQ(pipe == nullptr ? -1 : ::pclose(pipe), 0);
    return lines_of(out);
  }
};

TEST_F(Completion, OffersCommandsFlagsAndValuesInBash) {
  EXPECT_THAT(offered("muniment au", 2), ElementsAre("audit"));
  EXPECT_THAT(offered("muniment audit ''", 3), IsSupersetOf({"as-of", "trail", "diff", "roster"}));
  EXPECT_THAT(offered("muniment audit as-of --rec", 4), ElementsAre("--recorded-at"));
  EXPECT_THAT(offered("muniment audit as-of -o c", 5), ElementsAre("csv"));
  EXPECT_THAT(offered("muniment completion ''", 3), IsSupersetOf({"bash", "zsh", "fish"}));
  EXPECT_THAT(offered("muniment rebuild t", 3), ElementsAre("trail"));
  EXPECT_THAT(offered("muniment stats --st", 3), ElementsAre("--store"));
  EXPECT_THAT(offered("muniment --store " + folder.string() + "/sto", 3), ElementsAre(store.string()));
}

TEST_F(Completion, OffersFilesWhereAFileIsMeantAndNowhereElse) {
  const std::string here = folder.string() + "/comp";
  EXPECT_THAT(offered("muniment submit " + here, 3), ElementsAre(folder.string() + "/completion"));
  EXPECT_THAT(offered("muniment submit ''", 3), testing::Contains("-"));
  EXPECT_THAT(offered("muniment init " + folder.string() + "/", 3), ElementsAre(store.string()));
  EXPECT_THAT(offered("muniment import access-history --providers " + here, 5), ElementsAre(folder.string() + "/completion"));
  for (const char* flag : {"--user", "--provider", "--at", "--position"}) {
    EXPECT_THAT(offered(fmt::format("muniment audit as-of {} {}", flag, here), 5), ElementsAre("")) << flag;
  }
  EXPECT_THAT(offered("muniment audit trail --type password", 5), ElementsAre("password_reset"));
}

TEST_F(Completion, KnowsTheOtherShells) {
  EXPECT_THAT(run({"completion", "zsh"}).out, HasSubstr("#compdef muniment\n"));
  const std::string fish = run({"completion", "fish"}).out;
  EXPECT_THAT(
      fish,
      HasSubstr("complete -c muniment -n '__fish_seen_subcommand_from audit; and not __fish_seen_subcommand_from as-of "
                "intervals states trail histogram diff roster findings rules privileged policies retention gaps reviews review leaver "
                "attestation' -a as-of"));
  EXPECT_THAT(fish, HasSubstr("complete -c muniment -n '__fish_seen_subcommand_from as-of' -l output -s o -x -a 'table json ndjson csv'"));
  EXPECT_THAT(fish, HasSubstr("complete -c muniment -n '__fish_seen_subcommand_from as-of' -l user -x -d"));
  EXPECT_THAT(fish, HasSubstr("complete -c muniment -n '__fish_seen_subcommand_from submit' -F\n"));
  EXPECT_EQ(run({"completion", "tcsh"}).code, ExitCode::usage);
}

}  // namespace
}  // namespace muniment
