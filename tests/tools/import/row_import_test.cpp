#include "tools/import/row_import.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <sstream>

#include "tools/store/store.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class RowImport : public testing::Test {
 protected:
  RowImport() {
    std::filesystem::remove_all(folder_);
    Store::create(folder_, "agency");
    Store store(folder_);
    record(
        store,
        R"({"type":"register_provider","command_id":"p","actor":"officer:agency","provider":"110012345A","kind":"provider","organization":"M","name":"M"})");
    record(
        store,
        R"({"type":"assign_primary_user","command_id":"u","actor":"officer:agency","provider":"110012345A","profile":{"last_name":"Hughes","first_name":"Mary","birth_day":"11/23","email":"m@m.example","zip":"02139"},"pin":"4071"})");
    store.close();
  }
  ~RowImport() override { std::filesystem::remove_all(folder_); }

  static void record(Store& store, const std::string& json) {
    const std::vector<CommandRow> one{{1, json}};
    ASSERT_THAT(refusals_in(record_rows(one, store.sequencer())), IsEmpty());
  }

  static CommandRows roster(const std::vector<std::string>& last_names) {
    std::string text = "last_name,first_name,birth_day,email,zip,pin,services\n";
    for (const std::string& name : last_names) text += fmt::format("{},Jo,02/29,{}@x.example,02139,1234,manage_referrals\n", name, name);
    ColumnMap map;
    map.constants["provider"] = "110012345A";
    std::istringstream in(text);
    return read_command_rows(in, {.kind = RowKind::accounts, .map = std::move(map), .actor = "mhughes1", .name = "r"});
  }

  Rehearsal rehearse(const CommandRows& rows) {
    Store store(folder_, {.rehearses = true});
    Rehearsal out = rehearse_rows(rows.rows, store.log(), store.vault());
    store.close();
    return out;
  }
  std::vector<RowOutcome> record(const CommandRows& rows) {
    Store store(folder_);
    auto out = record_rows(rows.rows, store.sequencer());
    store.close();
    return out;
  }
  Position head() {
    Store store(folder_);
    const Position position = store.log().head(0).position;
    store.close();
    return position;
  }

  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) /
      fmt::format("rows-{}-{}", ::getpid(), testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(RowImport, DecidesAllRowsAndRecordsNothingInARehearsal) {
  const Position before = head();
  const Rehearsal rehearsal = rehearse(roster({"Doe", "Roe"}));
  EXPECT_THAT(refusals_in(rehearsal.outcomes), IsEmpty());
  EXPECT_EQ(rehearsal.head, before);
  EXPECT_THAT(rehearsal.outcomes.at(1).answer.username, "jroe1");
  EXPECT_EQ(head(), before);
}

TEST_F(RowImport, RehearsesARowOnTopOfThoseBeforeIt) {
  const Rehearsal rehearsal = rehearse(roster({"Doe", "Roe", "Doe"}));
  EXPECT_THAT(refusals_in(rehearsal.outcomes), ElementsAre(Field(&RowProblem::reason, HasSubstr("possible_duplicate"))));
  EXPECT_EQ(refusals_in(rehearsal.outcomes).front().line, 4U);
}

TEST_F(RowImport, RecordsWhatItRehearsed) {
  const auto outcomes = record(roster({"Doe", "Roe"}));
  ASSERT_THAT(outcomes, SizeIs(2));
  EXPECT_EQ(outcomes[0].answer.username, "jdoe1");
  EXPECT_EQ(outcomes[1].answer.first_position, head());
}

TEST_F(RowImport, AddsNothingTheSecondTime) {
  const CommandRows rows = roster({"Doe", "Roe"});
  record(rows);
  const Position after = head();
  for (const RowOutcome& outcome : rehearse(rows).outcomes) EXPECT_TRUE(outcome.answer.is_repeat);
  for (const RowOutcome& outcome : record(rows)) EXPECT_TRUE(outcome.answer.is_repeat);
  EXPECT_EQ(head(), after);
}

TEST_F(RowImport, TakesASignInWithAnotherPlaceForOneThatItKnows) {
  const auto sign_ins = [](const std::string& rows) {
    std::istringstream in("username,at,place\n" + rows);
    return read_command_rows(in, {.kind = RowKind::sign_ins, .map = {}, .actor = "submitter:import", .name = {}});
  };
  const std::string boston = "mhughes1,2025-03-03T08:00:00Z,Boston\n";
  const std::string paris = "mhughes1,2025-03-03T08:00:00Z,Paris\n";
  ASSERT_THAT(refusals_in(record(sign_ins(boston + paris))), IsEmpty());
  const CommandRows later = sign_ins(paris + boston + "mhughes1,2025-03-04T08:00:00Z,Salem\n");
  const Rehearsal rehearsal = rehearse(later);
  EXPECT_THAT(refusals_in(rehearsal.outcomes), IsEmpty());
  const auto fresh = without_known(later.rows, rehearsal.outcomes);
  ASSERT_THAT(fresh, SizeIs(1));
  EXPECT_EQ(fresh[0].line, 4U);
}

TEST_F(RowImport, RefusesAnotherPersonInALineThatIsRecorded) {
  record(roster({"Doe"}));
  const auto refused = refusals_in(rehearse(roster({"Roe"})).outcomes);
  EXPECT_THAT(refused, ElementsAre(Field(&RowProblem::reason, HasSubstr("command_id_reused"))));
}

TEST_F(RowImport, CountsWhatIsRecordedAroundARowThatIsNot) {
  const auto outcomes = record(roster({"Doe", "Doe", "Roe", "Poe"}));
  ASSERT_THAT(outcomes, SizeIs(4)) << "all were submitted together";
  EXPECT_THAT(refusals_in(outcomes), SizeIs(1));
  EXPECT_EQ(recorded_in(outcomes), 3U);
}

TEST_F(RowImport, GoesOnWhereItWasInterrupted) {
  CommandRows rows = roster({"Doe", "Roe", "Poe"});
  CommandRows beginning{.rows = {rows.rows[0]}, .problems = {}, .extra_columns = {}};
  record(beginning);
  const auto outcomes = record(rows);
  ASSERT_THAT(outcomes, SizeIs(3));
  EXPECT_TRUE(outcomes[0].answer.is_repeat);
  EXPECT_FALSE(outcomes[1].answer.is_repeat);
  EXPECT_EQ(outcomes[2].answer.username, "jpoe1");
}

TEST_F(RowImport, RecordsMoreRowsThanAreSubmittedAtOnce) {
  std::vector<std::string> names;
  for (int i = 0; i < 300; ++i) names.push_back(fmt::format("D{}{}", static_cast<char>('a' + i / 26), static_cast<char>('a' + i % 26)));
  const auto outcomes = record(roster(names));
  EXPECT_THAT(outcomes, SizeIs(300));
  EXPECT_THAT(refusals_in(outcomes), IsEmpty());
}

}  // namespace
}  // namespace muniment
