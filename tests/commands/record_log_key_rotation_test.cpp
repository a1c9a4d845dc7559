#include "commands/record_log_key_rotation.h"

#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class RecordLogKeyRotationTest : public Ledger {
 protected:
  static Request by_node() {
    Request out;
    out.actor = Principal::node();
    return out;
  }
  const RecordLogKeyRotation rotation_{"log+00000001+AQ==", "log+00000002+AQ==", Timestamp{9}};
};

TEST_F(RecordLogKeyRotationTest, SaysWhichKeyCameAfterWhichAndHowLongBothSign) {
  when(rotation_, by_node());
  then(schema::Authority::NODE, {{.fact = fact::LogKeyRotated{"log+00000001+AQ==", "log+00000002+AQ==", Timestamp{9}},
                                  .streams = {of(schema::StreamKind::AGENCY)}}});
  EXPECT_EQ(sight().agency().log_key(), "log+00000002+AQ==");
}

TEST_F(RecordLogKeyRotationTest, IsRecordedOnce) {
  given(Asked{rotation_, by_node()});
  when(rotation_, by_node());
  then_nothing_is_recorded();
}

}  // namespace
}  // namespace muniment::test
