#include "projections/views.h"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/projections/views_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using ViewsFolderTest = ViewsTest;

TEST(ProjectionKind, HasAPublicNameEach) {
  for (const auto kind : all_projections) EXPECT_EQ(projection_kind(name_of(kind)), kind);
  EXPECT_EQ(projection_kind("nonsense"), std::nullopt);
}

TEST_F(ViewsFolderTest, StandWhereTheyStoodWhenTheyAreOpenedAgain) {
  story.created(mercy, "jdoe11", {"claims"});
  catch_up();
  close();
  views = std::make_unique<Views>(Views::Options{folder.path() / "views"});
  for (const auto kind : all_projections) EXPECT_EQ(views->position(kind), 1u) << name_of(kind);
  EXPECT_EQ(views->dropped_because(), "");
  EXPECT_EQ(Access(*views).as_of({})->rows.size(), 1u);
}

TEST_F(ViewsFolderTest, AreSafeToDelete) {
  story.created(mercy, "jdoe11", {"claims"});
  const auto before = held();
  close();
  std::filesystem::remove_all(folder.path() / "views");
  open();
  EXPECT_EQ(views->position(ProjectionKind::access), 0u);
  EXPECT_EQ(held(), before);
}

TEST_F(ViewsFolderTest, AreRefusedToASecondProcessThatOpensThem) {
  const auto open_again = [&] { Views second({folder.path() / "views"}); };
  EXPECT_THROW(
      {
        try {
          open_again();
        } catch (const ViewsFailed& failed) {
          EXPECT_THAT(failed.what(), HasSubstr("another process has it open"));
          throw;
        }
      },
      ViewsFailed);
  EXPECT_EQ(views->position(ProjectionKind::access), 0u) << "the first one goes on";
}

TEST_F(ViewsFolderTest, AreDroppedWhenTheyAreDamaged) {
  story.created(mercy, "jdoe11", {"claims"});
  const auto before = held();
  close();
  for (const auto& file : std::filesystem::directory_iterator(folder.path() / "views")) {
    if (file.path().filename().string().starts_with("MANIFEST")) {
      std::ofstream(file.path(), std::ios::binary | std::ios::in).write("damaged by a test", 17);
    }
  }
  open();
  EXPECT_THAT(views->dropped_because(), HasSubstr("Corruption"));
  EXPECT_EQ(views->position(ProjectionKind::trail), 0u);
  EXPECT_EQ(held(), before) << "and are built again";
}

TEST_F(ViewsFolderTest, QuarantineAnEventWithAFactTheyDoNotKnow) {
  const auto unknown = story.unknown(mercy, "jdoe11");
  story.created(mercy, "asmith1", {"claims"});
  catch_up();
  for (const auto kind : {ProjectionKind::roster, ProjectionKind::access}) {
    const auto quarantined = views->quarantine(kind);
    ASSERT_EQ(quarantined.size(), 1u) << name_of(kind);
    EXPECT_EQ(quarantined[0].position, unknown);
    EXPECT_EQ(quarantined[0].type, "unknown");
    EXPECT_THAT(quarantined[0].reason, HasSubstr("fact 60000: newer than this program"));
    EXPECT_THAT(quarantined[0].providers, ElementsAre(provider(mercy)));
    EXPECT_THAT(quarantined[0].usernames, ElementsAre("jdoe11"));
    EXPECT_EQ(views->position(kind), 2u) << "it stops nothing";
  }
}

TEST_F(ViewsFolderTest, QuarantineBytesThatAreNoRecordInEveryProjection) {
  story.created(mercy, "jdoe11", {"claims"});
  const auto garbage = story.garbage();
  story.created(mercy, "asmith1", {"claims"});
  EXPECT_EQ(held().size(), 2u);
  for (const auto kind : all_projections) {
    const auto quarantined = views->quarantine(kind);
    ASSERT_EQ(quarantined.size(), 1u) << name_of(kind);
    EXPECT_EQ(quarantined[0].position, garbage);
    EXPECT_THAT(quarantined[0].providers, IsEmpty());
  }
  const auto page = Access(*views).as_of({.provider = provider(hope)});
  EXPECT_THAT(page->truth.incomplete, ElementsAre(garbage)) << "it could touch every answer";
  EXPECT_THAT(Trail(*views).search({})->truth.incomplete, ElementsAre(garbage));
}

TEST_F(ViewsFolderTest, QuarantineAnEventWhoseFieldsAreBroken) {
  const auto broken = story.tell("subordinate_linked", {}, "jdoe11");  // At no provider.
  const auto nobody = story.tell("subordinate_removed", mercy, {});
  catch_up();
  const auto quarantined = views->quarantine(ProjectionKind::access);
  ASSERT_EQ(quarantined.size(), 2u);
  EXPECT_EQ(quarantined[0].position, broken);
  EXPECT_EQ(quarantined[0].type, "subordinate_linked");
  EXPECT_EQ(quarantined[0].reason, "provider: expected nine digits and a capital letter");
  EXPECT_EQ(quarantined[1].position, nobody);
  EXPECT_THAT(quarantined[1].reason, HasSubstr("username: expected"));
  EXPECT_THAT(views->quarantine(ProjectionKind::trail), IsEmpty()) << "which needs neither";
}

TEST_F(ViewsFolderTest, QuarantineAnEventThatCannotBeAppliedAndTryAgainInARebuild) {
  bool fails = true;
  close();
  views = std::make_unique<Views>(Views::Options{folder.path() / "views"});
  projector = std::make_unique<Projector>(log, *views, [&](schema::Event::Reader event) -> std::optional<OpenedPersonal> {
    if (fails) throw std::runtime_error("the vault is away");
    return story.opener()(event);
  });
  story.created(mercy, "jdoe11", {"claims"}, FullName{"Doe", "John"});
  story.created(mercy, "asmith1", {"claims"});
  catch_up();
  const auto quarantined = views->quarantine(ProjectionKind::roster);
  ASSERT_EQ(quarantined.size(), 1u);
  EXPECT_EQ(quarantined[0].reason, "the vault is away");
  EXPECT_THAT(roster({.provider = provider(mercy)}), ElementsAre("asmith1"));
  EXPECT_THAT(views->quarantine(ProjectionKind::access), IsEmpty());

  fails = false;
  projector->rebuild(std::array{ProjectionKind::roster});
  EXPECT_THAT(views->quarantine(ProjectionKind::roster), IsEmpty());
  EXPECT_THAT(roster({.provider = provider(mercy)}), ElementsAre("jdoe11", "asmith1"));
}

TEST_F(ViewsFolderTest, SayHowMuchDiskTheyTake) {
  for (int i = 0; i < 100; ++i) story.created(mercy, "user" + std::to_string(i), {"claims"});
  reopen({.bulk_backlog = 1});
  catch_up();
  for (const auto kind : all_projections) EXPECT_GT(views->disk_bytes(kind), 1000u) << name_of(kind);
}

}  // namespace
}  // namespace muniment
