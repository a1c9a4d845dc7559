#include "cli_fixture.h"
#include "tools/muniment/cli.h"

namespace muniment {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Serve : public Cli {};

TEST_F(Serve, CheckConfigSaysWhatWouldBeUsedAndWhereItCameFrom) {
  write_file(folder / "c.toml", "[limits]\nconnections = 7\n");
  const Ran ran = ask({"serve", "--config", (folder / "c.toml").string(), "--check-config", "--log-level", "debug"});
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("connections = 7  # " + (folder / "c.toml").string() + ":2:1\n"),
                             HasSubstr("level = \"debug\"  # --log-level\n"), HasSubstr("questions = 256  # default\n"),
                             HasSubstr("folder = \"" + store.string() + "\"  # --store\n")));
}

TEST_F(Serve, AWrongConfigurationIsUsage) {
  write_file(folder / "c.toml", "[limits]\nconnectoins = 7\n");
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"--check-config"}, {}}) {
    std::vector<std::string> all{"serve", "--config", (folder / "c.toml").string()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Ran ran = ask(all);
    EXPECT_EQ(ran.code, ExitCode::usage);
    EXPECT_THAT(ran.err, HasSubstr("c.toml:2:1: limits.connectoins: unknown key; did you mean connections?"));
  }
  EXPECT_EQ(ask({"serve", "--connections", "0", "--check-config"}).code, ExitCode::usage);
}

TEST_F(Serve, CheckConfigFindsWhatCannotBeUsed) {
  const Ran ran = ask({"serve", "--check-config", "--tls-certificate", "/nowhere.crt", "--tls-key", "/nowhere.key"});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.err, HasSubstr("tls.certificate: /nowhere.crt cannot be read"));
  EXPECT_EQ(run({"serve", "--check-config"}).code, ExitCode::usage);
}

}  // namespace
}  // namespace muniment
