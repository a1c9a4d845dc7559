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

TEST(StreamName, KeepsAProviderInFiveBytesInTheOrderOfThePidSls) {
  const std::vector<std::string> sorted{"000000000A", "000000000Z", "000000001A", "110012345A", "110012345B", "999999999Z"};
  std::string last;
  for (const std::string& text : sorted) {
    const ProviderId id = ProviderId::parse(text).value();
    const auto key = StreamName::provider_key(id);
    EXPECT_EQ(StreamName::provider_of(key), id);
    EXPECT_LT(last, std::string{text_of(key)});
    last = text_of(key);
  }
  EXPECT_EQ(to_hex(StreamName::provider_key(test::sample_provider)), "068ea7b941");
}

TEST(StreamName, TakesNoOtherBytesForAProvider) {
  EXPECT_TRUE(
      StreamName::provider_of(bytes_of("\x01\x01\x01\x01"
                                       "A")))
      << "the control";
  EXPECT_FALSE(
      StreamName::provider_of(bytes_of("\x01\x01\x01\x01"
                                       "a")));
  EXPECT_FALSE(
      StreamName::provider_of(bytes_of("\x7f\x01\x01\x01"
                                       "A")))
      << "more than nine digits";
  EXPECT_FALSE(
      StreamName::provider_of(bytes_of("\x01\x01\x01"
                                       "A")));
  EXPECT_FALSE(StreamName::provider_of({}));
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
