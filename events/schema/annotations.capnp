# What a field's JSON form needs beyond Cap'n Proto's own $Json annotations.

@0xc37afe62088f28e2;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("muniment::schema");

annotation optional @0xe69a5d43c7b1476c (field, group) :Void;
# The field may be absent from the JSON object.  An absent pointer field stays null and an absent
# scalar keeps its default; neither is written while it has that value.

annotation time @0xef97ad18afa10b8c (field) :Void;
# An Int64 of UTC nanoseconds since 1970, read and written as RFC 3339 text.

annotation id @0xd0c6a7d15c1bb3f4 (group) :Void;
# A group of two UInt64 that together are sixteen bytes in their order: the first one holds bytes 0
# to 7, the lowest byte first.  Read and written as hexadecimal text.  All zero: there is none.

annotation providerId @0x9b4b6ba2ffb2e6a7 (group) :Void;
# A group of a UInt32 and a UInt8: the nine digits of a PID/SL as a number, and its capital letter as
# ASCII.  Read and written as text such as 110012345A.  A letter of zero: there is none.
