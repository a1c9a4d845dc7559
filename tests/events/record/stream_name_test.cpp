#include "events/record/stream_name.h"

#include <gtest/gtest.h>

#include "sample_draft.h"

namespace muniment {
namespace {

TEST(StreamName, DescribesItselfByKindAndKey) {
  EXPECT_EQ(StreamName::provider(test::sample_provider).describe(), "provider:110012345A");
  EXPECT_EQ(StreamName::username(test::sample_username).describe(), "username:jdoe11");
  EXPECT_EQ(StreamName::account(test::sample_account).describe(), "account:101112131415161718191a1b1c1d1e1f");
  EXPECT_EQ(StreamName::single(schema::StreamKind::CATALOGUE).describe(), "catalogue");
  EXPECT_EQ(StreamName::single(schema::StreamKind::POLICY).describe(), "policy");
  EXPECT_EQ(StreamName::policy(test::sample_provider).describe(), "policy:110012345A");
}

TEST(StreamName, TellsKindsApartThatHaveTheSameKey) {
  EXPECT_NE(StreamName::policy(test::sample_provider), StreamName::provider(test::sample_provider));
  EXPECT_NE(StreamName::policy(test::sample_provider).hash(), StreamName::provider(test::sample_provider).hash());
}

TEST(StreamName, IsEqualToItsCopy) {
  const StreamName name = StreamName::account(test::sample_account);
  const StreamName copy = name;
  EXPECT_EQ(name, copy);
  EXPECT_EQ(name.hash(), copy.hash());
}

TEST(StreamNameDeathTest, StopsAtAKeyThatIsTooLong) {
  const std::string key(StreamName::key_size_max + 1, 'x');
  EXPECT_DEATH(StreamName(schema::StreamKind::USERNAME, bytes_of(key)), "broken invariant");
}

}  // namespace
}  // namespace muniment
