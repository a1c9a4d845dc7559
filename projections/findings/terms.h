// The versions of the terms that were published: since when somebody has not accepted the ones in force.
#pragma once

#include <string>
#include <vector>

#include "projections/as_of.h"

namespace muniment::view {

class FindingTerms {
 public:
  // As they are in the table: all of them, or those that count at a moment.
  FindingTerms(const Snapshot& snapshot, const Table& table, const AsOf* as_of = nullptr);

  bool are_published() const { return !published_.empty(); }
  // The first publication that was not followed by an acceptance, of whoever accepted that version last (empty: none). Position 0: the ones
  // in force are accepted, or there are none.
  EventRef not_accepted_since(std::string_view accepted) const;
  void publish(const EventRef& event, std::string_view version, RowBuffer& rows);

 private:
  struct Publication {
    EventRef event;
    std::string version;
  };
  std::vector<Publication> published_;  // In the order they were recorded.
};

}  // namespace muniment::view
