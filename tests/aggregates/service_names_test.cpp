#include "aggregates/service_names.h"

#include <gtest/gtest.h>

namespace muniment {
namespace {

using Texts = std::vector<std::string_view>;

TEST(ServiceNames, GivesOneHandleForOneName) {
  ServiceNames names;
  const ServiceId claims = names.intern("claims");
  EXPECT_EQ(names.intern(std::string{"claims"}), claims);
  EXPECT_NE(names.intern("reports"), claims);
  EXPECT_EQ(claims.text(), "claims");
}

TEST(ServiceNames, KeepsItsNamesWhereTheyAre) {
  ServiceNames names;
  const ServiceId first = names.intern("first");
  const char* const at = first.text().data();
  for (int i = 0; i < 10'000; ++i) names.intern("service " + std::to_string(i));
  EXPECT_EQ(first.text().data(), at);
  EXPECT_EQ(names.intern("first"), first);
  EXPECT_EQ(names.intern("service 9999").text(), "service 9999");
}

TEST(ServiceNames, FindsOnlyWhatWasRecorded) {
  ServiceNames names;
  EXPECT_FALSE(names.find("claims").has_value());
  const ServiceId claims = names.intern("claims");
  EXPECT_EQ(names.find("claims"), claims);
  EXPECT_FALSE(names.find("claim").has_value());
}

TEST(ServiceSet, KeepsTheBytewiseOrderOfTheNames) {
  ServiceNames names;
  ServiceSet set;
  for (const auto* text : {"b", "ä", "a", "B", "ab"}) EXPECT_TRUE(set.insert(names.intern(text)));
  EXPECT_EQ(set.texts(), (Texts{"B", "a", "ab", "b", "ä"}));
  EXPECT_FALSE(set.insert(names.intern("a")));
  EXPECT_EQ(set.size(), 5U);
}

TEST(ServiceSet, ForgetsWhatIsErased) {
  ServiceNames names;
  ServiceSet set;
  set.insert(names.intern("a"));
  set.insert(names.intern("b"));
  EXPECT_TRUE(set.erase(names.intern("a")));
  EXPECT_FALSE(set.erase(names.intern("a")));
  EXPECT_FALSE(set.contains(names.intern("a")));
  EXPECT_TRUE(set.contains(names.intern("b")));
  set.clear();
  EXPECT_TRUE(set.empty());
}

TEST(ServiceSet, EqualsWhatHoldsTheSame) {
  ServiceNames names;
  ServiceSet one;
  ServiceSet other;
  one.insert(names.intern("a"));
  one.insert(names.intern("b"));
  other.insert(names.intern("b"));
  EXPECT_NE(one, other);
  other.insert(names.intern("a"));
  EXPECT_EQ(one, other);
}

TEST(ServiceSet, SubtractsOneFromAnother) {
  ServiceNames names;
  ServiceSet left;
  ServiceSet right;
  for (const auto* text : {"a", "b", "c"}) left.insert(names.intern(text));
  for (const auto* text : {"b", "d"}) right.insert(names.intern(text));
  EXPECT_EQ(ServiceSet::difference(left, right).texts(), (Texts{"a", "c"}));
  EXPECT_EQ(ServiceSet::difference(right, left).texts(), (Texts{"d"}));
  EXPECT_TRUE(ServiceSet::difference(left, left).empty());
}

}  // namespace
}  // namespace muniment
