#include "events/proof/tile_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muniment {
namespace {

using testing::ElementsAre;

std::vector<std::string> files_of(std::uint64_t size) {
  std::vector<std::string> out;
  each_tile(size, [&](const TilePath& path) { out.push_back(path.text()); });
  return out;
}

// c2sp.org/tlog-tiles.
TEST(TilePath, IsWrittenAsTheSpecificationSays) {
  EXPECT_EQ((TilePath{0, 1234067, 256}.text()), "tile/0/x001/x234/067");
  EXPECT_EQ((TilePath{0, 0, 256}.text()), "tile/0/000");
  EXPECT_EQ((TilePath{1, 999, 17}.text()), "tile/1/999.p/17");
  EXPECT_EQ((TilePath{2, 1000, 1}.text()), "tile/2/x001/000.p/1");
  EXPECT_EQ((TilePath{std::nullopt, 1234067, 112}.text()), "tile/entries/x001/x234/067.p/112");
  EXPECT_EQ((TilePath{63, UINT64_MAX, 256}.text()), "tile/63/x018/x446/x744/x073/x709/x551/615");
}

TEST(TilePath, IsReadBackFromItsText) {
  for (const TilePath path : {TilePath{0, 0, 256}, TilePath{0, 1234067, 255}, TilePath{std::nullopt, 1000, 1}, TilePath{63, UINT64_MAX, 2}})
    EXPECT_EQ(TilePath::parse(path.text()), path) << path.text();
}

TEST(TilePath, HasOneTextForOneFile) {
  for (const char* bad : {"",
                          "tile",
                          "tile/",
                          "tile/0",
                          "tile/0/",
                          "tile/0/0",
                          "tile/0/0000",
                          "tile/0/x000/001",
                          "tile/0/001/002",
                          "tile/0/x001",
                          "tile/0/x001/x002",
                          "tile/00/000",
                          "tile/64/000",
                          "tile/-1/000",
                          "tile/0/000.p/0",
                          "tile/0/000.p/256",
                          "tile/0/000.p/01",
                          "tile/0/000.p/",
                          "tile/0/000.p",
                          "tile/0/000.p/1/",
                          "tile/0/000/",
                          "/tile/0/000",
                          "tile/data/000",
                          "tile/0/../000",
                          "tile/0/ 00",
                          "tile/0/x018/x446/x744/x073/x709/x551/616",
                          "tile/0/x999/x999/x999/x999/x999/x999/x999/999"})
    EXPECT_FALSE(TilePath::parse(bad)) << bad;
}

TEST(TilePath, ListsTheFilesOfATree) {
  EXPECT_THAT(files_of(0), ElementsAre());
  EXPECT_THAT(files_of(1), ElementsAre("tile/entries/000.p/1", "tile/0/000.p/1"));
  EXPECT_THAT(files_of(256), ElementsAre("tile/entries/000", "tile/0/000", "tile/1/000.p/1"));
  EXPECT_THAT(files_of(257), ElementsAre("tile/entries/000", "tile/entries/001.p/1", "tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"));
}

// The specification's own example.
TEST(TilePath, ListsThoseOfSeventyThousandRecords) {
  unsigned full = 0;
  std::vector<std::string> partial;
  each_tile(70'000, [&](const TilePath& path) {
    if (!path.level) return;
    if (path.width == tile_width)
      ++full;
    else
      partial.push_back(path.text());
  });
  EXPECT_EQ(full, 273u + 1);
  EXPECT_THAT(partial, ElementsAre("tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"));
}

TEST(Bundle, HasTheSizeBeforeEachRecord) {
  std::string bundle;
  put_bundled(bytes_of("ab"), bundle);
  put_bundled(bytes_of(""), bundle);
  put_bundled(bytes_of(std::string(300, 'x')), bundle);
  EXPECT_EQ(bundle.substr(0, 8), std::string("\x00\x02"
                                             "ab"
                                             "\x00\x00"
                                             "\x01\x2c",
                                             8));
  const auto records = bundled_records(bundle);
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 3u);
  EXPECT_EQ(text_of((*records)[0]), "ab");
  EXPECT_TRUE((*records)[1].empty());
  EXPECT_EQ((*records)[2].size(), 300u);
}

TEST(Bundle, IsRefusedWhenItsSizesDoNotAddUp) {
  EXPECT_TRUE(bundled_records(""));
  EXPECT_FALSE(bundled_records(std::string("\x00", 1)));
  EXPECT_FALSE(
      bundled_records(std::string("\x00\x02"
                                  "a",
                                  3)));
  EXPECT_FALSE(
      bundled_records(std::string("\x00\x01"
                                  "ab",
                                  4)));
}

}  // namespace
}  // namespace muniment
