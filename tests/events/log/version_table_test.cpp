#include "events/log/version_table.h"

#include <gtest/gtest.h>

#include <unordered_map>
#include <vector>

namespace muniment {
namespace {

KeyHash hash_of(unsigned number) { return hash_of_key(std::to_string(number)); }

TEST(StreamHeads, SaysWhatItDoesNotKnow) {
  StreamHeads heads(100);
  heads.make_room(1);
  const auto first = heads.find(hash_of(1));
  EXPECT_TRUE(first.is_new);
  first.stream.version = 8;
  heads.make_room(1);
  const auto again = heads.find(hash_of(1));
  EXPECT_FALSE(again.is_new);
  EXPECT_EQ(again.stream.version, 8u);
}

TEST(StreamHeads, RemembersThatAStreamHasNoEvent) {
  StreamHeads heads(100);
  heads.make_room(2);
  heads.find(hash_of(1));
  EXPECT_FALSE(heads.find(hash_of(1)).is_new);
  EXPECT_EQ(heads.find(hash_of(1)).stream.version, 0u);
}

TEST(StreamHeads, ForgetsOldStreamsAndGetsNoneWrong) {
  StreamHeads heads(50);
  std::unordered_map<unsigned, Version> truth;
  std::size_t asked = 0;
  for (unsigned step = 0; step < 20'000; ++step) {
    const unsigned stream = step * step % 211;
    heads.make_room(1);
    const auto found = heads.find(hash_of(stream));
    if (found.is_new) {
      ++asked;
      found.stream.version = truth[stream];
    }
    ASSERT_EQ(found.stream.version, truth[stream]);
    ++truth[stream];
    ++found.stream.version;
  }
  EXPECT_GT(asked, 211u) << "nothing was ever forgotten";
}

TEST(StreamHeads, KeepsTheStreamsOfAGroupWhereTheyAre) {
  for (const unsigned known_before : {0u, 1u, 3u, 250u}) {
    StreamHeads heads(600);
    for (unsigned stream = 500; stream < 500 + known_before; ++stream) {
      heads.make_room(1);
      heads.find(hash_of(stream));
    }
    std::vector<KnownStream*> streams;
    heads.make_room(300);
    for (unsigned stream = 0; stream < 300; ++stream) {
      streams.push_back(&heads.find(hash_of(stream)).stream);
      streams.back()->version = stream;
    }
    for (unsigned stream = 0; stream < 300; ++stream) {
      EXPECT_EQ(&heads.find(hash_of(stream)).stream, streams[stream]);
      EXPECT_EQ(streams[stream]->version, stream);
    }
  }
}

TEST(StreamHeads, MakesRoomForAGroupThatIsLargerThanItself) {
  StreamHeads heads(4);
  heads.make_room(1);
  heads.find(hash_of(500)).stream.version = 1;
  heads.make_room(300);
  for (unsigned stream = 0; stream < 300; ++stream) heads.find(hash_of(stream)).stream.version = 2;
  for (unsigned stream = 0; stream < 300; ++stream) EXPECT_EQ(heads.find(hash_of(stream)).stream.version, 2u);
}

TEST(StreamHeads, ForgetsEverythingWhenItIsTold) {
  StreamHeads heads(4);
  heads.make_room(1);
  heads.find(hash_of(1)).stream.version = 1;
  heads.forget_all();
  heads.make_room(1);
  EXPECT_TRUE(heads.find(hash_of(1)).is_new);
}

}  // namespace
}  // namespace muniment
