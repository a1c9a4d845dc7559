// GET /log/...: what a client of tiled logs reads.
#include "events/proof/cosignature.h"
#include "events/proof/inclusion.h"
#include "events/proof/proof_text.h"
#include "events/proof/tile_path.h"
#include "node_fixture.h"
#include "tests/events/proof/seed_signer.h"
#include "tools/store/archive.h"
#include "tools/store/log_key_handover.h"

namespace muniment {
namespace {

class LogFiles : public WithNode {
 protected:
  // The checkpoint, once it covers all that is there now.
  Checkpoint checkpoint() {
    const Position head = node->log().head(0).position;
    for (int i = 0; i < 6'000 && node->notary().newest()->checkpoint.size < head; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    const Response response = get("/log/checkpoint", ann);
    EXPECT_EQ(response.content_type, "text/plain; charset=utf-8");
    const auto checkpoint =
        open_checkpoint(response.body, VerifierKey::parse(get("/log/log.vkey", ann).body.substr(0, key_size())).value());
    EXPECT_TRUE(checkpoint);
    EXPECT_GE(checkpoint->size, head);
    return *checkpoint;
  }
  std::size_t key_size() { return get("/log/log.vkey", ann).body.size() - 1; }

  std::string ann = token(TokenRole::AUDITOR, "ann");
};

TEST_F(LogFiles, LeadFromEveryRecordToTheCheckpoint) {
  const Checkpoint now = checkpoint();
  ASSERT_LT(now.size, tile_width);
  MerkleTree tree;
  LeafHasher hasher;
  const std::string width = ".p/" + std::to_string(now.size);
  const Response bundle = get("/log/tile/entries/000" + width, ann);
  EXPECT_EQ(bundle.content_type, "application/octet-stream");
  std::string tile;
  const auto records = bundled_records(bundle.body);
  ASSERT_TRUE(records);
  for (const ByteSpan record : *records) {
    tree.append(hasher.leaf_hash(record));
    tile += text_of(hasher.leaf_hash(record));
  }
  EXPECT_EQ(tree.root(), now.root);
  EXPECT_EQ(get("/log/tile/0/000" + width, ann).body, tile);
}

TEST_F(LogFiles, HaveTheCheckpointWithItsCosignatures) {
  SeedSigner witness("witness.example/w1", 9, SignatureType::cosignature);
  std::string cosigned;
  std::string served;
  std::shared_ptr<const SignedTree> asked;
  do {  // That somebody asked is recorded, and signed too.
    asked = node->notary().newest();
    Note note = Note::parse(asked->note).value();
    note.signatures.push_back(cosign(witness, note.text, 1'700'000'000));
    cosigned = note.bytes();
    store->log().keep_checkpoint(asked->checkpoint.size, cosigned);
    served = get("/log/checkpoint", ann).body;
  } while (node->notary().newest() != asked);
  EXPECT_EQ(served, cosigned);
}

TEST_F(LogFiles, AreNotThereByAnyOtherName) {
  checkpoint();
  for (const char* target : {"/log/tile/0/000", "/log/tile/0/001.p/1", "/log/tile/1/000.p/1", "/log/tile/entries/000", "/log/tile/0/0",
                             "/log/tile/x", "/log/tile/0/000.p/255", "/log/tile/entries/../0/000.p/1", "/log/tile/entries/000.p/0"})
    EXPECT_EQ(problem_of(get(target, ann)), "not_known") << target;
  EXPECT_EQ(problem_of(get("/log/tile/", ann)), "route_unknown");
  EXPECT_EQ(problem_of(get("/log/", ann)), "route_unknown");
}

TEST_F(LogFiles, GiveRecordsToWhoSeesEverythingAndHashesToOthersToo) {
  checkpoint();
  const std::string narrow = token(TokenRole::AUDITOR, "narrow", {std::string{mercy}});
  EXPECT_EQ(problem_of(get("/log/tile/entries/000.p/10", narrow)), "outside_scope");
  EXPECT_EQ(get("/log/tile/0/000.p/10", narrow).body.size(), 320u);
  EXPECT_EQ(problem_of(get("/log/tile/0/000.p/10", "nobody's")), "token_invalid");
}

// Who knows the former key comes by them to the one that signs now, as by an export.
TEST_F(LogFiles, LeadFromTheFormerKeyToTheOneThatSignsNow) {
  EXPECT_EQ(get("/log/rotations", ann).body, "") << "where there was none";
  const VerifierKey former = store->log_key();
  node.reset();
  store->close();
  const LogKeyRotation rotation = rotate_log_key(folder, {}, {});
  store = std::make_unique<Store>(folder);
  node = std::make_unique<Node>(*store, NodeOptions{.settings = {.limits = {.disk_reserve_bytes = 0}}});
  const std::string name = "event-" + std::to_string(rotation.position);
  EXPECT_EQ(get("/log/rotations", ann).body, name + ".record\n" + name + ".tlog-proof\n");
  const std::string record = get("/log/rotations/" + name + ".record", ann).body;
  const auto proof = InclusionText::parse(get("/log/rotations/" + name + ".tlog-proof", ann).body);
  ASSERT_TRUE(proof);
  const auto handover = open_checkpoint(proof->checkpoint, former);
  ASSERT_TRUE(handover) << "the former key signed it";
  EXPECT_TRUE(open_checkpoint(proof->checkpoint, rotation.current)) << "and the new one";
  LeafHasher hasher;
  EXPECT_TRUE(verify_inclusion(hasher, proof->index, handover->size, hasher.leaf_hash(bytes_of(record)), proof->proof, handover->root));
  EXPECT_THAT(record, testing::HasSubstr(rotation.current.text()));
  EXPECT_EQ(problem_of(get("/log/rotations/event-1.record", ann)), "not_known");
}

// The older events in files, and no answer another one.
TEST_F(LogFiles, AndEventsAndTheTrailAreTheSameOfWhatIsArchived) {
  std::string lines;
  for (int i = 0; i < 300; ++i)
    lines += R"({"type":"record_sign_in","command_id":"a)" + std::to_string(i) +
             R"(","actor":"submitter:portal","username":"jdoe1","at":"2024-01-01","success":true})" + "\n";
  tell(lines);
  checkpoint();
  const auto answers = [&] {
    return std::vector<std::string>{get("/log/tile/entries/000", ann).body,
                                    get("/log/tile/0/000", ann).body,
                                    get("/v1/events?limit=256", ann).body,
                                    get("/v1/events?limit=256", ann, media::capnp).body,
                                    get("/v1/audit/trail?position=200&oldest_first=true", ann, media::csv).body,
                                    get("/v1/export/trail?format=ndjson&position=200", ann).body.substr(0, 20'000)};
  };
  const auto before = answers();
  for (const std::string& answer : before) EXPECT_GT(answer.size(), 1000U);
  const auto archive = std::filesystem::path(folder.string() + ".archive");
  std::filesystem::remove_all(archive);
  const auto begin_again = [&](const std::function<void()>& meanwhile) {
    node.reset();
    meanwhile();
    store->close();
    store = std::make_unique<Store>(folder);
    node = std::make_unique<Node>(*store, NodeOptions{.settings = {.limits = {.disk_reserve_bytes = 0}}});
  };
  begin_again([&] { archive_log(*store, plan_archive(*store, store->log().head(0).position).value(), archive, {}); });
  EXPECT_EQ(store->log_in_folder("a test").archived(), 256U);
  EXPECT_EQ(answers(), before);
  // Who reads what is not what it was is not told it, and others are.
  const std::filesystem::path bundle = archive / "tile" / "entries" / "000";
  std::filesystem::copy_file(bundle, archive / "copy");
  std::filesystem::resize_file(bundle, 1000);
  for (const char* target : {"/log/tile/entries/000", "/v1/events?limit=256"}) EXPECT_THROW(get(target, ann), LogDamaged) << target;
  EXPECT_EQ(get("/v1/audit/as-of?user=jdoe1", ann).status, 200U);
  // The same of a command that rests on it; once the file is back it is decided, under the same id.
  const std::string officer = token(TokenRole::OFFICER, "agency");
  const std::string lock = R"({"type":"lock_account","command_id":"l1","username":"jdoe1","reason":"misuse"})";
  const Response unread = post(lock, officer);
  EXPECT_EQ(problem_of(unread), "log_unreadable");
  EXPECT_THAT(unread.body, testing::Not(testing::HasSubstr("entries"))) << "that is the operator's to know";
  RequestHead as_batch{};
  as_batch.content_type = media::ndjson;
  EXPECT_THAT(post(lock + "\n", officer, as_batch).body,
              testing::HasSubstr(R"("status":"failed","repeat":false,"problem":"log_unreadable"})"));
  EXPECT_THAT(get("/metrics", token(TokenRole::OPERATOR, "ops")).body, testing::HasSubstr("muniment_log_unreadable_met 2"));
  EXPECT_FALSE(node->has_failed());
  std::filesystem::copy_file(archive / "copy", bundle, std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(member(post(lock, officer).body, "status"), "accepted");
  std::filesystem::remove_all(archive);
}

// Views that are built anew take in what is before the damage, stand there, and go on once the file is back. So does the patrol.
TEST_F(LogFiles, ThatCannotBeReadKeepTheNodeFromBeingReady) {
  std::string lines;
  for (int i = 0; i < 900; ++i)
    lines += R"({"type":"record_sign_in","command_id":"a)" + std::to_string(i) +
             R"(","actor":"submitter:portal","username":"jdoe1","at":"2024-01-01","success":true})" + "\n";
  tell(lines);
  checkpoint();
  const auto archive = std::filesystem::path(folder.string() + ".archive");
  std::filesystem::remove_all(archive);
  node.reset();
  archive_log(*store, plan_archive(*store, store->log().head(0).position).value(), archive, {});
  ASSERT_EQ(store->log_in_folder("a test").archived(), 768U);
  store->close();
  std::filesystem::remove_all(std::filesystem::path(folder) / "views");
  const std::filesystem::path bundle = archive / "tile" / "entries" / "001";
  std::filesystem::copy_file(bundle, archive / "copy");
  store = std::make_unique<Store>(folder);
  std::filesystem::resize_file(bundle, 1000);
  using std::chrono::milliseconds;
  node = std::make_unique<Node>(
      *store, NodeOptions{.settings = {.limits = {.disk_reserve_bytes = 0}}, .patrol_pace = {.fault_after = milliseconds(10)}});
  const auto comes = [&](const std::string& text) {
    for (int i = 0; i < 2'000 && get("/readyz", "").body.find(text) == std::string::npos; ++i)
      std::this_thread::sleep_for(milliseconds(10));
    return get("/readyz", "");
  };
  const Response stands = comes("position 256");
  EXPECT_EQ(stands.status, 503U);
  EXPECT_THAT(stands.body, testing::HasSubstr("position 256"));
  EXPECT_THAT(stands.body, testing::Not(testing::HasSubstr("entries"))) << "that is the operator's to know";
  comes("the log is not what it was");
  std::filesystem::copy_file(archive / "copy", bundle, std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(comes("true").body, "{\"ready\":true}\n");
  std::filesystem::remove_all(archive);
}

TEST_F(LogFiles, AreCountedByTheMetrics) {
  const Checkpoint now = checkpoint();
  const std::string metrics = get("/metrics", token(TokenRole::OPERATOR, "ops")).body;
  EXPECT_THAT(metrics, testing::HasSubstr("muniment_checkpoint_position " + std::to_string(now.size)));
  EXPECT_THAT(metrics, testing::HasSubstr("muniment_signing_failed 0"));
  EXPECT_THAT(metrics, testing::HasSubstr("muniment_log_fault_position 0"));
}

}  // namespace
}  // namespace muniment
