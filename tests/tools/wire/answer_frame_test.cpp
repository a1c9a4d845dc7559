#include "tools/wire/answer_frame.h"

#include <capnp/serialize.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "tools/wire/schema/answer.capnp.h"

namespace muniment {
namespace {

// Reads one framed answer behind another.
class Frames {
 public:
  explicit Frames(const std::string& bytes) : words_(bytes.size() / sizeof(capnp::word)) {
    EXPECT_EQ(bytes.size() % sizeof(capnp::word), 0U);
    std::memcpy(words_.data(), bytes.data(), bytes.size());
  }
  reply::Answer::Reader next() {
    reader_.emplace(kj::arrayPtr(words_.data() + at_, words_.size() - at_));
    at_ = static_cast<std::size_t>(reader_->getEnd() - words_.data());
    return reader_->getRoot<reply::Answer>();
  }
  bool is_at_end() const { return at_ == words_.size(); }

 private:
  std::vector<capnp::word> words_;
  std::size_t at_ = 0;
  std::optional<capnp::FlatArrayMessageReader> reader_;
};

TEST(AnswerFrame, TellsWhatCouldNotBeReadFromWhatMayBeRecorded) {
  AnswerFrames writer;
  std::string bytes;
  Answer unread{.status = Answer::Status::failed};
  unread.is_unread = true;
  writer.write(bytes, {.line = 1, .command_id = "c1", .outcome = unread});
  writer.write(bytes, {.line = 2, .command_id = "c2", .outcome = Answer{.status = Answer::Status::failed}});
  Frames frames(bytes);
  auto answer = frames.next();
  EXPECT_EQ(answer.getStatus(), reply::Status::FAILED);
  EXPECT_STREQ(answer.getProblem().cStr(), "log_unreadable");
  answer = frames.next();
  EXPECT_EQ(answer.getStatus(), reply::Status::FAILED);
  EXPECT_FALSE(answer.hasProblem());
}

TEST(AnswerFrame, HasWhatTheLineHas) {
  AnswerFrames writer;
  std::string bytes;
  Answer accepted{.status = Answer::Status::accepted, .is_repeat = true, .first_position = 7, .last_position = 8, .true_of = 8};
  accepted.username = "jdoe1";
  accepted.credential = "AAAAA-BBBBB-CCCCC-DDDDD";
  writer.write(bytes, {.line = 1, .command_id = "c1", .outcome = accepted});
  Answer refused{.status = Answer::Status::refused, .true_of = 9, .refusal = Refusal::version_conflict, .fields = {"expected_version"}};
  refused.expected_version = 3;
  refused.actual_version = 4;
  writer.write(bytes, {.line = 2, .command_id = "c2", .outcome = refused});
  writer.write(bytes, {.line = 3, .command_id = {}, .outcome = JsonError{"provider", "expected text"}});
  Frames frames(bytes);
  auto answer = frames.next();
  EXPECT_EQ(answer.getNumber(), 1U);
  EXPECT_STREQ(answer.getCommandId().cStr(), "c1");
  EXPECT_EQ(answer.getStatus(), reply::Status::ACCEPTED);
  EXPECT_TRUE(answer.getRepeat());
  EXPECT_EQ(answer.getFirstPosition(), 7U);
  EXPECT_EQ(answer.getLastPosition(), 8U);
  EXPECT_EQ(answer.getTrueOf(), 8U);
  EXPECT_STREQ(answer.getUsername().cStr(), "jdoe1");
  EXPECT_STREQ(answer.getCredential().cStr(), "AAAAA-BBBBB-CCCCC-DDDDD");
  EXPECT_EQ(answer.getExpectedVersion(), ~std::uint64_t{0});
  answer = frames.next();
  EXPECT_EQ(answer.getStatus(), reply::Status::REFUSED);
  EXPECT_STREQ(answer.getRefusal().cStr(), "version_conflict");
  EXPECT_STREQ(answer.getFields()[0].cStr(), "expected_version");
  EXPECT_EQ(answer.getExpectedVersion(), 3U);
  EXPECT_EQ(answer.getActualVersion(), 4U);
  EXPECT_FALSE(answer.hasUsername());
  answer = frames.next();
  EXPECT_EQ(answer.getStatus(), reply::Status::MALFORMED);
  EXPECT_STREQ(answer.getPath().cStr(), "provider");
  EXPECT_STREQ(answer.getProblem().cStr(), "expected text");
  EXPECT_TRUE(frames.is_at_end());
}

TEST(AnswerFrame, KeepsNothingOfTheAnswerBefore) {
  AnswerFrames writer;
  std::string bytes;
  Answer large{.status = Answer::Status::accepted};
  large.username = std::string(6000, 'x');  // Beyond the memory that is kept.
  writer.write(bytes, {.line = 1, .command_id = "c1", .outcome = large});
  writer.write(bytes, {.line = 2, .command_id = {}, .outcome = Answer{.status = Answer::Status::unchanged}});
  Frames frames(bytes);
  EXPECT_EQ(frames.next().getUsername().size(), 6000U);
  const auto second = frames.next();
  EXPECT_FALSE(second.hasUsername());
  EXPECT_FALSE(second.hasCommandId());
  EXPECT_TRUE(frames.is_at_end());
}

}  // namespace
}  // namespace muniment
