@0x9ef6d5cd093bde52;
# The answer to one command, for machines: what answer_line.h writes in JSON, with the same names. Public; append-only like the events.

using Cxx = import "/capnp/c++.capnp";
using Json = import "/capnp/compat/json.capnp";
using import "/events/schema/annotations.capnp".optional;

$Cxx.namespace("muniment::reply");

enum Status {
  accepted @0;
  unchanged @1;                    # It is so already; nothing was recorded.
  refused @2;
  failed @3;                       # The node could not record it: the outcome is unknown.
  malformed @4;                    # Not submitted.
  stopped @5;                      # No command's: the node took nothing more of the batch. The last one.
}

struct Answer {
  number @0 :UInt64 $Json.name("line") $optional;   # Of the command in the request, from 1.
  commandId @1 :Text $Json.name("command_id") $optional;
  status @2 :Status;
  repeat @3 :Bool $optional;   # The first outcome of this command id, from the log.
  firstPosition @4 :UInt64 $Json.name("first_position") $optional;   # Of the events recorded; 0: none was.
  lastPosition @5 :UInt64 $Json.name("last_position") $optional;
  trueOf @6 :UInt64 $Json.name("true_of") $optional;
  refusal @7 :Text $optional;   # Its public name. docs/refusals.md
  fields @8 :List(Text) $optional;   # At fault.
  expectedVersion @9 :UInt64 = 0xffffffffffffffff $Json.name("expected_version") $optional;
  actualVersion @10 :UInt64 = 0xffffffffffffffff $Json.name("actual_version") $optional;
  username @11 :Text $optional;   # Of the account that was created.
  credential @12 :Text $optional;   # Of a reset: this once and never again.
  path @13 :Text $optional;   # Of what is malformed: where, and what was expected.
  problem @14 :Text $optional;   # Of what is malformed, in words; of `stopped`, the name; of `failed`, log_unreadable where nothing was recorded.
  retryAfter @15 :UInt32 $Json.name("retry_after") $optional;   # Seconds after which more may be taken; 0: never, of that caller.
  receipt @16 :Text $optional;   # Of an erasure: what stays. Of a leaver's removal: how long it took.
}
