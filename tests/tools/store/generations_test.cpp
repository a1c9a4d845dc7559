#include "tools/store/generations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "people.h"
#include "tools/store/restore.h"

namespace muniment::test {
namespace {

namespace fs = std::filesystem;
using testing::MatchesRegex;

class GenerationsTest : public testing::Test {
 protected:
  GenerationsTest() {
    fs::remove_all(folder_);
    make_store_with_person(store_);
  }
  ~GenerationsTest() override { fs::remove_all(folder_); }

  // So many more events, then a backup; returns the head that is in it.
  Position write_and_back_up(int count) {
    Store store(store_);
    write(store, count);
    const Position head = back_up_log(store, backups_).head.position;
    store.close();
    return head;
  }
  void write(int count) {
    Store store(store_);
    write(store, count);
    store.close();
  }
  Position restore(std::optional<std::uint32_t> number = {}) {
    return restore_store(store_, {.backup = backups_, .number = number, .statement = "the disk is gone", .requested_by = "operator:ops"},
                         {})
        .head;
  }
  Generations now() const {
    Store store(store_);
    const Generations out = Generations::of(store.log());
    store.close();
    return out;
  }

  const fs::path folder_ = fs::path(testing::TempDir()) / ("muniment_generations_" + std::to_string(::getpid()));
  const fs::path store_ = folder_ / "store";
  const fs::path backups_ = folder_ / "backups";

 private:
  // An assignment that changes nothing records nothing: after a restore, whatever it left is tried.
  void write(Store& store, int count) {
    for (int recorded = 0; recorded < count;) {
      const std::string service = ++written_ % 2 == 0 ? "view_provider_reports" : "manage_referrals";
      const Answer answer =
          store.sequencer().ask(command("assign_services", AssignServices{clinic, person_name, {service}}, administrator));
      ASSERT_NE(answer.status, Answer::Status::failed) << answer.failure;
      ASSERT_NE(answer.status, Answer::Status::refused);
      if (answer.status == Answer::Status::accepted) ++recorded;
    }
  }
  int written_ = 0;
};

TEST_F(GenerationsTest, OfALogThatWasNeverPutBackIsOneForEverAndAnotherForEachStore) {
  const std::string name = now().current();
  EXPECT_THAT(name, MatchesRegex("[0-9a-f]+"));
  EXPECT_EQ(name.size(), Generations::text_size);
  write(3);
  EXPECT_EQ(now().current(), name);
  EXPECT_EQ(now().shared_with(name), std::nullopt);
  EXPECT_EQ(now().shared_with(""), std::nullopt) << "a position without one is of the only one";
  make_store_with_person(folder_ / "other");
  Store other(folder_ / "other");
  EXPECT_NE(Generations::of(other.log()).current(), name);
  EXPECT_EQ(Generations::of(other.log()).shared_with(name), Position{0}) << "two stores share nothing";
  other.close();
}

TEST_F(GenerationsTest, ShareWhatARestoringLeft) {
  const std::string first = now().current();
  const Position head = write_and_back_up(3);
  write(4);
  ASSERT_EQ(restore(), head);
  const Generations after = now();
  EXPECT_NE(after.current(), first);
  EXPECT_EQ(after.shared_with(first), head);
  EXPECT_EQ(after.shared_with(""), head) << "what is not named may be of either";
  EXPECT_EQ(after.shared_with(after.current()), std::nullopt);
}

TEST_F(GenerationsTest, ShareWhatTheDeepestOfAllLaterRestoringsLeft) {
  const std::string first = now().current();
  const Position deep = write_and_back_up(2);
  write(3);
  restore(1);
  const std::string second = now().current();
  const Position high = write_and_back_up(6);
  write(2);
  restore(2);
  const Generations after = now();
  EXPECT_EQ(after.shared_with(first), deep);
  EXPECT_EQ(after.shared_with(second), high);
  EXPECT_EQ(after.shared_with(""), deep);
}

// The log that knew it was itself put back behind its beginning.
TEST_F(GenerationsTest, ThatWereLostWithTheirEventsShareNothingThatIsSafe) {
  write_and_back_up(2);
  write(3);
  restore(1);
  const std::string lost = now().current();
  write(2);
  restore(1);
  EXPECT_EQ(now().shared_with(lost), Position{0});
}

TEST_F(GenerationsTest, ARestoringOfTheVaultAloneBeginsNone) {
  const std::string name = now().current();
  {
    Store store(store_);
    back_up_vault(store, folder_ / "vault-backup");
    store.close();
  }
  restore_vault(store_, folder_ / "vault-backup", "operator:ops", {});
  EXPECT_EQ(now().current(), name);
}

TEST(GenerationTexts, ArePositionsAndCursorsWithOrWithoutAName) {
  const auto named = GenerationText::of("0123456789abcdef-86");
  EXPECT_EQ(named.generation, "0123456789abcdef");
  EXPECT_EQ(named.rest, "86");
  for (const std::string_view text :
       {"86", "", "-86", "0123456789ABCDEF-86", "0123456789abcde-86", "0123456789abcdefa-86", "0161cbf29ce484"}) {
    EXPECT_EQ(GenerationText::of(text).generation, "") << text;
    EXPECT_EQ(GenerationText::of(text).rest, text);
  }
}

}  // namespace
}  // namespace muniment::test
