#include "events/record/principal.h"

#include <gtest/gtest.h>

namespace muniment {
namespace {

TEST(Principal, ReadsAUsernameWithoutAPrefix) { EXPECT_EQ(Principal::parse("MHughes1"), Principal::account("mhughes1")); }

TEST(Principal, ReadsOfficersAndSubmittersByTheirPrefix) {
  EXPECT_EQ(Principal::parse("officer:RKelly"), Principal::officer("rkelly"));
  EXPECT_EQ(Principal::parse("submitter:portal"), Principal::submitter("portal"));
}

TEST(Principal, CannotBeNamedAsTheNodeOrAnOutsiderOrWithoutAName) {
  for (const char* text : {"", "node:node", "outsider:x", "officer:", "submitter:", "officer:a b", "OFFICER:a", "a:b", "officer:a@b",
                           "submitter:p\xc3\xb6rtal"}) {
    EXPECT_FALSE(Principal::parse(text).has_value()) << text;
  }
}

TEST(Principal, ReadsWhatItWrites) {
  for (const Principal& principal :
       {Principal::account("jdoe11"), Principal::account("corp\\jdoe@x"), Principal::officer("rkelly"), Principal::submitter("portal")}) {
    EXPECT_EQ(Principal::parse(principal.text()), principal);
  }
}

TEST(Principal, WritesAnOutsiderSoThatNoAccountIsMistakenForIt) {
  EXPECT_EQ((Principal{schema::PrincipalKind::OUTSIDER, "jdoe11"}.text()), "outsider:jdoe11");
}

}  // namespace
}  // namespace muniment
