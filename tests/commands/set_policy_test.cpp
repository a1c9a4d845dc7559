#include <capnp/any.h>
#include <capnp/schema.h>
#include <capnp/serialize.h>

#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class SetPolicyTest : public Ledger {
 protected:
  SetPolicy with_zone(const std::optional<ProviderId>& at, const char* zone) {
    return policy(at, [&](schema::Policy::Builder out) { out.setTimeZone(zone); });
  }
  SetPolicy with_pair(const std::optional<ProviderId>& at, std::string_view service, std::string_view other) {
    return policy(at, [&](schema::Policy::Builder out) {
      auto pair = out.initIncompatible(1)[0];
      pair.setService(std::string{service});
      pair.setOther(std::string{other});
    });
  }
};

TEST_F(SetPolicyTest, SetsTheWholePolicyOfOneProvider) {
  when(R"({"type":"set_policy","actor":"officer:rkelly","provider":"110067890B","time_zone":"America/New_York","work_days":[1,2,3,4,5],
           "work_from":"08:00","work_to":"18:30","delegation":true,
           "incompatible":[{"service":"claims_submission_and_status","other":"manage_referrals"}],
           "thresholds":[{"name":"dormant_days","value":90}]})");
  const SetPolicy expected = policy(general, [](schema::Policy::Builder out) {
    out.setTimeZone("America/New_York");
    out.setWorkDays({1, 2, 3, 4, 5});
    out.setWorkFrom("08:00");
    out.setWorkTo("18:30");
    out.setDelegation(true);
    auto pair = out.initIncompatible(1)[0];
    pair.setService("claims_submission_and_status");
    pair.setOther("manage_referrals");
    auto threshold = out.initThresholds(1)[0];
    threshold.setName("dormant_days");
    threshold.setValue(90);
  });
  then(schema::Authority::OFFICER, {{.fact = fact::PolicySet{expected.policy}, .streams = {policy_of(general)}}});
  EXPECT_TRUE(sight().policy(general).delegates());
}

TEST_F(SetPolicyTest, SetsTheAgencysForEveryProviderWithoutOne) {
  const SetPolicy on = policy({}, [](schema::Policy::Builder out) { out.setDelegation(true); });
  when(on, by(officer));
  then(schema::Authority::OFFICER, {{.fact = fact::PolicySet{on.policy}, .streams = {of(schema::StreamKind::POLICY)}}});
  EXPECT_TRUE(sight().policy(general).delegates());
  given(Asked{with_zone(general, "UTC"), by(officer)});
  EXPECT_FALSE(sight().policy(general).delegates()) << "its own replaces the agency's whole";
}

TEST_F(SetPolicyTest, ListsTheSubmittersThatMayNameAnAccount) {
  when(R"({"type":"set_policy","actor":"officer:rkelly","delegates":["submitter:kiosk","submitter:portal"]})");
  const SetPolicy expected = policy({}, [](schema::Policy::Builder out) { out.setDelegates({"submitter:kiosk", "submitter:portal"}); });
  then(schema::Authority::OFFICER, {{.fact = fact::PolicySet{expected.policy}, .streams = {of(schema::StreamKind::POLICY)}}});
  EXPECT_TRUE(sight().policy_of({}).has_delegate("submitter:portal"));
  EXPECT_FALSE(sight().policy_of({}).has_delegate("portal"));
  EXPECT_FALSE(sight().policy_of({}).has_delegate("submitter:other"));
  when(expected, by(officer));
  then_nothing_is_recorded();
  when(policy({}, [](schema::Policy::Builder out) { out.setDelegates({"submitter:kiosk"}); }), by(officer));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
  EXPECT_FALSE(sight().policy_of({}).has_delegate("submitter:portal"));
}

TEST_F(SetPolicyTest, RecordsNothingForTheSamePolicy) {
  given(Asked{with_zone(general, "UTC"), by(officer)});
  when(with_zone(general, "UTC"), by(officer));
  then_nothing_is_recorded();
  when(with_zone({}, "UTC"), by(officer));
  EXPECT_EQ(answer().status, Answer::Status::accepted) << "the agency's is another one";
}

TEST_F(SetPolicyTest, Refuses) {
  refuses_in_order(needs_an_open_provider([&](const ProviderId& id) { return with_pair(id, claims, telepathy); }));
  refuses_in_order(needs_the_agency(with_pair(mercy, claims, telepathy)));
  refuses_in_order(needs_the_agency(with_pair({}, claims, telepathy)));
  refuses_in_order({{Refusal::service_unknown, with_pair(mercy, claims, telepathy), by(officer)},
                    {Refusal::service_unknown, with_pair({}, telepathy, claims), by(officer)}});
}

// A sender's message may have more than the schema knows: bytes in the clear that no erasure would reach, if a record had them.
TEST(SetPolicyOfAMessage, HasNothingThatTheSchemaDoesNotKnow) {
  capnp::MallocMessageBuilder message;
  const auto in = message.initRoot<request::SetPolicy>();
  capnp::AnyStruct::Builder fields = message.getRoot<capnp::AnyPointer>().getAs<capnp::AnyStruct>();
  const auto known = capnp::Schema::from<schema::Policy>().getProto().getStruct();
  auto policy = fields.getPointerSection()[1].initAsAnyStruct(static_cast<std::uint16_t>(known.getDataWordCount() + 1),
                                                              static_cast<std::uint16_t>(known.getPointerCount() + 1));
  policy.getPointerSection()[known.getPointerCount()].setAs<capnp::Text>("Jane Secret, born 03/04");
  const auto holds = [](const std::string& bytes) { return bytes.find("Jane Secret") != std::string::npos; };
  const auto bytes_in = [](capnp::MessageBuilder& of) {
    const auto words = capnp::messageToFlatArray(of);
    return std::string(words.asChars().begin(), words.asChars().size());
  };
  ASSERT_TRUE(holds(bytes_in(message)));
  const auto set = SetPolicy::read(in.asReader());
  ASSERT_TRUE(set.has_value());
  EXPECT_FALSE(holds(bytes_in(*set->message)));
  EXPECT_EQ(set->policy.totalSize().wordCount, capnp::MallocMessageBuilder().initRoot<schema::Policy>().totalSize().wordCount);
}

// What limits how often a sender's message is looked at is met when it is read, and never by a decision, which would stop everybody.
TEST(SetPolicyOfAMessage, IsDecidedWithoutLookingAtTheMessageAgain) {
  capnp::MallocMessageBuilder message;
  auto pairs = message.initRoot<request::SetPolicy>().initPolicy().initIncompatible(20);
  for (unsigned i = 0; i < pairs.size(); ++i) {
    pairs[i].setService("service" + std::to_string(i));
    pairs[i].setOther("other");
  }
  const auto words = capnp::messageToFlatArray(message);
  capnp::FlatArrayMessageReader reader(words, {.traversalLimitInWords = 8 * words.size()});
  const auto in = reader.getRoot<request::SetPolicy>();
  const auto look = [](schema::Policy::Reader policy) {
    std::size_t seen = 0;
    for (int i = 0; i < 20; ++i)
      for (const auto pair : policy.getIncompatible()) seen += pair.getService().size();
    return seen;
  };
  const auto set = SetPolicy::read(in);
  ASSERT_TRUE(set.has_value());
  EXPECT_GT(look(set->policy), 0U);
  EXPECT_THROW(look(in.getPolicy()), kj::Exception) << "which the message itself would not stand";
}

TEST_F(SetPolicyTest, NamesWhatIsMalformed) {
  const auto form = [](std::string_view fields) {
    return form_of(R"({"type":"set_policy","actor":"officer:rkelly")" + std::string{fields} + "}");
  };
  EXPECT_EQ(form(""), "well-formed");
  EXPECT_EQ(form(R"(,"provider":"")"), "provider: expected nine digits and a letter, such as 110012345A");
  for (const auto* zone : {"America/New_York", "UTC", "Etc/GMT+5", "America/Argentina/Ushuaia", "EST5EDT"})
    EXPECT_EQ(form(R"(,"time_zone":")" + std::string{zone} + "\""), "well-formed") << zone;
  for (const auto* zone : {"", "America/", "/etc/passwd", "../x", "America//New_York", "New York", "5EST"}) {
    EXPECT_EQ(form(R"(,"time_zone":")" + std::string{zone} + "\""), "time_zone: expected an IANA name such as America/New_York") << zone;
  }
  EXPECT_EQ(form(R"(,"work_days":[1,8])"), "work_days[1]: expected a day from 1, Monday, to 7, Sunday");
  EXPECT_EQ(form(R"(,"work_days":[0])"), "work_days[0]: expected a day from 1, Monday, to 7, Sunday");
  EXPECT_EQ(form(R"(,"work_days":[2,2])"), "work_days: expected each day once");
  EXPECT_EQ(form(R"(,"work_from":"8:00","work_to":"18:00")"), "work_from: expected a time as HH:MM, 00:00 to 23:59");
  EXPECT_EQ(form(R"(,"work_from":"24:00","work_to":"18:00")"), "work_from: expected a time as HH:MM, 00:00 to 23:59");
  EXPECT_EQ(form(R"(,"work_from":"08:00","work_to":"18:60")"), "work_to: expected a time as HH:MM, 00:00 to 23:59");
  EXPECT_EQ(form(R"(,"work_from":"08:00")"), "work_to: expected a time as HH:MM, 00:00 to 23:59");
  EXPECT_EQ(form(R"(,"work_to":"08:00")"), "work_from: expected a time as HH:MM, 00:00 to 23:59");
  EXPECT_EQ(form(R"(,"work_from":"22:00","work_to":"06:00")"), "well-formed") << "a night shift";
  EXPECT_EQ(form(R"(,"incompatible":[{"service":"a","other":""}])"),
            "incompatible[0].other: expected a service id of 1 to 128 printable characters");
  EXPECT_EQ(form(R"(,"incompatible":[{"service":" a","other":"b"}])"),
            "incompatible[0].service: expected a service id of 1 to 128 printable characters");
  EXPECT_EQ(form(R"(,"incompatible":[{"service":"a","other":"a"}])"), "incompatible[0].other: expected another service than the first");
  EXPECT_EQ(form(R"(,"incompatible":[{"service":"a","other":"b"},{"service":"b","other":"a"}])"), "incompatible: expected each pair once");
  EXPECT_EQ(form(R"(,"thresholds":[{"name":"Days","value":1}])"), "thresholds[0].name: expected 1 to 64 of a-z, 0-9 and _");
  EXPECT_EQ(form(R"(,"thresholds":[{"name":"dormant_days","value":1},{"name":"dormant_days","value":2}])"),
            "thresholds: expected each name once");
  EXPECT_EQ(form(R"(,"thresholds":[{"name":"dormnat_days","value":1}])"),
            "thresholds[0].name: expected a threshold of a rule, such as dormant_days: muniment audit rules lists them");
  for (const auto* delegate : {"", "portal", "officer:rkelly", "submitter:", "submitter:Portal", "submitter:a b"}) {
    EXPECT_EQ(form(R"(,"delegates":["submitter:a",")" + std::string{delegate} + R"("])"),
              "delegates[1]: expected submitter:NAME, in lower case")
        << delegate;
  }
  EXPECT_EQ(form(R"(,"delegates":["submitter:a","submitter:a"])"), "delegates: expected each submitter once");
  EXPECT_EQ(form(R"(,"provider":"110012345A","delegates":["submitter:a"])"),
            "delegates: expected none where a provider is named: they are the agency's alone");
  EXPECT_EQ(form(R"(,"retention_years":0,"primary_user_retention_years":100)"), "well-formed");
  EXPECT_EQ(form(R"(,"retention_years":101)"), "retention_years: expected 0 to 100");
  EXPECT_EQ(form(R"(,"provider":"110012345A","primary_user_retention_years":7)"),
            "primary_user_retention_years: expected none in a provider's policy: the agency's holds for all");
}

}  // namespace
}  // namespace muniment::test
