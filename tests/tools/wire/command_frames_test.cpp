#include "tools/wire/command_frames.h"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "tools/wire/command_reader.h"

namespace muniment {
namespace {

using testing::HasSubstr;

std::string bytes_of(capnp::MessageBuilder& message) {
  const auto words = capnp::messageToFlatArray(message);
  return {words.asChars().begin(), words.asChars().size()};
}

template <typename Fill>
std::string framed(const Fill& fill) {
  capnp::MallocMessageBuilder message;
  fill(message.initRoot<request::Command>());
  return bytes_of(message);
}

std::string sign_in(const std::string& id, const std::string& actor = "submitter:portal") {
  return framed([&](request::Command::Builder command) {
    command.setCommandId(id);
    if (!actor.empty()) command.setActor(actor);
    auto body = command.getBody().initRecordSignIn();
    body.setUsername("jdoe1");
    body.setAt(1'700'000'000'000'000'000);
    body.setSuccess(true);
  });
}

// "number:id" of commands, and what is wrong with the others.
std::vector<std::string> read(const std::string& bytes, std::size_t piece, bool is_in_order = true,
                              const std::string& sender = "submitter:portal") {
  CommandFrames frames(sender);
  std::vector<std::string> out;
  const auto take = [&] {
    while (frames.has_next()) {
      const TakenCommand taken = frames.next();
      out.push_back(std::to_string(taken.number) + ":" +
                    (taken.command ? taken.command->request.command_id : taken.command.error().message()));
    }
  };
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    frames.feed(std::string_view{bytes}.substr(at, piece));
    take();
  }
  frames.end(is_in_order);
  take();
  return out;
}

std::string from_u32(std::initializer_list<std::uint32_t> words) {
  std::string out;
  for (const std::uint32_t word : words) out.append(reinterpret_cast<const char*>(&word), sizeof word);
  return out;
}

TEST(CommandFrames, AreReadHoweverTheyAreCut) {
  const std::string bytes = sign_in("a") + sign_in("b") + sign_in("c");
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    EXPECT_THAT(read(bytes, piece), testing::ElementsAre("1:a", "2:b", "3:c")) << piece;
  }
}

TEST(CommandFrames, StayWholeWhileMoreComes) {
  CommandFrames frames("submitter:portal");
  std::vector<Command> kept;
  for (int i = 0; i < 2000; ++i) {
    frames.feed(framed([&](request::Command::Builder command) {
      command.setCommandId("k" + std::to_string(i));
      command.setActor("submitter:portal");
      auto body = command.getBody().initRedeemCredential();
      body.setUsername("jdoe1");
      body.setCredential("credential-" + std::to_string(i));
    }));
    while (frames.has_next()) kept.push_back(std::move(*frames.next().command));
  }
  ASSERT_EQ(kept.size(), 2000U);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    EXPECT_EQ(std::get<RedeemCredential>(kept[i].body).credential, "credential-" + std::to_string(i));
  }
}

TEST(CommandFrames, AreTheSameCommandsAsInJson) {
  CommandFrames frames("submitter:portal");
  CommandReader reader;
  std::string id;
  const auto json =
      reader.read(R"({"type":"record_sign_in","command_id":"a","username":"jdoe1","at":"2023-11-14T22:13:20Z","success":true})", id,
                  {.sender = "submitter:portal"});
  ASSERT_TRUE(json.has_value()) << json.error().message();
  // With the actor, without it, and with one that is written otherwise.
  for (const char* actor : {"submitter:portal", ""}) {
    frames.feed(sign_in("a", actor));
    ASSERT_TRUE(frames.has_next());
    const TakenCommand taken = frames.next();
    ASSERT_TRUE(taken.command.has_value());
    EXPECT_EQ(taken.command->content, json->content);
    EXPECT_EQ(taken.command->type, "record_sign_in");
    EXPECT_FALSE(taken.command->request.submitted_by.has_value());
  }
}

// However long a policy's lists are, it is looked at no more often than a message may be.
TEST(CommandFrames, MayHaveAPolicyOfManyPairs) {
  const std::string bytes = framed([](request::Command::Builder command) {
    command.setCommandId("many");
    command.setActor("officer:agency");
    auto policy = command.getBody().initSetPolicy().initPolicy();
    auto pairs = policy.initIncompatible(500);
    for (unsigned i = 0; i < pairs.size(); ++i) {
      pairs[i].setService("a" + std::to_string(i));
      pairs[i].setOther("b" + std::to_string(i));
    }
    auto delegates = policy.initDelegates(500);
    for (unsigned i = 0; i < delegates.size(); ++i) delegates.set(i, "submitter:s" + std::to_string(i));
  });
  EXPECT_THAT(read(bytes, bytes.size(), true, "officer:agency"), testing::ElementsAre("1:many"));
}

TEST(CommandFrames, MayHaveSeveralSegments) {
  capnp::MallocMessageBuilder message(8, capnp::AllocationStrategy::FIXED_SIZE);
  auto command = message.initRoot<request::Command>();
  command.setCommandId("several");
  command.setActor("submitter:portal");
  auto body = command.getBody().initRecordSignIn();
  body.setUsername("jdoe1");
  body.setAt(1);
  body.setPlace("a place with a name that is long enough");
  ASSERT_GT(message.getSegmentsForOutput().size(), 1U);
  EXPECT_THAT(read(bytes_of(message) + sign_in("b"), 13), testing::ElementsAre("1:several", "2:b"));
}

TEST(CommandFrames, OfAnotherActorAreRefused) {
  for (const std::string sender : {"mhughes1", "officer:agency"}) {
    EXPECT_THAT(read(sign_in("a", "jdoe1") + sign_in("b", sender) + sign_in("c", "submitter:portal"), 7, true, sender),
                testing::ElementsAre("1:actor: is not who sends the command; leave it out", "2:b",
                                     "3:actor: is not who sends the command; leave it out"));
  }
}

TEST(CommandFrames, OfASubmitterMayNameAnotherActorAsJsonMay) {
  CommandFrames frames("submitter:portal");
  CommandReader reader;
  std::string id;
  const auto json = reader.read(
      R"({"type":"record_sign_in","command_id":"a","actor":"MHughes1","username":"jdoe1","at":"2023-11-14T22:13:20Z","success":true})", id,
      {.sender = "submitter:portal"});
  ASSERT_TRUE(json.has_value()) << json.error().message();
  EXPECT_EQ(json->request.actor, Principal::account("mhughes1"));
  EXPECT_EQ(json->request.submitted_by, Principal::submitter("portal"));
  for (const char* actor : {"mhughes1", "MHUGHES1"}) {
    frames.feed(sign_in("a", actor));
    ASSERT_TRUE(frames.has_next());
    const TakenCommand taken = frames.next();
    ASSERT_TRUE(taken.command.has_value());
    EXPECT_EQ(taken.command->request.actor, json->request.actor);
    EXPECT_EQ(taken.command->request.submitted_by, json->request.submitted_by);
    EXPECT_EQ(taken.command->content, json->content) << "a retry may write the name in another way";
  }
  EXPECT_THAT(read(sign_in("b", "no actor"), 7), testing::ElementsAre("1:actor: is not who sends the command; leave it out"));
}

TEST(CommandFrames, WithAFormThatIsWrongSayWhereAndGoOn) {
  const std::string nothing = from_u32({0, 0});
  const std::string empty_root = from_u32({0, 1, 0, 0});
  const auto answers = read(nothing + empty_root + sign_in("") + sign_in("ok"), 5);
  ASSERT_EQ(answers.size(), 4U);
  EXPECT_EQ(answers[0], "1:the document is no message of commands/schema/command.capnp");
  EXPECT_THAT(answers[1], HasSubstr("command_id: expected"));
  EXPECT_THAT(answers[2], HasSubstr("command_id: expected"));
  EXPECT_EQ(answers[3], "4:ok");
}

TEST(CommandFrames, RefuseKindsAndCommandsThatThereAreNot) {
  const auto kind = read(framed([](request::Command::Builder command) {
                           command.setCommandId("k");
                           command.setActor("submitter:portal");
                           auto body = command.getBody().initRegisterProvider();
                           body.setProvider("110012345A");
                           body.setKind(static_cast<schema::ProviderKind>(77));
                           body.setOrganization("O");
                           body.setName("N");
                         }),
                         100);
  EXPECT_THAT(kind, testing::ElementsAre("1:kind: expected provider, relationship_entity or billing_entity"));
  // The root's data, in which the number of the command stands: every pair of bytes in it, one after the other.
  const std::string other = sign_in("x");
  for (std::size_t at = 16; at + 2 <= 40; at += 2) {
    std::string changed = other;
    changed[at] = static_cast<char>(0xff);
    changed[at + 1] = static_cast<char>(0x7f);
    EXPECT_EQ(read(changed, 1000).size(), 1U);
  }
}

TEST(CommandFrames, ThatAreTooLargeAreSkipped) {
  const std::string large = framed([](request::Command::Builder command) {
    command.setCommandId("large");
    command.setNote(std::string(70'000, 'x'));
  });
  for (const std::size_t piece : {std::size_t{1000}, std::size_t{65'536}, std::size_t{1} << 20}) {
    EXPECT_THAT(read(sign_in("a") + large + sign_in("b"), piece),
                testing::ElementsAre("1:a", "2:the document is larger than 65536 bytes", "3:b"))
        << piece;
  }
  // One that says it has terabytes is skipped as far as it goes, and takes no memory.
  EXPECT_THAT(read(from_u32({0, 0xffffffff}) + std::string(100'000, 'x'), 1000),
              testing::ElementsAre("1:the document is larger than 65536 bytes"));
}

TEST(CommandFrames, WithTooManySegmentsEndTheReading) {
  EXPECT_THAT(read(sign_in("a") + from_u32({16, 1, 1, 1}) + sign_in("b"), 9),
              testing::ElementsAre("1:a", "2:the document has more than 16 segments; what follows is not read"));
  EXPECT_EQ(read(std::string(64, static_cast<char>(0xff)), 3).size(), 1U);
}

TEST(CommandFrames, CutOffAreToldWhenTheStreamEndsInOrderAndLeftOutElse) {
  const std::string cut = sign_in("b").substr(0, 21);
  EXPECT_THAT(read(sign_in("a") + cut, 4), testing::ElementsAre("1:a", "2:the document is cut off"));
  EXPECT_THAT(read(sign_in("a") + cut, 4, false), testing::ElementsAre("1:a"));
}

// A list whose every element is the same large text: read as often as it is named, it would be gigabytes.
TEST(CommandFrames, AreNotReadBeyondAFewTimesTheirSize) {
  capnp::MallocMessageBuilder message(8000);
  auto command = message.initRoot<request::Command>();
  command.setCommandId("bomb");
  command.setActor("submitter:portal");
  auto body = command.getBody().initLinkSubordinate();
  body.setProvider("110012345A");
  body.setUsername("jdoe1");
  auto services = body.initServices(1500);
  for (unsigned i = 0; i < services.size(); ++i) services.set(i, i == 0 ? std::string(30'000, 'x') : "x");
  std::string bytes = bytes_of(message);
  // Every pointer of the list is made the first one, as far as its offset lets it: an offset counts from behind its own place.
  const std::string id(30'000, 'x');
  const std::size_t text_at = bytes.find(id);
  ASSERT_NE(text_at, std::string::npos);
  const std::size_t list_at = text_at - 8 * 1500;
  for (std::size_t i = 0; i < 1500; ++i) {
    const std::uint64_t offset = (text_at - (list_at + 8 * i) - 8) / 8;
    const std::uint64_t pointer = 1 | (offset << 2) | (std::uint64_t{2} << 32) | (std::uint64_t{30'001} << 35);
    std::memcpy(bytes.data() + list_at + 8 * i, &pointer, sizeof pointer);
  }
  EXPECT_EQ(read(bytes, bytes.size()).size(), 1U);
}

TEST(CommandFrames, OfHostileBytesAreNeverMoreThanRefused) {
  std::mt19937 random(1);
  const std::string good = sign_in("good");
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = good;
    for (int flips = 0; flips < 4; ++flips) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    for (const std::string& answer : read(bytes, 1 + random() % bytes.size())) EXPECT_FALSE(answer.empty());
  }
}

}  // namespace
}  // namespace muniment
