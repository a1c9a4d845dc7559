#include "events/proof/cosignature.h"

#include <gtest/gtest.h>

#include "tests/events/proof/reference.h"
#include "tests/events/proof/seed_signer.h"

namespace muniment {
namespace {

using Refused = std::unexpected<NoteError>;

class Cosignature : public testing::Test {
 protected:
  Note note() {
    Note out = Note::parse(sign_checkpoint(log, 8, reference::published_roots()[8])).value();
    out.signatures.push_back(cosign(witness, out.text, 1679315147));
    return out;
  }
  SeedSigner log{"example.com/log", 7};
  SeedSigner witness{"witness.example/w1", 9, SignatureType::cosignature};
};

TEST_F(Cosignature, IsMadeByteForByteAsEverywhere) {
  EXPECT_EQ(witness.key().text(), "witness.example/w1+24b5d9fe+BP0XJDhaoMdbZPt4zWAvodmR/ev3axPFjtcC6sg16fYY");
  EXPECT_EQ(note().signatures.back().line(),
            "\u2014 witness.example/w1 "
            "JLXZ/gAAAABkGFDLBUTswjWad8M+MFzcOYPeX9opaQYMNdo3Y9vv5bmu+sJmgyp6OHYvC5viiccN/VhA3KKRj/j2yFhIsEdhR+ypDg==\n");
}

// The message of the specification's example, and the key id that it asks for.
TEST_F(Cosignature, CoversTheTimeAndTheWholeText) {
  const Note made = note();
  EXPECT_EQ(verify_cosignature(made, witness.key()), 1679315147u);
  const std::string message = "cosignature/v1\ntime 1679315147\n" + made.text;
  EXPECT_TRUE(verify_ed25519(witness.key().key, bytes_of(message), ByteSpan(made.signatures.back().signature).subspan(8)));
}

TEST_F(Cosignature, StandsBesideTheLogsOwn) {
  const Note made = Note::parse(note().bytes()).value();
  EXPECT_TRUE(verify_note(made, log.key()));
  EXPECT_TRUE(verify_cosignature(made, witness.key()));
  EXPECT_EQ(verify_cosignature(made, log.key()), Refused(NoteError::key_unknown));
}

TEST_F(Cosignature, IsRefusedWithAnotherTimeTextOrKey) {
  Note other_time = note();
  other_time.signatures.back().signature[7] ^= 1;
  EXPECT_EQ(verify_cosignature(other_time, witness.key()), Refused(NoteError::signature_differs));
  Note other_text = note();
  other_text.text = Checkpoint{"example.com/log", 9, reference::published_roots()[8]}.text();
  EXPECT_EQ(verify_cosignature(other_text, witness.key()), Refused(NoteError::signature_differs));
  Note cut = note();
  cut.signatures.back().signature.pop_back();
  EXPECT_EQ(verify_cosignature(cut, witness.key()), Refused(NoteError::signature_differs));
  const SeedSigner stranger("witness.example/w1", 10, SignatureType::cosignature);
  EXPECT_EQ(verify_cosignature(note(), stranger.key()), Refused(NoteError::key_unknown));
}

TEST_F(Cosignature, HasATimeThatFitsSixtyThreeBits) {
  Note made = note();
  made.signatures.back() = cosign(witness, made.text, std::uint64_t{1} << 63);
  EXPECT_EQ(verify_cosignature(made, witness.key()), Refused(NoteError::signature_differs));
  made.signatures.back() = cosign(witness, made.text, (std::uint64_t{1} << 63) - 1);
  EXPECT_TRUE(verify_cosignature(made, witness.key()));
}

}  // namespace
}  // namespace muniment
