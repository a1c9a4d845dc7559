// Told how far a long piece of work is.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace muniment {

// `what` is counted: "records indexed". `all` 0: it is not known how many there will be. Called one at a time, perhaps from any thread, and
// often: it should return at once, and must not throw. Empty: nobody wants to know.
using OnProgress = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t all)>;

// For loops over records: it is told now and then only.
constexpr std::uint64_t told_every = 4096;

}  // namespace muniment
