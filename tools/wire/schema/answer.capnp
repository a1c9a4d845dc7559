@0x9ef6d5cd093bde52;
# The answer to one command, for machines: what answer_line.h writes in JSON, with the same names. Public; append-only like the events.

using Cxx = import "/capnp/c++.capnp";

$Cxx.namespace("muniment::reply");

enum Status {
  accepted @0;
  unchanged @1;                    # It is so already; nothing was recorded.
  refused @2;
  failed @3;                       # The node could not record it: the outcome is unknown.
  malformed @4;                    # Not submitted.
}

struct Answer {
  number @0 :UInt64;               # Of the command in the request, from 1.
  commandId @1 :Text;
  status @2 :Status;
  repeat @3 :Bool;                 # The first outcome of this command id, from the log.
  firstPosition @4 :UInt64;        # Of the events recorded; 0: none was.
  lastPosition @5 :UInt64;
  trueOf @6 :UInt64;
  refusal @7 :Text;                # Its public name. docs/refusals.md
  fields @8 :List(Text);           # At fault.
  expectedVersion @9 :UInt64 = 0xffffffffffffffff;
  actualVersion @10 :UInt64 = 0xffffffffffffffff;
  username @11 :Text;              # Of the account that was created.
  credential @12 :Text;            # Of a reset: this once and never again.
  path @13 :Text;                  # Of what is malformed: where, and what was expected.
  problem @14 :Text;
}
