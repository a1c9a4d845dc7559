#include "events/vault/credential.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace muniment {
namespace {

TEST(CredentialText, IsFourGroupsOfFiveCharacters) {
  const std::string text = random_credential_text();
  EXPECT_THAT(text, testing::MatchesRegex("[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){3}"));
}

TEST(CredentialText, UsesEveryCharacterOfTheAlphabetAndNoOther) {
  std::set<char> seen;
  for (int i = 0; i < 200; ++i) {
    for (const char c : random_credential_text()) seen.insert(c);
  }
  seen.erase('-');
  EXPECT_EQ(std::string(seen.begin(), seen.end()), "0123456789ABCDEFGHJKMNPQRSTVWXYZ");
}

TEST(CredentialText, IsNeverTheSameTwice) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random_credential_text());
  EXPECT_EQ(seen.size(), 1000U);
}

TEST(CredentialText, IsReadAsItWasShown) {
  const std::string text = random_credential_text();
  std::string bare = text;
  std::erase(bare, '-');
  EXPECT_EQ(normalised_credential(text), bare);
}

TEST(CredentialText, IsReadAsPeopleTypeIt) {
  EXPECT_EQ(normalised_credential("7kq2m-0xvrt-9gheb-3nwsa"), "7KQ2M0XVRT9GHEB3NWSA");
  EXPECT_EQ(normalised_credential(" 7KQ2M 0XVRT 9GHEB 3NWSA "), "7KQ2M0XVRT9GHEB3NWSA");
  EXPECT_EQ(normalised_credential("OoIiL-l0000-00000-00000"), "00111100000000000000");
}

TEST(CredentialText, RejectsWhatIsNone) {
  EXPECT_FALSE(normalised_credential(""));
  EXPECT_FALSE(normalised_credential("7KQ2M-0XVRT-9GHEB-3NWS"));
  EXPECT_FALSE(normalised_credential("7KQ2M-0XVRT-9GHEB-3NWSA7"));
  EXPECT_FALSE(normalised_credential("7KQ2M-0XVRT-9GHEB-3NWSU"));  // U is not in the alphabet.
  EXPECT_FALSE(normalised_credential("7KQ2M_0XVRT_9GHEB_3NWSA"));
}

}  // namespace
}  // namespace muniment
