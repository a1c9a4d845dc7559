#include "events/record/pointers.h"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

#include "events/record/record.h"

namespace muniment {
namespace {

using Words = std::vector<capnp::word>;

Words words_of(std::initializer_list<std::uint64_t> numbers) {
  Words out(numbers.size());
  std::size_t at = 0;
  for (const std::uint64_t number : numbers) std::memcpy(static_cast<void*>(&out[at++]), &number, sizeof number);
  return out;
}

// Pointers, as the encoding has them. Offsets count words from the end of the pointer.
std::uint64_t to_struct(std::int32_t offset, std::uint64_t data, std::uint64_t pointers) {
  return (static_cast<std::uint32_t>(offset) << 2U) | data << 32 | pointers << 48;
}
std::uint64_t to_list(std::int32_t offset, std::uint64_t element, std::uint64_t count) {
  return (static_cast<std::uint32_t>(offset) << 2U | 1U) | element << 32 | count << 35;
}

TEST(Pointers, FitWhereAMessageIsWellFormed) {
  capnp::MallocMessageBuilder message;
  auto event = message.initRoot<schema::Event>();
  event.setUsername("jdoe1");
  auto more = event.initContext().initMoreStreams(3);
  more[1].setKey(kj::StringPtr{"key"}.asBytes());
  event.getFact().initServicesAssigned().initGranted(2).set(1, "claims");
  const auto segment = message.getSegmentsForOutput()[0];
  EXPECT_EQ(problem_with_pointers({segment.begin(), segment.size()}), "");
  EXPECT_EQ(problem_with_pointers({segment.begin(), segment.size() - 1}), "a pointer leads out of the record");
}

TEST(Pointers, MayBeNullEverywhere) { EXPECT_EQ(problem_with_pointers(words_of({0})), ""); }

TEST(Pointers, NeedARoot) { EXPECT_EQ(problem_with_pointers({}), "a record without a root"); }

TEST(Pointers, MayLeadToAStructOfNoWords) { EXPECT_EQ(problem_with_pointers(words_of({to_struct(-1, 0, 0)})), ""); }

struct BadPointers {
  const char* name;
  Words words;
  const char* says;
};

class Hostile : public testing::TestWithParam<BadPointers> {};

TEST_P(Hostile, AreRefused) { EXPECT_EQ(problem_with_pointers(GetParam().words), GetParam().says); }

constexpr const char* out_of_record = "a pointer leads out of the record";
constexpr const char* same_words = "two pointers lead to the same words";
constexpr const char* too_deep = "structs and lists stand too deep in one another";
constexpr const char* no_record_has = "a pointer is of a kind that no record has";
constexpr const char* without_bytes = "a list has elements without bytes";
constexpr const char* bad_tag = "a list of structs has a tag that does not fit its length";

// Each struct holds the next one.
Words nested(int deep) {
  Words out;
  for (int i = 0; i < deep; ++i) out.push_back(words_of({to_struct(0, 0, 1)})[0]);
  out.push_back(words_of({0})[0]);
  return out;
}

INSTANTIATE_TEST_SUITE_P(
    Pointers, Hostile,
    testing::Values(BadPointers{"struct_beyond_the_end", words_of({to_struct(0, 2, 0), 0}), out_of_record},
                    BadPointers{"struct_behind_the_end", words_of({to_struct(7, 1, 0), 0}), out_of_record},
                    BadPointers{"struct_before_the_begin", words_of({to_struct(-2, 1, 0), 0}), out_of_record},
                    BadPointers{"bits_beyond_the_end", words_of({to_list(0, 1, 65), 0}), out_of_record},
                    BadPointers{"bytes_beyond_the_end", words_of({to_list(0, 2, 9), 0}), out_of_record},
                    BadPointers{"two_bytes_beyond_the_end", words_of({to_list(0, 3, 5), 0}), out_of_record},
                    BadPointers{"four_bytes_beyond_the_end", words_of({to_list(0, 4, 3), 0}), out_of_record},
                    BadPointers{"eight_bytes_beyond_the_end", words_of({to_list(0, 5, 2), 0}), out_of_record},
                    BadPointers{"most_elements", words_of({to_list(0, 5, 0x1fffffff), 0}), out_of_record},
                    BadPointers{"pointers_beyond_the_end", words_of({to_list(0, 6, 2), 0}), out_of_record},
                    BadPointers{"structs_beyond_the_end", words_of({to_list(0, 7, 1), to_struct(1, 1, 0)}), out_of_record},
                    BadPointers{"structs_without_a_tag", words_of({to_list(0, 7, 0)}), out_of_record},
                    BadPointers{"more_structs_than_words", words_of({to_list(0, 7, 1), to_struct(2, 1, 0), 0}), bad_tag},
                    BadPointers{"a_tag_of_another_kind", words_of({to_list(0, 7, 1), to_list(1, 1, 0), 0}), bad_tag},
                    BadPointers{"many_structs_of_no_words", words_of({to_list(0, 7, 0), to_struct(1 << 28, 0, 0)}), without_bytes},
                    BadPointers{"list_of_nothing", words_of({to_list(0, 0, 1 << 20)}), without_bytes},
                    BadPointers{"far", words_of({2, 0}), no_record_has}, BadPointers{"capability", words_of({3, 0}), no_record_has},
                    BadPointers{"one_that_holds_itself", words_of({to_struct(-1, 0, 1)}), same_words},
                    BadPointers{"two_to_one_text", words_of({to_struct(0, 0, 2), to_list(1, 2, 8), to_list(0, 2, 8), 0}), same_words},
                    BadPointers{"too_deep", nested(pointer_depth_max + 1), too_deep}),
    [](const auto& param) { return param.param.name; });

TEST(Pointers, MayBeAsDeepAsTheLimitAndNoDeeper) {
  EXPECT_EQ(problem_with_pointers(nested(pointer_depth_max)), "");
  EXPECT_EQ(problem_with_pointers(nested(pointer_depth_max + 1)), too_deep);
}

// What passes can be read without a check: the sanitizers watch. The control says how many do.
TEST(Pointers, ThatPassNeverLeadOutside) {
  capnp::MallocMessageBuilder message;
  auto event = message.initRoot<schema::Event>();
  event.setUsername("jdoe1");
  event.initContext().initMoreStreams(2)[0].setKey(kj::StringPtr{"key"}.asBytes());
  event.getFact().initServicesAssigned().initGranted(3).set(1, "claims");
  const auto segment = message.getSegmentsForOutput()[0];
  std::mt19937_64 random(1);
  int passed = 0;
  for (int round = 0; round < 20'000; ++round) {
    // In memory of its own size, so that a read behind it is seen.
    const auto words = std::make_unique<capnp::word[]>(segment.size());
    std::memcpy(static_cast<void*>(words.get()), segment.begin(), segment.size() * sizeof(capnp::word));
    auto* const bytes = reinterpret_cast<Byte*>(words.get());
    for (int change = 0; change < 3; ++change) bytes[random() % (segment.size() * 8)] ^= static_cast<Byte>(1U << random() % 8);
    if (!problem_with_pointers({words.get(), segment.size()}).empty()) continue;
    ++passed;
    try {
      (void)capnp::readMessageUnchecked<schema::Event>(words.get()).toString().flatten();
    } catch (const kj::Exception&) {  // Of another type than the schema says.
    }
  }
  EXPECT_GT(passed, 1'000);
}

}  // namespace
}  // namespace muniment
