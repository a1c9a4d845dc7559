#include "events/log/log_key_rotation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/events/proof/seed_signer.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

class RecordedLogKeysTest : public testing::Test {
 protected:
  static VerifierKey key(Byte number) { return SeedSigner("example.com/log", number).key(); }
  const std::vector<LogKeyRotation> recorded_{{10, key(1), key(2), {}}, {20, key(2), key(3), {}}};
};

TEST_F(RecordedLogKeysTest, AreTheOnesThatAreListedWhereTheLogRecordsThem) {
  const RecordedLogKeys keys = recorded_log_keys(recorded_, std::vector{key(3), key(2), key(1)});
  EXPECT_EQ(keys.chain.newest(), key(3));
  EXPECT_EQ(keys.chain.at(19), key(2));
  EXPECT_FALSE(keys.pending);
  EXPECT_EQ(recorded_log_keys({}, std::vector{key(7)}).chain.newest(), key(7));
}

TEST_F(RecordedLogKeysTest, LeaveOutTheLastOneThatIsRecordedUntilItIsListed) {
  const RecordedLogKeys keys = recorded_log_keys(recorded_, std::vector{key(2), key(1)});
  EXPECT_EQ(keys.chain.newest(), key(2));
  EXPECT_EQ(keys.pending, recorded_[1]);
}

TEST_F(RecordedLogKeysTest, AreRefusedWhereListAndLogDiffer) {
  const auto refuses = [&](std::vector<LogKeyRotation> recorded, std::vector<VerifierKey> listed, const char* why) {
    EXPECT_THAT([&] { recorded_log_keys(recorded, listed); }, ThrowsMessage<LogDamaged>(HasSubstr(why)));
  };
  refuses({}, {key(2), key(1)}, "does not record that its key was rotated so often");
  refuses(recorded_, {key(4), key(3), key(2), key(1)}, "does not record that its key was rotated so often");
  refuses(recorded_, {key(1)}, "is not among those beside it");
  refuses(recorded_, {key(4), key(2), key(1)}, "the keys beside the log say otherwise");
  refuses(recorded_, {key(3), key(2), key(9)}, "the keys beside the log say otherwise");
  refuses({recorded_[1]}, {key(3), key(1)}, "the keys beside the log say otherwise");
  refuses({recorded_[1]}, {key(1)}, "the keys beside the log say otherwise");
}

}  // namespace
}  // namespace muniment
