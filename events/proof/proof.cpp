#include "events/proof/proof.h"

#include "events/values/assert.h"

namespace muniment {

std::string_view name(ProofError error) {
  switch (error) {
    case ProofError::index_beyond_size:
      return "index_beyond_size";
    case ProofError::sizes_reversed:
      return "sizes_reversed";
    case ProofError::empty_tree:
      return "empty_tree";
    case ProofError::wrong_length:
      return "wrong_length";
    case ProofError::root_differs:
      return "root_differs";
    case ProofError::old_root_differs:
      return "old_root_differs";
  }
  MUNIMENT_ASSERT(false);  // The compiler names the error that was forgotten above.
  return {};
}

}  // namespace muniment
