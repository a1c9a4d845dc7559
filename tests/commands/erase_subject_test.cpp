#include "commands/erase_subject.h"

#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

constexpr std::string_view court_order = "court_order";

class EraseSubjectTest : public Ledger {
 protected:
  static Request as_asked() {
    Request out = by(officer, {.reason = "data_subject_request"});
    out.reference = "DSR-17";
    return out;
  }
  static Asked was_erased(const Username& username) { return {EraseSubject{username, court_order}, as_asked()}; }
  Timestamp years_from_now(int years) const { return Timestamp::parse(std::to_string(2024 + years) + now().text().substr(4)).value(); }
  // A policy that keeps the data of one class no longer than it must.
  Asked nothing_is_kept_of(void (schema::Policy::Builder::*set_years)(std::uint8_t)) {
    return {policy({}, [&](schema::Policy::Builder out) { (out.*set_years)(0); }), by(officer)};
  }
};

TEST_F(EraseSubjectTest, RecordsTheGroundAndWhenTheRetentionWouldEnd) {
  given(was_removed(mercy, mhughes, jdoe));
  const Timestamp until = years_from_now(10);
  when(R"({"type":"erase_subject","actor":"officer:rkelly","username":"jdoe1","reason":"data_subject_request","reference":"DSR-17",)"
       R"("legal_ground":"court_order"})");
  then(schema::Authority::OFFICER,
       {{.fact = fact::SubjectErased{court_order, until}, .streams = {of(jdoe), of(schema::StreamKind::ERASURES)}}});
  EXPECT_TRUE(account(jdoe).is_erased());
}

TEST_F(EraseSubjectTest, NeedsNoGroundOnceTheRetentionTimeIsOver) {
  given(was_removed(mercy, mhughes, jdoe));
  const Timestamp until = years_from_now(10);
  let_pass(std::chrono::nanoseconds(until.ns - now().ns) - std::chrono::seconds(2));  // Each command comes a second later.
  when(EraseSubject{jdoe, {}}, as_asked());
  then(Refusal::legal_ground_required, "legal_ground");
  when(EraseSubject{jdoe, {}}, as_asked());
  then(schema::Authority::OFFICER, {{.fact = fact::SubjectErased{{}, until}, .streams = {of(jdoe), of(schema::StreamKind::ERASURES)}}});
}

TEST_F(EraseSubjectTest, GoesByTheRetentionTimeOfThePolicyForTheClassOfTheRecord) {
  given(was_removed(mercy, mhughes, jdoe), nothing_is_kept_of(&schema::Policy::Builder::setPrimaryUserRetentionYears));
  when(EraseSubject{jdoe, {}}, as_asked());
  then(Refusal::legal_ground_required, "legal_ground");
  given(nothing_is_kept_of(&schema::Policy::Builder::setRetentionYears));
  when(EraseSubject{jdoe, {}}, as_asked());
  EXPECT_EQ(answer().status, Answer::Status::accepted);
}

TEST_F(EraseSubjectTest, TakesWhoEverWasAPrimaryUserForOne) {
  given(nothing_is_kept_of(&schema::Policy::Builder::setRetentionYears), became_primary_user(mercy, "Ann", "New"));
  when(EraseSubject{mhughes, {}}, as_asked());
  then(Refusal::legal_ground_required, "legal_ground");
}

TEST_F(EraseSubjectTest, NeedsAGroundForATerminatedAccountThatIsStillOnARoster) {
  when(EraseSubject{tgone, {}}, as_asked());
  then(Refusal::legal_ground_required, "legal_ground");
  when(was_erased(tgone));
  then(schema::Authority::OFFICER,
       {{.fact = fact::SubjectErased{court_order, {}}, .streams = {of(tgone), of(schema::StreamKind::ERASURES)}}});
}

TEST_F(EraseSubjectTest, RecordsNothingForWhoIsErased) {
  given(was_erased(tgone));
  when(was_erased(tgone));
  then_nothing_is_recorded();
}

TEST_F(EraseSubjectTest, LeavesAnAccountThatNobodyUsesAgain) {
  given(was_erased(ufree));
  when(was_linked(mercy, mhughes, ufree, {claims}));
  then(Refusal::subject_erased, "username");
  when(became_primary_user(general, ufree));
  then(Refusal::subject_erased, "username");
  when(PlaceHold{ufree, "M-1"}, by(officer, {.reason = "litigation"}));
  then(Refusal::subject_erased, "username");
}

TEST_F(EraseSubjectTest, LeavesNothingToSealANoteWithEvenWhileTheVaultHasTheKey) {
  given(was_erased(tgone));
  ASSERT_TRUE(vault().account_key(account(tgone).id()));
  RemoveSubordinate remove{mercy, tgone};
  when(remove, by(mhughes, {.note = "her file is in the cellar"}));
  then(Refusal::subject_erased);
  when(remove, by(mhughes));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
}

TEST_F(EraseSubjectTest, ChangesNoDigestButByItself) {
  const auto before = sight().account(tgone)->version();
  given(was_erased(tgone));
  vault().erase(account(tgone).id());
  EXPECT_EQ(account(tgone).version(), before + 1);  // That a replay gives the same state, the ledger checks at the end of every test.
}

TEST_F(EraseSubjectTest, Refuses) {
  refuses_in_order(needs_the_agency(EraseSubject{nobody, {}}));
  const Request reason_alone = by(officer, {.reason = "data_subject_request"});
  refuses_in_order({{Refusal::username_unavailable, EraseSubject{nobody, {}}, by(officer)},
                    {Refusal::reason_required, EraseSubject{jdoe, {}}, by(officer)},
                    {Refusal::reference_required, EraseSubject{jdoe, {}}, reason_alone}});
  given(Asked{PlaceHold{jdoe, "M-1"}, by(officer, {.reason = "litigation"})});
  refuses_in_order({{Refusal::account_in_use, EraseSubject{jdoe, {}}, as_asked()}});
  given(was_removed(mercy, mhughes, jdoe));
  refuses_in_order({{Refusal::legal_hold, EraseSubject{jdoe, {}}, as_asked()}});
  given(Asked{LiftHold{jdoe, "M-1"}, by(officer, {.reason = "settled"})});
  refuses_in_order({{Refusal::legal_ground_required, EraseSubject{jdoe, {}}, as_asked()}});
}

TEST_F(EraseSubjectTest, NamesTheFieldAtFault) {
  when(EraseSubject{jdoe, {}}, by(officer));
  then(Refusal::reason_required, "reason");
  when(EraseSubject{jdoe, {}}, by(officer, {.reason = "data_subject_request"}));
  then(Refusal::reference_required, "reference");
  when(was_erased(jdoe));
  then(Refusal::account_in_use, "username");
  EXPECT_EQ(form_of(R"({"type":"erase_subject","actor":"officer:rkelly","username":"j doe"})"),
            "username: expected 1 to 64 letters, digits or signs, without blanks and colons");
  EXPECT_EQ(form_of(R"({"type":"erase_subject","actor":"officer:rkelly","username":"jdoe1","legal_ground":"Court order"})"),
            "legal_ground: expected 1 to 64 of a-z, 0-9 and _");
  EXPECT_EQ(form_of(R"({"type":"erase_subject","actor":"officer:rkelly","username":"jdoe1","note":"for Jane Doe"})"),
            "note: expected no note where the command is not about an account that keeps its key: nothing could seal it");
}

}  // namespace
}  // namespace muniment::test
