#include "events/vault/random_source.h"

#include <gtest/gtest.h>

#include <set>

namespace muniment {
namespace {

TEST(RandomSource, FillsEachTimeWithOtherBytes) {
  RandomSource source;
  std::set<std::array<Byte, 12>> all;
  for (int i = 0; i < 10'000; ++i) {
    std::array<Byte, 12> bytes{};
    source.fill(bytes);
    all.insert(bytes);
  }
  EXPECT_EQ(all.size(), 10'000U);
}

// Wherever in the buffer they come from, also where it is drawn anew.
TEST(RandomSource, FillsEveryByte) {
  RandomSource source;
  std::array<int, 40> zeros{};
  for (int i = 0; i < 5'000; ++i) {
    std::array<Byte, 40> bytes{};
    source.fill(bytes);
    for (std::size_t at = 0; at < bytes.size(); ++at) zeros.at(at) += bytes.at(at) == 0 ? 1 : 0;
  }
  for (const int count : zeros) EXPECT_LT(count, 100) << "about 20 are expected";
}

}  // namespace
}  // namespace muniment
