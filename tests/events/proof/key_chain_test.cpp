#include "events/proof/key_chain.h"

#include <gtest/gtest.h>

#include "tests/events/proof/seed_signer.h"

namespace muniment {
namespace {

using Refused = std::unexpected<NoteError>;

class KeyChainTest : public testing::Test {
 protected:
  std::string by(std::vector<NoteSigner*> signers, std::uint64_t size) { return sign_checkpoint(signers, size, empty_root); }
  KeyChain chain() const {
    KeyChain out(first.key());
    EXPECT_TRUE(out.append(10, first.key(), second.key()));
    EXPECT_TRUE(out.append(20, second.key(), third.key()));
    return out;
  }
  SeedSigner first{"example.com/log", 1};
  SeedSigner second{"example.com/log", 2};
  SeedSigner third{"example.com/log", 3};
  SeedSigner stranger{"example.com/log", 4};
};

TEST_F(KeyChainTest, OpensWhatTheKeyOfItsSizeSigned) {
  const KeyChain keys = chain();
  EXPECT_TRUE(keys.open(by({&first}, 9)));
  EXPECT_TRUE(keys.open(by({&second}, 10)));
  EXPECT_TRUE(keys.open(by({&second}, 19)));
  EXPECT_TRUE(keys.open(by({&third}, 20)));
  EXPECT_EQ(keys.open(by({&third}, 700))->size, 700u);
}

TEST_F(KeyChainTest, OpensWhatBothSignedAndNothingThatAKeyBeforeOrBehindSignedAlone) {
  const KeyChain keys = chain();
  EXPECT_TRUE(keys.open(by({&second, &first}, 10)));
  EXPECT_TRUE(keys.open(by({&first, &second}, 15)));
  EXPECT_EQ(keys.open(by({&first}, 10)), Refused(NoteError::key_unknown)) << "stolen after it had its turn";
  EXPECT_EQ(keys.open(by({&second}, 9)), Refused(NoteError::key_unknown));
  EXPECT_EQ(keys.open(by({&stranger}, 9)), Refused(NoteError::key_unknown));
}

TEST_F(KeyChainTest, RefusesANoteOfWhichAnyKnownKeyDidNotMakeItsLine) {
  Note note = Note::parse(by({&second, &first}, 10)).value();
  note.signatures[1].signature[5] ^= 1;
  EXPECT_EQ(chain().open(note.bytes()), Refused(NoteError::signature_differs));
}

TEST_F(KeyChainTest, RefusesWhatIsNoCheckpointOrAnothersByName) {
  EXPECT_EQ(chain().open("nothing"), Refused(NoteError::malformed));
  Note note{.text = Checkpoint{"example.com/other", 5, empty_root}.text(), .signatures = {}};
  note.signatures.push_back(sign_note(first, note.text));
  EXPECT_EQ(chain().open(note.bytes()), Refused(NoteError::wrong_origin));
}

TEST_F(KeyChainTest, TakesOnlyWhatFollows) {
  KeyChain keys = chain();
  SeedSigner renamed("example.com/other", 5);
  SeedSigner witness("example.com/log", 6, SignatureType::cosignature);
  EXPECT_FALSE(keys.append(30, second.key(), stranger.key())) << "not the newest";
  EXPECT_FALSE(keys.append(20, third.key(), stranger.key())) << "no later";
  EXPECT_FALSE(keys.append(30, third.key(), first.key())) << "had its turn";
  EXPECT_FALSE(keys.append(30, third.key(), renamed.key())) << "another log";
  EXPECT_FALSE(keys.append(30, third.key(), witness.key())) << "no log's key";
  EXPECT_EQ(keys.turns().size(), 3u);
  EXPECT_TRUE(keys.append(30, third.key(), stranger.key()));
}

TEST_F(KeyChainTest, IsFollowedBackToo) {
  KeyChain keys(third.key());
  EXPECT_TRUE(keys.prepend(20, second.key(), third.key()));
  EXPECT_FALSE(keys.prepend(20, first.key(), second.key())) << "not before it";
  EXPECT_FALSE(keys.prepend(0, first.key(), second.key()));
  EXPECT_FALSE(keys.prepend(10, first.key(), third.key()));
  EXPECT_TRUE(keys.prepend(10, first.key(), second.key()));
  EXPECT_TRUE(keys.has(first.key()));
  for (const std::uint64_t size : {0, 9, 10, 19, 20, 21}) EXPECT_EQ(keys.at(size), chain().at(size)) << size;
}

}  // namespace
}  // namespace muniment
