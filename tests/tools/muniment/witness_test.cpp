// A node with a witness beside it, as processes that people start.
#include <thread>

#include "cli_fixture.h"
#include "events/proof/cosignature.h"
#include "tools/server/cosigners.h"
#include "tools/server/node.h"
#include "tools/store/durable_file.h"
#include "tools/store/log_key.h"
#include "tools/witness/witness_server.h"

namespace muniment {
namespace {

using testing::HasSubstr;

class WitnessCli : public Cli {
 protected:
  std::string make_witness() {
    const Ran made = run({"witness", "init", witness_.string(), "--name", "witness.example/w1"});
    EXPECT_EQ(made.code, ExitCode::ok) << made.err;
    return lines_of(made.out).front();
  }
  const std::filesystem::path witness_ = folder / "witness";
};

TEST_F(WitnessCli, MakesAKeyThatOthersTrust) {
  const auto key = VerifierKey::parse(make_witness());
  ASSERT_TRUE(key);
  EXPECT_EQ(key->type, SignatureType::cosignature);
  EXPECT_EQ(key->name, "witness.example/w1");
  EXPECT_EQ(run({"witness", "init", witness_.string(), "--name", "w"}).code, ExitCode::refused);
  EXPECT_EQ(run({"witness", "init", (folder / "other").string(), "--name", "w 1"}).code, ExitCode::usage);
}

TEST_F(WitnessCli, MakesNoKeyInADryRun) {
  const Ran ran = run({"witness", "init", witness_.string(), "--name", "w1", "--dry-run"});
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, testing::HasSubstr("dry run: would make the key of the witness w1 in "));
  EXPECT_FALSE(std::filesystem::exists(witness_));
}

TEST_F(WitnessCli, DoesNotServeWithoutAKeyOrForLogsThatAreNone) {
  EXPECT_EQ(run({"witness", "serve", witness_.string(), "--log", (store / "log.vkey").string()}).code, ExitCode::not_found);
  make_witness();
  EXPECT_EQ(run({"witness", "serve", witness_.string(), "--log", "nobody"}).code, ExitCode::usage);
  EXPECT_EQ(run({"witness", "serve", witness_.string(), "--log", (witness_ / "witness.vkey").string()}).code, ExitCode::usage);
  EXPECT_EQ(run({"witness", "serve", witness_.string(), "--log", (store / "log.vkey").string(), "--listen", "here"}).code, ExitCode::usage);
}

TEST_F(WitnessCli, CosignsWhatANodeRecordsOverHttp) {
  const VerifierKey key = VerifierKey::parse(make_witness()).value();
  submit(small_story());
  const VerifierKey log_key = read_public_log_key(store);
  Witness witness(read_log_key(witness_ / "witness.key", key, {}), {log_key}, witness_);
  WitnessServer server(witness, "127.0.0.1", 0, [](std::string_view) {});
  std::thread serving([&] { server.run(false); });
  const std::string url = "http://127.0.0.1:" + std::to_string(server.port());
  write_file(folder / "policy", "witness w1 " + key.text() + " " + url + "\nquorum w1\n");
  Position head = 0;
  {
    Store open(store);
    {
      Node node(open, {.settings = {.witness_policy = folder / "policy", .limits = {.disk_reserve_bytes = 0}}});
      head = open.log().head(0).position;
      node.stop();
      EXPECT_EQ(node.cosigners()->witnessed(), head);
    }
    open.close();
  }
  const Note cosigned = Note::parse(content_of(store / "cosigned")).value();
  EXPECT_TRUE(verify_cosignature(cosigned, key));
  EXPECT_EQ(Checkpoint::parse(cosigned.text)->size, head);
  EXPECT_EQ(ask({"verify"}).code, ExitCode::ok);
  // What it has not seen is said wherever somebody could rest on it.
  submit(R"({"type":"publish_terms","command_id":"t1","actor":"officer:agency","terms_version":"2023-03"})"
         "\n");
  const std::string seen = std::to_string(head);
  const std::string last = std::to_string(head + 1);
  const Ran stats = ask({"stats", "-o", "json"});
  EXPECT_EQ(member(stats.out, "witnessed_position"), seen);
  EXPECT_EQ(member(stats.out, "unwitnessed_events"), "1");
  write_file(folder / "older", content_of(store / "cosigned"));
  for (const std::vector<std::string>& what :
       {std::vector<std::string>{"log", (folder / "log").string()}, {"proof", (folder / "proof").string(), "--event", "1"}}) {
    std::vector<std::string> arguments{"export"};
    arguments.insert(arguments.end(), what.begin(), what.end());
    // That it was exported are two events more each time.
    const std::string newest = std::to_string(head + (what[0] == "log" ? 1 : 3));
    EXPECT_THAT(ask(arguments).err, HasSubstr("no witness has seen the events " + last + " to " + newest + " yet"));
    EXPECT_EQ(content_of(std::filesystem::path(what[1]) / "witnessed.json"),
              R"({"checkpoint_position":")" + newest + R"(","witnessed_position":")" + seen + R"(","unwitnessed_from":")" + last +
                  R"(","unwitnessed_to":")" + newest + "\"}\n");
  }
  EXPECT_THAT(ask({"export", "consistency", (folder / "older").string()}).err, HasSubstr("no witness has seen the events " + last));
  // What it does not answer.
  EXPECT_EQ(post_to_witness(url + "/other", "")->status, 404u);
  EXPECT_EQ(post_to_witness(url + "/add-checkpoint", "nonsense")->status, 400u);
  EXPECT_FALSE(post_to_witness(url + "/add-checkpoint", std::string(1u << 20, 'x')));
  EXPECT_EQ(post_to_witness(url + "/add-checkpoint", "nonsense")->status, 400u);  // It is still there.
  server.stop();
  serving.join();
}

TEST_F(WitnessCli, ANodeDoesNotBeginWithAPolicyThatIsNone) {
  write_file(folder / "policy", "quorum everybody\n");
  Store open(store);
  EXPECT_THAT([&] { Node node(open, {.settings = {.witness_policy = folder / "policy"}}); },
              testing::ThrowsMessage<std::runtime_error>(HasSubstr("line 1: expected a name that a line before has")));
  open.close();
}

}  // namespace
}  // namespace muniment
