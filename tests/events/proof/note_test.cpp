#include "events/proof/note.h"

#include <gtest/gtest.h>

#include "tests/events/proof/seed_signer.h"

namespace muniment {
namespace {

using Refused = std::unexpected<NoteError>;

// golang.org/x/mod/sumdb/note, example_test.go.
constexpr std::string_view published_key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view published_note =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

TEST(Note, VerifiesThePublishedNote) {
  const auto key = VerifierKey::parse(published_key);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->name, "PeterNeumann");
  EXPECT_EQ(key->id(), 0xc74f20a3);
  EXPECT_EQ(key->text(), published_key);
  const auto note = Note::parse(published_note);
  ASSERT_TRUE(note);
  EXPECT_TRUE(verify_note(*note, *key));
  EXPECT_EQ(note->bytes(), published_note);
}

TEST(Note, IsSignedByteForByteAsEverywhere) {
  SeedSigner signer("example.com/log", 7);
  EXPECT_EQ(signer.key().text(), "example.com/log+702f3c70+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs");
  Note note{.text = "one\n\ntwo\n", .signatures = {}};
  note.signatures.push_back(sign_note(signer, note.text));
  EXPECT_EQ(note.bytes(),
            "one\n\ntwo\n\n"
            "\u2014 example.com/log cC88cBY2Q6zWFt+16X96GEgWXuJnEXGD0/+S4oLo2Mtip9IfNW04bq/McawmUjX2MOTTS9PCPgfNfpq2dPXMET/apgM=\n");
  EXPECT_TRUE(verify_note(note, signer.key()));
}

TEST(Note, IsDividedAtItsLastEmptyLine) {
  const auto note = Note::parse("a\n\nb\n\n\u2014 x AAAAAQI=\n");
  ASSERT_TRUE(note);
  EXPECT_EQ(note->text, "a\n\nb\n");
  ASSERT_EQ(note->signatures.size(), 1u);
  EXPECT_EQ(note->signatures[0], (NoteSignature{"x", 1, {2}}));
}

TEST(Note, RefusesAChangedTextOrSignature) {
  const auto key = VerifierKey::parse(published_key).value();
  for (const auto& changed : {replaced(std::string{published_note}, "your problem,", "our problem,"),
                              replaced(std::string{published_note}, "x08go/ZJ", "x08go/ZK")}) {
    const auto note = Note::parse(changed);
    ASSERT_TRUE(note);
    EXPECT_EQ(verify_note(*note, key), Refused(NoteError::signature_differs));
  }
}

TEST(Note, PassesOverSignaturesOfOthersAndWantsItsOwn) {
  SeedSigner ours("example.com/log", 1);
  SeedSigner same_name("example.com/log", 2);
  SeedSigner other_name("example.com/other", 1);
  Note note{.text = "text\n", .signatures = {}};
  note.signatures = {sign_note(same_name, note.text), sign_note(other_name, note.text)};
  EXPECT_EQ(verify_note(note, ours.key()), Refused(NoteError::key_unknown));
  note.signatures.push_back(sign_note(ours, note.text));
  EXPECT_TRUE(verify_note(note, ours.key()));
}

TEST(Note, RefusesAKnownKeysSignatureThatIsNotItsOwnThoughARightOneFollows) {
  SeedSigner ours("example.com/log", 1);
  Note note{.text = "text\n", .signatures = {}};
  note.signatures = {sign_note(ours, "other\n"), sign_note(ours, note.text)};
  EXPECT_EQ(verify_note(note, ours.key()), Refused(NoteError::signature_differs));
}

TEST(Note, TakesNoWitnessesKeyForTheLogs) {
  SeedSigner ours("example.com/log", 1);
  Note note{.text = "text\n", .signatures = {}};
  note.signatures.push_back(sign_note(ours, note.text));
  VerifierKey witness = ours.key();
  witness.type = SignatureType::cosignature;
  note.signatures.front().key_id = witness.id();
  EXPECT_EQ(verify_note(note, witness), Refused(NoteError::key_unknown));
}

TEST(Note, RefusesWhatIsNone) {
  const std::string good = "text\n\n\u2014 x AAAAAQI=\n";
  ASSERT_TRUE(Note::parse(good));
  for (const std::string& bad : std::vector<std::string>{
           "", "\n", "text\n", "text\n\n", "text\n\u2014 x AAAAAQI=\n", good.substr(0, good.size() - 1), good + "\n", good + "more\n",
           replaced(good, "\u2014", "-"), replaced(good, "x ", "x  "), replaced(good, "x AAAAAQI=", "xAAAAAQI="),
           replaced(good, "AAAAAQI=", "AAAAAQI"), replaced(good, "AAAAAQI=", "AAAAAQ=="), replaced(good, "x ", "x+y "),
           replaced(good, "x ", "x\u00a0y "), replaced(good, "text", "te\txt"), replaced(good, "text", "te\rxt"),
           replaced(good, "text", "te\xffxt"), std::string(2u << 20, 'a') + good}) {
    EXPECT_FALSE(Note::parse(bad)) << bad.substr(0, 100);
  }
}

TEST(Note, TakesSixteenSignaturesAndNotAnyNumber) {
  std::string note = "text\n\n";
  for (int i = 0; i < 16; ++i) note += "\u2014 x AAAAAQI=\n";
  EXPECT_TRUE(Note::parse(note));
  for (int i = 0; i < 100; ++i) note += "\u2014 x AAAAAQI=\n";
  EXPECT_FALSE(Note::parse(note));
}

TEST(VerifierKey, IsRefusedWhenItsIdIsNotThatOfItsKey) {
  const std::string good{published_key};
  EXPECT_FALSE(VerifierKey::parse(replaced(good, "c74f20a3", "c74f20a4")));
  EXPECT_FALSE(VerifierKey::parse(replaced(good, "c74f20a3", "C74F20A3")));
  EXPECT_FALSE(VerifierKey::parse(replaced(good, "PeterNeumann", "peterNeumann")));
  EXPECT_FALSE(VerifierKey::parse(replaced(good, "PeterNeumann", "Peter Neumann")));
  EXPECT_FALSE(VerifierKey::parse(replaced(good, "ARpc", "AhpC")));
  EXPECT_FALSE(VerifierKey::parse(good.substr(0, good.size() - 4)));
  EXPECT_FALSE(VerifierKey::parse(good + "\n"));
  EXPECT_FALSE(VerifierKey::parse(""));
  EXPECT_FALSE(VerifierKey::parse("a+b"));
}

}  // namespace
}  // namespace muniment
