# Every form that JSON <-> Cap'n Proto knows, and every schema that it refuses.

@0xb5e5e3a1a5f3c9d1;

using Cxx = import "/capnp/c++.capnp";
using Json = import "/capnp/compat/json.capnp";
using import "/events/schema/annotations.capnp".id;
using import "/events/schema/annotations.capnp".optional;
using import "/events/schema/annotations.capnp".providerId;
using import "/events/schema/annotations.capnp".time;

$Cxx.namespace("muniment::sample");

enum Colour {
  red @0;
  darkBlue @1 $Json.name("dark_blue");
  none @2;
}

enum NewerColour {
  red @0;
  darkBlue @1;
  none @2;
  violet @3;
}

# Numbers of every width.
struct Numbers {
  i8 @0 :Int8;
  i16 @1 :Int16;
  i32 @2 :Int32;
  i64 @3 :Int64;
  u8 @4 :UInt8;
  u16 @5 :UInt16;
  u32 @6 :UInt32;
  u64 @7 :UInt64;
  yes @8 :Bool;
  no @9 :Bool;
}

struct Values {
  text @0 :Text;
  colour @1 :Colour;
  moment @2 :Int64 $time;
  id @3 :Data $Json.hex;
  blob @4 :Data $Json.base64;
  longName @5 :Text $Json.name("long_name");
}

struct Optionals {
  text @0 :Text $optional;
  blob @1 :Data $Json.base64 $optional;
  words @2 :List(Text) $optional;
  inner @3 :Point $optional;
  count @4 :UInt32 = 7 $optional;
  whole @5 :UInt64 = 0xffffffffffffffff $optional;
  negative @6 :Int16 = -3 $optional;
  on @7 :Bool = true $optional;
  colour @8 :Colour = darkBlue $optional;
  moment @9 :Int64 $time $optional;
}

# Defaults without $optional.
struct Defaults {
  count @0 :UInt32 = 7;
  on @1 :Bool = true;
}

struct Point {
  x @0 :Int32;
  y @1 :Int32;
}

struct Lists {
  words @0 :List(Text);
  points @1 :List(Point);
  bytes @2 :List(UInt8);
  shorts @3 :List(Int16);
  longs @4 :List(Int64);
  words32 @5 :List(UInt32);
  colours @6 :List(Colour);
  flags @7 :List(Bool);
  ids @8 :List(Data) $Json.hex;
  moments @9 :List(Int64) $time;
}

struct Address {
  street @0 :Text;
  zip @1 :Text;
  floor @2 :Int8 = 0 $optional;
}

struct Extras {
  reason @0 :Text $optional;
  weight @1 :UInt8 $optional;
}

struct Detail {
  colour @0 :Colour;
  address @1 :Address $Json.flatten();
}

struct Flattened {
  before @0 :Text;
  home @1 :Address $Json.flatten();
  extras @2 :Extras $Json.flatten() $optional;
  work @3 :Address $Json.flatten(prefix = "work_") $optional;
  size :group $Json.flatten() {
    width @4 :UInt16;
    height @5 :UInt16;
  }
  frame :group {
    left @6 :UInt16;
    top @7 :UInt16;
  }
  detail @8 :Detail $Json.flatten(prefix = "detail_") $optional;
  after @9 :Text;
}

# An unnamed union, as the struct's annotation says.
struct Shape $Json.discriminator(name = "type") {
  name @0 :Text;
  union {
    nothing @1 :Void;
    circle @2 :Circle $Json.flatten();
    box @3 :Box $Json.name("square_box") $Json.flatten();
    corner :group $Json.flatten() {
      x @4 :Int32;
      y @5 :Int32;
    }
    label @6 :Text;
    hint @7 :Text $optional;
  }
  last @8 :Bool;
}
struct Circle {
  radius @0 :UInt32;
  label @1 :Text $optional;
}
struct Box {
  radius @0 :Text;
  sides @1 :List(Point);
}

# The same with cases that the other does not know.
struct NewerShape $Json.discriminator(name = "type") {
  name @0 :Text;
  union {
    nothing @1 :Void;
    circle @2 :Circle $Json.flatten();
    box @3 :Box $Json.name("square_box") $Json.flatten();
    corner :group $Json.flatten() {
      x @4 :Int32;
      y @5 :Int32;
    }
    label @6 :Text;
    hint @7 :Text $optional;
    star @9 :Text;
  }
  last @8 :Bool;
}

# A named union flattened beside other fields, as the commands are.
struct Request {
  id @0 :Text;
  version @1 :UInt64 = 0xffffffffffffffff $optional;
  body :union $Json.flatten() $Json.discriminator(name = "type") {
    stop @2 :Void;
    move @3 :Move $Json.flatten();
    rename @4 :Rename $Json.name("re_name") $Json.flatten();
  }
}
struct Move {
  target @0 :Text;
  address @1 :Address $Json.flatten();
}
struct Rename {
  target @0 :Text;
  names @1 :List(Text);
}

# A union in an object of its own, its value under one name.
struct Setting {
  value :union $Json.discriminator(name = "kind", valueName = "is") {
    unset @0 :Void;
    number @1 :Int32;
    text @2 :Text;
    point @3 :Point;
    span :group {
      from @4 :Int8;
      to @5 :Int8;
    }
  }
}

# The discriminator named by the union itself, and a union in a flattened case of another.
struct Nested {
  outer :union $Json.flatten() $Json.discriminator() {
    plain @0 :Text;
    deep @1 :Shape $Json.flatten(prefix = "deep_");
  }
  second @2 :Shape $Json.flatten(prefix = "second_") $optional;
}

struct Tree {
  name @0 :Text;
  children @1 :List(Tree) $optional;
  next @2 :Tree $optional;
}

struct NewerColours {
  one @0 :NewerColour;
  many @1 :List(NewerColour);
}
struct Colours {
  one @0 :Colour;
  many @1 :List(Colour);
}

# Groups that are one value.
struct Identified {
  before @0 :UInt8;
  id :group $id {
    first @1 :UInt64;
    last @2 :UInt64;
  }
  maybe :group $id $optional {
    first @3 :UInt64;
    last @4 :UInt64;
  }
  provider :group $providerId {
    number @5 :UInt32;
    letter @6 :UInt8;
  }
  entity :group $Json.name("the_entity") $providerId $optional {
    number @7 :UInt32;
    letter @8 :UInt8;
  }
}

struct Everything {
  numbers @0 :Numbers;
  values @1 :Values;
  optionals @2 :Optionals;
  lists @3 :Lists;
  flattened @4 :Flattened;
  shapes @5 :List(Shape);
  request @6 :Request;
  settings @7 :List(Setting);
  nested @8 :Nested;
  tree @9 :Tree;
}

# An older and a newer Values: fields are only ever added at the end.
struct OlderPair {
  a @0 :Text;
}
struct Pair {
  a @0 :Text;
  b @1 :Text;
  c @2 :UInt32 = 5;
}

# What is refused when the schema is compiled.
struct HasFloat { bad @0 :Float64; }
struct HasVoid { bad @0 :Void; }
struct HasPlainData { bad @0 :Data; }
struct HasAny { bad @0 :AnyPointer; }
struct HasListOfLists { bad @0 :List(List(Text)); }
struct HasTextDefault { bad @0 :Text = "x"; }
struct HasTimeOnText { bad @0 :Text $time; }
struct HasHexOnText { bad @0 :Text $Json.hex; }
struct HasFlattenedText { bad @0 :Text $Json.flatten(); }
struct HasPlainUnion { union { bad @0 :Text; b @1 :Text; } }
struct HasUnknownCase $Json.discriminator(name = "type") { union { unknown @0 :Text; b @1 :Text; } }
struct HasClash { x @0 :Text; point @1 :Point $Json.flatten(); }
struct HasClashWithTag $Json.discriminator(name = "type") { type @0 :Text; union { a @1 :Void; b @2 :Text; } }
struct HasClashWithCase $Json.discriminator(name = "type") { x @0 :Text; union { a @1 :Void; b @2 :Point $Json.flatten(); } }
struct HasFlattenedValue $Json.discriminator(name = "type", valueName = "value") { union { a @0 :Void; bad @1 :Point $Json.flatten(); } }
struct HasShortId { bad :group $id { first @0 :UInt64; last @1 :UInt32; } }
struct HasIdWithDefault { bad :group $id { first @0 :UInt64 = 7; last @1 :UInt64; } }
struct HasProviderOfText { bad :group $providerId { number @0 :UInt32; letter @1 :Text; } }
struct HasOptionalGroup { bad :group $optional { x @0 :UInt64; y @1 :UInt64; } }
struct HasItself { name @0 :Text; bad @1 :HasItself; }
struct HasItselfFlattened { bad @0 :HasItselfFlattened $Json.flatten(prefix = "a"); }
