#include "events/log/version_table.h"

#include <gtest/gtest.h>

#include <unordered_map>

namespace muniment {
namespace {

KeyHash hash_of(unsigned number) { return hash_of_key(std::to_string(number)); }

TEST(StreamHeads, AsksForWhatItDoesNotKnow) {
  StreamHeads heads(100);
  EXPECT_EQ(heads.version(hash_of(1), [] { return Version{7}; }), 7u);
  heads.version(hash_of(1), [] { return Version{0}; }) = 8;
  EXPECT_EQ(heads.version(hash_of(1), [] { return Version{0}; }), 8u);
}

TEST(StreamHeads, RemembersThatAStreamHasNoEvent) {
  StreamHeads heads(100);
  heads.version(hash_of(1), [] { return Version{0}; });
  EXPECT_EQ(heads.version(hash_of(1), [] { return Version{5}; }), 0u);
}

TEST(StreamHeads, ForgetsOldStreamsAndGetsNoneWrong) {
  StreamHeads heads(50);
  std::unordered_map<unsigned, Version> truth;
  std::size_t asked = 0;
  for (unsigned step = 0; step < 20'000; ++step) {
    const unsigned stream = step * step % 211;
    Version& version = heads.version(hash_of(stream), [&] {
      ++asked;
      return truth[stream];
    });
    ASSERT_EQ(version, truth[stream]);
    ++truth[stream];
    ++version;
  }
  EXPECT_GT(asked, 211u) << "nothing was ever forgotten";
}

TEST(StreamHeads, KeepsTheStreamsOfAGroup) {
  StreamHeads heads(4);
  heads.version(hash_of(500), [] { return Version{1}; });
  heads.make_room(300);
  for (unsigned stream = 0; stream < 300; ++stream) heads.version(hash_of(stream), [] { return Version{1}; }) = 2;
  for (unsigned stream = 0; stream < 300; ++stream) EXPECT_EQ(heads.version(hash_of(stream), [] { return Version{1}; }), 2u);
}

}  // namespace
}  // namespace muniment
