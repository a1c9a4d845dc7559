#include "commands/record_restore.h"

#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class RecordRestoreTest : public Ledger {};

TEST_F(RecordRestoreTest, SaysWhatIsLostAndWhatWasSaidToAcceptIt) {
  Request by_node;
  by_node.actor = Principal::node();
  when(RecordRestore{.head = 7, .former_head = 9, .statement = "the disk is gone", .vault = true, .erasures = 2}, by_node);
  then(schema::Authority::NODE,
       {{.fact = fact::StoreRestored{7, 9, "the disk is gone", true, 2}, .streams = {of(schema::StreamKind::AGENCY)}}});
}

}  // namespace
}  // namespace muniment::test
