#include "commands/profile.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include "events/record/record.h"

namespace muniment {
namespace {

const Profile john{"Doe", "John", "Q", "07/04", "john.doe@clinic.example", "02302"};

Field<Profile> read(const Profile& profile) {
  capnp::MallocMessageBuilder message;
  auto out = message.initRoot<request::Profile>();
  out.setLastName(profile.last_name);
  out.setFirstName(profile.first_name);
  if (!profile.middle_initial.empty()) out.setMiddleInitial(profile.middle_initial);
  out.setBirthDay(profile.birth_day);
  out.setEmail(profile.email);
  out.setZip(profile.zip);
  return Profile::read(out.asReader());
}

// What is said of john with one field changed.
std::string problem(std::string Profile::* field, const std::string& value) {
  Profile profile = john;
  profile.*field = value;
  const auto result = read(profile);
  return result ? "well-formed" : result.error().message();
}

std::string taken(std::string Profile::* field, const std::string& value) {
  Profile profile = john;
  profile.*field = value;
  const auto result = read(profile);
  return result ? (*result).*field : result.error().message();
}

TEST(Profile, TakesWhatThePanelTakes) { EXPECT_EQ(read(john).value(), john); }

TEST(Profile, LimitsNames) {
  EXPECT_EQ(problem(&Profile::last_name, std::string(60, 'x')), "well-formed");
  EXPECT_EQ(problem(&Profile::last_name, std::string(61, 'x')), "last_name: expected 1 to 60 characters without control characters");
  EXPECT_EQ(problem(&Profile::last_name, ""), "last_name: expected 1 to 60 characters without control characters");
  EXPECT_EQ(problem(&Profile::first_name, std::string(35, 'x')), "well-formed");
  EXPECT_EQ(problem(&Profile::first_name, std::string(36, 'x')), "first_name: expected 1 to 35 characters without control characters");
  EXPECT_EQ(taken(&Profile::last_name, " Nu\u0301n\u0303ez "), "Núñez");
}

TEST(Profile, TakesOneLetterForAMiddleInitial) {
  EXPECT_EQ(taken(&Profile::middle_initial, ""), "");
  EXPECT_EQ(taken(&Profile::middle_initial, "É"), "É");
  EXPECT_EQ(taken(&Profile::middle_initial, "Q."), "Q");
  for (const auto* text : {"QR", "Q.R", "...", ".", "1", "-", "ﬃ", "€"})
    EXPECT_EQ(problem(&Profile::middle_initial, text), "middle_initial: expected one letter");
}

TEST(Profile, TakesEveryDayOfALeapYear) {
  for (const auto* text : {"01/01", "02/29", "04/30", "12/31"}) EXPECT_EQ(problem(&Profile::birth_day, text), "well-formed") << text;
  for (const auto* text : {"", "02/30", "04/31", "13/01", "00/10", "01/00", "1/1", "07-04", "07/04/1980", "0a/04"})
    EXPECT_EQ(problem(&Profile::birth_day, text), "birth_day: expected a month and a day as mm/dd") << text;
}

TEST(Profile, TakesWhatLooksLikeAnAddress) {
  for (const auto* text : {"a@b.c", "o'neil+x@mail.clinic.example", "josé@clínica.example"})
    EXPECT_EQ(problem(&Profile::email, text), "well-formed") << text;
  const std::string too_long = std::string(64, 'a') + "@" + std::string(187, 'b') + ".cc";
  for (const std::string& text : {std::string{}, std::string{"a"}, std::string{"@b.c"}, std::string{"a@b"}, std::string{"a@.c"},
                                  std::string{"a@b."}, std::string{"a@b..c"}, std::string{"a@b@c.d"}, std::string{"a b@c.d"},
                                  std::string{"<a@b.c>"}, std::string(65, 'a') + "@b.c", too_long}) {
    EXPECT_EQ(problem(&Profile::email, text), "email: expected an address such as name@example.org") << text;
  }
}

TEST(Profile, TakesAZipAsText) {
  EXPECT_EQ(taken(&Profile::zip, "02302"), "02302");
  EXPECT_EQ(taken(&Profile::zip, "02302-1234"), "02302-1234");
  EXPECT_EQ(taken(&Profile::zip, "023021234"), "02302-1234");
  EXPECT_EQ(problem(&Profile::zip, "2302"), "zip: expected 5 or 9 digits; a leading zero seems to be lost");
  for (const auto* text : {"", "02302-", "0230-21234", "023021", "02302-12345", "O2302", "02302 "})
    EXPECT_EQ(problem(&Profile::zip, text), "zip: expected 5 or 9 digits") << text;
}

TEST(Profile, NamesTheFieldsThatDiffer) {
  using schema::ProfileField;
  EXPECT_EQ(changed_fields(john, john), std::vector<ProfileField>{});
  const Profile other{"x", "x", "x", "x", "x", "x"};
  EXPECT_EQ(changed_fields(john, other),
            (std::vector<ProfileField>{ProfileField::LAST_NAME, ProfileField::FIRST_NAME, ProfileField::MIDDLE_INITIAL,
                                       ProfileField::BIRTH_DAY, ProfileField::EMAIL, ProfileField::ZIP}));
  Profile moved = john;
  moved.zip = "02301";
  EXPECT_EQ(changed_fields(john, moved), std::vector<ProfileField>{ProfileField::ZIP});
}

TEST(Profile, LooksLikeTheSamePersonWithoutCaseAndAccents) {
  Profile same = john;
  same.last_name = "DOÉ";
  same.email = "John.Doe@CLINIC.example";
  same.zip = "99999";
  same.middle_initial = "";
  EXPECT_EQ(duplicate_key(same), duplicate_key(john));
  for (auto field : {&Profile::last_name, &Profile::first_name, &Profile::birth_day, &Profile::email}) {
    Profile other = john;
    other.*field += "x";
    EXPECT_NE(duplicate_key(other), duplicate_key(john));
  }
}

TEST(Profile, LooksLikeTheSamePersonHoweverManyBlanksStandInAName) {
  Profile one = john;
  one.last_name = "de la Doe";
  Profile same = one;
  same.last_name = "de  la\u00a0 Doe";
  EXPECT_EQ(duplicate_key(same), duplicate_key(one));
  same.last_name = "dela Doe";
  EXPECT_NE(duplicate_key(same), duplicate_key(one));
}

TEST(Profile, DoesNotRunItsPartsTogetherWhenItIsCompared) {
  Profile one = john;
  one.last_name = "Do";
  one.first_name = "eJohn";
  EXPECT_NE(duplicate_key(one), duplicate_key(john));
}

TEST(Personal, ComesBackFromItsBytes) {
  const Personal all{john, "free text", "Boston"};
  const Personal back = Personal::from_bytes(all.to_bytes());
  EXPECT_EQ(back.profile, john);
  EXPECT_EQ(back.note, "free text");
  EXPECT_EQ(back.place, "Boston");
  const Personal note_alone = Personal::from_bytes(Personal{{}, "free text", {}}.to_bytes());
  EXPECT_EQ(note_alone.profile, Profile{});
  EXPECT_FALSE(note_alone.empty());
  EXPECT_TRUE(Personal{}.empty());
  EXPECT_TRUE(Personal::from_bytes(Personal{}.to_bytes()).empty());
}

TEST(Personal, RefusesBytesOfNoMessage) {
  const Bytes good = Personal{john, "free text", "Boston"}.to_bytes();
  EXPECT_NO_THROW(Personal::from_bytes(good)) << "the control";
  EXPECT_THROW(Personal::from_bytes(Bytes(7, Byte{1})), BadRecord);
  EXPECT_THROW(Personal::from_bytes({}), BadRecord);
  EXPECT_THROW(Personal::from_bytes(Bytes(good.begin(), good.end() - 9)), BadRecord);
}

TEST(Personal, TakesLittleMoreThanItsTexts) {
  const Personal all{john, "", ""};
  const std::size_t texts = john.last_name.size() + john.first_name.size() + john.middle_initial.size() + john.birth_day.size() +
                            john.email.size() + john.zip.size();
  EXPECT_LT(all.to_bytes().size(), texts + 60);
}

}  // namespace
}  // namespace muniment
