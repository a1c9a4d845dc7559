#include "tools/verify/verify.h"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "events/proof/consistency.h"
#include "events/proof/cosignature.h"
#include "events/proof/inclusion.h"
#include "events/proof/proof_text.h"
#include "events/proof/tile_path.h"
#include "events/schema/event.capnp.h"
#include "tests/events/log/sample_record.h"
#include "tests/events/proof/reference.h"
#include "tests/events/proof/seed_signer.h"
#include "tests/events/proof/time_stamp_server.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t size = 700;

// An export that nothing of ours wrote: from records, by the naive tree of the tests.
class VerifyTest : public testing::Test {
 protected:
  VerifyTest() : folder_(fs::path(testing::TempDir()) / ("muniment_verify_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    const sample::Group group = source_.group(size);
    for (const RecordWords record : group.views()) {
      records_.emplace_back(text_of(bytes_of(record)));
      leaves_.push_back(reference::leaf_hash(bytes_of(record)));
    }
  }
  ~VerifyTest() override { fs::remove_all(folder_); }

  void write(const fs::path& file, std::string_view bytes) const {
    fs::create_directories((folder_ / file).parent_path());
    std::ofstream(folder_ / file, std::ios::binary | std::ios::trunc) << bytes;
  }
  std::string read(const fs::path& file) const {
    std::ifstream in(folder_ / file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  Hash root(std::uint64_t leaves) const { return reference::root(std::span(leaves_).first(leaves)); }
  std::string checkpoint(std::uint64_t leaves) { return sign_checkpoint(signer_, leaves, root(leaves)); }
  Hash node(unsigned height, std::uint64_t index) const {
    const std::uint64_t width = std::uint64_t{1} << height;
    return reference::root(std::span(leaves_).subspan(index * width, width));
  }

  void export_log() {
    each_tile(size, [&](const TilePath& path) {
      std::string bytes;
      for (std::uint64_t i = path.index * tile_width; i < path.index * tile_width + path.width; ++i) {
        if (path.level)
          bytes += text_of(node(8 * *path.level, i));
        else
          put_bundled(bytes_of(records_[i]), bytes);
      }
      write("e/" + path.text(), bytes);
    });
    write("e/checkpoint", checkpoint(size));
  }
  void export_proof(Position position) {
    LeafHasher hasher;
    const auto proof =
        inclusion_proof(hasher, position - 1, size, [this](unsigned height, std::uint64_t index) { return node(height, index); });
    write(fmt::format("p/event-{}.record", position), records_[position - 1]);
    write(fmt::format("p/event-{}.tlog-proof", position), InclusionText{position - 1, proof.value(), checkpoint(size)}.text());
  }
  void flip(const fs::path& file, std::size_t at) const {
    std::string bytes = read(file);
    bytes.at(at) = static_cast<char>(bytes.at(at) ^ 1);
    write(file, bytes);
  }
  Verdict log(const std::vector<fs::path>& others = {}) { return check_log(trust_, folder_ / "e", others); }

  fs::path folder_;
  SeedSigner signer_{"example.com/log", 1};
  Trust trust_{signer_.key()};
  SeedSigner stranger_{"example.com/log", 2};
  sample::Source source_;
  std::vector<std::string> records_;
  std::vector<Hash> leaves_;
};

TEST_F(VerifyTest, EstablishesThatAnExportHasEveryRecord) {
  export_log();
  const Verdict verdict = log();
  EXPECT_EQ(verdict.fault, std::nullopt);
  EXPECT_THAT(verdict.established,
              ElementsAre(HasSubstr("signed a checkpoint of size 700"), HasSubstr("all of its 700 records, unaltered and in order")));
  EXPECT_THAT(verdict.not_established, ElementsAre(HasSubstr("nobody another history"), HasSubstr("the times in the records are true")));
}

TEST_F(VerifyTest, FindsAnyFileOfAnExportThatWasAlteredOrIsMissing) {
  export_log();
  for (const char* file :
       {"tile/entries/000", "tile/entries/002.p/188", "tile/0/001", "tile/0/002.p/188", "tile/1/000.p/2", "checkpoint"}) {
    const fs::path path = fs::path("e") / file;
    const std::string before = read(path);
    for (const std::size_t at : {std::size_t{0}, before.size() / 2, before.size() - 1}) {
      flip(path, at);
      EXPECT_TRUE(log().fault) << file << " " << at;
      EXPECT_THAT(log().established, IsEmpty());
      write(path, before);
    }
    fs::remove(folder_ / path);
    EXPECT_TRUE(log().fault) << file;
    write(path, before);
  }
  EXPECT_FALSE(log().fault);
}

TEST_F(VerifyTest, FindsTwoRecordsThatWereSwapped) {
  std::swap(records_[300], records_[301]);
  std::swap(leaves_[300], leaves_[301]);
  export_log();
  EXPECT_THAT(log().fault.value(), HasSubstr("a record says that its position is 302 where 301 should be"));
}

TEST_F(VerifyTest, RefusesWhatAStrangerSigned) {
  export_log();
  write("e/checkpoint", sign_checkpoint(stranger_, size, root(size)));
  EXPECT_THAT(log().fault.value(), HasSubstr("no checkpoint that example.com/log+"));
}

TEST_F(VerifyTest, HoldsAnExportAgainstCheckpointsFromElsewhere) {
  export_log();
  write("older", checkpoint(300));
  write("same", checkpoint(700));
  const Verdict verdict = log({folder_ / "same", folder_ / "older"});
  EXPECT_EQ(verdict.fault, std::nullopt);
  EXPECT_THAT(verdict.established, Contains(HasSubstr("the records 1 to 300 are those of")));
  EXPECT_THAT(verdict.not_established, ElementsAre(HasSubstr("times")));
  // An older one says nothing of what came after it.
  EXPECT_THAT(log({folder_ / "older"}).not_established,
              ElementsAre(HasSubstr("another history of the records 301 to 700"), HasSubstr("times")));
  write("older", sign_checkpoint(signer_, 300, root(299)));
  EXPECT_THAT(log({folder_ / "older"}).fault.value(), HasSubstr("two histories"));
  write("older", sign_checkpoint(signer_, 1000, root(700)));
  EXPECT_THAT(log({folder_ / "older"}).fault.value(), HasSubstr("events are missing"));
  write("older", sign_checkpoint(stranger_, 300, root(300)));
  EXPECT_THAT(log({folder_ / "older"}).fault.value(), HasSubstr("key_unknown"));
}

TEST_F(VerifyTest, EstablishesWhichEventsABundleProves) {
  export_proof(700);
  export_proof(5);
  const Verdict verdict = check_bundle(trust_, folder_ / "p");
  EXPECT_EQ(verdict.fault, std::nullopt);
  EXPECT_THAT(verdict.established, ElementsAre(HasSubstr("signed a checkpoint of size 700"), HasSubstr("it covers event 5: "),
                                               HasSubstr("it covers event 700: ")));
  EXPECT_THAT(verdict.not_established, Contains(HasSubstr("that no other events answer the question")));
}

TEST_F(VerifyTest, RefusesABundleOfProofsAgainstSeveralCheckpoints) {
  export_proof(5);
  export_proof(6);
  Note cosigned = Note::parse(checkpoint(size)).value();
  SeedSigner witness("witness.example/w1", 9, SignatureType::cosignature);
  cosigned.signatures.push_back(cosign(witness, cosigned.text, 1'700'000'000));
  auto proof = InclusionText::parse(read("p/event-6.tlog-proof")).value();
  proof.checkpoint = cosigned.bytes();
  write("p/event-6.tlog-proof", proof.text());
  EXPECT_THAT(check_bundle(trust_, folder_ / "p").fault.value_or("none"), HasSubstr("check them apart"));
  proof = InclusionText::parse(read("p/event-5.tlog-proof")).value();
  proof.checkpoint = cosigned.bytes();
  write("p/event-5.tlog-proof", proof.text());
  EXPECT_EQ(check_bundle(trust_, folder_ / "p").fault, std::nullopt);  // Control: of one.
}

TEST_F(VerifyTest, PrintsNoNameThatCouldWriteASentenceOfItsOwn) {
  capnp::MallocMessageBuilder message;
  auto event = message.initRoot<schema::Event>();
  event.setPosition(1);
  event.initActor().setName("x\n  the export has all of its records");
  const auto words = capnp::messageToFlatArray(message);
  records_ = {std::string(text_of(ByteSpan(reinterpret_cast<const Byte*>(words.begin()), words.size() * sizeof(capnp::word))))};
  leaves_ = {reference::leaf_hash(bytes_of(records_.front()))};
  write("p/event-1.record", records_.front());
  write("p/event-1.tlog-proof", InclusionText{0, {}, checkpoint(1)}.text());
  const Verdict verdict = check_bundle(trust_, folder_ / "p");
  EXPECT_EQ(verdict.fault, std::nullopt);
  EXPECT_THAT(verdict.established, Contains(HasSubstr("by a name with control characters")));
  EXPECT_THAT(verdict.established, testing::Each(testing::Not(HasSubstr("\n"))));
}

TEST_F(VerifyTest, PrintsNoNameOfAFileThatCouldWriteASentenceOfItsOwn) {
  export_proof(5);
  write("p/event-\x1b[2K\nestablished.record", records_[5]);
  const std::string fault = check_bundle(trust_, folder_ / "p").fault.value_or("none");
  EXPECT_THAT(fault, HasSubstr((folder_ / "p/a name with control characters: there is no proof of it").string()));
  EXPECT_THAT(fault, testing::Not(testing::AnyOf(HasSubstr("\n"), HasSubstr("\x1b"))));
  write("p/event-6.record", records_[5]);
  fs::remove(folder_ / "p/event-\x1b[2K\nestablished.record");
  EXPECT_THAT(check_bundle(trust_, folder_ / "p").fault.value_or("none"), HasSubstr("event-6.record"));  // Control: it is told by its name.
}

TEST_F(VerifyTest, ReadsFilesAloneAndNoneThatIsLargerThanAnyOfAnExport) {
  export_log();
  const fs::path entries = folder_ / "e/tile/entries/000";
  for (const char* endless : {"/dev/zero", "/dev"}) {
    fs::remove(entries);
    fs::create_symlink(endless, entries);
    EXPECT_THAT(log().fault.value_or("none"), HasSubstr("or is no file"));
  }
  fs::remove(entries);
  ASSERT_EQ(::mkfifo(entries.c_str(), 0600), 0);
  EXPECT_THAT(log().fault.value_or("none"), HasSubstr("or is no file"));
  fs::remove(entries);
  std::ofstream(entries).close();
  fs::resize_file(entries, std::uintmax_t{1} << 40);  // Sparse.
  EXPECT_THAT(log().fault.value_or("none"), HasSubstr("larger than any file of an export"));
}

TEST_F(VerifyTest, RefusesABundleWithARecordThatIsAlteredAnothersOrWithoutProof) {
  const auto fault = [&] { return check_bundle(trust_, folder_ / "p").fault.value_or("none"); };
  EXPECT_THAT(fault(), HasSubstr("is no folder"));
  export_proof(5);
  export_proof(6);
  EXPECT_EQ(fault(), "none");
  flip("p/event-5.record", 100);
  EXPECT_THAT(fault(), HasSubstr("root_differs"));
  write("p/event-5.record", records_[5]);
  EXPECT_THAT(fault(), HasSubstr("root_differs"));
  write("p/event-5.record", records_[4]);
  flip("p/event-6.tlog-proof", 40);
  EXPECT_NE(fault(), "none");
  fs::remove(folder_ / "p/event-6.tlog-proof");
  EXPECT_THAT(fault(), HasSubstr("there is no proof of it"));
  fs::remove(folder_ / "p/event-6.record");
  EXPECT_EQ(fault(), "none");
  fs::remove_all(folder_ / "p");
  fs::create_directories(folder_ / "p");
  EXPECT_THAT(fault(), HasSubstr("has no proofs"));
}

TEST_F(VerifyTest, EstablishesThatOneCheckpointContinuesAnother) {
  LeafHasher hasher;
  const auto nodes = [this](unsigned height, std::uint64_t index) { return node(height, index); };
  write("older", checkpoint(256));
  ConsistencyText text{256, consistency_proof(hasher, 256, size, nodes).value(), checkpoint(size)};
  write("proof", text.text());
  const auto check = [&] { return check_consistency(trust_, folder_ / "older", folder_ / "proof"); };
  EXPECT_EQ(check().fault, std::nullopt);
  EXPECT_THAT(check().established, Contains(HasSubstr("none of its 256 records was altered")));
  text.proof.pop_back();
  write("proof", text.text());
  EXPECT_THAT(check().fault.value(), HasSubstr("wrong_length"));
  text.proof = {};
  write("proof", text.text());
  EXPECT_THAT(check().fault.value(), HasSubstr("wrong_length"));
  write("older", checkpoint(255));
  EXPECT_THAT(check().fault.value(), HasSubstr("from size 256"));
}

TEST_F(VerifyTest, ShowsThatTwoPeopleWereShownTwoHistories) {
  const auto check = [&] { return check_checkpoints(trust_, folder_ / "a", folder_ / "b"); };
  write("a", checkpoint(700));
  write("b", checkpoint(700));
  EXPECT_THAT(check().established, Contains("both are of the same history"));
  write("b", checkpoint(600));
  EXPECT_THAT(check().not_established, ElementsAre(HasSubstr("continues the smaller")));
  write("b", sign_checkpoint(signer_, 700, root(699)));
  EXPECT_THAT(check().fault.value(), HasSubstr("two histories: example.com/log+"));
}

TEST_F(VerifyTest, WantsTheWitnessesOfAPolicyToHaveCosigned) {
  SeedSigner witness("witness.example/w1", 9, SignatureType::cosignature);
  trust_.witnesses = WitnessPolicy::parse("witness w1 " + witness.key().text() + "\nquorum w1\n").value();
  export_log();
  EXPECT_THAT(log().fault.value_or(""), HasSubstr("too few witnesses of the policy cosigned"));
  Note note = Note::parse(checkpoint(size)).value();
  note.signatures.push_back(cosign(witness, note.text, 1'700'000'000));
  write("e/checkpoint", note.bytes());
  const Verdict verdict = log();
  EXPECT_EQ(verdict.fault, std::nullopt);
  EXPECT_THAT(verdict.established, Contains(HasSubstr("witness.example/w1 cosigned it at 2023-11-14T22:13:20Z")));
  EXPECT_THAT(verdict.not_established, ElementsAre(HasSubstr("times")));
  // Of two checkpoints each.
  write("a", note.bytes());
  write("b", checkpoint(600));
  EXPECT_THAT(check_checkpoints(trust_, folder_ / "a", folder_ / "b").fault.value_or(""), HasSubstr("too few witnesses"));
  EXPECT_EQ(check_checkpoints(trust_, folder_ / "a", folder_ / "a").fault, std::nullopt);
  // Whatever time a witness gives.
  note.signatures.back() = cosign(witness, note.text, std::numeric_limits<std::int64_t>::max());
  write("e/checkpoint", note.bytes());
  EXPECT_THAT(log().established, Contains(HasSubstr("cosigned it at 2262-04-11")));
  // Without the policy the cosignature counts for nothing.
  trust_.witnesses = {};
  EXPECT_THAT(log().not_established, Contains(HasSubstr("nobody another history")));
}

TEST_F(VerifyTest, TellsWhatWasAskedWronglyFromWhatDoesNotHold) {
  constexpr int held = 0;
  constexpr int asked_wrongly = 2;
  constexpr int did_not_hold = 10;
  export_log();
  write("key", signer_.key().text() + "\n");
  write("empty", "");
  const auto exit_code = [&](const std::string& rest) {
    const std::string command = fmt::format("{} {} log {} {} > /dev/null 2>&1", MUNIMENT_VERIFY_PROGRAM, (folder_ / "key").string(),
                                            (folder_ / "e").string(), rest);
    return WEXITSTATUS(std::system(command.c_str()));
  };
  EXPECT_EQ(exit_code(""), held);
  EXPECT_EQ(exit_code("--time-authority"), asked_wrongly);
  EXPECT_EQ(exit_code("--time-authority " + (folder_ / "none").string()), asked_wrongly);
  EXPECT_EQ(exit_code("--time-authority " + (folder_ / "empty").string()), asked_wrongly);
  EXPECT_EQ(exit_code((folder_ / "none").string()), did_not_hold);
}

TEST_F(VerifyTest, SaysByWhenTheRecordsWereThereOnTheWordOfATimeAuthorityThatIsTrusted) {
  for (const char* name : {"authority", "other", "late"}) fs::create_directories(folder_ / name);
  const TestTimeAuthority authority(folder_ / "authority");
  const TestTimeAuthority other(folder_ / "other");
  const auto stamp = [&](const std::string& note) {
    const std::string query = time_stamp_query(Note::parse(note)->text);
    return token_in_reply(authority.reply(query), query, {authority.certificates()}).value();
  };
  export_log();
  write("e/time-stamps/300.checkpoint", checkpoint(300));
  write("e/time-stamps/300.tst", stamp(checkpoint(300)));
  EXPECT_THAT(log().not_established, Contains(HasSubstr("what the time stamps in the export say")));
  trust_.times = TimeAuthority{authority.certificates()};
  EXPECT_EQ(log().fault, std::nullopt);
  EXPECT_THAT(log().established, Contains(testing::AllOf(testing::StartsWith("CN=Test Clock stamped it at 20"),
                                                         HasSubstr("the records 1 to 300 were there by then"))));
  EXPECT_THAT(log().not_established, Contains(HasSubstr("compare its checkpoint"))) << "nobody was shown what was stamped";
  trust_.times = TimeAuthority{other.certificates()};
  EXPECT_THAT(log().fault.value(), HasSubstr("certificate verify error"));
  trust_.times = TimeAuthority{authority.certificates()};
  write("e/time-stamps/300.checkpoint", checkpoint(301));
  EXPECT_THAT(log().fault.value(), HasSubstr("message imprint mismatch"));
  // Later than any timestamp.
  const TestTimeAuthority late(folder_ / "late", std::chrono::days{200'000});
  const std::string query = time_stamp_query(Note::parse(checkpoint(300))->text);
  constexpr std::int64_t of_2400 = 13'569'465'600;
  trust_.times = TimeAuthority{late.certificates()};
  write("e/time-stamps/300.checkpoint", checkpoint(300));
  write("e/time-stamps/300.tst", token_in_reply(late.reply_at(query, of_2400), query, *trust_.times).value());
  EXPECT_THAT(log().established, Contains(HasSubstr("stamped it at 2262-04-11")));
  trust_.times = TimeAuthority{authority.certificates()};
  const std::string fork = sign_checkpoint(signer_, 300, root(299));
  write("e/time-stamps/300.checkpoint", fork);
  write("e/time-stamps/300.tst", stamp(fork));
  EXPECT_THAT(log().fault.value(), HasSubstr("two histories")) << "stamped, and of another history";
}

// A log that went from one key to another at event 300, and ended after the time in which both signed.
class RotatedLog : public VerifyTest {
 protected:
  RotatedLog() {
    const std::string former = signer_.key().text();
    const std::string current = fresh_.key().text();
    records_[position - 1] = record_of(fact::LogKeyRotated{former, current, Timestamp{9}});
    leaves_[position - 1] = reference::leaf_hash(bytes_of(records_[position - 1]));
  }
  static std::string record_of(Fact fact) {
    return std::string(text_of(bytes_of(RecordWords(sample::record(
        {.position = position, .streams = {{StreamName::single(schema::StreamKind::AGENCY), 1}}, .fact = std::move(fact)})))));
  }
  void write_rotation(const fs::path& folder, const std::vector<NoteSigner*>& signers) {
    LeafHasher hasher;
    const auto proof =
        inclusion_proof(hasher, position - 1, position, [this](unsigned height, std::uint64_t index) { return node(height, index); });
    write(folder / "rotations/event-300.record", records_[position - 1]);
    write(folder / "rotations/event-300.tlog-proof",
          InclusionText{position - 1, proof.value(), sign_checkpoint(signers, position, root(position))}.text());
  }
  // As the program writes it, signed in the end by the new key alone.
  void export_rotated() {
    export_log();
    write("e/checkpoint", sign_checkpoint(fresh_, size, root(size)));
    write_rotation("e", {&fresh_, &signer_});
  }
  Verdict log_for(const VerifierKey& key, const std::vector<fs::path>& others = {}) { return check_log(key, folder_ / "e", others); }

  static constexpr std::uint64_t position = 300;
  SeedSigner fresh_{"example.com/log", 3};
};

TEST_F(RotatedLog, IsFollowedFromTheFormerKeyAndKnownFromTheNewOne) {
  export_rotated();
  write("older", checkpoint(200));
  for (const VerifierKey& key : {signer_.key(), fresh_.key()}) {
    const Verdict verdict = log_for(key, {folder_ / "older"});
    EXPECT_EQ(verdict.fault, std::nullopt);
    EXPECT_THAT(verdict.established, ElementsAre(HasSubstr(key.text() + " signed that event 300 names " + fresh_.key().text()),
                                                 HasSubstr(fresh_.key().text() + " signed a checkpoint of size 700"),
                                                 HasSubstr("the records 1 to 200 are those of"), HasSubstr("all of its 700 records")));
  }
  EXPECT_THAT(log_for(stranger_.key()).fault.value(), HasSubstr("key_unknown"));
}

TEST_F(RotatedLog, IsNotBelievedWhereTheFormerKeyDidNotSignTheRotation) {
  export_rotated();
  write_rotation("e", {&fresh_, &stranger_});
  EXPECT_THAT(log_for(signer_.key()).fault.value(), HasSubstr("no checkpoint that example.com/log+"));
  fs::remove_all(folder_ / "e/rotations");
  EXPECT_THAT(log_for(signer_.key()).fault.value(), HasSubstr("key_unknown"));
  EXPECT_THAT(log_for(fresh_.key()).fault.value(), HasSubstr("nothing shows that a key that is trusted signed that"));
}

TEST_F(RotatedLog, IsNotBelievedWhereTheFormerKeySignsAloneAfterItsTurn) {
  export_rotated();
  write("e/checkpoint", checkpoint(size));
  EXPECT_THAT(log_for(signer_.key()).fault.value(), HasSubstr("key_unknown"));
  write("e/checkpoint", sign_checkpoint(std::vector<NoteSigner*>{&fresh_, &signer_}, size, root(size)));
  EXPECT_EQ(log_for(signer_.key()).fault, std::nullopt) << "while both sign";
}

TEST_F(RotatedLog, IsNotFollowedByARecordThatIsAlteredOrRotatesNoKey) {
  export_rotated();
  flip("e/rotations/event-300.record", 60);
  EXPECT_THAT(log_for(signer_.key()).fault.value(), HasSubstr("root_differs"));
  records_[position - 1] = record_of(fact::AccountLocked{});
  leaves_[position - 1] = reference::leaf_hash(bytes_of(records_[position - 1]));
  export_rotated();
  EXPECT_THAT(log_for(signer_.key()).fault.value(), HasSubstr("the record rotates no key"));
}

TEST_F(RotatedLog, IsNotBelievedWhereTheRotationIsNotInItsRecords) {
  export_rotated();
  EXPECT_EQ(log_for(signer_.key()).fault, std::nullopt);  // Control.
  records_[position - 1] = record_of(fact::AccountLocked{});
  leaves_[position - 1] = reference::leaf_hash(bytes_of(records_[position - 1]));
  export_log();
  write("e/checkpoint", sign_checkpoint(fresh_, size, root(size)));
  for (const VerifierKey& key : {signer_.key(), fresh_.key()}) EXPECT_THAT(log_for(key).fault.value_or("none"), HasSubstr("two histories"));
}

TEST_F(RotatedLog, ProvesItsEventsAndItsConsistencyToWhoHasTheFormerKey) {
  export_proof(500);
  auto proof = InclusionText::parse(read("p/event-500.tlog-proof")).value();
  proof.checkpoint = sign_checkpoint(fresh_, size, root(size));
  write("p/event-500.tlog-proof", proof.text());
  EXPECT_THAT(check_bundle(signer_.key(), folder_ / "p").fault.value(), HasSubstr("key_unknown"));
  write_rotation("p", {&fresh_, &signer_});
  const Verdict bundle = check_bundle(signer_.key(), folder_ / "p");
  EXPECT_EQ(bundle.fault, std::nullopt);
  EXPECT_THAT(bundle.established, Contains(HasSubstr("it covers event 500")));
  EXPECT_THAT(bundle.established, Contains(HasSubstr("signed that event 300 names")));
  LeafHasher hasher;
  const auto nodes = [this](unsigned height, std::uint64_t index) { return node(height, index); };
  write("older", checkpoint(256));
  write("proof", ConsistencyText{256, consistency_proof(hasher, 256, size, nodes).value(), proof.checkpoint}.text());
  EXPECT_TRUE(check_consistency(signer_.key(), folder_ / "older", folder_ / "proof").fault);
  for (const VerifierKey& key : {signer_.key(), fresh_.key()})
    EXPECT_EQ(check_consistency(key, folder_ / "older", folder_ / "proof", folder_ / "p").fault, std::nullopt);
  write("newer", proof.checkpoint);
  EXPECT_TRUE(check_checkpoints(signer_.key(), folder_ / "older", folder_ / "newer").fault);
  EXPECT_EQ(check_checkpoints(signer_.key(), folder_ / "older", folder_ / "newer", folder_ / "p").fault, std::nullopt);
}

TEST_F(RotatedLog, IsTrustedByAPolicyThatNamesBothKeys) {
  export_rotated();
  EXPECT_EQ(check_log(Trust({signer_.key(), fresh_.key()}, {}), folder_ / "e", {}).fault, std::nullopt);
}

}  // namespace
}  // namespace muniment
