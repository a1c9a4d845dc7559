// The runs that a batch is writing, found by their entry. A flat table: a batch has some hundred thousand entries, most of them of one
// account each, and a node for each would cost more than all else that the trail does.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "projections/trail/posting.h"

namespace muniment::view {

class RunTable {
 public:
  RunTable();
  // The run of the entry, an empty one if there was none. Valid until the next call.
  Run& find(std::string_view entry);
  // In the order the entries were first asked for: visit(entry, run).
  template <typename Visit>
  void each(Visit visit) const {
    for (const auto& kept : kept_) visit(entry_of(kept), kept.run);
  }
  void clear();

 private:
  struct Kept {
    std::uint64_t hash;
    std::uint32_t entry_at;
    std::uint32_t entry_size;
    Run run;
  };
  std::string_view entry_of(const Kept& kept) const { return std::string_view{entries_}.substr(kept.entry_at, kept.entry_size); }
  void grow();

  std::vector<std::uint32_t> slots_;  // Index in kept_ plus one; 0 is free. A power of two.
  std::vector<Kept> kept_;
  std::string entries_;
};

}  // namespace muniment::view
