#include "events/values/text.h"

#include <gtest/gtest.h>

namespace muniment {
namespace {

using namespace std::string_view_literals;

// Unicode 15, section 3.9, table 3-7, and the WHATWG encoding tests' usual offenders.
TEST(Utf8, IsToldFromWhatIsNone) {
  for (const auto text : {""sv, "a"sv, "\x7f"sv, "\xc2\x80"sv, "\xdf\xbf"sv, "\xe0\xa0\x80"sv, "\xed\x9f\xbf"sv, "\xee\x80\x80"sv,
                          "\xef\xbf\xbf"sv, "\xf0\x90\x80\x80"sv, "\xf4\x8f\xbf\xbf"sv, "\xef\xbf\xbd"sv, "a\xc3\xa9z"sv}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  for (const auto text : {"\x80"sv,
                          "\xbf"sv,
                          "a\x80"sv,  // a continuation alone
                          "\xc3"sv,
                          "\xe2\x82"sv,
                          "\xf0\x9f\x98"sv,
                          "\xc3z"sv,
                          "\xe2\x82z"sv,  // cut short
                          "\xc0\x80"sv,
                          "\xc1\xbf"sv,
                          "\xe0\x80\x80"sv,
                          "\xe0\x9f\xbf"sv,  // overlong
                          "\xf0\x80\x80\x80"sv,
                          "\xf0\x8f\xbf\xbf"sv,  //
                          "\xed\xa0\x80"sv,
                          "\xed\xbf\xbf"sv,
                          "\xed\xa0\xbd\xed\xb8\x80"sv,  // surrogates
                          "\xf4\x90\x80\x80"sv,
                          "\xf5\x80\x80\x80"sv,
                          "\xf8\x88\x80\x80\x80"sv,  // beyond U+10FFFF
                          "\xfe"sv,
                          "\xff"sv,
                          "M\xfcller"sv,
                          "\xe9"sv}) {  // Latin-1
    EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(text);
    EXPECT_FALSE(normalized(text)) << testing::PrintToString(text);
  }
}

TEST(Utf8, HasNoNull) {
  EXPECT_FALSE(is_utf8("\0"sv));
  EXPECT_FALSE(is_utf8("a\0b"sv));
  EXPECT_FALSE(is_utf8("ab\0"sv));
}

TEST(ControlCharacters, AreFound) {
  for (int c = 1; c < 0x20; ++c) EXPECT_TRUE(has_control_characters(std::string{'a', static_cast<char>(c)})) << c;
  for (const auto text : {"\x7f"sv, "\xc2\x80"sv, "\xc2\x9f"sv, "a\u00adb"sv, "\u200b"sv, "\u200e"sv, "\u200f"sv, "\u202a"sv, "\u202e"sv,
                          "\u2066"sv, "\u2069"sv, "\u2060"sv, "\ufeff"sv, "\u2028"sv, "\u2029"sv, "\U000e0001"sv, "\U000e0041"sv}) {
    EXPECT_TRUE(has_control_characters(text)) << testing::PrintToString(text);
    EXPECT_FALSE(normalized(text)) << testing::PrintToString(text);
  }
}

TEST(ControlCharacters, AreNotLettersMarksSignsOrJoiners) {
  for (const auto text :
       {""sv, " ~"sv, "\u00a0"sv, "é"sv, "e\u0301"sv, "王"sv, "علی\u200cرضا"sv, "\u200d"sv, "👩\u200d⚕"sv, "\u3000"sv, "’"sv}) {
    EXPECT_FALSE(has_control_characters(text)) << text;
  }
}

TEST(Normalized, IsNfc) {
  EXPECT_EQ(normalized("e\u0301"), "\u00e9");
  EXPECT_EQ(normalized("\u00e9"), "\u00e9");
  EXPECT_EQ(normalized("\u212b"), "\u00c5") << "the angstrom sign is the letter";
  EXPECT_EQ(normalized("\u1112\u1161\u11ab"), "\ud55c") << "Hangul is composed";
  EXPECT_EQ(normalized("q\u0307\u0323"), "q\u0323\u0307") << "marks are in their canonical order";
  EXPECT_EQ(normalized("\u0958"), "\u0915\u093c") << "an excluded composition stays apart";
  EXPECT_EQ(normalized("\ufb01"), "\ufb01") << "compatibility letters stay";
  EXPECT_EQ(normalized("O'Brien"), "O'Brien");
}

TEST(Normalized, HasNoWhiteSpaceAroundIt) {
  EXPECT_EQ(normalized("  a  b "), "a  b");
  EXPECT_EQ(normalized("\u00a0a\u00a0"), "a") << "no-break space, as pasted from a page";
  EXPECT_EQ(normalized("\u3000王\u3000伟\u3000"), "王\u3000伟") << "ideographic space";
  EXPECT_EQ(normalized(" \u2003\u202f a"), "a");
}

TEST(Normalized, IsEmptyWhereNothingButSpaceWas) {
  EXPECT_EQ(normalized(""), "");
  EXPECT_EQ(normalized(std::string_view{}), "");
  EXPECT_EQ(normalized("   "), "");
  EXPECT_EQ(normalized("\u00a0\u3000"), "");
}

TEST(Normalized, StaysWhatItIsTheSecondTime) {
  for (const auto text : {" \u0301a"sv, "a \u0301"sv, "\u212b "sv, "\u00a0\u0323\u0307"sv, "\u1fb3"sv, "\u2126"sv, "\u0344"sv,
                          "\U0001d15e"sv, "\u2000a\u2001"sv}) {
    const auto once = normalized(text);
    ASSERT_TRUE(once);
    EXPECT_EQ(normalized(*once), once) << text;
  }
}

TEST(CodePoints, AreCounted) {
  EXPECT_EQ(code_points(""), 0u);
  EXPECT_EQ(code_points("abc"), 3u);
  EXPECT_EQ(code_points("é王😀"), 3u);
  EXPECT_EQ(code_points("e\u0301"), 2u);
}

struct Folding {
  std::string_view text;
  std::string_view key;
};

TEST(SearchKey, FoldsCaseAndAccents) {
  for (const Folding& row : std::vector<Folding>{{"", ""},
                                                 {"Doe", "doe"},
                                                 {"DOE", "doe"},
                                                 {"Müller", "muller"},
                                                 {"MU\u0308LLER", "muller"},
                                                 {"José", "jose"},
                                                 {"Nguyễn", "nguyen"},
                                                 {"Dvořák", "dvorak"},
                                                 {"Șerban", "serban"},
                                                 {"Ångström", "angstrom"},
                                                 {"\u212bngstrom", "angstrom"}}) {
    EXPECT_EQ(search_key(row.text), row.key) << row.text;
  }
}

TEST(SearchKey, SpellsOutLettersThatNoAccentExplains) {
  for (const Folding& row : std::vector<Folding>{{"Łukasz", "lukasz"},
                                                 {"ŁUKASZ", "lukasz"},
                                                 {"Søren", "soren"},
                                                 {"SØREN", "soren"},
                                                 {"Ǿ", "o"},
                                                 {"Weiß", "weiss"},
                                                 {"WEIẞ", "weiss"},
                                                 {"WEISS", "weiss"},
                                                 {"Ægir", "aegir"},
                                                 {"ægir", "aegir"},
                                                 {"Ǽ", "ae"},
                                                 {"Œuvre", "oeuvre"},
                                                 {"Þór", "thor"},
                                                 {"Guðrún", "gudrun"},
                                                 {"Đức", "duc"},
                                                 {"Ħal", "hal"},
                                                 {"Ŋ", "n"},
                                                 {"Ŧ", "t"}}) {
    EXPECT_EQ(search_key(row.text), row.key) << row.text;
  }
}

TEST(SearchKey, MakesEveryIOfTurkishOne) {
  EXPECT_EQ(search_key("İlker"), "ilker");
  EXPECT_EQ(search_key("I\u0307lker"), "ilker");
  EXPECT_EQ(search_key("ILKER"), "ilker");
  EXPECT_EQ(search_key("ılker"), "ilker");
  EXPECT_EQ(search_key("ilker"), "ilker");
}

// A phone types ’ where a keyboard types ', and a page sets a hyphen of its own.
TEST(SearchKey, HasOneApostropheAndOneHyphen) {
  EXPECT_EQ(search_key("O'Brien"), "o'brien");
  EXPECT_EQ(search_key("O\u2019Brien"), "o'brien");
  EXPECT_EQ(search_key("O\u2018Brien"), "o'brien");
  EXPECT_EQ(search_key("O\u02bcBrien"), "o'brien");
  EXPECT_EQ(search_key("O\u02bbBrien"), "o'brien");
  EXPECT_EQ(search_key("O\u00b4Brien"), "o'brien");
  EXPECT_EQ(search_key("O`Brien"), "o'brien");
  EXPECT_EQ(search_key("O\uff07Brien"), "o'brien");
  EXPECT_EQ(search_key("Smith-Jones"), "smith-jones");
  EXPECT_EQ(search_key("Smith\u2010Jones"), "smith-jones");
  EXPECT_EQ(search_key("Smith\u2011Jones"), "smith-jones");
  EXPECT_EQ(search_key("Smith\u2013Jones"), "smith-jones");
}

TEST(SearchKey, ForgetsCompatibilityForms) {
  EXPECT_EQ(search_key("Ｄｏｅ"), "doe");
  EXPECT_EQ(search_key("ﬁsher"), "fisher");
  EXPECT_EQ(search_key("\u2122"), "tm");
  EXPECT_EQ(search_key("Ana\u00a0Maria"), "ana maria");
  EXPECT_EQ(search_key("\u212aelvin"), "kelvin");
}

TEST(SearchKey, ForgetsWhatCannotBeSeen) {
  EXPECT_EQ(search_key("D\u200doe"), "doe");
  EXPECT_EQ(search_key("علی\u200cرضا"), search_key("علیرضا"));
}

TEST(SearchKey, KeepsOtherScripts) {
  EXPECT_EQ(search_key("王伟"), "王伟");
  EXPECT_EQ(search_key("ИВАНОВ"), "иванов");
  EXPECT_EQ(search_key("ΣΊΣΥΦΟΣ"), search_key("σίσυφος"));
  EXPECT_NE(search_key("王"), search_key("伟"));
}

TEST(SearchKey, IsTheSameForComposedAndDecomposedText) {
  for (const auto& [composed, decomposed] :
       std::vector<std::pair<std::string_view, std::string_view>>{{"é", "e\u0301"}, {"한", "\u1112\u1161\u11ab"}, {"ệ", "e\u0323\u0302"}}) {
    EXPECT_EQ(search_key(composed), search_key(decomposed)) << composed;
  }
}

TEST(SearchKey, IsItsOwnKey) {
  for (const auto text :
       {"O\u2019Brien"sv, "Weiß"sv, "İ"sv, "Ǽ"sv, "ﬁ"sv, "ŉ"sv, "한"sv, "ᾳ"sv, "\u00b4"sv, "\u2011"sv, "ΐ"sv, "\u1e9e"sv, "Ǆ"sv}) {
    const std::string key = search_key(text);
    EXPECT_EQ(search_key(key), key) << text;
  }
}

TEST(TextDeathTest, StopsAtAKeyOfWhatIsNoUtf8) { EXPECT_DEATH(search_key("M\xfcller"), "broken invariant"); }

// A joiner is left out of a key, and keeps the text from being read as ASCII.
TEST(Text, TreatsAsciiAsItTreatsEveryOtherText) {
  const std::string joiner = "\u200d";
  for (char c = 1; c > 0 && c < 0x7f; ++c) {
    const std::string one{c};
    EXPECT_EQ(search_key("a" + one + "Z"), search_key("a" + one + joiner + "Z")) << static_cast<int>(c);
    const auto spaced = normalized(" x" + one + "y ");
    const auto marked = normalized(" x" + one + "y" + joiner + " ");
    ASSERT_EQ(spaced.has_value(), marked.has_value()) << static_cast<int>(c);
    if (spaced) {
      EXPECT_EQ(*spaced + joiner, *marked) << static_cast<int>(c);
    }
  }
}

}  // namespace
}  // namespace muniment
