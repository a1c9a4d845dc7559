#include "events/proof/witness_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "events/proof/cosignature.h"
#include "tests/events/proof/seed_signer.h"

namespace muniment {
namespace {

using testing::HasSubstr;

class PolicyTest : public testing::Test {
 protected:
  static SeedSigner witness(Byte number) {
    return SeedSigner("witness.example/" + std::to_string(number), number, SignatureType::cosignature);
  }
  static std::string witness_line(Byte number) {
    return "witness w" + std::to_string(number) + " " + witness(number).key().text() +
           " http://127.0.0.1:" + std::to_string(9000 + number) + "\n";
  }
  std::string log_line() { return "log " + log_.key().text() + "\n"; }
  Note cosigned_by(std::initializer_list<Byte> witnesses) {
    Note note = Note::parse(sign_checkpoint(log_, 8, Hash{})).value();
    for (const Byte number : witnesses) {
      SeedSigner signer("witness.example/" + std::to_string(number), number, SignatureType::cosignature);
      note.signatures.push_back(cosign(signer, note.text, 1));
    }
    return note;
  }
  static std::string wrong(const std::string& text) {
    const auto policy = WitnessPolicy::parse(text);
    return policy ? "nothing" : policy.error();
  }
  SeedSigner log_{"example.com/log", 99};
};

TEST_F(PolicyTest, NamesLogsAndWitnessesWithTheirUrls) {
  const auto policy = WitnessPolicy::parse("# comment\n\n \t" + log_line() + witness_line(1) + "quorum w1\n");
  ASSERT_TRUE(policy) << policy.error();
  ASSERT_EQ(policy->logs().size(), 1u);
  EXPECT_EQ(policy->logs()[0].key, log_.key());
  ASSERT_EQ(policy->witnesses().size(), 1u);
  EXPECT_EQ(policy->witnesses()[0].key, witness(1).key());
  EXPECT_EQ(policy->witnesses()[0].url, "http://127.0.0.1:9001");
  EXPECT_FALSE(policy->asks_for_nobody());
}

TEST_F(PolicyTest, MayAskForNobody) {
  const auto policy = WitnessPolicy::parse("quorum none\n");
  ASSERT_TRUE(policy);
  EXPECT_TRUE(policy->asks_for_nobody());
  EXPECT_TRUE(policy->is_met_by(cosigned_by({})));
}

TEST_F(PolicyTest, IsMetByItsOnlyWitness) {
  const auto policy = WitnessPolicy::parse(witness_line(1) + witness_line(2) + "quorum w1\n").value();
  EXPECT_TRUE(policy.is_met_by(cosigned_by({1})));
  EXPECT_FALSE(policy.is_met_by(cosigned_by({2})));
  EXPECT_FALSE(policy.is_met_by(cosigned_by({})));
}

// The specification's example.
TEST_F(PolicyTest, IsMetByGroupsOfGroups) {
  std::string text;
  for (const Byte number : {Byte{1}, Byte{2}, Byte{3}, Byte{4}, Byte{5}, Byte{6}}) text += witness_line(number);
  text += "group x 2 w1 w2 w3\ngroup y any w4 w5 w6\ngroup both all x y\nquorum both\n";
  const auto policy = WitnessPolicy::parse(text).value();
  EXPECT_TRUE(policy.is_met_by(cosigned_by({1, 3, 5})));
  EXPECT_TRUE(policy.is_met_by(cosigned_by({1, 2, 3, 4, 5, 6})));
  EXPECT_FALSE(policy.is_met_by(cosigned_by({1, 5})));
  EXPECT_FALSE(policy.is_met_by(cosigned_by({1, 2, 3})));
  EXPECT_FALSE(policy.is_met_by(cosigned_by({4, 5, 6})));
}

TEST_F(PolicyTest, CountsNoCosignatureThatIsNotTheWitnesses) {
  const auto policy = WitnessPolicy::parse(witness_line(1) + "quorum w1\n").value();
  Note note = cosigned_by({1});
  note.signatures.back().signature.back() ^= 1;
  EXPECT_FALSE(policy.is_met_by(note));
}

TEST_F(PolicyTest, SaysWhichLineIsWrong) {
  EXPECT_THAT(wrong(""), HasSubstr("expected a line `quorum`"));
  EXPECT_THAT(wrong("quorum none"), HasSubstr("line 1: expected a line feed"));
  EXPECT_THAT(wrong("quorum none\nquorum none\n"), HasSubstr("line 2: there is a quorum already"));
  EXPECT_THAT(wrong("quorum w1\n"), HasSubstr("expected a name that a line before has"));
  EXPECT_THAT(wrong("trust everybody\n"), HasSubstr("line 1: expected log, witness, group or quorum"));
  EXPECT_THAT(wrong("log " + witness(1).key().text() + "\nquorum none\n"), HasSubstr("verifier key of type 1"));
  EXPECT_THAT(wrong("witness w1 " + log_.key().text() + "\nquorum none\n"), HasSubstr("verifier key of type 4"));
  EXPECT_THAT(wrong(log_line() + log_line() + "quorum none\n"), HasSubstr("line 2: the key is there already"));
  EXPECT_THAT(wrong(witness_line(1) + "witness w2 " + witness(1).key().text() + "\nquorum none\n"), HasSubstr("the key is there already"));
  EXPECT_THAT(wrong(witness_line(1) + witness_line(1) + "quorum none\n"), HasSubstr("the name is taken"));
  EXPECT_THAT(wrong("witness none " + witness(1).key().text() + "\nquorum none\n"), HasSubstr("the name is taken"));
  EXPECT_THAT(wrong(witness_line(1) + "group g any w1 w2\nquorum g\n"), HasSubstr("a member that no line before has"));
  EXPECT_THAT(wrong(witness_line(1) + "group g any none\nquorum g\n"), HasSubstr("a member that no line before has"));
  EXPECT_THAT(wrong(witness_line(1) + "group g any w1\ngroup h any w1\nquorum g\n"), HasSubstr("in a group already"));
  for (const char* number : {"0", "2", "01", "most", "-1"})
    EXPECT_THAT(wrong(witness_line(1) + "group g " + number + " w1\nquorum g\n"), HasSubstr("a number of members")) << number;
  EXPECT_THAT(wrong("quorum\x01none\n"), HasSubstr("a control character"));
}

}  // namespace
}  // namespace muniment
