#include "tools/server/configuration.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include "test_certificates.h"
#include "tests/places/places.h"

namespace muniment {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class Configurations : public testing::Test {
 protected:
  Configurations() { std::filesystem::create_directories(folder); }
  ~Configurations() override { std::filesystem::remove_all(folder); }

  std::filesystem::path write(const std::string& name, const std::string& content) const {
    std::ofstream(folder / name) << content;
    return folder / name;
  }
  Configuration load(const std::string& content) const { return Configuration({.file = write("c.toml", content), .environment = {}}); }
  // What is wrong with it; empty: nothing.
  std::string error_of(const std::string& content) const {
    try {
      load(content);
      return {};
    } catch (const ConfigurationError& error) {
      return error.what();
    }
  }
  std::string place(int line, int column) const {
    return (folder / "c.toml").string() + ":" + std::to_string(line) + ":" + std::to_string(column) + ": ";
  }

  std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / ("configuration-" + std::to_string(::getpid()));
};

std::string shipped_file() {
  std::stringstream out;
  out << std::ifstream(project_folder() / "tools/package/muniment.toml").rdbuf();
  return out.str();
}

std::string value_of(const SettingKey& key, const Configuration& configuration) { return key.show(configuration.settings()); }

TEST_F(Configurations, AreTheDefaultsWhereNothingIsSaid) {
  const Configuration configuration({.environment = {}});
  for (const SettingKey& key : setting_keys()) EXPECT_EQ(value_of(key, configuration), key.show({})) << key.name;
  EXPECT_THAT(configuration.text(), HasSubstr("[listen]\naddress = \"127.0.0.1:8080\"  # default\n"));
}

TEST_F(Configurations, TheShippedFileIsTheDefaultsButForTheStore) {
  const Configuration shipped = load(shipped_file());
  for (const SettingKey& key : setting_keys()) {
    EXPECT_EQ(value_of(key, shipped), key.name == "folder" ? "/var/lib/muniment/store" : key.show({})) << key.name;
  }
  EXPECT_THAT(shipped.settings().identity_providers, IsEmpty());
  EXPECT_TRUE(shipped.settings().webhooks.empty());
  EXPECT_TRUE(shipped.settings().syslogs.empty());
}

// With what stands after a # taken as said.
TEST_F(Configurations, TheShippedFileHasEveryKeyWithItsDefault) {
  const std::string all = std::regex_replace(shipped_file(), std::regex("(^|\n)#(?=[a-z\\[])"), "$1");
  const Configuration configuration = load(all);
  for (const SettingKey& key : setting_keys()) {
    if (const std::string standard = key.show({}); !standard.empty()) {
      EXPECT_EQ(value_of(key, configuration), standard) << key.name;
    }
    EXPECT_THAT(all, HasSubstr("\n" + std::string{key.name} + " = ")) << key.name;
  }
  ASSERT_EQ(configuration.settings().identity_providers.size(), 1U);
  for (const IdentityProviderKey& key : identity_provider_keys()) {
    if (key.is_required || key.show({}).empty()) continue;
    EXPECT_EQ(key.show(configuration.settings().identity_providers[0]), key.show({})) << key.name;
    EXPECT_THAT(all, HasSubstr("\n" + std::string{key.name} + " = ")) << key.name;
  }
  const auto expect_all = [&](const auto& keys, const auto& list) {
    ASSERT_EQ(list.size(), 1U);
    for (const auto& key : keys) {
      EXPECT_THAT(all, HasSubstr("\n" + std::string{key.name} + " = ")) << key.name;
      if (key.is_required || key.show({}).empty()) continue;
      EXPECT_EQ(key.show(list[0]), key.show({})) << key.name;
    }
  };
  expect_all(webhook_keys(), configuration.settings().webhooks);
  expect_all(syslog_keys(), configuration.settings().syslogs);
}

TEST_F(Configurations, SayWhollyOrNotAtAllHowPeopleSignIn) {
  const std::string provider = "[[identity_provider]]\nissuer = \"https://i\"\naudience = \"a\"\n";
  const std::string client = "client_id = \"c\"\n";
  const auto back_to = [](const std::string& url) { return "redirect_uri = \"" + url + "\"\n"; };
  const std::string redirect = back_to("https://n/console/signed-in");
  EXPECT_FALSE(load(provider).settings().identity_providers[0].sign_in.is_on());
  const SignInSettings sign_in = load(provider + client + redirect).settings().identity_providers[0].sign_in;
  EXPECT_TRUE(sign_in.is_on());
  EXPECT_EQ(sign_in.scope, "openid");
  EXPECT_THROW(load(provider + client), ConfigurationError);
  EXPECT_THROW(load(provider + redirect), ConfigurationError);
  EXPECT_THROW(load(provider + "client_secret_file = \"s\"\n"), ConfigurationError);
  EXPECT_THROW(load(provider + client + redirect + provider + client + redirect), ConfigurationError) << "both have the issuer's name";
  EXPECT_EQ(
      load(provider + client + redirect + provider + client + redirect + "sign_in_name = \"B\"\n").settings().identity_providers.size(),
      2U);
  EXPECT_THROW(load(provider + client + redirect + "scope = \"profile openidx\"\n"), ConfigurationError);
  EXPECT_NO_THROW(load(provider + client + redirect + "scope = \"profile openid\"\n"));
  EXPECT_NO_THROW(load(provider + client + back_to("http://localhost:8080/console/signed-in")));
  for (const char* wrong :
       {"http://n/console/signed-in", "https://n/console/signed-in/", "https://n/x/console/signed-in", "https://n/console/signed-in?a=b",
        "https://n?/console/signed-in", "https://n#/console/signed-in", "https://u:p@n/console/signed-in", "/console/signed-in",
        "javascript://n/console/signed-in", "https://n/console"}) {
    EXPECT_THROW(load(provider + client + back_to(wrong)), ConfigurationError) << wrong;
  }
}

TEST_F(Configurations, NameReceiversOnceAndInLettersThatAFolderMayHave) {
  const auto hook = [](const std::string& name) {
    return "[[webhook]]\nname = \"" + name + "\"\nurl = \"https://h\"\nsecret_file = \"s\"\n";
  };
  const std::string syslog = "[[syslog]]\nname = \"hub\"\nhost = \"h\"\n";
  EXPECT_EQ(load(hook("hub") + hook("hub-2")).settings().webhooks.size(), 2U);
  EXPECT_EQ(load(syslog).settings().syslogs[0].port, 6514);
  EXPECT_THROW(load(hook("hub") + hook("hub")), ConfigurationError);
  EXPECT_THROW(load(hook("hub") + syslog), ConfigurationError);
  for (const char* name : {"", "a/b", "..", "Hub", "a b"}) EXPECT_THROW(load(hook(name)), ConfigurationError) << name;
}

TEST_F(Configurations, RefuseReceiversThatCannotBe) {
  const std::string hook = "[[webhook]]\nname = \"hub\"\nurl = \"https://h\"\nsecret_file = \"s\"\n";
  const std::string syslog = "[[syslog]]\nname = \"siem\"\nhost = \"h\"\n";
  for (const std::string& text :
       {hook + "batch_events = 0\n", hook + "batch_events = 1001\n", hook + "from = \"yesterday\"\n", syslog + "port = 0\n",
        syslog + "port = 70000\n", syslog + "certificate = \"c\"\n", std::string{"[[webhook]]\nname = \"hub\"\n"},
        std::string{"[webhook]\nname = \"hub\"\n"}, hook + "colour = \"red\"\n"}) {
    EXPECT_THROW(load(text), ConfigurationError) << text;
  }
}

TEST_F(Configurations, SayWhatIsWrongWithTheFilesOfReceivers) {
  write("secret", "not a secret\n");
  const Configuration configuration = load(
      "[[webhook]]\nname = \"hub\"\nurl = \"http://elsewhere.example\"\nsecret_file = \"secret\"\n[[syslog]]\nname = \"siem\"\nhost = "
      "\"h\"\nca = \"nowhere\"\n");
  const std::string all = fmt::format("{}", fmt::join(configuration.faults(), "\n"));
  EXPECT_THAT(all, HasSubstr("webhook.url: "));
  EXPECT_THAT(all, HasSubstr("webhook.secret_file: "));
  EXPECT_THAT(all, HasSubstr("syslog.ca: "));
}

TEST_F(Configurations, ShowOfAUrlThatMayHoldASecretWhereItLeadsAlone) {
  const std::string hook = "[[webhook]]\nname = \"hub\"\nsecret_file = \"s\"\nurl = \"";
  const std::string clock = "[time_authority]\nca = \"c\"\nurl = \"";
  for (const char* scheme : {"https", "ftp", "http"}) {
    const std::string url = fmt::format("{}://hub.example:8443/services/T0SECRET?key=TOPSECRET#SECRET", scheme);
    const std::string of_hook = scheme == std::string_view{"ftp"} ? "" : hook + url + "\"\n";
    const Configuration configuration = load(clock + url + "\"\n" + of_hook);
    const std::string all = fmt::format("{}{}", configuration.text(), fmt::join(configuration.faults(), "\n"));
    EXPECT_THAT(all, HasSubstr(fmt::format("{}://hub.example:8443/...", scheme)));
    EXPECT_THAT(all, testing::Not(HasSubstr("SECRET")));
    EXPECT_EQ(configuration.settings().time_authority_url, url) << "used whole";
  }
}

TEST_F(Configurations, FlagsStandOverTheEnvironmentOverTheFile) {
  const auto file = write("c.toml", "[limits]\nconnections = 1\nquestions = 2\n[log]\nlevel = \"debug\"\n");
  const Configuration configuration({.file = file,
                                     .environment = {{"MUNIMENT_LIMITS_CONNECTIONS", "10"}, {"MUNIMENT_LIMITS_QUESTIONS", "20"}},
                                     .flags = {{"--connections", "100"}}});
  EXPECT_EQ(configuration.settings().limits.connections_max, 100U);
  EXPECT_EQ(configuration.settings().limits.questions_max, 20U);
  EXPECT_EQ(configuration.settings().log_level, LogLevel::debug);
  EXPECT_THAT(configuration.text(),
              AllOf(HasSubstr("connections = 100  # --connections\n"), HasSubstr("questions = 20  # MUNIMENT_LIMITS_QUESTIONS\n"),
                    HasSubstr("level = \"debug\"  # " + file.string() + ":5:1\n")));
}

// So that a key that is added can be set and told.
TEST_F(Configurations, WhatTheyPrintReadsBackAsTheSame) {
  const std::string text = load(
                               "[tls]\ncertificate = \"/a\\\"b\"\nkey = \"/k\\n[listen]\"\n[listen]\naddress = \"[::1]:1\"\n"
                               "[[identity_provider]]\nissuer = \"https://i\"\naudience = \"a\"\n")
                               .text();
  const Configuration again = load(text);
  EXPECT_EQ(again.settings().tls.certificate, "/a\"b");
  EXPECT_EQ(again.settings().tls.key, "/k\n[listen]");
  EXPECT_EQ(again.settings().listen.host, "::1");
  ASSERT_EQ(again.settings().identity_providers.size(), 1U);
  EXPECT_EQ(again.settings().identity_providers[0].issuer, "https://i");
}

TEST_F(Configurations, AKeyThatIsUnknownIsAnErrorWithWhatWasPerhapsMeant) {
  EXPECT_EQ(error_of("[limits]\n\n  connectoins = 3\n"), place(3, 3) + "limits.connectoins: unknown key; did you mean connections?");
  EXPECT_THAT(error_of("[limits]\nwhatever_it_is = 3\n"), HasSubstr("limits.whatever_it_is: unknown key; there are: commands_a_second, "));
  EXPECT_EQ(error_of("[limit]\nconnections = 3\n"), place(1, 2) + "limit: unknown section; did you mean limits?");
  EXPECT_THAT(error_of("level = \"info\"\n"), StartsWith(place(1, 1) + "level: unknown section"));
  EXPECT_THAT(error_of("[[identity_provider]]\nissuer = \"https://i\"\naudience = \"a\"\nclock_skew = 1\n"),
              HasSubstr("identity_provider.clock_skew: unknown key"));
}

TEST_F(Configurations, AValueThatIsWrongIsToldWithItsPlaceAndWhatWasExpected) {
  EXPECT_EQ(error_of("[limits]\nconnections = \"many\"\n"), place(2, 15) + "limits.connections: expected a whole number");
  EXPECT_EQ(error_of("[limits]\nconnections = 0\n"), place(2, 15) + "limits.connections: expected a whole number from 1 on");
  EXPECT_EQ(error_of("[limits]\nconnections = -1\n"), place(2, 15) + "limits.connections: expected a whole number from 1 on");
  EXPECT_EQ(error_of("[cluster]\nstandby = \"true\"\n"), place(2, 11) + "cluster.standby: expected true or false");
  EXPECT_THAT(error_of("[cluster]\nnodes = \"https://node1.example:8443,,https://node2.example:8443\"\n"),
              HasSubstr("cluster.nodes: expected URLs with a comma between each two"));
  EXPECT_THAT(error_of("[cluster]\nnodes = \"node1\"\n"), HasSubstr("cluster.nodes: expected "));
  EXPECT_EQ(error_of("[log]\nlevel = 3\n"), place(2, 9) + "log.level: expected a text in quotation marks");
  EXPECT_EQ(error_of("[log]\nlevel = \"loud\"\n"), place(2, 9) + "log.level: expected debug, info, warning or error");
  EXPECT_THAT(error_of("[listen]\naddress = \"here\"\n"), HasSubstr("listen.address: expected ADDRESS:PORT"));
  EXPECT_THAT(error_of("[listen\n"), StartsWith(place(1, 8) + "expected TOML: "));
  EXPECT_THAT(error_of("listen = 3\n"), HasSubstr("listen: expected a section: [listen]"));
  EXPECT_THAT(error_of("[[identity_provider]]\nissuer = \"login.example\"\n"),
              AllOf(HasSubstr("identity_provider.issuer: expected a URL"), HasSubstr("identity_provider.audience: is missing")));
  EXPECT_THAT(error_of("[identity_provider]\n"), HasSubstr("[[identity_provider]]"));
}

TEST_F(Configurations, AllThatIsWrongIsToldAtOnce) {
  EXPECT_EQ(error_of("[limits]\nconnections = 0\nfoo = 1\n[log]\nlevel = 1\n").find("log.level") != std::string::npos, true);
  EXPECT_THAT(error_of("[limits]\nconnections = 0\nquestions = 0\n"),
              AllOf(HasSubstr("limits.connections"), HasSubstr("limits.questions")));
}

TEST_F(Configurations, AFileThatCannotBeReadIsAnError) {
  try {
    Configuration({.file = folder / "nothing.toml", .environment = {}});
    FAIL();
  } catch (const ConfigurationError& error) {
    EXPECT_THAT(error.what(), HasSubstr("nothing.toml: cannot be read"));
  }
}

TEST_F(Configurations, ANameInTheEnvironmentThatLooksLikeAKeyAndIsNoneIsAnError) {
  EXPECT_THROW(Configuration({.environment = {{"MUNIMENT_LIMITS_CONECTIONS", "1"}}}), ConfigurationError);
  EXPECT_NO_THROW(Configuration({.environment = {{"MUNIMENT_SOMETHING", "1"}, {"LIMITS_CONNECTIONS", "1"}}}));
  EXPECT_THROW(Configuration({.environment = {{"MUNIMENT_LIMITS_CONNECTIONS", ""}}}), ConfigurationError);
}

TEST_F(Configurations, ARelativeFileIsBesideTheConfiguration) {
  const Configuration configuration = load("[tls]\ncertificate = \"node.crt\"\nkey = \"keys/node.key\"\n");
  EXPECT_EQ(configuration.settings().tls.certificate, folder / "node.crt");
  EXPECT_EQ(configuration.settings().tls.key, folder / "keys/node.key");
}

class NamedFiles : public Configurations {
 protected:
  void make_pair(const std::string& name) const {
    const std::string command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=" + name +
                                " -keyout " + (folder / (name + ".key")).string() + " -out " + (folder / (name + ".crt")).string() +
                                " 2>/dev/null";
    ASSERT_EQ(std::system(command.c_str()), 0);
  }
  std::vector<std::string> faults_of(const std::string& certificate, const std::string& key) const {
    std::filesystem::create_directories(folder / "store");
    write("store/STORE", "");
    return load("[store]\nfolder = \"store\"\n[tls]\ncertificate = \"" + certificate + "\"\nkey = \"" + key + "\"\n").faults();
  }
};

TEST_F(NamedFiles, AreInOrderWhereTheKeyIsTheCertificates) {
  make_pair("a");
  EXPECT_THAT(faults_of("a.crt", "a.key"), IsEmpty());
}

TEST_F(NamedFiles, AreAtFaultWhereTheyCannotBeReadOrDoNotBelongTogether) {
  make_pair("a");
  make_pair("b");
  EXPECT_THAT(faults_of("a.crt", "b.key"), testing::ElementsAre(HasSubstr("tls.key: ")));
  EXPECT_THAT(faults_of("a.crt", "none.key"),
              testing::ElementsAre(AllOf(StartsWith("tls.key: "), HasSubstr("cannot be read: No such file"))));
  EXPECT_THAT(faults_of("a.key", "a.key"), testing::ElementsAre(HasSubstr("has no certificate")));
  EXPECT_THAT(faults_of("a.crt", "a.crt"), testing::ElementsAre(HasSubstr("has no private key")));
}

TEST_F(NamedFiles, AreAtFaultWhereTheKeyNeedsAPassphrase) {
  make_pair("a");
  const std::string key = (folder / "a.key").string();
  ASSERT_EQ(std::system(("openssl pkcs8 -topk8 -passout pass:secret -in " + key + " -out " + key + ".locked 2>/dev/null").c_str()), 0);
  EXPECT_THAT(faults_of("a.crt", "a.key.locked"), testing::ElementsAre(HasSubstr("needs a passphrase")));
}

TEST_F(NamedFiles, AreWhereAnIdentityProviderCanBeFetchedFrom) {
  std::filesystem::create_directories(folder / "store");
  write("store/STORE", "");
  const auto faults_of_issuer = [&](const std::string& issuer) {
    return load("[store]\nfolder = \"store\"\n[[identity_provider]]\nissuer = \"" + issuer + "\"\naudience = \"muniment\"\n").faults();
  };
  EXPECT_THAT(faults_of_issuer("http://login.example"), testing::ElementsAre(StartsWith("identity_provider.issuer: ")));
  EXPECT_THAT(faults_of_issuer("https://login.example"), IsEmpty());
  EXPECT_THAT(error_of("[[identity_provider]]\nissuer = \"https://login.example\"\naudience = \"a\"\nclock_skew_seconds = 301\n"),
              HasSubstr("0 to 300"));
}

TEST_F(NamedFiles, AreAtFaultWhereThereIsNoStore) {
  EXPECT_THAT(load("").faults(), testing::ElementsAre(StartsWith("store.folder: expected the store's folder")));
  EXPECT_THAT(load("[store]\nfolder = \"nowhere\"\n").faults(),
              testing::ElementsAre(HasSubstr("is no store; make one with `muniment init`")));
}

TEST_F(NamedFiles, AreAtFaultWhereWitnessesHaveNoPolicyThatReads) {
  const auto faults = [&] {
    std::filesystem::create_directories(folder / "store");
    write("store/STORE", "");
    return load("[store]\nfolder = \"store\"\n[witness]\npolicy = \"witnesses\"\n").faults();
  };
  EXPECT_THAT(faults(), testing::ElementsAre(AllOf(StartsWith("witness.policy: "), HasSubstr("cannot be read: No such file"))));
  write("witnesses", "quorum everybody\n");
  EXPECT_THAT(faults(), testing::ElementsAre(HasSubstr("line 1: expected a name that a line before has")));
  write("witnesses", "quorum none\n");
  EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(NamedFiles, AreAtFaultWhereATimeAuthorityHasNoCertificateOrCannotBeFetchedFrom) {
  std::filesystem::create_directories(folder / "store");
  write("store/STORE", "");
  const auto faults = [&](const std::string& url, const std::string& ca) {
    return load("[store]\nfolder = \"store\"\n[time_authority]\nurl = \"" + url + "\"\nca = \"" + ca + "\"\n").faults();
  };
  TestAuthority().write_certificate(folder / "ca.pem");
  EXPECT_THAT(faults("http://clock.example/tsr", "ca.pem"), IsEmpty());
  EXPECT_THAT(faults("http://clock.example/tsr", "none.pem"), testing::ElementsAre(StartsWith("time_authority.ca: ")));
  EXPECT_THAT(faults("ftp://clock.example/tsr", "ca.pem"), testing::ElementsAre(HasSubstr("expected http or https")));
}

TEST_F(NamedFiles, AreAtFaultWhereBackupsCannotBeMadeInTheirFolders) {
  const auto faults = [&](const std::string& folder_of_backups) {
    std::filesystem::create_directories(folder / "store");
    write("store/STORE", "");
    return load("[store]\nfolder = \"store\"\n[backup]\nlog_folder = \"" + folder_of_backups + "\"\n").faults();
  };
  EXPECT_THAT(faults("not-there-yet"), IsEmpty());
  EXPECT_THAT(faults("store/backups"),
              testing::ElementsAre(AllOf(StartsWith("backup.log_folder: "), HasSubstr("in the store's own folder"))));
  write("a-file", "");
  EXPECT_THAT(faults("a-file"), testing::ElementsAre(HasSubstr("is no folder")));
}

TEST_F(NamedFiles, AreAtFaultWhereTheVaultsBackupsAreNotApartFromTheLogs) {
  std::filesystem::create_directories(folder / "store");
  write("store/STORE", "");
  const auto faults = [&](const std::string& of_log, const std::string& of_vault) {
    return load("[store]\nfolder = \"store\"\n[backup]\nlog_folder = \"" + of_log + "\"\nvault_folder = \"" + of_vault + "\"\n").faults();
  };
  const auto not_apart = testing::ElementsAre(AllOf(StartsWith("backup.vault_folder: "), HasSubstr("is not apart from")));
  EXPECT_THAT(faults("both", "both"), not_apart);
  EXPECT_THAT(faults("both", "both/vault"), not_apart);
  EXPECT_THAT(faults("both/log", "both"), not_apart);
  EXPECT_THAT(faults("both/log", "both/vault"), IsEmpty());
}

TEST_F(Configurations, ABackupsIntervalIsBounded) {
  EXPECT_EQ(load("[backup]\nvault_interval_seconds = 0\n").settings().backup.vault.interval.count(), 0);
  EXPECT_THAT(error_of("[backup]\nlog_interval_seconds = 99999999999\n"),
              HasSubstr("backup.log_interval_seconds: expected a whole number from 0 to "));
}

TEST_F(NamedFiles, ACertificateNeedsItsKey) {
  EXPECT_THAT(error_of("[tls]\ncertificate = \"a\"\n"), HasSubstr("both certificate and key"));
}

}  // namespace
}  // namespace muniment
