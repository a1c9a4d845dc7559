// That what is sealed, and the PIN in the vault, are compared between all accounts of a provider, in a store as it ships.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "people.h"
#include "projections/findings.h"

namespace muniment::test {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class SharedIdsInAStore : public testing::Test {
 protected:
  SharedIdsInAStore() : folder_(fs::path(testing::TempDir()) / ("muniment_shared_ids_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    make_store_with_person(folder_);
  }
  ~SharedIdsInAStore() override { fs::remove_all(folder_); }

  // "subject other" of what is open.
  static std::vector<std::string> pairs(Store& store, Rule rule) {
    store.projector().catch_up();
    const auto page = Findings(store.views()).search({.now = system_now(), .rule = rule});
    std::vector<std::string> out;
    for (const Finding& finding : page.value().rows) out.push_back(finding.subject + ' ' + finding.other);
    return out;
  }

  fs::path folder_;
};

TEST_F(SharedIdsInAStore, OfAPrimaryUserAndASubordinateAreFoundFromBothSides) {
  Store store(folder_);
  for (const Rule rule : {Rule::same_email, Rule::same_birth_day_and_pin}) EXPECT_THAT(pairs(store, rule), IsEmpty()) << "the control";
  Profile alike{"Other", "Name", "", "01/01", "M@clinic.example", "02140"};  // As the Primary User's, in capitals.
  accepted(store, "create_subordinate", CreateSubordinate{clinic, alike, "1111", {"claims_submission_and_status"}, true}, administrator);
  for (const Rule rule : {Rule::same_email, Rule::same_birth_day_and_pin})
    EXPECT_THAT(pairs(store, rule), UnorderedElementsAre("user1 user3", "user3 user1")) << name_of(rule);
  store.close();
}

TEST_F(SharedIdsInAStore, StayWhenAPrimaryUserIsAssignedWithANote) {
  Store store(folder_);
  Profile alike = person;
  alike.last_name = "Other";
  accepted(store, "create_subordinate", CreateSubordinate{clinic, alike, person_pin, {"claims_submission_and_status"}, true},
           administrator);
  const auto both = UnorderedElementsAre("user2 user3", "user3 user2");
  EXPECT_THAT(pairs(store, Rule::same_email), both);
  Submission assignment = command("assign_primary_user", AssignPrimaryUser{clinic, person_name, {}, {}, {}}, agency);
  assignment.command.request.note = "By telephone.";
  ASSERT_EQ(store.sequencer().ask(std::move(assignment)).status, Answer::Status::accepted);
  for (const Rule rule : {Rule::same_email, Rule::same_birth_day_and_pin}) EXPECT_THAT(pairs(store, rule), both) << name_of(rule);
  store.close();
}

}  // namespace
}  // namespace muniment::test
