#include "events/proof/record_tree.h"

#include <gtest/gtest.h>

namespace muniment {
namespace {

// Of many sizes, so that short and long ones are hashed side by side.
std::string record(std::size_t number) { return std::string(number % 300, static_cast<char>('a' + number % 26)); }

TEST(RecordTree, IsTheTreeOfItsRecordsWhereverItIsLookedAt) {
  LeafHasher hasher;
  MerkleTree expected;
  RecordTree records;
  for (std::size_t number = 0; number < 1000; ++number) {
    expected.append(hasher.leaf_hash(bytes_of(record(number))));
    records.append(bytes_of(record(number)));
    EXPECT_EQ(records.size(), number + 1);
    if (number % 97 == 0 || number > 990) {
      ASSERT_EQ(records.tree().root(), expected.root()) << number;
    }
  }
}

TEST(RecordTree, GoesOnBehindWhatATreeHas) {
  LeafHasher hasher;
  MerkleTree begun;
  MerkleTree expected;
  for (std::size_t number = 0; number < 10; ++number) {
    begun.append(hasher.leaf_hash(bytes_of(record(number))));
    expected.append(hasher.leaf_hash(bytes_of(record(number))));
  }
  RecordTree records(std::move(begun));
  EXPECT_EQ(records.tree().root(), expected.root()) << "with none";
  records.append(bytes_of(record(10)));
  expected.append(hasher.leaf_hash(bytes_of(record(10))));
  EXPECT_EQ(records.tree().root(), expected.root());
}

}  // namespace
}  // namespace muniment
