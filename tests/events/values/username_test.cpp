#include "events/values/username.h"

#include <gtest/gtest.h>

#include <unordered_set>

namespace muniment {
namespace {

TEST(Username, IsKeptInLowerCase) {
  EXPECT_EQ(Username::parse("jdoe11")->text(), "jdoe11");
  EXPECT_EQ(Username::parse("JDoe11")->text(), "jdoe11");
  EXPECT_EQ(Username::parse("JDOE11"), Username::parse("jdoe11"));
  EXPECT_EQ(Username::parse("A.b-C_9")->text(), "a.b-c_9");
}

TEST(Username, HasOneTo64Characters) {
  EXPECT_FALSE(Username::parse(""));
  EXPECT_TRUE(Username::parse("a"));
  EXPECT_TRUE(Username::parse(std::string(64, 'a')));
  EXPECT_FALSE(Username::parse(std::string(65, 'a')));
}

TEST(Username, RefusesEveryOtherCharacter) {
  for (int c = 0; c < 256; ++c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool allowed = letter || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    const std::string text{'a', static_cast<char>(c), 'b'};
    EXPECT_EQ(Username::parse(text).has_value(), allowed) << c;
  }
}

// Letters that look like ours or fold to ours are other names, and no names at all.
TEST(Username, RefusesLettersBeyondAscii) {
  for (const std::string_view text : {"j\xc3\xb6rg",
                                      "\xe2\x84\xaa"
                                      "elvin",
                                      "jd\xd0\xbe"
                                      "e11",
                                      "\xef\xbd\x8a"
                                      "doe",
                                      "\xc4\xb0lker", "\xc4\xb1lker", "jdoe\xe2\x80\x8b"}) {
    EXPECT_FALSE(Username::parse(text)) << text;
  }
}

TEST(Username, IsFoundInASetWithoutCase) {
  std::unordered_set<Username> names{*Username::parse("jdoe11")};
  EXPECT_TRUE(names.contains(*Username::parse("JDOE11")));
  EXPECT_FALSE(names.contains(*Username::parse("jdoe12")));
}

TEST(UsernameStem, IsTheFirstInitialAndTheLastName) {
  EXPECT_EQ(username_stem("John", "Doe"), "jdoe");
  EXPECT_EQ(username_stem("j", "D"), "jd");
  EXPECT_EQ(username_stem("MARY ANN", "VAN DER BERG"), "mvanderberg");
}

TEST(UsernameStem, DropsApostrophesAndHyphens) {
  EXPECT_EQ(username_stem("Sinead", "O'Brien"), "sobrien");
  EXPECT_EQ(username_stem("Sinead", "O\u2019Brien"), "sobrien");
  EXPECT_EQ(username_stem("Sinead", "O\u02bcBrien"), "sobrien");
  EXPECT_EQ(username_stem("Sinead", "O`Brien"), "sobrien");
  EXPECT_EQ(username_stem("Sinead", "O\u00b4Brien"), "sobrien");
  EXPECT_EQ(username_stem("D'Arcy", "Smith-Jones"), "dsmithjones");
  EXPECT_EQ(username_stem("D'Arcy", "Smith\u2011Jones"), "dsmithjones");
  EXPECT_EQ(username_stem("'Ana", "St. John, Jr."), "astjohnjr");
}

TEST(UsernameStem, IsFoldedToAscii) {
  EXPECT_EQ(username_stem("José", "Müller"), "jmuller");
  EXPECT_EQ(username_stem("Łukasz", "Wałęsa"), "lwalesa");
  EXPECT_EQ(username_stem("Søren", "Ørsted"), "sorsted");
  EXPECT_EQ(username_stem("İlker", "Yıldız"), "iyildiz");
  EXPECT_EQ(username_stem("Ægir", "Weiß"), "aweiss");
  EXPECT_EQ(username_stem("Þóra", "Guðmundsdóttir"), "tgudmundsdottir");
  EXPECT_EQ(username_stem("Đức", "Nguyễn"), "dnguyen");
  EXPECT_EQ(username_stem("Ｊｏｈｎ", "Ｄｏｅ"), "jdoe");
}

TEST(UsernameStem, IsUserWhereNothingIsLeft) {
  EXPECT_EQ(username_stem("", ""), "user");
  EXPECT_EQ(username_stem("伟", "王"), "user");
  EXPECT_EQ(username_stem("Владимир", "Иванов"), "user");
  EXPECT_EQ(username_stem("'", "-"), "user");
}

TEST(UsernameStem, UsesWhatIsLeftOfEitherName) {
  EXPECT_EQ(username_stem("伟", "Wang"), "wang");
  EXPECT_EQ(username_stem("Wei", "王"), "w");
  EXPECT_EQ(username_stem("", "Doe"), "doe");
  EXPECT_EQ(username_stem("John", ""), "j");
}

TEST(UsernameStem, HasAtMost40CharactersAndIsAUsername) {
  EXPECT_EQ(username_stem("J", std::string(39, 'x')).size(), 40u);
  EXPECT_EQ(username_stem("J", std::string(40, 'x')).size(), 40u);
  EXPECT_EQ(username_stem("J", std::string(500, 'x')), "j" + std::string(39, 'x'));
  std::string sharp;
  for (int i = 0; i < 40; ++i) sharp += "ß";
  EXPECT_EQ(username_stem("J", sharp).size(), 40u);
  EXPECT_TRUE(Username::parse(username_stem("J", sharp)));
}

}  // namespace
}  // namespace muniment
