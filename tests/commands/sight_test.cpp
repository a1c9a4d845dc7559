#include "commands/sight.h"

#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class SightTest : public Ledger {};

TEST_F(SightTest, FindsTheFirstFreeNumberAlsoAfterAGapOfMemory) {
  for (int i = 2; i <= 9; ++i) {
    Asked created = was_created(mercy, mhughes, "John", "Doe", {claims});
    std::get<CreateSubordinate>(created.body).profile.email = "j" + std::to_string(i) + "@clinic.example";
    given(created);
  }
  EXPECT_EQ(sight().free_username("jdoe").text(), "jdoe10");
  sight().age();
  sight().age();
  EXPECT_EQ(sight().free_username("jdoe").text(), "jdoe10") << "asked of the log again";
  EXPECT_EQ(sight().free_username("zzz").text(), "zzz1");
}

TEST_F(SightTest, LoadsAgainWhatItForgot) {
  const std::string before = to_hex(account(jdoe).pin_event().bytes());
  sight().age();
  sight().age();
  EXPECT_EQ(to_hex(account(jdoe).pin_event().bytes()), before);
  when(was_removed(mercy, mhughes, jdoe));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
}

TEST_F(SightTest, ReadsTheProfileOutOfTheSealUntilThePersonIsErased) {
  EXPECT_EQ(sight().profile(account(jdoe)), profile_of("John", "Doe"));
  vault().erase(account(jdoe).id());
  EXPECT_EQ(sight().profile(account(jdoe)), std::nullopt);
  EXPECT_FALSE(sight().has_key(account(jdoe).id()));
  EXPECT_TRUE(sight().has_key(account(dlopez).id()));
}

TEST_F(SightTest, CountsAnAccountAsUsableOnlyWhenNothingSpeaksAgainstIt) {
  EXPECT_TRUE(sight().is_usable(account(jdoe)));
  EXPECT_FALSE(sight().is_usable(account(llock)));
  EXPECT_FALSE(sight().is_usable(account(tgone)));
  EXPECT_FALSE(sight().is_usable(account(ufree)));
  given(was_disabled(jdoe));
  EXPECT_FALSE(sight().is_usable(account(jdoe)));
  given(was_published("2024-03"));
  EXPECT_FALSE(sight().is_usable(account(bking)));
  EXPECT_TRUE(sight().may_sign_in(account(bking)));
  given(was_accepted("2024-03", bking));
  EXPECT_TRUE(sight().is_usable(account(bking)));
}

}  // namespace
}  // namespace muniment::test
