#include <cstdlib>

#include "cli_fixture.h"
#include "tools/muniment/support_facts.h"
#include "tools/store/store.h"

namespace muniment {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SupportBundles : public Cli {
 protected:
  // Made, and taken apart.
  Ran make(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"support-bundle", (folder / "bundle.tar.gz").string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Ran ran = ask(arguments);
    EXPECT_EQ(std::system(("tar -xzf " + (folder / "bundle.tar.gz").string() + " -C " + folder.string()).c_str()), 0);
    return ran;
  }
  std::string part(const std::string& name) { return content_of(folder / "muniment-support" / name); }
};

TEST_F(SupportBundles, HaveTheFactsThatTheyList) {
  submit(small_story());
  write_file(
      folder / "c.toml",
      "[limits]\nconnections = 7\n[[webhook]]\nname = \"hub\"\nurl = \"https://hub.example/h?key=TOPSECRET\"\nsecret_file = \"s\"\n");
  const Ran ran = make({"--config", (folder / "c.toml").string()});
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("versions.txt\nconfiguration.toml\nsystem.txt\nfiles.txt\nstore.json\n"));
  EXPECT_THAT(part("versions.txt"), AllOf(HasSubstr("muniment 0."), HasSubstr("OpenSSL 3")));
  EXPECT_THAT(part("configuration.toml"),
              AllOf(HasSubstr("connections = 7"), HasSubstr("url = \"https://hub.example/...\""), Not(HasSubstr("SECRET"))));
  EXPECT_THAT(part("system.txt"), AllOf(HasSubstr("Max open files"), HasSubstr("disk: block size")));
  EXPECT_THAT(part("files.txt"), AllOf(HasSubstr(" log/CURRENT\n"), HasSubstr(" STORE\n")));
  EXPECT_THAT(part("store.json"), HasSubstr("\"position\":\"" + head().substr(0, head().find(' ')) + "\""));
}

TEST_F(SupportBundles, AreMadeWhileAnotherHoldsTheStoreAndSaySo) {
  const Store held(store, {.holder = "the node of this test"});
  EXPECT_EQ(make().code, ExitCode::ok);
  EXPECT_THAT(part("store.json"), AllOf(HasSubstr("could not be told"), HasSubstr("the node of this test")));
}

TEST_F(SupportBundles, AreMadeOfADamagedStoreToo) {
  write_file(store / "STORE", "rubbish\n");
  EXPECT_EQ(make().code, ExitCode::ok);
  EXPECT_THAT(part("store.json"), HasSubstr("STORE is damaged"));
}

TEST_F(SupportBundles, WriteOverNothing) {
  write_file(folder / "there", "something");
  EXPECT_EQ(ask({"support-bundle", (folder / "there").string()}).code, ExitCode::failure);
  EXPECT_EQ(content_of(folder / "there"), "something");
}

TEST_F(SupportBundles, AreForTheirOwnersEyes) {
  make();
  EXPECT_EQ(std::filesystem::status(folder / "bundle.tar.gz").permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(MetricFacts, AreSamplesByTheirOwnNamesAndNothingElse) {
  const std::string samples =
      "# HELP muniment_ready 1 while the node can serve; /readyz says why not.\n"
      "muniment_ready 1\n"
      "muniment_requests_total{route=\"GET /v1/accounts/{username}\",status=\"200\"} 7\n"
      "process_cpu_seconds_total 1.5e-05\n";
  EXPECT_EQ(metric_facts(samples + "jane_doe 1\n<html>jane</html>\nmuniment_ready{note=\"jane@doe\"} 1\n"), samples);
}

}  // namespace
}  // namespace muniment
