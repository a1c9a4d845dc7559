#include "tools/import/reconciliation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/wire/command_reader.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

Reconciliation reconciliation_of(std::vector<RosterDifference> differences) {
  return {.provider = "110012345A",
          .as_of = Timestamp::parse("2024-03-01T12:00:00Z").value(),
          .roster_digest = std::string(64, 'a'),
          .actor = "officer:agency",
          .differences = std::move(differences)};
}

std::vector<RosterDifference> of_people(std::size_t people, std::size_t services, std::size_t service_size = 10) {
  std::vector<RosterDifference> out;
  for (std::size_t person = 0; person < people; ++person) {
    for (std::size_t service = 0; service < services; ++service) {
      const std::string number = std::to_string(1000 + service);
      out.push_back({"ghost" + std::to_string(1000 + person), std::string(service_size - number.size(), 's') + number});
    }
  }
  return out;
}

void expect_well_formed(const std::vector<std::string>& commands) {
  CommandReader reader;
  std::string id;
  for (const std::string& command : commands) {
    const auto read = reader.read(command, id);
    EXPECT_TRUE(read) << read.error().message();
  }
}

TEST(ReconciliationCommands, SayWhatDiffers) {
  const auto commands = reconciliation_commands(reconciliation_of({{"jdoe1", "a", 7}, {"ghost1", "b"}}));
  ASSERT_THAT(commands, SizeIs(1));
  EXPECT_THAT(commands[0], HasSubstr(R"("actor":"officer:agency","provider":"110012345A","as_of":"2024-03-01T12:00:00Z")"));
  EXPECT_THAT(commands[0], HasSubstr(R"("discrepancies":[{"username":"ghost1","service":"b","difference":"held_not_recorded"},)"
                                     R"({"username":"jdoe1","service":"a","difference":"recorded_not_held","grant_position":"7"}]})"));
  expect_well_formed(commands);
}

TEST(ReconciliationCommands, SayThatNothingDiffers) {
  const auto commands = reconciliation_commands(reconciliation_of({}));
  ASSERT_THAT(commands, SizeIs(1));
  EXPECT_THAT(commands[0], HasSubstr(R"("discrepancies":[]})"));
  expect_well_formed(commands);
}

TEST(ReconciliationCommands, AreAsManyAsTheyNeedEachWithWholePeopleAndWhoIsInIt) {
  for (const std::size_t service_size : {10U, 128U}) {
    const auto commands = reconciliation_commands(reconciliation_of(of_people(300, 3, service_size)));
    ASSERT_GT(commands.size(), 2U);
    expect_well_formed(commands);
    EXPECT_THAT(commands.front(), Not(HasSubstr(R"("after")")));
    EXPECT_THAT(commands.back(), Not(HasSubstr(R"("through")")));
    for (std::size_t i = 0; i + 1 < commands.size(); ++i) {
      const auto through = commands[i].substr(commands[i].find(R"("through":)") + 10, 11);
      EXPECT_THAT(commands[i + 1], HasSubstr(R"("after":)" + through));
    }
  }
}

TEST(ReconciliationCommands, HaveTheSameIdsForTheSameReconciliation) {
  const auto ids = [](Reconciliation reconciliation) {
    std::string id;
    CommandReader reader;
    reader.read(reconciliation_commands(std::move(reconciliation)).front(), id).value();
    return id;
  };
  const auto one = reconciliation_of({{"ghost1", "b"}, {"jdoe1", "a", 7}});
  const auto other_order = reconciliation_of({{"jdoe1", "a", 7}, {"ghost1", "b"}});
  EXPECT_EQ(ids(one), ids(other_order));
  auto later = one;
  later.as_of.ns += 1;
  EXPECT_NE(ids(one), ids(later));
}

}  // namespace
}  // namespace muniment
