// muniment verify and export: what they write, say and refuse. What is found is tested where it is looked for: tests/events/log/
// verification_test.cpp, tests/tools/verify, tests/attacks.
#include "cli_fixture.h"
#include "tests/events/proof/time_stamp_server.h"
#include "tools/export/export_tally.h"
#include "tools/store/log_key.h"
#include "tools/store/store.h"
#include "tools/verify/verify.h"

namespace muniment {
namespace {

using testing::HasSubstr;

class Export : public Cli {
 protected:
  Export() { submit(small_story()); }
  std::string to(const std::string& name) const { return (folder / name).string(); }
  Trust trust() const { return {read_public_log_key(store)}; }
  static std::string sha256_of(const std::string& text) {
    RunningDigest digest;
    digest.add(text);
    return to_hex(digest.finish());
  }
};

TEST_F(Export, WritesALogThatVerifiesWithItsKeyAlone) {
  write_file(folder / "kept", content_of(store / "checkpoint"));
  const Ran ran = ask({"export", "log", to("e")});
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("no witness has seen any of it"));
  EXPECT_THAT(content_of(folder / "e" / "witnessed.json"), HasSubstr(R"("witnessed_position":"0","unwitnessed_from":"1")"));
  EXPECT_EQ(check_log(trust(), folder / "e", {folder / "kept"}).fault, std::nullopt);
  EXPECT_EQ(content_of(folder / "e" / "log.vkey"), content_of(store / "log.vkey"));
}

TEST_F(Export, IsNotWrittenIntoTheStoresOwnFolder) {
  const Ran ran = ask({"export", "log", (store / "log" / "export").string()});
  EXPECT_EQ(ran.code, ExitCode::refused);
  EXPECT_THAT(ran.err, HasSubstr("is in the store's own folder"));
  EXPECT_FALSE(std::filesystem::exists(store / "log" / "export"));
}

TEST_F(Export, IsAskedWithoutItsStore) {
  std::string sign_ins;
  for (int i = 0; i < 300; ++i) {
    sign_ins += R"({"type":"record_sign_in","command_id":"s)" + std::to_string(i) +
                R"(","actor":"submitter:portal","username":"jdoe1","at":"2024-01-01","success":true})"
                "\n";
  }
  submit(sign_ins);
  const std::string of_the_store = ask({"events"}).out;
  ASSERT_EQ(ask({"export", "log", to("e")}).code, ExitCode::ok);
  const std::string key = read_public_log_key(store).text();
  const std::string middle = ask({"events", "--from", "250", "--to", "260"}).out;
  std::filesystem::remove_all(store);
  const Ran all = run({"events", "--archive", to("e"), "--log-key", key});
  EXPECT_EQ(all.code, ExitCode::ok) << all.err;
  EXPECT_EQ(all.out, of_the_store);
  EXPECT_EQ(run({"events", "--archive", to("e"), "--log-key", key, "--from", "250", "--to", "260"}).out, middle) << "over a bundle's end";
  EXPECT_EQ(run({"events", "--archive", to("e"), "--log-key", key, "--from", "9999"}).code, ExitCode::not_found);
}

TEST_F(Export, IsNotShownWhereItIsNotWhatTheKeySigned) {
  ASSERT_EQ(ask({"export", "log", to("e")}).code, ExitCode::ok);
  const std::string key = read_public_log_key(store).text();
  const auto asked = [&](const std::string& with) { return run({"events", "--archive", to("e"), "--log-key", with}); };
  ASSERT_EQ(asked(key).code, ExitCode::ok);
  const std::filesystem::path other = folder / "other";
  ASSERT_EQ(run({"init", other.string(), "--officer", "agency"}).code, ExitCode::ok);
  EXPECT_EQ(asked(read_public_log_key(other).text()).code, ExitCode::integrity) << "another log's key";
  std::filesystem::path bundle;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "e" / "tile" / "entries")) {
    if (entry.is_regular_file()) bundle = entry.path();
  }
  std::string bytes = content_of(bundle);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  write_file(bundle, bytes);
  const Ran altered = asked(key);
  EXPECT_EQ(altered.code, ExitCode::integrity);
  EXPECT_EQ(altered.out, "");
  EXPECT_EQ(run({"events", "--archive", to("nothing"), "--log-key", key}).code, ExitCode::not_found);
  EXPECT_EQ(run({"events", "--archive", to("e")}).code, ExitCode::usage);
  EXPECT_EQ(ask({"events", "--archive", to("e"), "--log-key", key}).code, ExitCode::usage) << "with a store besides";
  EXPECT_EQ(run({"events", "--archive", to("e"), "--log-key", key, "--open", "-o", "ndjson"}).code, ExitCode::usage);
}

TEST_F(Export, IsOnRecordWhenItBeginsAndWhenItHasEnded) {
  const auto reads = [&] { return lines_of(ask({"audit", "trail", "--type", "records_read", "--oldest-first", "-o", "ndjson"}).out); };
  const std::string size = member(ask({"stats", "-o", "json"}).out, "position");
  ASSERT_THAT(ask({"export", "log", to("e")}).err, HasSubstr("on record: "));
  ASSERT_EQ(ask({"export", "proof", to("p"), "--user", "jdoe1", "--type", "subordinate_created"}).code, ExitCode::ok);
  write_file(folder / "older", content_of(store / "checkpoint"));
  const Ran consistency = ask({"export", "consistency", to("older")});
  ASSERT_EQ(consistency.code, ExitCode::ok);
  const auto all = reads();
  ASSERT_THAT(all, testing::SizeIs(6));
  for (const std::size_t begin : {0U, 2U, 4U}) EXPECT_THAT(all[begin], testing::Not(HasSubstr("exported")));
  EXPECT_THAT(all[1], testing::AllOf(HasSubstr(R"("question":"export log")"), HasSubstr(R"("format":"log","rows":")" + size + "\"")));
  EXPECT_THAT(all[3],
              testing::AllOf(
                  HasSubstr(R"("question":"export proof","narrowed_by":["user","type"])"), HasSubstr(R"("username":"jdoe1")"),
                  HasSubstr(R"("format":"proof","rows":"1","digest":")" + sha256_of(content_of(folder / "p" / "report.ndjson")) + "\"")));
  EXPECT_THAT(all[5], testing::AllOf(HasSubstr(R"("question":"export consistency")"),
                                     HasSubstr("\"digest\":\"" + sha256_of(consistency.out) + "\"")));
}

TEST_F(Export, IsNotOnRecordWhereItIsRefusedBeforeItBegins) {
  std::filesystem::create_directories(folder / "blocked");
  write_file(folder / "blocked" / "file", "mine");
  EXPECT_EQ(ask({"export", "log", to("blocked")}).code, ExitCode::refused) << "before anything was read";
  EXPECT_EQ(ask({"audit", "trail", "--type", "records_read", "-o", "ndjson"}).out, "");
}

TEST_F(Export, WritesOverNothing) {
  write_file(folder / "notes", "mine");
  for (const std::string what : {"log", "proof"}) {
    std::vector<std::string> arguments{"export", what, folder.string()};
    if (what == "proof") arguments.insert(arguments.end(), {"--event", "1"});
    EXPECT_EQ(ask(arguments).code, ExitCode::refused) << what;
  }
  EXPECT_EQ(content_of(folder / "notes"), "mine");
}

TEST_F(Export, ProvesTheEventsThatAreNamedOrFound) {
  ASSERT_EQ(ask({"export", "proof", to("named"), "--event", "1", "--event", "12"}).code, ExitCode::ok);
  EXPECT_EQ(check_bundle(trust(), folder / "named").established.size(), 3u);
  ASSERT_EQ(ask({"export", "proof", to("found"), "--user", "jdoe1"}).code, ExitCode::ok);
  const Verdict verdict = check_bundle(trust(), folder / "found");
  EXPECT_EQ(verdict.fault, std::nullopt);
  EXPECT_THAT(verdict.established, testing::Contains(HasSubstr("subordinateCreated")));
  EXPECT_THAT(content_of(folder / "found" / "report.ndjson"), HasSubstr("\"type\":\"subordinate_created\""));
}

TEST_F(Export, WantsEventsThatThereAre) {
  EXPECT_EQ(ask({"export", "proof", to("p")}).code, ExitCode::usage);
  EXPECT_EQ(ask({"export", "proof", to("p"), "--event", "1", "--user", "jdoe1"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"export", "proof", to("p"), "--event", "0"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"export", "proof", to("p"), "--event", "999"}).code, ExitCode::not_found);
  EXPECT_EQ(ask({"export", "proof", to("p"), "--user", "nobody1"}).code, ExitCode::not_found);
  EXPECT_EQ(ask({"export", "proof", to("p"), "--user", "jdoe1", "--type", "account_locked"}).code, ExitCode::not_found);
  EXPECT_FALSE(std::filesystem::exists(folder / "p"));
}

TEST_F(Export, ProvesThatTheLogContinuesAnOlderCheckpoint) {
  write_file(folder / "older", content_of(store / "checkpoint"));
  submit(R"({"type":"publish_terms","command_id":"t1","actor":"officer:agency","terms_version":"2023-03"})"
         "\n");
  const Ran ran = ask({"export", "consistency", to("older")});
  ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
  write_file(folder / "proof", ran.out);
  EXPECT_EQ(check_consistency(trust(), folder / "older", folder / "proof").fault, std::nullopt);
  EXPECT_EQ(ask({"export", "consistency", to("none")}).code, ExitCode::not_found);
  write_file(folder / "stranger", "example.com/other\n3\n" + std::string(43, 'A') + "=\n\n\u2014 example.com/other AAAAAAAA\n");
  EXPECT_EQ(ask({"export", "consistency", to("stranger")}).code, ExitCode::usage);
  const auto signer = read_log_key(store / "keys" / "log.key", read_public_log_key(store), {});
  write_file(folder / "nothing", sign_checkpoint(*signer, 0, empty_root));
  const Ran of_nothing = ask({"export", "consistency", to("nothing")});
  EXPECT_EQ(of_nothing.code, ExitCode::usage);
  EXPECT_THAT(of_nothing.err, HasSubstr("take a later one"));
}

TEST_F(Export, FindsACosignedCheckpointThatIsNone) {
  write_file(store / "cosigned", content_of(store / "checkpoint"));
  EXPECT_EQ(ask({"verify"}).code, ExitCode::ok);  // Control.
  for (const char* damaged : {"garbage", ""}) {
    write_file(store / "cosigned", damaged);
    const Ran ran = ask({"verify"});
    EXPECT_EQ(ran.code, ExitCode::integrity);
    EXPECT_THAT(ran.err, HasSubstr("cosigned is no checkpoint that the log's key signed"));
  }
}

TEST_F(Export, VerifiesTheStoreFromItsFiles) {
  const Ran table = ask({"verify"});
  EXPECT_EQ(table.code, ExitCode::ok) << table.err;
  EXPECT_THAT(table.out, HasSubstr("verified           yes"));
  const Ran json = ask({"verify", "-o", "json", "--threads", "1", "--log-key", (store / "log.vkey").string(), "--checkpoint",
                        (store / "checkpoint").string()});
  EXPECT_EQ(member(json.out, "verified"), "true") << json.err;
  EXPECT_EQ(member(json.out, "first_fault"), "");
  EXPECT_EQ(ask({"verify", "--checkpoint", to("none")}).code, ExitCode::usage);
  EXPECT_EQ(ask({"verify", "--log-key", "nobody"}).code, ExitCode::usage);
  EXPECT_EQ(run({"--store", to("nowhere"), "verify"}).code, ExitCode::not_found);
  EXPECT_EQ(run({"verify"}).code, ExitCode::usage);
}

TEST_F(Export, VerifiesNoStoreThatSomebodyHolds) {
  const Store held(store);
  EXPECT_EQ(ask({"verify"}).code, ExitCode::unavailable);
}

TEST_F(Export, TellsAnotherLogsKeyAndCheckpointFromItsOwn) {
  const std::filesystem::path other = folder / "other";
  ASSERT_EQ(run({"init", other.string(), "--officer", "agency"}).code, ExitCode::ok);
  EXPECT_EQ(ask({"verify", "--log-key", (other / "log.vkey").string()}).code, ExitCode::integrity);
  EXPECT_EQ(ask({"verify", "--checkpoint", (other / "checkpoint").string()}).code, ExitCode::integrity);
}

TEST_F(Export, IsFollowedFromTheKeyBeforeItWasRotated) {
  const Trust before = trust();
  write_file(folder / "older", content_of(store / "checkpoint"));
  ASSERT_EQ(ask({"export", "log", to("before")}).code, ExitCode::ok);
  EXPECT_THAT(ask({"keys", "rotate", "--dry-run"}).err, HasSubstr("dry run: would make a new key"));
  EXPECT_EQ(read_public_log_key(store), before.keys.front());
  const Ran rotated = ask({"keys", "rotate", "--both-days", "0"});
  ASSERT_EQ(rotated.code, ExitCode::ok) << rotated.err;
  EXPECT_EQ(rotated.out, trust().keys.front().text() + "\n");
  EXPECT_THAT(rotated.err, HasSubstr("give it to whoever checks the log, and to its witnesses"));
  submit(R"({"type":"publish_terms","command_id":"t1","actor":"officer:agency","terms_version":"2023-03"})"
         "\n");
  const std::string events = ask({"events"}).out;
  ASSERT_EQ(ask({"export", "log", to("after")}).code, ExitCode::ok);
  ASSERT_EQ(ask({"export", "proof", to("proof"), "--type", "terms_published"}).code, ExitCode::ok);
  write_file(folder / "consistency", ask({"export", "consistency", to("older")}).out);
  EXPECT_EQ(check_log(before, folder / "before", {}).fault, std::nullopt);
  for (const Trust& trusts : {before, trust()}) {
    EXPECT_EQ(check_log(trusts, folder / "after", {folder / "older"}).fault, std::nullopt);
    EXPECT_EQ(check_bundle(trusts, folder / "proof").fault, std::nullopt);
    EXPECT_EQ(check_consistency(trusts, folder / "older", folder / "consistency", folder / "after").fault, std::nullopt);
    EXPECT_EQ(ask({"verify", "--log-key", trusts.keys.front().text(), "--checkpoint", to("older")}).code, ExitCode::ok);
    EXPECT_EQ(run({"events", "--archive", to("after"), "--log-key", trusts.keys.front().text()}).out, events);
  }
  EXPECT_THAT(ask({"audit", "trail", "--type", "log_key_rotated"}).out, HasSubstr("log_key_rotated"));
  EXPECT_EQ(content_of(folder / "after" / "log.vkey"), trust().keys.front().text() + "\n");
  EXPECT_EQ(ask({"keys", "rotate", "--both-days", "100000"}).code, ExitCode::usage);
}

TEST_F(Export, HasTheTimeStampsThatTheLogKeeps) {
  std::filesystem::create_directories(folder / "clock");
  std::filesystem::create_directories(folder / "other");
  const TestTimeAuthority clock(folder / "clock");
  const TestTimeAuthority other(folder / "other");
  {
    Store open(store);
    const Checkpoint newest = open.notary().newest()->checkpoint;
    const std::string query = time_stamp_query(newest.text());
    open.log().keep_time_stamp(newest.size, token_in_reply(clock.reply(query), query, {clock.certificates()}).value());
    open.close();
  }
  ASSERT_EQ(ask({"export", "log", to("e")}).code, ExitCode::ok);
  Trust trusts = trust();
  trusts.times = TimeAuthority{clock.certificates()};
  const Verdict verdict = check_log(trusts, folder / "e", {});
  EXPECT_EQ(verdict.fault, std::nullopt);
  EXPECT_THAT(verdict.established, testing::Contains(HasSubstr("CN=Test Clock stamped it at 20")));
  const auto verify = [&](const TestTimeAuthority& authority) {
    return ask({"verify", "-o", "json", "--time-authority", authority.certificates_file().string()});
  };
  EXPECT_EQ(member(verify(clock).out, "time_stamps"), "1");
  EXPECT_EQ(verify(clock).code, ExitCode::ok);
  EXPECT_EQ(verify(other).code, ExitCode::integrity);
  EXPECT_THAT(verify(other).err, HasSubstr("does not verify: certificate verify error"));
  EXPECT_EQ(ask({"verify", "--time-authority", to("none")}).code, ExitCode::usage);
}

TEST_F(Export, SaysUnderWhichNameTheLogSigns) {
  const Ran made = run({"init", to("named"), "--officer", "agency", "--origin", "example.com/audit"});
  EXPECT_THAT(made.err, HasSubstr("its log signs as example.com/audit+"));
  EXPECT_THAT(content_of(folder / "named" / "checkpoint"), testing::StartsWith("example.com/audit\n11\n"));
  for (const char* bad : {"a b", "a+b"})
    EXPECT_EQ(run({"init", to("bad"), "--officer", "agency", "--origin", bad}).code, ExitCode::usage) << bad;
}

}  // namespace
}  // namespace muniment
