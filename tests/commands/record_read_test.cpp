#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class RecordReadTest : public Ledger {
 protected:
  RecordRead read() const {
    return {.question = "/v1/audit/trail",
            .narrowed_by = {"provider", "user"},
            .asked_provider = mercy,
            .asked_username = jdoe,
            .head = 3,
            .first_at = now(),
            .last_at = now(),
            .token = "t1"};
  }
  static Request said_of(Principal who) {
    Request request;
    request.actor = std::move(who);
    return request;
  }
  static Request auditor() { return said_of(Principal::auditor("kim")); }
  static Recorded recorded(std::optional<Timestamp> first_at, std::uint32_t times = 1, std::optional<Timestamp> last_at = {}) {
    return {.fact = fact::RecordsRead{"/v1/audit/trail", {"provider", "user"}, 3, times, last_at, "t1"},
            .streams = {of(schema::StreamKind::READS)},
            .occurred_at = first_at};
  }
};

TEST_F(RecordReadTest, SaysWhatWasAskedAndWhomItConcerned) {
  const RecordRead asked = read();
  when(asked, auditor());
  then(schema::Authority::NODE, {recorded(asked.first_at)});
  EXPECT_EQ(last_named(), "110012345A jdoe1");
}

TEST_F(RecordReadTest, NamesNobodyWhoIsNotThere) {
  RecordRead elsewhere = read();
  elsewhere.asked_provider = nowhere;
  elsewhere.asked_username = nobody;
  when(elsewhere, auditor());
  then(schema::Authority::NODE, {recorded(elsewhere.first_at)});
  EXPECT_EQ(last_named(), "- -");
  EXPECT_FALSE(log_holds(nobody.text()));
}

TEST_F(RecordReadTest, CountsWhatWasAskedAlikeUntilThen) {
  RecordRead many = read();
  many.times = 12;
  let_pass(std::chrono::seconds{5});
  many.last_at = now();
  when(many, auditor());
  then(schema::Authority::NODE, {recorded(many.first_at, 12, many.last_at)});
}

TEST_F(RecordReadTest, SaysOfAnExportHowItEnded) {
  const auto end = std::make_shared<const ExportEnd>(
      ExportEnd{.format = "ocsf", .rows = 12, .digest = Hash{1, 2}, .is_cut = true, .checkpoint_size = 3, .checkpoint_root = Hash{3, 4}});
  RecordRead asked = read();
  asked.exported = end;
  when(asked, auditor());
  Recorded expected = recorded(asked.first_at);
  std::get<fact::RecordsRead>(expected.fact).exported = fact::Exported{
      .format = "ocsf", .rows = 12, .digest = end->digest, .cut = true, .checkpoint_size = 3, .checkpoint_root = end->checkpoint_root};
  then(schema::Authority::NODE, {expected});
}

TEST_F(RecordReadTest, FollowsTheReadsBeforeIt) {
  for (int i = 0; i < 3; ++i) {
    const RecordRead asked = read();
    when(asked, auditor());
    then(schema::Authority::NODE, {recorded(asked.first_at)});
  }
}

TEST_F(RecordReadTest, NeverTookPlaceInTheFuture) {
  RecordRead early = read();
  early.first_at.ns += 3'600'000'000'000;
  when(early, auditor());
  then(schema::Authority::NODE, {recorded(std::nullopt)});
}

TEST_F(RecordReadTest, IsSaidOfWhoIsLockedToo) {
  const RecordRead asked = read();
  when(asked, said_of(Principal::account(llock.text())));
  then(schema::Authority::NODE, {recorded(asked.first_at)});
}

TEST_F(RecordReadTest, LetsItsReaderDecideNothing) {
  when(LockAccount{jdoe}, auditor());
  then(Refusal::agency_only);
}

}  // namespace
}  // namespace muniment::test
