#include "events/proof/time_stamp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>

#include "tests/events/proof/time_stamp_server.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::string_view text = "example.com/log\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n";

std::int64_t seconds_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

class TimeStampTest : public testing::Test {
 protected:
  TimeStampTest() : folder_(fs::path(testing::TempDir()) / ("muniment_time_stamp_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    for (const char* name : {"authority", "other"}) fs::create_directories(folder_ / name);
  }
  ~TimeStampTest() override { fs::remove_all(folder_); }

  TimeAuthority trusted(const TestTimeAuthority& authority) const { return {authority.certificates()}; }
  std::string error_of(const std::string& reply, const std::string& query, const TestTimeAuthority& whom) const {
    const auto token = token_in_reply(reply, query, trusted(whom));
    return token ? "" : token.error();
  }

  fs::path folder_;
};

TEST_F(TimeStampTest, SaysWhenATextWasThereOnTheWordOfAnAuthorityThatIsTrusted) {
  const TestTimeAuthority authority(folder_ / "authority");
  const std::int64_t before = seconds_now();
  const std::string query = time_stamp_query(text);
  const auto token = token_in_reply(authority.reply(query), query, trusted(authority));
  ASSERT_TRUE(token) << token.error();
  const auto stamp = verify_time_stamp(*token, text, trusted(authority));
  ASSERT_TRUE(stamp) << stamp.error();
  EXPECT_EQ(stamp->authority, "CN=Test Clock");
  EXPECT_GE(stamp->seconds, before);
  EXPECT_LE(stamp->seconds, seconds_now());
}

TEST_F(TimeStampTest, RefusesTheAnswerToAnotherQuery) {
  const TestTimeAuthority authority(folder_ / "authority");
  const std::string query = time_stamp_query(text);
  EXPECT_EQ(error_of(authority.reply(query), query, authority), "") << "control";
  EXPECT_THAT(error_of(authority.reply(time_stamp_query("another text")), query, authority), HasSubstr("message imprint mismatch"));
  EXPECT_THAT(error_of(authority.reply(time_stamp_query(text)), query, authority), HasSubstr("nonce mismatch")) << "an old answer";
}

TEST_F(TimeStampTest, RefusesAnAuthorityThatIsNotTrusted) {
  const TestTimeAuthority authority(folder_ / "authority");
  const TestTimeAuthority other(folder_ / "other");
  const std::string query = time_stamp_query(text);
  const std::string reply = authority.reply(query);
  EXPECT_THAT(error_of(reply, query, other), HasSubstr("certificate verify error"));
  EXPECT_EQ(token_in_reply(reply, query, {""}).error().substr(0, 24), "certificate verify error");
  const std::string token = token_in_reply(reply, query, trusted(authority)).value();
  EXPECT_TRUE(verify_time_stamp(token, text, trusted(authority))) << "control";
  EXPECT_THAT(verify_time_stamp(token, text, trusted(other)).error(), HasSubstr("certificate verify error"));
}

TEST_F(TimeStampTest, RefusesAnAuthorityWhoseCertificateHadExpired) {
  const TestTimeAuthority authority(folder_ / "authority", -std::chrono::days{1});
  const std::string query = time_stamp_query(text);
  EXPECT_THAT(error_of(authority.reply(query), query, authority), HasSubstr("certificate has expired"));
}

TEST_F(TimeStampTest, IsRefusedOverAnotherTextOrWithAnyByteAltered) {
  const TestTimeAuthority authority(folder_ / "authority");
  const std::string query = time_stamp_query(text);
  const std::string token = token_in_reply(authority.reply(query), query, trusted(authority)).value();
  EXPECT_THAT(verify_time_stamp(token, "another text", trusted(authority)).error(), HasSubstr("message imprint mismatch"));
  EXPECT_TRUE(verify_time_stamp(token, text, trusted(authority))) << "control";
  std::size_t accepted = 0;
  for (std::size_t at = 0; at < token.size(); ++at) {
    std::string altered = token;
    altered[at] = static_cast<char>(altered[at] ^ 1);
    const auto stamp = verify_time_stamp(altered, text, trusted(authority));
    if (stamp) ++accepted;
  }
  // Not every byte is signed: the version of the container, or a null where an algorithm has no parameters.
  EXPECT_LT(accepted, token.size() / 20);
}

TEST_F(TimeStampTest, RefusesWhatIsNoAnswerAndNoToken) {
  const TestTimeAuthority authority(folder_ / "authority");
  const std::string query = time_stamp_query(text);
  const std::string reply = authority.reply(query);
  for (const std::string& bad : {std::string{}, std::string{"nonsense"}, reply.substr(0, reply.size() / 2), reply + "x"}) {
    EXPECT_THAT(error_of(bad, query, authority), HasSubstr("no answer of a time authority"));
    EXPECT_THAT(verify_time_stamp(bad, text, trusted(authority)).error(), HasSubstr("no token of a time authority"));
  }
  // The authority takes no such query, and says so.
  EXPECT_THAT(error_of(authority.reply("no query"), query, authority), HasSubstr("the authority refused, with status 2"));
}

}  // namespace
}  // namespace muniment
