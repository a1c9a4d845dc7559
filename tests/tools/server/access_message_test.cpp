#include "tools/server/access_message.h"

#include <gtest/gtest.h>

namespace muniment {
namespace {

Submission of(CommandBody body, std::string id, Principal who) {
  Submission out{.command = {.body = std::move(body), .type = "record"}, .source = schema::Source::NETWORK};
  out.command.request.command_id = std::move(id);
  out.command.request.actor = std::move(who);
  return out;
}

Submission a_read(std::string id = "access:1") {
  return of(RecordRead{.question = "GET /v1/audit/trail",
                       .narrowed_by = {"user", "type"},
                       .asked_provider = ProviderId::parse("110012345A"),
                       .asked_username = Username::parse("jdoe1"),
                       .head = 77,
                       .first_at = Timestamp{5},
                       .last_at = Timestamp{9},
                       .times = 3,
                       .token = "0123456789abcdef"},
            std::move(id), Principal::auditor("kim"));
}

TEST(AccessMessage, SaysWhatItWasMadeOf) {
  std::vector<Submission> sent;
  sent.push_back(a_read());
  sent.push_back(
      of(RecordDenial{.problem = "token_invalid", .route = "GET /v1/events", .first_at = {}, .last_at = Timestamp{2}, .times = 7},
         "access:2", Principal::node()));
  sent.back().origin = std::make_shared<const Origin>("192.0.2.1", "");
  const auto read = read_access_message(access_message(sent));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 2U);
  const Submission& first = read->front();
  EXPECT_EQ(first.command.request.command_id, "access:1");
  EXPECT_EQ(first.command.request.actor, Principal::auditor("kim"));
  const auto& question = std::get<RecordRead>(first.command.body);
  EXPECT_EQ(question.question, "GET /v1/audit/trail");
  EXPECT_EQ(question.narrowed_by, (std::vector<std::string>{"user", "type"}));
  EXPECT_EQ(question.asked_provider, ProviderId::parse("110012345A"));
  EXPECT_EQ(question.asked_username, Username::parse("jdoe1"));
  EXPECT_EQ(question.head, 77U);
  EXPECT_EQ(question.first_at.ns, 5);
  EXPECT_EQ(question.last_at.ns, 9);
  EXPECT_EQ(question.times, 3U);
  EXPECT_EQ(question.token, "0123456789abcdef");
  const auto& denial = std::get<RecordDenial>((*read)[1].command.body);
  EXPECT_EQ(denial.problem, "token_invalid");
  EXPECT_EQ(denial.route, "GET /v1/events");
  EXPECT_EQ(denial.times, 7U);
  EXPECT_EQ((*read)[1].origin->address, "192.0.2.1");
  EXPECT_EQ((*read)[1].command.request.actor, Principal::node());
}

TEST(AccessMessage, IsRefusedWhereItIsNone) {
  EXPECT_FALSE(read_access_message(""));
  EXPECT_FALSE(read_access_message("12345678"));
  EXPECT_FALSE(read_access_message(std::string(4096, '\xff')));
  EXPECT_FALSE(read_access_message(access_message({})));
  std::vector<Submission> one;
  one.push_back(a_read("access:1"));
  const std::string whole = access_message(one);
  ASSERT_TRUE(read_access_message(whole));
  for (std::size_t size = 8; size < whole.size(); size += 8) EXPECT_FALSE(read_access_message(whole.substr(0, size))) << size;
}

TEST(AccessMessage, IsRefusedForIdsThatCouldBeACommandsOwn) {
  std::vector<Submission> one;
  one.push_back(a_read("rotation-00"));
  EXPECT_FALSE(read_access_message(access_message(one)));
}

TEST(AccessMessage, IsRefusedWhereATextIsTooLongOrNothingWasCounted) {
  std::vector<Submission> one;
  one.push_back(a_read());
  std::get<RecordRead>(one.front().command.body).question.assign(600, 'q');
  EXPECT_FALSE(read_access_message(access_message(one)));
  std::get<RecordRead>(one.front().command.body).question = "q";
  std::get<RecordRead>(one.front().command.body).times = 0;
  EXPECT_FALSE(read_access_message(access_message(one)));
}

}  // namespace
}  // namespace muniment
