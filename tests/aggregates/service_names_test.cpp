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
  EXPECT_EQ(set.texts(names), (Texts{"B", "a", "ab", "b", "ä"}));
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

// The first 64 names are kept otherwise than the others.
TEST(ServiceSet, HoldsAnyOfAThousandServices) {
  ServiceNames names;
  for (int i = 0; i < 1'000; ++i) names.intern("s" + std::to_string(1'000 + i));
  const auto service = [&](int i) { return names.intern("s" + std::to_string(1'000 + i)); };
  ServiceSet set;
  for (const int i : {999, 0, 64, 63, 500}) EXPECT_TRUE(set.insert(service(i)));
  EXPECT_FALSE(set.insert(service(500)));
  EXPECT_EQ(set.texts(names), (Texts{"s1000", "s1063", "s1064", "s1500", "s1999"}));
  EXPECT_EQ(set.size(), 5U);
  ServiceSet copy = set;
  EXPECT_EQ(copy, set);
  EXPECT_TRUE(copy.erase(service(999)));
  EXPECT_FALSE(copy.erase(service(999)));
  EXPECT_NE(copy, set);
  EXPECT_TRUE(set.contains(service(999))) << "a copy is a set of its own";
  EXPECT_EQ(ServiceSet::difference(set, copy).texts(names), (Texts{"s1999"}));
  EXPECT_FALSE(ServiceSet::difference(set, copy).intersects(copy));
  EXPECT_TRUE(set.intersects(copy));
  for (const int i : {0, 63, 64, 500}) copy.erase(service(i));
  EXPECT_TRUE(copy.empty());
  EXPECT_EQ(copy, ServiceSet{});
}

TEST(ServiceSet, FindsACommonServiceBeyondTheFirstSixtyFour) {
  ServiceNames names;
  for (int i = 0; i < 100; ++i) names.intern(std::to_string(i));
  ServiceSet one;
  ServiceSet other;
  one.insert(names.intern("80"));
  other.insert(names.intern("81"));
  EXPECT_FALSE(one.intersects(other));
  other.insert(names.intern("80"));
  EXPECT_TRUE(one.intersects(other));
}

TEST(ServiceSet, SubtractsOneFromAnother) {
  ServiceNames names;
  ServiceSet left;
  ServiceSet right;
  for (const auto* text : {"a", "b", "c"}) left.insert(names.intern(text));
  for (const auto* text : {"b", "d"}) right.insert(names.intern(text));
  EXPECT_EQ(ServiceSet::difference(left, right).texts(names), (Texts{"a", "c"}));
  EXPECT_EQ(ServiceSet::difference(right, left).texts(names), (Texts{"d"}));
  EXPECT_TRUE(ServiceSet::difference(left, left).empty());
}

}  // namespace
}  // namespace muniment
