#include "tools/server/time_stamper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "node_fixture.h"
#include "tests/events/log/sample_record.h"
#include "tests/events/log/temp_folder.h"
#include "tests/events/proof/seed_signer.h"
#include "tests/events/proof/time_stamp_server.h"

namespace muniment {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

template <typename Is>
bool comes_true(Is is) {
  for (int i = 0; i < 60'000 && !is(); ++i) std::this_thread::sleep_for(1ms);
  return is();
}

class TimeStamperTest : public testing::Test {
 protected:
  TimeStamperTest() : log_(RocksLog::create({.folder = folder_ / "log", .head_file = folder_ / "head"})) {
    append(5);
    notary_ = std::make_unique<Notary>(*log_, std::make_unique<SeedSigner>("example.com/log", 9), folder_ / "checkpoint");
  }

  static std::filesystem::path made(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    return folder;
  }
  void append(std::size_t size) { ASSERT_TRUE(sample::append(*log_, source_.group(size))); }
  std::unique_ptr<TimeStamper> stamper(TimeStamper::Pace pace = {.every = std::chrono::days{1}, .look = 1ms}) {
    return std::make_unique<TimeStamper>(
        *log_, *notary_, TimeAuthority{authority_.certificates()}, [this](const std::string& query) { return answer(query); },
        [this](std::string_view what) { told_.emplace_back(what); }, pace, [this] { return Timestamp{now_.load()}; });
  }
  std::expected<std::string, std::string> answer(const std::string& query) {
    ++asked_;
    if (is_away_) return std::unexpected("nobody there");
    return authority_.reply(answers_another_ ? time_stamp_query("another") : query);
  }
  std::vector<Position> kept() const {
    std::vector<Position> out;
    log_->read_time_stamps(0, [&](Position size, std::string_view) {
      out.push_back(size);
      return true;
    });
    return out;
  }
  TempFolder folder_;
  sample::Source source_;
  std::unique_ptr<RocksLog> log_;
  std::unique_ptr<Notary> notary_;
  TestTimeAuthority authority_{made(folder_ / "authority")};
  std::atomic<std::int64_t> now_ = system_now().ns;
  std::atomic<int> asked_ = 0;
  std::atomic<bool> is_away_ = false;
  std::atomic<bool> answers_another_ = false;
  std::vector<std::string> told_;  // Read when the stamper has ended.
};

TEST_F(TimeStamperTest, KeepsAStampOfTheNewestCheckpointAndTheNextOneADayLater) {
  {
    const auto stamps = stamper();
    ASSERT_TRUE(comes_true([&] { return stamps->position() == 5; }));
    append(3);
    ASSERT_TRUE(comes_true([&] { return notary_->newest()->checkpoint.size == 8; }));
    std::this_thread::sleep_for(20ms);
    EXPECT_EQ(asked_, 1) << "not before a day is over";
    now_ += std::chrono::nanoseconds{std::chrono::hours{25}}.count();
    ASSERT_TRUE(comes_true([&] { return stamps->position() == 8; }));
    EXPECT_FALSE(stamps->is_failing());
  }
  EXPECT_THAT(kept(), ElementsAre(5, 8));
  EXPECT_THAT(told_, ElementsAre("the time authority stamps the log's checkpoints"));
}

TEST_F(TimeStamperTest, KnowsFromTheLogWhenTheNextOneIsDue) {
  ASSERT_TRUE(comes_true([stamps = stamper()] { return stamps->position() == 5; }));
  append(3);
  ASSERT_TRUE(comes_true([&] { return notary_->newest()->checkpoint.size == 8; }));
  const auto again = stamper();
  EXPECT_EQ(again->position(), 5u);
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(asked_, 1);
}

TEST_F(TimeStamperTest, KeepsNothingThatDoesNotVerifyAndGoesOnAsking) {
  is_away_ = true;
  answers_another_ = true;
  {
    const auto stamps = stamper();
    ASSERT_TRUE(comes_true([&] { return asked_ >= 2; }));
    EXPECT_TRUE(comes_true([&] { return stamps->is_failing(); }));
    append(1);  // The log does not wait for it.
    is_away_ = false;
    ASSERT_TRUE(comes_true([&, before = asked_.load()] { return asked_ >= before + 2; }));
    EXPECT_THAT(kept(), testing::IsEmpty());
    answers_another_ = false;
    ASSERT_TRUE(comes_true([&] { return stamps->position() > 0; }));
    EXPECT_TRUE(comes_true([&] { return !stamps->is_failing(); }));
  }
  EXPECT_THAT(told_, ElementsAre(HasSubstr("gives no time stamp: nobody there"), HasSubstr("gives no time stamp: message imprint mismatch"),
                                 HasSubstr("stamps the log's checkpoints")));
}

TEST_F(TimeStamperTest, DoesNotAskAnAuthorityThatCannotBeFetchedFrom) {
  EXPECT_FALSE(ask_time_authority("ftp://clock.example/", "query"));
  EXPECT_FALSE(ask_time_authority("http://user:word@clock.example/", "query"));
}

// Nobody listens at its authority's address.
class NodeWithoutATimeAuthority : public WithNode {
 protected:
  NodeWithoutATimeAuthority()
      : WithNode({.settings = {.time_authority_url = "http://127.0.0.1:9/tsr",
                               .time_authority_ca = certificates(),
                               .limits = {.disk_reserve_bytes = 0}}}) {}
  ~NodeWithoutATimeAuthority() override { std::filesystem::remove(certificates_file()); }

  static std::filesystem::path certificates_file() {
    return std::filesystem::path(testing::TempDir()) / ("muniment_ca_" + std::to_string(::getpid()) + ".pem");
  }
  static std::filesystem::path certificates() {
    TestAuthority().write_certificate(certificates_file());
    return certificates_file();
  }
};

TEST_F(NodeWithoutATimeAuthority, SaysSoAndTakesCommandsAsBefore) {
  const std::string ops = token(TokenRole::OPERATOR, "ops");
  EXPECT_TRUE(comes_true([&] { return get("/metrics", ops).body.find("muniment_time_stamp_failed 1") != std::string::npos; }));
  EXPECT_THAT(get("/metrics", ops).body, HasSubstr("muniment_time_stamped_position 0"));
  const Response answer =
      post(R"({"type":"lock_account","command_id":"t1","username":"jdoe1","reason":"left"})", token(TokenRole::OFFICER, "agency"));
  EXPECT_EQ(member(answer.body, "status"), "accepted");
}

}  // namespace
}  // namespace muniment
