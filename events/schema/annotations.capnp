# What a field's JSON form needs beyond Cap'n Proto's own $Json annotations.

@0xc37afe62088f28e2;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("muniment::schema");

annotation optional @0xe69a5d43c7b1476c (field) :Void;
# The field may be absent from the JSON object.  An absent pointer field stays null and an absent
# scalar keeps its default; neither is written while it has that value.

annotation time @0xef97ad18afa10b8c (field) :Void;
# An Int64 of UTC nanoseconds since 1970, read and written as RFC 3339 text.
