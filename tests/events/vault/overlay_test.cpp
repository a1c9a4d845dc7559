#include "events/vault/overlay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "events/vault/format.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

// A key with this prefix, filled up to a prefix's size.
std::string overlay_key(std::string prefix, const std::string& rest = "") {
  prefix.resize(vault_format::prefix_size, '.');
  return prefix + rest;
}

std::string read(const Overlay& overlay, std::string_view key) {
  const Overlay::Written* written = overlay.find(key);
  return written == nullptr ? "unknown" : *written ? std::string(**written) : "removed";
}

std::map<std::string, std::string> scanned(const Overlay& overlay, const std::string& prefix) {
  std::map<std::string, std::string> found;
  overlay.scan(prefix, [&](std::string_view key, const Overlay::Written& written) {
    found.emplace(key, written.value_or("removed"));  // The newest comes first.
  });
  return found;
}

std::vector<std::pair<std::string, Overlay::Written>> sorted(const Overlay& overlay) {
  std::vector<std::pair<std::string, Overlay::Written>> all;
  overlay.visit_sorted([&](std::string_view key, const Overlay::Written& written) { all.emplace_back(key, written); });
  return all;
}

void add(Overlay& overlay, const StoreWrites& writes) { ASSERT_TRUE(overlay.add(writes.bytes())); }

TEST(Overlay, KnowsNothingAtFirst) {
  const Overlay overlay;
  EXPECT_TRUE(overlay.empty());
  EXPECT_EQ(read(overlay, "pool"), "unknown");
  EXPECT_THAT(sorted(overlay), IsEmpty());
}

TEST(Overlay, KeepsTheLastWriteOfAKeyThatOthersBeginWith) {
  Overlay overlay;
  StoreWrites writes;
  writes.put(overlay_key("a"), "one");
  writes.put(overlay_key("a"), "two");
  writes.put(overlay_key("a", "longer"), "its own");
  writes.put(overlay_key("a"), "three");
  writes.remove(overlay_key("b"));
  writes.put(overlay_key("b"), "back");
  add(overlay, writes);
  EXPECT_EQ(read(overlay, overlay_key("a")), "three");
  EXPECT_EQ(read(overlay, overlay_key("a", "longer")), "its own");
  EXPECT_EQ(read(overlay, overlay_key("b")), "back");
  EXPECT_THAT(sorted(overlay),
              ElementsAre(Pair(overlay_key("a"), "three"), Pair(overlay_key("a", "longer"), "its own"), Pair(overlay_key("b"), "back")));
}

TEST(Overlay, KeepsTheLastWriteOfAKey) {
  Overlay overlay;
  StoreWrites writes;
  writes.put("pool", "one");
  writes.put("pool", "two");
  writes.put("check", "");
  add(overlay, writes);
  EXPECT_EQ(read(overlay, "pool"), "two");
  EXPECT_EQ(read(overlay, "check"), "");

  StoreWrites later;
  later.remove("pool");
  add(overlay, later);
  EXPECT_EQ(read(overlay, "pool"), "removed");
}

TEST(Overlay, ScansOnePrefix) {
  Overlay overlay;
  StoreWrites writes;
  writes.put(overlay_key("a", "2"), "two");
  writes.put(overlay_key("a", "1"), "one");
  writes.put(overlay_key("b", "1"), "other");
  writes.put(overlay_key("a"), "the prefix itself");
  writes.remove(overlay_key("a", "3"));
  writes.put(overlay_key("a", "1"), "one again");
  add(overlay, writes);
  EXPECT_THAT(scanned(overlay, overlay_key("a")), ElementsAre(Pair(overlay_key("a", "1"), "one again"), Pair(overlay_key("a", "2"), "two"),
                                                              Pair(overlay_key("a", "3"), "removed")));
  EXPECT_THAT(scanned(overlay, overlay_key("c")), IsEmpty());
}

TEST(Overlay, SortsByBytes) {
  Overlay overlay;
  StoreWrites writes;
  writes.put("\xff", "last");
  writes.put("b", "");
  writes.remove("a");
  add(overlay, writes);
  EXPECT_THAT(sorted(overlay), ElementsAre(Pair("a", std::nullopt), Pair("b", ""), Pair("\xff", "last")));
}

TEST(Overlay, SortsKeysWhoseFirstBytesAreTheSame) {
  Overlay overlay;
  StoreWrites writes;
  for (const char* rest : {"b", "", "a", "ab"}) writes.put(overlay_key("t", rest), "");
  writes.put("t", "");
  add(overlay, writes);
  EXPECT_THAT(sorted(overlay), ElementsAre(Pair("t", ""), Pair(overlay_key("t"), ""), Pair(overlay_key("t", "a"), ""),
                                           Pair(overlay_key("t", "ab"), ""), Pair(overlay_key("t", "b"), "")));
}

TEST(Overlay, SortsTheLastWriteOfEachKeyAlone) {
  Overlay overlay;
  StoreWrites writes;
  for (const char* value : {"one", "two", "three"}) {
    writes.put(overlay_key("a"), value);
    writes.put(overlay_key("b", "1"), value);
  }
  writes.remove(overlay_key("b", "1"));
  add(overlay, writes);
  EXPECT_THAT(sorted(overlay), ElementsAre(Pair(overlay_key("a"), "three"), Pair(overlay_key("b", "1"), std::nullopt)));
}

TEST(Overlay, FindsEachOfVeryManyKeys) {
  Overlay overlay;
  constexpr int many = 20'000;
  for (int i = 0; i < many; ++i) {
    StoreWrites writes;
    writes.put(overlay_key("t" + std::to_string(i % 100), std::to_string(i)), std::to_string(i));
    add(overlay, writes);
  }
  for (int i = 0; i < many; ++i) ASSERT_EQ(read(overlay, overlay_key("t" + std::to_string(i % 100), std::to_string(i))), std::to_string(i));
  for (int i = 0; i < 100; ++i) ASSERT_EQ(scanned(overlay, overlay_key("t" + std::to_string(i))).size(), many / 100U);
  EXPECT_TRUE(std::ranges::is_sorted(sorted(overlay)));
  EXPECT_EQ(sorted(overlay).size(), std::size_t{many});
}

TEST(Overlay, CountsItsBytes) {
  Overlay overlay;
  StoreWrites writes;
  writes.put("key", "value");
  add(overlay, writes);
  add(overlay, writes);
  EXPECT_EQ(overlay.bytes(), 2 * (1 + 2 + 4 + 3 + 5U));
}

// put "ab" = "xyz", remove "c"
TEST(StoreWrites, HaveTheGoldenForm) {
  StoreWrites writes;
  writes.put("ab", "xyz");
  writes.remove("c");
  EXPECT_EQ(to_hex(bytes_of(writes.bytes())),
            "0100020000000361627879"
            "7a"
            "00000100000000"
            "63");
  writes.clear();
  EXPECT_TRUE(writes.empty());
}

TEST(Overlay, RefusesWritesThatAreCutShort) {
  StoreWrites writes;
  writes.put("ab", "xyz");
  writes.remove("c");
  for (std::size_t size = 1; size < writes.bytes().size(); ++size) {
    Overlay overlay;
    const bool whole_first_write = size == 7 + 2 + 3;
    EXPECT_EQ(overlay.add(writes.bytes().substr(0, size)), whole_first_write) << size << " bytes";
  }
}

TEST(Overlay, RefusesAKindOfWriteThatItDoesNotKnow) {
  StoreWrites writes;
  writes.put("ab", "xyz");
  std::string bytes = writes.bytes();
  bytes[0] = 2;
  Overlay overlay;
  EXPECT_FALSE(overlay.add(bytes));
}

}  // namespace
}  // namespace muniment
