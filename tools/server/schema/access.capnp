@0xd2f0a87c5b3e9146;
# What a standby has the node that appends record: who read there, and who was not let in. tools/server/access_message.h.

using Cxx = import "/capnp/c++.capnp";

$Cxx.namespace("muniment::access");

struct Records {
  records @0 :List(Record);
}

struct Record {
  commandId @0 :Text;
  principalKind @1 :UInt16;  # schema::PrincipalKind
  principalName @2 :Text;
  isDenial @3 :Bool;
  what @4 :Text;             # The question, or the problem.
  route @5 :Text;            # Of a denial.
  narrowedBy @6 :List(Text);
  provider @7 :Text;         # These two may be empty.
  username @8 :Text;
  head @9 :UInt64;
  firstAt @10 :Int64;
  lastAt @11 :Int64;
  times @12 :UInt32;
  token @13 :Text;
  address @14 :Text;         # Of a denial; may be empty.
}
