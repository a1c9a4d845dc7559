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

TEST(Username, HasOfAsciiWhatIsPrintedButBlanksAndColons) {
  for (int c = 0; c < 256; ++c) {
    const bool allowed = c > ' ' && c < 0x7f && c != ':';
    const std::string text{'a', static_cast<char>(c), 'b'};
    EXPECT_EQ(Username::parse(text).has_value(), allowed) << c;
  }
  EXPECT_EQ(Username::parse("CORP\\Ann+x@Example.org")->text(), "corp\\ann+x@example.org");
}

TEST(Username, HasLettersOfAnyScriptInOneForm) {
  EXPECT_EQ(Username::parse("J\xc3\x96RG")->text(), "j\xc3\xb6rg");
  EXPECT_EQ(Username::parse("Jo\xcc\x88rg")->text(), "j\xc3\xb6rg") << "o and a diaeresis of its own";
  EXPECT_EQ(Username::parse("\xd0\x90\xd0\x9d\xd0\x9d\xd0\x90")->text(), "\xd0\xb0\xd0\xbd\xd0\xbd\xd0\xb0");
  EXPECT_EQ(Username::parse("stra\xc3\x9f"
                            "e")
                ->text(),
            "stra\xc3\x9f"
            "e")
      << "not strasse, who is somebody else";
  EXPECT_EQ(Username::parse("\xe2\x84\xaa"
                            "elvin")
                ->text(),
            "kelvin")
      << "Unicode says that the sign is the letter";
  // Letters that look like ours are other names.
  EXPECT_NE(Username::parse("jd\xd0\xbe"
                            "e11"),
            Username::parse("jdoe11"));
  EXPECT_NE(Username::parse("\xc4\xb0lker"), Username::parse("ilker"));
  EXPECT_NE(Username::parse("\xc4\xb1lker"), Username::parse("ilker"));
}

TEST(Username, RefusesWhatIsSeenAsAnotherTextOrNotAtAll) {
  for (const std::string_view text : {"\xef\xbd\x8a"
                                      "doe",  // a full-width letter
                                      "of\xef\xac\x81"
                                      "ce",                 // a ligature
                                      "jdoe\xe2\x80\x8b",   // a zero width space
                                      "jdoe\xc2\xa0x",      // a blank that does not break
                                      "jdoe\xe2\x80\x99s",  // an apostrophe beyond ASCII
                                      "j\xc3\xb6 rg", "j\xc3\xb6:rg", "j\xc3\xb6\nrg", "j\xc3"}) {
    EXPECT_FALSE(Username::parse(text)) << text;
  }
}

// For every letter: what is kept is kept again as it is, and is known as canonical; what is not kept as it came is not.
TEST(Username, IsCanonicalOnceItWasRead) {
  std::size_t letters = 0;
  for (std::uint32_t code = 0x80; code < 0x20000; ++code) {
    std::string text = "a";
    if (code < 0x800) {
      text += {static_cast<char>(0xc0 | (code >> 6)), static_cast<char>(0x80 | (code & 0x3f))};
    } else if (code < 0x10000) {
      text +=
          {static_cast<char>(0xe0 | (code >> 12)), static_cast<char>(0x80 | ((code >> 6) & 0x3f)), static_cast<char>(0x80 | (code & 0x3f))};
    } else {
      text += {static_cast<char>(0xf0 | (code >> 18)), static_cast<char>(0x80 | ((code >> 12) & 0x3f)),
               static_cast<char>(0x80 | ((code >> 6) & 0x3f)), static_cast<char>(0x80 | (code & 0x3f))};
    }
    const auto name = Username::parse(text);
    EXPECT_EQ(Username::is_canonical(text), name && name->text() == text) << code;
    if (!name) continue;
    ++letters;
    EXPECT_TRUE(Username::is_canonical(name->text())) << code;
    EXPECT_EQ(Username::parse(name->text()), name) << code;
  }
  EXPECT_GT(letters, 50'000u);
}

TEST(Username, IsNotCanonicalInUpperCaseOrWhenItIsNone) {
  EXPECT_TRUE(Username::is_canonical("jdoe11"));
  EXPECT_TRUE(Username::is_canonical("j.doe@x"));
  for (const std::string_view text : {"", "Jdoe11", "j doe", "j:doe"}) EXPECT_FALSE(Username::is_canonical(text)) << text;
  EXPECT_FALSE(Username::is_canonical(std::string(65, 'a')));
}

TEST(Username, IsPlainWithoutOtherSigns) {
  EXPECT_TRUE(Username::parse("R.Kelly-2_x")->is_plain());
  for (const std::string_view text : {"r@kelly", "r+kelly", "r\xc3\xb6"}) EXPECT_FALSE(Username::parse(text)->is_plain()) << text;
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
