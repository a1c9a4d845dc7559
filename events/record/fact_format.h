// Since which format of the store a kind of fact is written: what is in a log is what its format promises to readers, so that an older
// program never meets a fact that it would stop at. docs/formats.md, "Formats of the store".
//
// A new kind of fact gets its row here, and where that says a number beyond format_supported (tools/store/marker.h), that is raised with
// it.
#pragma once

#include <array>
#include <cstdint>
#include <variant>

#include "events/record/fact.h"

namespace muniment {

// The format that the first stores had; every store has it or a later one.
constexpr std::uint32_t oldest_format = 1;

// By the facts' places in `Fact`.
using FactFormats = std::array<std::uint32_t, std::variant_size_v<AnyFact>>;

extern const FactFormats fact_formats;

inline std::uint32_t format_since(const Fact& fact, const FactFormats& formats) { return formats[fact.index()]; }

}  // namespace muniment
