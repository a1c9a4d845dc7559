// A store that follows a log in a database to which another appends, and takes it over.
#include <gmock/gmock.h>

#include <thread>

#include "events/log/postgres_log.h"
#include "people.h"
#include "tests/events/log/postgres_server.h"
#include "tools/store/log_move.h"
#include "tools/store/log_place.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::ThrowsMessage;

class Standby : public testing::Test {
 protected:
  // Two folders of one store, of which the second has a copy of the vault as it was before anything more was recorded.
  void SetUp() override {
    const PostgresServer* const server = PostgresServer::shared();
    if (server == nullptr) GTEST_SKIP() << no_postgres;
    test::make_store_with_person(first_);
    url_ = server->fresh();
    move_log_to_database({.store = first_, .url = url_});
    fs::create_directory(second_);
    for (const char* const part : {"STORE", "log.url", "log.vkey", "checkpoint", "head", "keys", "vault"})
      fs::copy(first_ / part, second_ / part, fs::copy_options::recursive);
  }
  static StoreOptions following() {
    StoreOptions out;
    out.follows = true;
    return out;
  }
  static StoreOptions taking_over() {
    StoreOptions out;
    out.takes_over = true;
    return out;
  }
  void share_vault() {
    fs::remove_all(second_ / "vault");
    fs::create_directory_symlink(first_ / "vault", second_ / "vault");
  }
  // An account more.
  static void create_another(Store& store) {
    test::accepted(store, "create_subordinate",
                   CreateSubordinate{test::clinic,
                                     Profile{"Stone", "Rita", "", "03/03", "r@clinic.example", "02139"},
                                     "7531",
                                     {"claims_submission_and_status"},
                                     false},
                   test::administrator);
  }

  TempFolder temporary_;
  const fs::path first_ = temporary_ / "first";
  const fs::path second_ = temporary_ / "second";
  std::string url_;
};

TEST_F(Standby, FollowsWhileAnotherAppendsAndShowsWhatThatSigned) {
  Store first(first_);
  Store second(second_, following());
  create_another(first);
  const LogHead head = first.log().head(0);
  EXPECT_TRUE(second.log().wait_beyond(0, head.position - 1, 20s));
  EXPECT_EQ(second.log().head(0), head);
  EXPECT_EQ(second.log_in_database()->lease().holder.name, node_name_of(first_));
  first.close();  // Signs all of it.
  const auto shown = [&] { return second.notary().newest()->checkpoint; };
  for (int i = 0; i < 500 && shown().size < head.position; ++i) std::this_thread::sleep_for(20ms);
  EXPECT_EQ(shown().size, head.position);
  EXPECT_EQ(shown().root, head.root);
  EXPECT_EQ(second.notary().failure(), "");
  second.close();
}

TEST_F(Standby, HasNoNames) {
  Store first(first_);
  Store second(second_, following());
  EXPECT_TRUE(second.vault().is_lost());
  second.projector().catch_up();
  EXPECT_TRUE(fs::exists(second_ / "views.without-vault"));
  EXPECT_FALSE(fs::exists(second_ / "views"));
  second.close();
  first.close();
}

TEST_F(Standby, FollowsNothingInAFolder) {
  Store::create(temporary_ / "alone", "rkelly");
  EXPECT_THAT([&] { Store(temporary_ / "alone", following()); }, ThrowsMessage<LogElsewhere>(HasSubstr("there is nothing to follow")));
}

TEST_F(Standby, TakesOverWithTheVaultThatTheLogWasWrittenWith) {
  share_vault();
  {
    Store first(first_);
    create_another(first);
    first.close();
  }
  Store second(second_, taking_over());
  test::remove_person(second);
  second.close();
}

TEST_F(Standby, DoesNotTakeOverWithAnOlderCopyOfTheVaultAndGivesTheLeaseBack) {
  {
    Store first(first_);
    create_another(first);
    first.close();
  }
  EXPECT_THAT([&] { Store(second_, taking_over()); },
              ThrowsMessage<VaultError>(HasSubstr("the vault lacks the key or the PIN of what was sealed at")));
  EXPECT_EQ(PostgresLog::look_at_lease({.url = PostgresUrl(url_), .head_file = {}}).left, 0ms);
  Store(first_, taking_over()).close();
}

TEST_F(Standby, KeepsNoNameInItsViewsThatAnotherHasErased) {
  share_vault();
  {  // With views of its own from when it appended.
    Store second(second_, taking_over());
    second.projector().catch_up();
    second.close();
  }
  ASSERT_TRUE(fs::exists(second_ / "views"));
  {
    Store first(first_);
    test::remove_person(first);
    test::record_erasure(first);
    EXPECT_EQ(first.carry_out_erasures(), 1U);
    first.close();
  }
  Store second(second_, taking_over());
  EXPECT_FALSE(fs::exists(second_ / "views"));
  second.close();
}

}  // namespace
}  // namespace muniment
