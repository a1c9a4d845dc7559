@0xe1c34cc2a8f6b7d1;
# A line of the file of API tokens, in JSON. docs/formats.md, "API tokens".

using Cxx = import "/capnp/c++.capnp";
using Json = import "/capnp/compat/json.capnp";
using import "/events/schema/annotations.capnp".optional;
using import "/events/schema/annotations.capnp".time;

$Cxx.namespace("muniment::token");

enum Role {
  account @0;      # Somebody who has an account: may what the account may, as the log says.
  officer @1;      # An enrolment officer of the agency.
  auditor @2;
  operator @3;     # Runs the node.
  submitter @4;    # A machine that reports.
  node @5;         # Another node of the same log, which follows it.
}

enum Kind {
  bearer @0;       # A text that is sent with each request.
  certificate @1;  # A certificate that a connection shows.
}

struct Token {
  id @0 :Text;                                                     # 16 hexadecimal digits; names it in lists and logs.
  hash @1 :Data $Json.hex;                                         # SHA-256 of the token's text, or of the certificate's DER.
  role @2 :Role;
  name @3 :Text;                                                   # A username for an account.
  providers @4 :List(Text) $optional;                              # All that an auditor may see; none: everything.
  createdAt @5 :Int64 $Json.name("created_at") $time;
  createdBy @6 :Text $Json.name("created_by");                     # Login name on the machine.
  expiresAt @7 :Int64 = 0 $Json.name("expires_at") $time $optional;
  revokedAt @8 :Int64 = 0 $Json.name("revoked_at") $time $optional;
  revokedBy @9 :Text $Json.name("revoked_by") $optional;
  kind @10 :Kind = bearer $optional;
  suspendedAt @11 :Int64 = 0 $Json.name("suspended_at") $time $optional;  # Absent while it is not.
  suspendedBy @12 :Text $Json.name("suspended_by") $optional;
  dailyQuota @13 :UInt32 = 0 $Json.name("daily_quota") $optional;  # Commands and questions a day.
}
