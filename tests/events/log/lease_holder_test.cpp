#include "events/log/lease_holder.h"

#include <gtest/gtest.h>

namespace muniment {
namespace {

TEST(LeaseHolder, IsReadAsItWasWritten) {
  const LeaseHolder with_address{.name = "db1:/var/lib/muniment/a store at home", .address = "https://node1.example:8443"};
  EXPECT_EQ(with_address.text(), "db1:/var/lib/muniment/a store at home at https://node1.example:8443");
  EXPECT_EQ(LeaseHolder::parse(with_address.text()), with_address);
  const LeaseHolder alone{.name = "db1:/srv/store"};
  EXPECT_EQ(alone.text(), "db1:/srv/store");
  EXPECT_EQ(LeaseHolder::parse(alone.text()), alone);
  EXPECT_EQ(LeaseHolder::parse(""), LeaseHolder{});
}

TEST(LeaseHolder, HasNoAddressWhereTheTextEndsInNone) {
  for (const char* const text : {"node at home", "node at ftp://x", "node at https://a b"}) {
    EXPECT_EQ(LeaseHolder::parse(text), LeaseHolder{.name = text});
  }
}

}  // namespace
}  // namespace muniment
