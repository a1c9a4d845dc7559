#include "commands/record_rotation.h"

#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class RecordRotationTest : public Ledger {
 protected:
  static Request by_node() {
    Request out;
    out.actor = Principal::node();
    return out;
  }
};

TEST_F(RecordRotationTest, SaysWhichKeyCameAfterWhich) {
  when(RecordRotation{"00112233aabbccdd", "ddccbbaa33221100"}, by_node());
  then(schema::Authority::NODE,
       {{.fact = fact::EpochRotated{"00112233aabbccdd", "ddccbbaa33221100"}, .streams = {of(schema::StreamKind::AGENCY)}}});
  EXPECT_EQ(sight().agency().epoch(), "ddccbbaa33221100");
}

TEST_F(RecordRotationTest, IsRecordedOnce) {
  given(Asked{RecordRotation{"00112233aabbccdd", "ddccbbaa33221100"}, by_node()});
  when(RecordRotation{"00112233aabbccdd", "ddccbbaa33221100"}, by_node());
  then_nothing_is_recorded();
}

}  // namespace
}  // namespace muniment::test
