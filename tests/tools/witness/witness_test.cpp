#include "tools/witness/witness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "events/proof/consistency.h"
#include "events/proof/cosignature.h"
#include "events/proof/proof_text.h"
#include "tests/events/proof/reference.h"
#include "tests/events/proof/seed_signer.h"
#include "tools/store/durable_file.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class WitnessTest : public testing::Test {
 protected:
  WitnessTest() : folder_(fs::path(testing::TempDir()) / ("muniment_witness_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    start();
  }
  ~WitnessTest() override { fs::remove_all(folder_); }

  void start() {
    witness_ = std::make_unique<Witness>(std::make_unique<SeedSigner>("witness.example/w", 9, SignatureType::cosignature),
                                         std::vector<VerifierKey>{log_.key(), other_log_.key()}, folder_);
  }
  std::string checkpoint(std::uint64_t size) { return sign_checkpoint(log_, size, leaves_.root(size)); }
  std::string request(std::uint64_t old_size, std::uint64_t size) {
    LeafHasher hasher;
    const Proof proof = old_size == 0 ? Proof{} : consistency_proof(hasher, old_size, size, leaves_.nodes()).value();
    return ConsistencyText{old_size, proof, checkpoint(size)}.text();
  }
  WitnessAnswer ask(const std::string& body) { return witness_->add_checkpoint(body, 1'700'000'000); }

  fs::path folder_;
  SeedSigner log_{"example.com/log", 1};
  SeedSigner other_log_{"example.com/other", 2};
  reference::Tree leaves_{100};
  std::unique_ptr<Witness> witness_;
};

TEST_F(WitnessTest, CosignsWhatContinuesWhatItCosigned) {
  for (const auto& [from, to] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{{0, 8}, {8, 8}, {8, 9}, {9, 64}, {64, 100}}) {
    const WitnessAnswer answer = ask(request(from, to));
    ASSERT_EQ(answer.status, 200u) << from << " " << to << answer.body;
    const auto note = Note::parse(checkpoint(to) + answer.body);
    ASSERT_TRUE(note);
    EXPECT_EQ(verify_cosignature(*note, witness_->key()), 1'700'000'000u);
    EXPECT_EQ(witness_->newest("example.com/log"), note->bytes());
  }
}

TEST_F(WitnessTest, CosignsATreeOfNothingWithItsOneRootAlone) {
  const auto empty_with = [&](const Hash& root) { return ConsistencyText{0, {}, sign_checkpoint(log_, 0, root)}.text(); };
  EXPECT_EQ(ask(empty_with(leaves_.root(1))).status, 422u);
  EXPECT_EQ(ask(empty_with(empty_root)).status, 200u);
  EXPECT_EQ(ask(request(0, 8)).status, 200u);
}

TEST_F(WitnessTest, RefusesAnotherHistory) {
  ASSERT_EQ(ask(request(0, 64)).status, 200u);
  const auto other = [&](std::uint64_t old_size, const Proof& proof, std::uint64_t size) {
    return ask(ConsistencyText{old_size, proof, sign_checkpoint(log_, size, reference::sha256(bytes_of("other")))}.text());
  };
  EXPECT_EQ(other(64, {}, 64).status, 409u);
  EXPECT_EQ(other(64, {}, 100).status, 422u);
  LeafHasher hasher;
  EXPECT_EQ(other(64, consistency_proof(hasher, 64, 100, leaves_.nodes()).value(), 100).status, 422u);
  EXPECT_EQ(ask(request(64, 100)).status, 200u);  // Control: the true one.
}

TEST_F(WitnessTest, TellsWhoIsAtAnotherSizeWhichItHas) {
  const WitnessAnswer none = ask(request(8, 9));
  EXPECT_EQ(none.status, 409u);
  EXPECT_EQ(none.body, "0\n");
  EXPECT_EQ(none.content_type, "text/x.tlog.size");
  ASSERT_EQ(ask(request(0, 64)).status, 200u);
  EXPECT_EQ(ask(request(0, 100)).body, "64\n");
  EXPECT_EQ(ask(request(9, 100)).body, "64\n");
  EXPECT_EQ(ask(request(0, 8)).body, "64\n");
}

TEST_F(WitnessTest, RemembersOverARestartAndKeepsEachCheckpointWhole) {
  ASSERT_EQ(ask(request(0, 64)).status, 200u);
  const std::string first = witness_->newest("example.com/log");
  start();
  EXPECT_EQ(ask(request(0, 8)).body, "64\n");
  EXPECT_EQ(ask(request(64, 100)).status, 200u);
  std::string history;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    if (entry.path().extension() == ".history") history = read_whole_file(entry.path());
  }
  EXPECT_EQ(history, first + "\n" + witness_->newest("example.com/log") + "\n");
}

TEST_F(WitnessTest, KeepsWhatItIsAskedAgainOnce) {
  ASSERT_EQ(ask(request(0, 64)).status, 200u);
  ASSERT_EQ(ask(request(64, 64)).status, 200u);
  const auto history_bytes = [&] {
    for (const auto& entry : fs::directory_iterator(folder_)) {
      if (entry.path().extension() == ".history") return fs::file_size(entry);
    }
    return std::uintmax_t{0};
  };
  const std::uintmax_t before = history_bytes();
  EXPECT_EQ(before, witness_->newest("example.com/log").size() + 1);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(request(64, 64)).status, 200u);
  EXPECT_EQ(history_bytes(), before);
  ASSERT_EQ(ask(request(64, 100)).status, 200u);
  EXPECT_GT(history_bytes(), before);  // Control: what is new.
}

TEST_F(WitnessTest, DoesNotStartOnARecordThatIsNotTheLogs) {
  ASSERT_EQ(ask(request(0, 64)).status, 200u);
  for (const auto& entry : fs::directory_iterator(folder_)) replace_file(entry.path(), sign_checkpoint(other_log_, 3, leaves_.root(3)));
  EXPECT_THAT([&] { start(); }, testing::ThrowsMessage<std::runtime_error>(HasSubstr("could cosign another history")));
}

// The log's key is rotated: for a time both sign, then the new one alone.
TEST_F(WitnessTest, CosignsWhatAnyKeyOfALogSigned) {
  SeedSigner fresh("example.com/log", 3);
  const auto signed_by = [&](std::vector<NoteSigner*> signers, std::uint64_t old_size, std::uint64_t size) {
    LeafHasher hasher;
    const Proof proof = old_size == 0 ? Proof{} : consistency_proof(hasher, old_size, size, leaves_.nodes()).value();
    return ConsistencyText{old_size, proof, sign_checkpoint(signers, size, leaves_.root(size))}.text();
  };
  const auto start_with = [&](std::vector<VerifierKey> keys) {
    witness_ = std::make_unique<Witness>(std::make_unique<SeedSigner>("witness.example/w", 9, SignatureType::cosignature), keys, folder_);
  };
  ASSERT_EQ(ask(signed_by({&log_}, 0, 8)).status, 200u);
  ASSERT_EQ(ask(signed_by({&fresh, &log_}, 8, 9)).status, 200u) << "who knows the former key alone";
  EXPECT_EQ(ask(signed_by({&fresh}, 9, 64)).status, 403u);
  start_with({log_.key(), fresh.key()});
  ASSERT_EQ(ask(signed_by({&fresh, &log_}, 9, 64)).status, 200u);
  EXPECT_TRUE(open_checkpoint(witness_->newest("example.com/log"), log_.key()));
  EXPECT_TRUE(open_checkpoint(witness_->newest("example.com/log"), fresh.key())) << "both are kept";
  start_with({fresh.key()});
  ASSERT_EQ(ask(signed_by({&fresh}, 64, 100)).status, 200u);
  EXPECT_THAT([&] { start_with({log_.key()}); }, testing::ThrowsMessage<std::runtime_error>(HasSubstr("name the key that signed it too")));
  Note note = Note::parse(sign_checkpoint(std::vector<NoteSigner*>{&fresh, &log_}, 100, leaves_.root(100))).value();
  note.signatures[1].signature[9] ^= 1;
  start_with({fresh.key(), log_.key()});
  EXPECT_EQ(ask("old 100\n\n" + note.bytes()).status, 403u) << "a line that is not the key's";
}

TEST_F(WitnessTest, DoesNotStartWhereWhatItCosignedWasTakenAwayOrEmptied) {
  ASSERT_EQ(ask(request(0, 64)).status, 200u);
  fs::path checkpoint;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    if (entry.path().extension() == ".checkpoint") checkpoint = entry.path();
  }
  const std::string kept = read_whole_file(checkpoint);
  fs::resize_file(checkpoint, 0);
  EXPECT_THAT([&] { start(); }, testing::ThrowsMessage<std::runtime_error>(HasSubstr("is missing or empty")));
  fs::remove(checkpoint);
  EXPECT_THAT([&] { start(); }, testing::ThrowsMessage<std::runtime_error>(HasSubstr("is missing or empty")));
  replace_file(checkpoint, kept);
  start();
  EXPECT_EQ(ask(request(0, 8)).body, "64\n");
}

TEST_F(WitnessTest, NeverSaysThatALargerTreeWasThereBeforeASmallerOne) {
  ASSERT_EQ(ask(request(0, 64)).status, 200u);
  start();  // It remembers the time too.
  const WitnessAnswer back = witness_->add_checkpoint(request(64, 100), 1'600'000'000);
  EXPECT_EQ(verify_cosignature(*Note::parse(checkpoint(100) + back.body), witness_->key()), 1'700'000'000u);
  const WitnessAnswer on = witness_->add_checkpoint(request(100, 100), 1'800'000'000);
  EXPECT_EQ(verify_cosignature(*Note::parse(checkpoint(100) + on.body), witness_->key()), 1'800'000'000u);
}

TEST_F(WitnessTest, RefusesLogsAndKeysThatItDoesNotKnow) {
  SeedSigner stranger("example.com/stranger", 5);
  EXPECT_EQ(ask("old 0\n\n" + sign_checkpoint(stranger, 8, leaves_.root(8))).status, 404u);
  SeedSigner forger("example.com/log", 5);
  EXPECT_EQ(ask("old 0\n\n" + sign_checkpoint(forger, 8, leaves_.root(8))).status, 403u);
  EXPECT_TRUE(witness_->newest("example.com/log").empty());
}

TEST_F(WitnessTest, RefusesWhatIsMalformed) {
  for (const std::string& bad : std::vector<std::string>{"", "old 0\n", "old 00\n\n" + checkpoint(8), "old 9\n\n" + checkpoint(8),
                                                         checkpoint(8), "old 0\n" + checkpoint(8), "old 0\n\nexample.com/log\n8\n"})
    EXPECT_EQ(ask(bad).status, 400u) << bad;
  EXPECT_EQ(ask("old 0\n" + base64_of(leaves_.root(1)) + "\n\n" + checkpoint(8)).status, 422u);
}

TEST_F(WitnessTest, CosignsNothingThatItCannotKeep) {
  fs::remove_all(folder_);
  EXPECT_THROW(ask(request(0, 8)), std::system_error);
  fs::create_directories(folder_);
  EXPECT_EQ(ask(request(8, 9)).body, "0\n");
}

}  // namespace
}  // namespace muniment
