#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class RecordArchiveTest : public Ledger {};

TEST_F(RecordArchiveTest, SaysWhatLeftTheDatabaseAndWhatProvesIt) {
  Request node;
  node.actor = Principal::node();
  Hash root{};
  root[0] = 7;
  when(RecordArchive{257, 512, 600, root}, node);
  then(schema::Authority::NODE, {{.fact = fact::LogArchived{257, 512, 600, root}, .streams = {of(schema::StreamKind::AGENCY)}}});
}

}  // namespace
}  // namespace muniment::test
