#include "tools/store/checksum_line.h"

#include <gtest/gtest.h>

namespace muniment {
namespace {

TEST(ChecksumLine, IsThatOfTheBytesBeforeIt) {
  EXPECT_EQ(with_checksum_line("abc\n"), "abc\nsha256 edeaaff3f1774ad2888673770c6d64097e391bc362d7d6fb34982ddf0efd18cb\n");
  EXPECT_EQ(before_checksum_line(with_checksum_line("abc\n")), "abc\n");
  EXPECT_EQ(before_checksum_line(with_checksum_line("")), "");
}

TEST(ChecksumLine, StandsForTheLastLineAlone) {
  const std::string twice = with_checksum_line(with_checksum_line("abc\n"));
  EXPECT_EQ(before_checksum_line(twice), with_checksum_line("abc\n"));
}

TEST(ChecksumLine, IsMissedWhereItIsAnotherOrNone) {
  const std::string sound = with_checksum_line("abc\n");
  for (std::size_t size = 0; size < sound.size(); ++size) EXPECT_EQ(before_checksum_line(sound.substr(0, size)), std::nullopt) << size;
  EXPECT_EQ(before_checksum_line(sound + "x"), std::nullopt);
  EXPECT_EQ(before_checksum_line("abcsha256 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"), std::nullopt);
}

}  // namespace
}  // namespace muniment
