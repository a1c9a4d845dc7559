// Whether the pointers of a Cap'n Proto message stay within it. Once that is known, the message can be read without a check at each access,
// in half the instructions.
// Encoding: capnproto.org, "Encoding". A record has one segment and no capabilities, so there are neither far pointers nor others.
#pragma once

#include <capnp/common.h>

#include <span>
#include <string_view>

namespace muniment {

// How deep structs and lists may stand in one another.
constexpr int pointer_depth_max = 16;

// What is wrong with the pointers of a segment, which begins with that of its root; empty: nothing. Besides the bounds: no two lead to the
// same words, and no list has elements without bytes, so that whoever follows them all reads no more than the segment has. Takes any bytes.
std::string_view problem_with_pointers(std::span<const capnp::word> segment);

}  // namespace muniment
