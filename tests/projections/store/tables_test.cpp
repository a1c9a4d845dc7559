#include "projections/store/tables.h"

#include <gtest/gtest.h>

#include "projections/store/coding.h"

namespace muniment::view {
namespace {

std::string key(TableTag tag, std::string_view rest) { return std::string(1, static_cast<char>(tag)) + std::string{rest}; }

TEST(Tables, CutAFixedPrefix) {
  const auto whole = key(TableTag::link_start, "ppppp\x03user");
  EXPECT_EQ(key_prefix(whole), key(TableTag::link_start, "ppppp\x03"));
  EXPECT_EQ(key_prefix(key(TableTag::type_late, "ab-more")), key(TableTag::type_late, "ab"));
}

TEST(Tables, CutAPrefixThatEndsWithItsText) {
  EXPECT_EQ(key_prefix(key(TableTag::link_change, std::string("pp\0ppuser\0rest", 14))),
            key(TableTag::link_change, std::string("pp\0ppuser\0", 10)));
  EXPECT_EQ(key_prefix(key(TableTag::account_change, std::string("user\0rest", 9))),
            key(TableTag::account_change, std::string("user\0", 5)));
}

TEST(Tables, HaveNoPrefixWhereAKeyIsTooShortOrItsTableHasNone) {
  EXPECT_EQ(key_prefix(""), "");
  EXPECT_EQ(key_prefix(key(TableTag::link_start, "ppppp")), "");
  EXPECT_EQ(key_prefix(key(TableTag::account_change, "user")), "");
  EXPECT_EQ(key_prefix(key(TableTag::position, "")), "");
  EXPECT_EQ(key_prefix(key(TableTag::all_ordered, "12345678")), "");
  EXPECT_EQ(key_prefix("\xee-not-a-table"), "");
}

}  // namespace
}  // namespace muniment::view
