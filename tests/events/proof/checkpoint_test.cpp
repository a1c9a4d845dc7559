#include "events/proof/checkpoint.h"

#include <gtest/gtest.h>

#include "tests/events/proof/reference.h"
#include "tests/events/proof/seed_signer.h"

namespace muniment {
namespace {

using Refused = std::unexpected<NoteError>;

class CheckpointNote : public testing::Test {
 protected:
  Note signed_text(std::string text) {
    Note note{.text = std::move(text), .signatures = {}};
    note.signatures.push_back(sign_note(signer, note.text));
    return note;
  }
  SeedSigner signer{"example.com/log", 7};
  const Hash root = reference::published_roots()[8];
};

TEST_F(CheckpointNote, IsSignedByteForByteAsEverywhere) {
  EXPECT_EQ(sign_checkpoint(signer, 8, root),
            "example.com/log\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n"
            "\u2014 example.com/log cC88cKVY3G4xWFuDF/jreM1GINjrj6hgFtenw+FkyRG18SMYLKJmjKGwTaiy1oJEcMTYxJwrIxK0dpvvGKCN0tlViww=\n");
}

TEST_F(CheckpointNote, IsReadByWhoHasTheKey) {
  const auto opened = open_checkpoint(sign_checkpoint(signer, 8, root), signer.key());
  ASSERT_TRUE(opened);
  EXPECT_EQ(*opened, (Checkpoint{"example.com/log", 8, root}));
}

TEST_F(CheckpointNote, OfTheEmptyTreeHasSizeZero) {
  const auto opened = open_checkpoint(sign_checkpoint(signer, 0, empty_root), signer.key());
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->size, 0u);
}

TEST_F(CheckpointNote, IsRefusedOfAStranger) {
  SeedSigner stranger("example.com/log", 8);
  EXPECT_EQ(open_checkpoint(sign_checkpoint(stranger, 8, root), signer.key()), Refused(NoteError::key_unknown));
}

TEST_F(CheckpointNote, IsReadByWhoHasAnyOfTheKeysUnlessAnotherOfThemIsWronged) {
  SeedSigner first("example.com/any", 11);
  SeedSigner second("example.com/any", 12);
  const std::vector<VerifierKey> keys{first.key(), second.key()};
  for (SeedSigner* const one : {&first, &second}) EXPECT_TRUE(open_checkpoint(sign_checkpoint(*one, 7, Hash{}), keys));
  Note note = Note::parse(sign_checkpoint(std::vector<NoteSigner*>{&first, &second}, 7, Hash{})).value();
  EXPECT_TRUE(open_checkpoint(note.bytes(), keys));
  note.signatures[1].signature[9] ^= 1;
  EXPECT_EQ(open_checkpoint(note.bytes(), keys).error(), NoteError::signature_differs);
  SeedSigner stranger("example.com/any", 13);
  EXPECT_EQ(open_checkpoint(sign_checkpoint(stranger, 7, Hash{}), keys).error(), NoteError::key_unknown);
}

TEST_F(CheckpointNote, IsRefusedOfAnotherLogThoughTheKeySignedIt) {
  const std::string text = Checkpoint{"example.com/other", 8, root}.text();
  EXPECT_EQ(open_checkpoint(signed_text(text).bytes(), signer.key()), Refused(NoteError::wrong_origin));
}

TEST_F(CheckpointNote, HasExactlyThreeLinesInOneForm) {
  const std::string good = Checkpoint{"example.com/log", 8, root}.text();
  ASSERT_TRUE(open_checkpoint(signed_text(good).bytes(), signer.key()));
  const std::string hash = base64_of(root);
  for (const std::string& bad : {good + "extension\n", "example.com/log\n08\n" + hash + "\n", "example.com/log\n-8\n" + hash + "\n",
                                 "example.com/log\n\n" + hash + "\n", "example.com/log\n8\n" + hash.substr(4) + "\n",
                                 "example.com/log\n99999999999999999999\n" + hash + "\n", std::string{"example.com/log\n8\n"},
                                 "example.com/log\n8 \n" + hash + "\n", "\n8\n" + hash + "\n"}) {
    EXPECT_EQ(open_checkpoint(signed_text(bad).bytes(), signer.key()), Refused(NoteError::malformed)) << bad;
  }
}

TEST_F(CheckpointNote, IsRefusedWhenAnyByteOfItIsAnother) {
  const std::string good = sign_checkpoint(signer, 8, root);
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const int bit : {0, 4}) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
      EXPECT_FALSE(open_checkpoint(bad, signer.key())) << i;
    }
  }
}

TEST(Decimal, HasOneFormForANumber) {
  EXPECT_EQ(parse_decimal("0"), 0u);
  EXPECT_EQ(parse_decimal("18446744073709551615"), 18446744073709551615u);
  for (const char* bad : {"", "00", "01", "+1", "-1", "1 ", " 1", "1.", "18446744073709551616", "0x1"})
    EXPECT_FALSE(parse_decimal(bad)) << bad;
}

}  // namespace
}  // namespace muniment
