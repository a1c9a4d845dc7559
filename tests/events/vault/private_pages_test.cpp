#include "events/vault/private_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace muniment {
namespace {

// The flags of the mapping that an address is in, as the kernel has them.
std::string flags_of(const void* address) {
  std::ifstream mappings("/proc/self/smaps");
  bool is_here = false;
  for (std::string line; std::getline(mappings, line);) {
    std::uintptr_t from = 0;
    std::uintptr_t to = 0;
    char dash = 0;
    if (std::istringstream range(line); range >> std::hex >> from >> dash >> to && dash == '-') {
      const auto at = reinterpret_cast<std::uintptr_t>(address);
      is_here = from <= at && at < to;
    } else if (is_here && line.starts_with("VmFlags:")) {
      return line + ' ';
    }
  }
  return {};
}

TEST(PrivatePages, AreInNoCoreDump) {
  const std::vector<int, PrivatePages<int>> numbers(5000, 7);
  EXPECT_THAT(flags_of(numbers.data()), testing::HasSubstr(" dd "));
  const std::vector<int> others(5000, 7);
  EXPECT_THAT(flags_of(others.data()), testing::AllOf(testing::HasSubstr(" rd "), testing::Not(testing::HasSubstr(" dd "))));
}

TEST(PrivatePages, HoldWhatGrows) {
  std::vector<int, PrivatePages<int>> numbers;
  for (int i = 0; i < 100'000; ++i) numbers.push_back(i);
  for (int i = 0; i < 100'000; ++i) ASSERT_EQ(numbers[static_cast<std::size_t>(i)], i);
}

TEST(PrivatePages, SayWhenThereIsNoMore) { EXPECT_THROW((void)PrivatePages<char>().allocate(std::size_t{1} << 62), std::bad_alloc); }

}  // namespace
}  // namespace muniment
