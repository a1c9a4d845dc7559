#include "events/proof/proof.h"

#include <gtest/gtest.h>

namespace muniment {
namespace {

// The names are public: they are spelled here a second time so that a change is noticed.
TEST(ProofError, HasAPublicName) {
  EXPECT_EQ(name(ProofError::index_beyond_size), "index_beyond_size");
  EXPECT_EQ(name(ProofError::sizes_reversed), "sizes_reversed");
  EXPECT_EQ(name(ProofError::empty_tree), "empty_tree");
  EXPECT_EQ(name(ProofError::wrong_length), "wrong_length");
  EXPECT_EQ(name(ProofError::root_differs), "root_differs");
  EXPECT_EQ(name(ProofError::old_root_differs), "old_root_differs");
}

}  // namespace
}  // namespace muniment
