#include "events/record/texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "events/record/encoder.h"
#include "sample_draft.h"

namespace muniment {
namespace {

using test::SampleDraft;
using testing::ElementsAre;
using testing::IsEmpty;

class TextsTest : public testing::Test {
 protected:
  TextsTest() {
    SampleDraft sample;
    sample.fact = fact::ServicesAssigned{{"claims", "", "a name that is longer than a word"}, {"reports"}};
    Encoder().encode(sample.draft(), words_);
  }

  static std::vector<std::string> texts(capnp::AnyStruct::Reader of, std::size_t pointer) {
    std::vector<std::string> out;
    for_each_text(of, pointer, [&out](std::string_view text) { out.emplace_back(text); });
    return out;
  }
  schema::ServicesAssigned::Reader fact() const { return RecordReader(words_).event().getFact().getServicesAssigned(); }
  // Where the pointer to the list granted is, which stands behind the fact's data, and it has none.
  capnp::word* granted() {
    const auto data = capnp::AnyStruct::Reader(fact()).getDataSection();
    return words_.data() + (reinterpret_cast<const capnp::word*>(data.end()) - words_.data());
  }
  void change(capnp::word* at, std::uint64_t bits) {
    const std::uint64_t changed = record_texts::word_at(at) ^ bits;
    std::memcpy(static_cast<void*>(at), &changed, sizeof changed);
  }

  std::vector<capnp::word> words_;
};

TEST_F(TextsTest, AreThoseThatCapnProtoReads) {
  EXPECT_THAT(texts(fact(), 0), ElementsAre("claims", "", "a name that is longer than a word"));
  EXPECT_THAT(texts(fact(), 1), ElementsAre("reports"));
}

TEST_F(TextsTest, OfAnAbsentListOrStructAreNone) {
  EXPECT_THAT(texts(fact(), 2), IsEmpty()) << "a pointer that a later schema has";
  EXPECT_THAT(texts(schema::ServicesAssigned::Reader(), 0), IsEmpty());
  capnp::MallocMessageBuilder message;
  EXPECT_THAT(texts(message.initRoot<schema::ServicesAssigned>().asReader(), 0), IsEmpty());
}

TEST_F(TextsTest, AreRefusedWhereThereIsAListOfSomethingElse) {
  constexpr std::uint64_t of_eight_bytes = (record_texts::of_pointers ^ 5) << 32;
  change(granted(), of_eight_bytes);
  EXPECT_THROW(texts(fact(), 0), BadRecord);
}

TEST_F(TextsTest, AreRefusedWhereThereIsNoList) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<schema::Event>();
  root.initContext();
  constexpr std::size_t context = 4;
  EXPECT_THROW(texts(root.asReader(), context), BadRecord);
}

TEST_F(TextsTest, AreRefusedWhereOneDoesNotEnd) {
  capnp::word* const list = granted() + 1 + (static_cast<std::int32_t>(record_texts::word_at(granted())) >> 2);
  capnp::word* const first = list + 1 + (static_cast<std::int32_t>(record_texts::word_at(list)) >> 2);
  change(first, std::uint64_t{'x'} << 48);  // Behind the six letters.
  EXPECT_THROW(texts(fact(), 0), BadRecord);
}

}  // namespace
}  // namespace muniment
