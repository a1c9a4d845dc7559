#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class RecordSignInTest : public Ledger {
 protected:
  const Timestamp early_ = Timestamp::parse("2024-03-01T08:30:00Z").value();
};

TEST_F(RecordSignInTest, RecordsWhenItHappenedAndSealsWhere) {
  when(R"({"type":"record_sign_in","actor":"submitter:portal","username":"jdoe1","at":"2024-03-01T03:30:00-05:00","success":true,
           "place":"Boston, MA","note":"new phone"})");
  then(schema::Authority::SUBMITTER,
       {{.fact = fact::SignedIn{true}, .streams = {of(jdoe)}, .personal = Personal{{}, "new phone", "Boston, MA"}, .occurred_at = early_}});
}

TEST_F(RecordSignInTest, RecordsAFailedOneWithoutAPlace) {
  when(RecordSignIn{jdoe, early_, false, {}}, by(officer));
  then(schema::Authority::OFFICER, {{.fact = fact::SignedIn{false}, .streams = {of(jdoe)}, .occurred_at = early_}});
}

TEST_F(RecordSignInTest, RecordsAnAttemptOnAnAccountThatCannotBeUsed) {
  for (const Username& name : {llock, tgone, ufree}) {
    when(RecordSignIn{name, early_, false, {}}, by(portal));
    then(schema::Authority::SUBMITTER, {{.fact = fact::SignedIn{false}, .streams = {of(name)}, .occurred_at = early_}});
  }
}

TEST_F(RecordSignInTest, Refuses) {
  const Timestamp late{now().ns + 1'000'000'000'000};
  const RecordSignIn of_nobody{nobody, late, true, {}};
  refuses_in_order({{Refusal::actor_unknown, of_nobody, by(nobody)},
                    {Refusal::actor_not_usable, of_nobody, by(llock)},
                    {Refusal::not_authorized, RecordSignIn{jdoe, early_, true, {}}, by(jdoe)},
                    {Refusal::not_authorized, of_nobody, by(mhughes)},
                    {Refusal::username_unavailable, of_nobody, by(portal)},
                    {Refusal::in_the_future, RecordSignIn{jdoe, late, true, {}}, by(portal)}});
}

TEST_F(RecordSignInTest, TakesTheVeryMoment) {
  when(RecordSignIn{jdoe, {now().ns + 1'000'000'000}, true, {}}, by(portal));
  EXPECT_EQ(answer().status, Answer::Status::accepted) << "a second passes before every command";
  when(RecordSignIn{jdoe, {now().ns + 1'000'000'001}, true, {}}, by(portal));
  then(Refusal::in_the_future, "at");
}

TEST_F(RecordSignInTest, NamesWhatIsMalformed) {
  const auto form = [](std::string_view fields) {
    return form_of(R"({"type":"record_sign_in","actor":"submitter:portal","success":true,)" + std::string{fields} + "}");
  };
  EXPECT_EQ(form(R"("username":"","at":"2024-03-01")"), "username: expected 1 to 64 letters, digits or signs, without blanks and colons");
  EXPECT_EQ(form(R"("username":"jdoe1","at":"2024-03-01","place":"a\u0001")"),
            "place: expected 1 to 200 characters without control characters");
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<request::RecordSignIn>();
  command.setUsername("jdoe1");
  command.setAt(-1);
  const auto read = RecordSignIn::read(command.asReader());
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().message(), "at: expected a time from 1970 on");
}

}  // namespace
}  // namespace muniment::test
