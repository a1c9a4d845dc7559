#include "tools/server/cosigners.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "events/proof/cosignature.h"
#include "tests/events/log/sample_record.h"
#include "tests/events/log/temp_folder.h"
#include "tests/events/proof/seed_signer.h"
#include "tools/store/durable_file.h"
#include "tools/witness/witness.h"

namespace muniment {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

// Two true witnesses, without sockets, either of which can be away.
class CosignersTest : public testing::Test {
 protected:
  CosignersTest() : log_(RocksLog::create({.folder = folder_ / "log", .head_file = folder_ / "head"})) {
    for (const Byte number : {Byte{1}, Byte{2}}) {
      const std::string name = "w" + std::to_string(number);
      std::filesystem::create_directories(folder_ / name);
      auto signer = std::make_unique<SeedSigner>("witness.example/" + name, number, SignatureType::cosignature);
      policy_ += "witness " + name + " " + signer->key().text() + " http://" + name + "\n";
      witnesses_["http://" + name] = std::make_unique<Witness>(std::move(signer), std::vector{signer_key()}, folder_ / name);
    }
  }

  static VerifierKey signer_key() { return SeedSigner("example.com/log", 9).key(); }
  void append(std::size_t size) { ASSERT_TRUE(sample::append(*log_, source_.group(size))); }
  std::unique_ptr<Notary> notary() {
    return std::make_unique<Notary>(*log_, std::make_unique<SeedSigner>("example.com/log", 9), folder_ / "checkpoint");
  }
  std::unique_ptr<Cosigners> cosigners(const Notary& notary, const std::string& quorum, std::chrono::milliseconds every = 1h) {
    return std::make_unique<Cosigners>(
        *log_, notary, WitnessPolicy::parse(policy_ + quorum).value(), folder_ / "cosigned",
        [this](const std::string& url, const std::string& body) { return post(url, body); },
        [this](std::string_view what) { told_.emplace_back(what); }, every);
  }
  std::expected<WitnessReply, std::string> post(const std::string& url, const std::string& body) {
    const std::lock_guard lock(mutex_);
    ++posts_;
    const std::string at = url.substr(0, url.find("/add-checkpoint"));
    if (!witnesses_.contains(at)) return std::unexpected("nobody at " + at);
    if (away_.contains(at)) return std::unexpected("nobody there");
    const WitnessAnswer answer = witnesses_.at(at)->add_checkpoint(body, 1'700'000'000);
    return WitnessReply{answer.status, answer.body};
  }
  void set_away(std::set<std::string> away) {
    const std::lock_guard lock(mutex_);
    away_ = std::move(away);
  }
  template <typename Is>
  static bool comes_true(Is is) {
    for (int i = 0; i < 60'000 && !is(); ++i) std::this_thread::sleep_for(1ms);
    return is();
  }

  TempFolder folder_;
  sample::Source source_;
  std::unique_ptr<RocksLog> log_;
  std::string policy_;
  std::map<std::string, std::unique_ptr<Witness>> witnesses_;
  std::mutex mutex_;
  std::set<std::string> away_;
  int posts_ = 0;
  std::vector<std::string> told_;  // Read when the cosigners have ended.
};

TEST_F(CosignersTest, HaveTheNewestCheckpointCosignedAndKeepIt) {
  append(300);
  const auto signs = notary();
  const auto asks = cosigners(*signs, "group both all w1 w2\nquorum both\n");
  EXPECT_TRUE(comes_true([&] { return asks->witnessed() == 300; }));
  const Note kept = Note::parse(read_whole_file(folder_ / "cosigned")).value();
  EXPECT_TRUE(verify_note(kept, signs->key()));
  EXPECT_EQ(kept.signatures.size(), 3u);
  EXPECT_EQ(log_->checkpoint_at_most(300), kept.bytes());
}

TEST_F(CosignersTest, AskAWitnessWhoseUrlEndsWithASlash) {
  append(3);
  policy_.replace(policy_.find("http://w1\n"), 9, "http://w1/");
  const auto signs = notary();
  const auto asks = cosigners(*signs, "group both all w1 w2\nquorum both\n");
  EXPECT_TRUE(comes_true([&] { return asks->witnessed() == 3; }));
}

TEST_F(CosignersTest, AskAgainForWhatWasAppendedAndAtTheEnd) {
  append(300);
  const auto signs = notary();
  const auto asks = cosigners(*signs, "quorum w1\n", 10ms);
  append(5);
  EXPECT_TRUE(comes_true([&] { return asks->witnessed() == 305; }));
  const auto slow = cosigners(*signs, "quorum w1\n");
  EXPECT_EQ(slow->witnessed(), 305u);  // As the file says.
  asks->stop();
  append(7);
  signs->stop();
  slow->stop();
  slow->stop();
  EXPECT_EQ(slow->witnessed(), 312u);
}

TEST_F(CosignersTest, LetTheLogGoOnWhileWitnessesAreAwayAndCatchUp) {
  append(10);
  set_away({"http://w1", "http://w2"});
  const auto signs = notary();
  auto asks = cosigners(*signs, "group both all w1 w2\nquorum both\n", 10ms);
  EXPECT_TRUE(comes_true([&] {
    const std::lock_guard lock(mutex_);
    return posts_ >= 4;
  }));
  append(10);
  EXPECT_EQ(asks->witnessed(), 0u);
  set_away({"http://w2"});
  EXPECT_TRUE(
      comes_true([&] { return log_->checkpoint_at_most(20) && Note::parse(*log_->checkpoint_at_most(20))->signatures.size() == 2; }));
  EXPECT_EQ(asks->witnessed(), 0u);  // One of two is not enough.
  set_away({});
  EXPECT_TRUE(comes_true([&] { return asks->witnessed() == 20; }));
  asks.reset();
  EXPECT_THAT(told_, Contains("the witness w1 does not answer: nobody there"));
  EXPECT_THAT(told_, Contains("the witness w1 cosigns"));
  EXPECT_LT(told_.size(), 10u);  // Not every time.
}

TEST_F(CosignersTest, GoOnAfterTheLogsKeyWasRotatedAndSayThatAWitnessDoesNotKnowTheNewOne) {
  append(300);
  {
    const auto signs = notary();
    cosigners(*signs, "quorum w1\n")->stop();
  }
  SeedSigner fresh("example.com/log", 8);
  KeyChain keys(signer_key());
  ASSERT_TRUE(keys.append(301, signer_key(), fresh.key()));
  append(5);
  const Notary alone(*log_, LogSigners(keys, std::make_unique<SeedSigner>("example.com/log", 8)), folder_ / "checkpoint");
  auto asks = cosigners(alone, "quorum w1\n");
  EXPECT_EQ(asks->witnessed(), 300u) << "as the file says, which the former key signed";
  asks->stop();
  EXPECT_EQ(asks->witnessed(), 300u);
  asks.reset();
  EXPECT_THAT(told_, Contains("the witness w1 refused the checkpoint with status 403"));
}

TEST_F(CosignersTest, KeepWhatAWitnessCosignedWhileItIsAway) {
  append(10);
  const auto signs = notary();
  set_away({"http://w2"});
  auto asks = cosigners(*signs, "group both all w1 w2\nquorum both\n");
  asks->stop();
  EXPECT_EQ(asks->witnessed(), 0u);
  set_away({"http://w1"});
  asks = cosigners(*signs, "group both all w1 w2\nquorum both\n");  // Another start too.
  asks->stop();
  EXPECT_EQ(asks->witnessed(), 10u);
  EXPECT_EQ(Note::parse(read_whole_file(folder_ / "cosigned"))->signatures.size(), 3u);
  EXPECT_EQ(log_->checkpoint_at_most(10), read_whole_file(folder_ / "cosigned"));
}

TEST_F(CosignersTest, CountNothingThatAnotherHistoryOfTheLogHadCosigned) {
  append(10);
  {
    const auto signs = notary();
    cosigners(*signs, "quorum w1\n")->stop();
  }
  RocksLog::create({.folder = folder_ / "other", .head_file = folder_ / "other-head"})->close();
  log_ = RocksLog::open({.folder = folder_ / "other", .head_file = folder_ / "other-head"});
  source_ = {};
  sample::Group group;
  source_.add(group, {sample::account(77)}, "another");
  ASSERT_TRUE(sample::append(*log_, group));
  append(20);
  set_away({"http://w1", "http://w2"});
  const auto signs = notary();
  const auto asks = cosigners(*signs, "quorum w1\n");
  asks->stop();
  EXPECT_EQ(asks->witnessed(), 0u);
}

TEST_F(CosignersTest, TakeNoPolicyOfAnotherLog) {
  append(10);
  const auto signs = notary();
  const std::string of_this = "log " + signs->key().text() + "\n";
  const std::string of_another = "log " + SeedSigner("example.com/other", 8).key().text() + "\n";
  EXPECT_THAT([&] { cosigners(*signs, "quorum w1\n" + of_another); },
              testing::ThrowsMessage<std::runtime_error>(HasSubstr("of another log than example.com/log")));
  cosigners(*signs, "quorum w1\n" + of_another + of_this)->stop();
}

TEST_F(CosignersTest, FindThatTheLogWasPutBackOrRewritten) {
  append(300);
  {
    const auto signs = notary();
    cosigners(*signs, "quorum w1\n")->stop();
  }
  // Another log under the same key: shorter, then as long, then longer.
  RocksLog::create({.folder = folder_ / "other", .head_file = folder_ / "other-head"})->close();
  log_ = RocksLog::open({.folder = folder_ / "other", .head_file = folder_ / "other-head"});
  std::filesystem::remove(folder_ / "cosigned");
  source_ = {};
  sample::Group group;
  source_.add(group, {sample::account(77)}, "another");
  ASSERT_TRUE(sample::append(*log_, group));
  for (const std::size_t more : {100, 199, 50}) {
    append(more);
    told_.clear();
    const auto signs = notary();
    auto asks = cosigners(*signs, "quorum w1\n");
    asks->stop();
    EXPECT_EQ(asks->witnessed(), 0u);
    if (more != 50) {
      EXPECT_GE(asks->conflicts(), 1u);
    }
    asks.reset();
    EXPECT_THAT(told_,
                Contains(testing::AnyOf(HasSubstr("it was put back, or rewritten"), HasSubstr("refused the checkpoint with status 422"))));
  }
}

TEST_F(CosignersTest, TakeNoAnswerThatIsNotTheWitnesssCosignature) {
  append(300);
  const auto signs = notary();
  Cosigners asks(
      *log_, *signs, WitnessPolicy::parse(policy_ + "quorum w1\n").value(), folder_ / "cosigned",
      [&](const std::string&, const std::string&) {
        SeedSigner stranger("witness.example/w1", 7, SignatureType::cosignature);
        return WitnessReply{200, cosign(stranger, Note::parse(signs->newest()->note)->text, 1).line()};
      },
      [this](std::string_view what) { told_.emplace_back(what); }, 1h);
  asks.stop();
  EXPECT_EQ(asks.witnessed(), 0u);
  EXPECT_THAT(told_, testing::Each(HasSubstr("answered with what is not its cosignature")));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "cosigned"));
}

}  // namespace
}  // namespace muniment
