// Controls: what the ledger checks at the end of every test can fail.
#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class LedgerTest : public Ledger {};

TEST_F(LedgerTest, FindsATextThatStandsInTheLog) {
  EXPECT_TRUE(log_holds(jdoe.text()));
  EXPECT_TRUE(log_holds(claims));
  EXPECT_FALSE(log_holds("Hughes"));
}

}  // namespace
}  // namespace muniment::test
