// What is shipped beside the program: the unit, the alert rules, the pages. The tools that know what is right are asked.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>

namespace muniment {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const std::string source = MUNIMENT_SOURCE;

std::string content_of(const fs::path& file) {
  std::stringstream out;
  out << std::ifstream(file).rdbuf();
  return out.str();
}

struct Ran {
  int code = -1;
  std::string out;  // And what was complained about.
};

Ran run(const std::string& command) {
  Ran ran;
  std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  std::array<char, 4096> buffer{};
  while (pipe != nullptr && std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) ran.out += buffer.data();
  if (pipe != nullptr) ran.code = ::pclose(pipe);
  return ran;
}

bool has(const std::string& program) { return run("command -v " + program).code == 0; }

std::set<std::string> matches(const std::string& text, const std::string& expression) {
  std::set<std::string> out;
  const std::regex regex(expression);
  for (std::sregex_iterator at(text.begin(), text.end(), regex), end; at != end; ++at) out.insert((*at)[1]);
  return out;
}

TEST(AlertRules, FireWhenTheyShouldAndNotOnANodeThatIsWell) {
  if (!has("promtool")) GTEST_SKIP() << "left out: promtool is not installed (Debian package prometheus)";
  const Ran ran = run("promtool test rules " + source + "/tests/tools/package/alerts_test.yml");
  EXPECT_EQ(ran.code, 0) << ran.out;
}

TEST(AlertRules, AreEachTestedToFire) {
  const std::string tests = content_of(source + "/tests/tools/package/alerts_test.yml");
  for (const std::string& alert : matches(content_of(source + "/tools/package/alerts.yml"), "alert: ([A-Za-z]+)")) {
    EXPECT_THAT(tests, HasSubstr("alertname: " + alert + "}")) << "that it is quiet";
    EXPECT_THAT(tests, HasSubstr("alertname: " + alert + "\n")) << "that it fires";
  }
}

TEST(AlertRules, AreEachExplained) {
  const std::string operations = content_of(source + "/docs/OPERATIONS.md");
  const auto alerts = matches(content_of(source + "/tools/package/alerts.yml"), "alert: ([A-Za-z]+)");
  EXPECT_GT(alerts.size(), 10U);
  EXPECT_EQ(matches(operations, "\n### (Muniment[A-Za-z]+)\n"), alerts);
}

// What the pages say that a test shows is shown by a test that is there.
TEST(Documents, NameTestsThatThereAre) {
  for (const char* page : {"SECURITY.md", "OPERATIONS.md"}) {
    const std::string text = content_of(source + "/docs/" + page);
    const std::regex named("`(tests/[a-z0-9_/.]+)`(?: ([A-Za-z0-9]+)\\.([A-Za-z0-9]+))?");
    std::size_t seen = 0;
    for (std::sregex_iterator at(text.begin(), text.end(), named), end; at != end; ++at, ++seen) {
      const std::smatch& found = *at;
      EXPECT_TRUE(fs::exists(source + "/" + found[1].str())) << found[1];
      if (!found[2].matched || !found[1].str().ends_with(".cpp")) continue;
      const std::regex test("TEST(_F|_P)?\\(" + found[2].str() + ", " + found[3].str() + "\\)|RC_GTEST_PROP\\(" + found[2].str() + ", " +
                            found[3].str() + ",");
      EXPECT_TRUE(std::regex_search(content_of(source + "/" + found[1].str()), test)) << page << ": " << found[0];
    }
    EXPECT_GT(seen, 10U) << page;
  }
}

// Of each fault that an operator can meet.
TEST(Faults, HaveEachASectionAndADrill) {
  const std::string operations = content_of(source + "/docs/OPERATIONS.md");
  const std::regex row(R"(\n\| ([^|]+) \| \[([^\]]+)\]\(#[a-z-]+\) \| `([^`]+)` ([A-Za-z]+)\.([A-Za-z0-9]+) \|(?=\n))");
  std::set<std::string> faults;
  for (std::sregex_iterator at(operations.begin(), operations.end(), row), end; at != end; ++at) {
    const std::smatch& found = *at;
    faults.insert(found[1]);
    EXPECT_THAT(operations, HasSubstr("\n## " + found[2].str() + "\n")) << found[1];
    const std::string test = content_of(source + "/" + found[3].str());
    EXPECT_TRUE(std::regex_search(test, std::regex("TEST(_F)?\\(" + found[4].str() + ", " + found[5].str() + "\\)")))
        << found[3] << found[5];
  }
  for (const char* fault : {"Disk full", "Failed sync", "Corrupt file", "Lost vault", "Stale vault", "Expired certificate", "Clock step",
                            "Poisoned event", "Stuck projection", "Runaway submitter", "Restore", "Upgrade", "Refused downgrade"})
    EXPECT_TRUE(faults.contains(fault)) << fault;
}

// With the epoch key where Install puts it, and what systemd does with it: who types what stands there must not be told that it is missing.
class Operator : public testing::Test {
 protected:
  Operator() {
    fs::remove_all(folder);
    fs::create_directories(folder / "bin");
    script("systemd-run", R"(
credentials=$(mktemp -d)
passes=
while [ "$1" != -- ]; do
  case "$1" in --setenv=MUNIMENT_KEY_PASSPHRASE) passes=1 ;; esac
  case "$1" in --property=LoadCredentialEncrypted=*) file=${1#*=*=}; cp "${file#*:}" "$credentials/${file%%:*}" ;; esac
  shift
done
shift
[ -n "$passes" ] || unset MUNIMENT_KEY_PASSPHRASE  # Nothing of who types reaches what systemd starts.
CREDENTIALS_DIRECTORY=$credentials "$@"
code=$?
rm -r "$credentials"
exit $code
)");
    script("runuser", "while [ \"$1\" != -- ]; do shift; done\nshift\nexec \"$@\"\n");
    fs::create_symlink(MUNIMENT_PROGRAM, folder / "bin/muniment");
    fs::create_symlink(source + "/tools/package/mun", folder / "bin/mun");
  }
  ~Operator() override { fs::remove_all(folder); }

  void script(const std::string& name, const std::string& text) const {
    const fs::path file = folder / "bin" / name;
    std::ofstream(file) << "#!/bin/sh\n" << text;
    fs::permissions(file, fs::perms::owner_all);
  }
  Ran type(const std::string& line) const {
    return run(fmt::format("PATH={0}/bin:$PATH MUNIMENT_STORE={0}/store MUNIMENT_CREDENTIALS={0} sh -c '{1}'", folder.string(), line));
  }
  std::string here(std::string text) const {
    text = std::regex_replace(text, std::regex("/var/lib/muniment"), folder.string());
    text = std::regex_replace(text, std::regex(" /(?=backup|elsewhere|media)"), " " + folder.string() + "/");
    return std::regex_replace(text, std::regex("/etc/muniment|/tmp/(?=metrics)"), folder.string());
  }

  const fs::path folder = fs::path(testing::TempDir()) / fmt::format("operator-{}", ::getpid());
};

TEST_F(Operator, LacksNoKeyForAnythingThatStandsInTheOperations) {
  ASSERT_EQ(type("mun init " + (folder / "store").string() + " --officer jane").code, 0);
  fs::rename(folder / "store/keys/epoch.key", folder / "epoch-key.cred");
  fs::rename(folder / "store/keys/log.key", folder / "log-key.cred");
  EXPECT_EQ(type("mun stats").code, 0);
  EXPECT_THAT(type("MUNIMENT_CREDENTIALS=/nowhere mun stats").out, HasSubstr("cannot open it")) << "the control";
  std::ofstream(folder / "muniment.toml") << "";
  std::ofstream(folder / "metrics.txt") << "";
  std::ofstream(folder / "portal.crt") << "";
  const auto lines = matches(content_of(source + "/docs/OPERATIONS.md"),
                             "(?:\n|`)(mun (?!init|keys)[a-z][^`\n]*)");  // To rotate a key one has it at hand.
  EXPECT_GT(lines.size(), 10U);
  for (const std::string& line : lines) {
    const Ran ran = type(here(line));
    EXPECT_EQ(ran.out.find("cannot open it"), std::string::npos) << line << "\n" << ran.out;
    EXPECT_EQ(ran.out.find("could not be told"), std::string::npos) << line << "\n" << ran.out;
    EXPECT_NE(ran.code, 6 << 8) << line << "\n" << ran.out;
  }
}

TEST_F(Operator, IsAskedForNoPassphraseThatStandsInTheEnvironment) {
  ASSERT_EQ(type("mun init " + (folder / "store").string() + " --officer jane").code, 0);
  fs::rename(folder / "store/keys/epoch.key", folder / "epoch-key.cred");
  const std::string key = (folder / "store/keys/log.key").string();
  ASSERT_EQ(type("openssl pkcs8 -topk8 -v2 aes-256-cbc -passout pass:horse -in " + key + " -out " + key + ".new").code, 0);
  fs::rename(key + ".new", key);
  const std::string recording = "mun export log " + (folder / "export").string();
  EXPECT_EQ(type(recording).code, 6 << 8) << "the control";
  const Ran ran = type("MUNIMENT_KEY_PASSPHRASE=horse " + recording);
  EXPECT_EQ(ran.code, 0) << ran.out;
}

class Unit : public testing::Test {
 protected:
  // As shipped, but that the program is where it was built.
  Unit() {
    fs::create_directories(folder);
    std::ofstream(folder / "muniment.service") << std::regex_replace(text, std::regex("/usr/bin/muniment"), MUNIMENT_PROGRAM);
  }
  ~Unit() override { fs::remove_all(folder); }

  fs::path folder = fs::path(testing::TempDir()) / fmt::format("unit-{}", ::getpid());
  std::string text = content_of(source + "/tools/package/muniment.service");
};

TEST_F(Unit, IsWellFormed) {
  if (!has("systemd-analyze")) GTEST_SKIP() << "left out: systemd-analyze is not installed";
  const Ran ran = run(fmt::format("systemd-analyze verify --man=no {}/muniment.service", folder.string()));
  EXPECT_EQ(ran.code, 0) << ran.out;
  EXPECT_EQ(ran.out, "");
}

TEST_F(Unit, LeavesLittleToWhoTakesTheProgramOver) {
  const Ran help = run("systemd-analyze --help");
  if (help.out.find("--threshold") == std::string::npos) GTEST_SKIP() << "left out: systemd-analyze cannot judge a file";
  const Ran ran = run(fmt::format("systemd-analyze security --offline=true --threshold=15 {}/muniment.service", folder.string()));
  EXPECT_EQ(ran.code, 0) << ran.out;
}

TEST_F(Unit, DoesNotStartAgainWhereThatHelpsNobody) {
  EXPECT_THAT(text, HasSubstr("\nRestartPreventExitStatus=2 3 10 SIGABRT\n"));
  EXPECT_THAT(text, HasSubstr("\nType=notify\n"));
}

// A watchdog ends by SIGABRT unless it is told another signal, and what prevents a start does so whatever ended it. 7 is what a node ends
// with from which another has taken the log.
TEST_F(Unit, StartsAgainWhatHungAndWhatAnotherNodeHasReplaced) {
  const std::regex prevented("\nRestartPreventExitStatus=([^\n]*)\n");
  std::smatch found;
  ASSERT_TRUE(std::regex_search(text, found, prevented));
  std::istringstream statuses(found[1].str());
  const std::set<std::string> prevent{std::istream_iterator<std::string>(statuses), {}};
  EXPECT_EQ(prevent.count("7"), 0U);
  const std::regex by_watchdog("\nWatchdogSignal=([^\n]*)\n");
  ASSERT_TRUE(std::regex_search(text, found, by_watchdog));
  EXPECT_EQ(prevent.count(found[1].str()), 0U) << found[1];
  EXPECT_THAT(text, HasSubstr("\nRestart=on-failure\n"));
}

TEST(ManualPages, AreTakenByTheirTool) {
  if (!has("scdoc")) GTEST_SKIP() << "left out: scdoc is not installed";
  for (const auto& [page, mark, part] : {std::array{"muniment.1", "SUBCOMMANDS", "subcommands"},
                                         {"muniment-serve.8", "OPTIONS", "serve"},
                                         {"muniment.toml.5", "SETTINGS", "settings"}}) {
    std::string text = content_of(fmt::format("{}/tools/package/man/{}.scd.in", source, page));
    const std::string at = fmt::format("@{}@", mark);
    ASSERT_NE(text.find(at), std::string::npos) << page;
    text.replace(text.find(at), at.size(), run(fmt::format("{} manual {}", MUNIMENT_PROGRAM, part)).out);
    const fs::path file = fs::path(testing::TempDir()) / fmt::format("page-{}", ::getpid());
    std::ofstream(file) << text;
    const Ran ran = run(fmt::format("scdoc < {}", file.string()));
    EXPECT_EQ(ran.code, 0) << page << ran.out;
    EXPECT_THAT(ran.out, HasSubstr(".TH \"")) << page;
    fs::remove(file);
  }
}

// What CPack packs, which builds nothing itself.
class Package : public testing::Test {
 protected:
  Package() { fs::remove_all(folder); }
  ~Package() override { fs::remove_all(folder); }

  // The programs of a folder that are this project's own builds.
  static std::set<std::string> programs_in(const fs::path& bin) {
    std::set<std::string> out;
    for (const auto& entry : fs::directory_iterator(bin)) out.insert(entry.path().filename().string());
    return out;
  }

  const fs::path folder = fs::path(testing::TempDir()) / fmt::format("package-{}", ::getpid());
};

TEST_F(Package, HasNoProgramThatWhoeverMakesItDoesNotBuild) {
  const Ran installed = run(fmt::format("DESTDIR={} {} --install {}/tools/package --prefix /usr", folder.string(), CMAKE, MUNIMENT_BUILD));
  ASSERT_EQ(installed.code, 0) << installed.out;
  const auto programs = programs_in(folder / "usr" / "bin");
  EXPECT_EQ(programs, (std::set<std::string>{"muniment", "muniment-verify"}));
  const std::string made = run(fmt::format("{} -C {} -t query package_files", NINJA, MUNIMENT_BUILD)).out +
                           run(fmt::format("{} -C {} -t inputs package_files", NINJA, MUNIMENT_BUILD)).out;
  for (const std::string& program : programs) EXPECT_THAT(made, HasSubstr("/" + program + "\n")) << made.substr(0, 2000);
  EXPECT_THAT(content_of(source + "/tools/package/make_deb"), HasSubstr("--target package_files\n"));
}

TEST_F(Package, SaysWhatLibrariesItsProgramsUse) {
  if (!has("dpkg-query")) GTEST_SKIP() << "left out: dpkg-query is not installed (Debian package dpkg)";
  const Ran installed = run(fmt::format("DESTDIR={} {} --install {}/tools/package --prefix /usr", folder.string(), CMAKE, MUNIMENT_BUILD));
  ASSERT_EQ(installed.code, 0) << installed.out;
  const fs::path file = folder / "usr/share/doc/muniment/sbom.cdx.json";
  const std::string list = content_of(file);
  for (const char* package : {"libssl3", "libcurl4", "libboost1.81-dev"}) {
    const std::string version = run(fmt::format("dpkg-query --show --showformat='${{Version}}' {}", package)).out;
    EXPECT_THAT(list, HasSubstr(fmt::format(R"("name":"{}","version":"{}")", package, version)));
  }
  EXPECT_THAT(list, HasSubstr(R"("name":"librocksdb)"));
  EXPECT_EQ(list.find("libgtest"), std::string::npos) << "tests are not in it";
  if (has("python3")) {
    EXPECT_EQ(run("python3 -m json.tool " + file.string()).code, 0) << list;
  }
  EXPECT_NE(run(fmt::format("{}/tools/package/make_sbom 1 {}/tools/packages.txt /nowhere", source, source)).code, 0);
}

TEST_F(Package, CanBeUnpackedAndItsProgramsStart) {
  if (!has("dpkg-deb")) GTEST_SKIP() << "left out: dpkg-deb is not installed (Debian package dpkg)";
  fs::create_directories(folder);
  const Ran packed =
      run(fmt::format("cd {0} && {1} -G DEB --config {2}/CPackConfig.cmake -B {0} -D CPACK_OUTPUT_FILE_PREFIX={0} -D CPACK_STRIP_FILES=OFF "
                      "-D CPACK_DEBIAN_PACKAGE_SHLIBDEPS=OFF -D CPACK_DEBIAN_COMPRESSION_TYPE=none",
                      folder.string(), CPACK, MUNIMENT_BUILD));
  ASSERT_EQ(packed.code, 0) << packed.out;
  const Ran unpacked = run(fmt::format("dpkg-deb -x {0}/muniment_*.deb {0}/root", folder.string()));
  ASSERT_EQ(unpacked.code, 0) << unpacked.out;
  const fs::path root = folder / "root";
  EXPECT_EQ(run((root / "usr" / "bin" / "muniment").string() + " --version").out, fmt::format("muniment {}\n", MUNIMENT_VERSION));
  EXPECT_THAT(run((root / "usr" / "bin" / "muniment-verify").string()).out, HasSubstr("muniment-verify"));
  for (const char* file : {"usr/lib/systemd/system/muniment.service", "etc/muniment/muniment.toml", "usr/share/man/man1/muniment.1.gz",
                           "usr/share/muniment/alerts.yml", "usr/sbin/mun"})
    EXPECT_TRUE(fs::exists(root / file)) << file;
}

}  // namespace
}  // namespace muniment
