#include "commands/record_restore.h"

namespace muniment {

Decision decide(const RecordRestore& restore, const Request&, Sight& sight) {
  Decided decided{.authority = schema::Authority::NODE};
  decided.events.push_back(
      {.id = sight.next_event_id(),
       .fact = fact::StoreRestored{restore.head, restore.former_head, restore.statement, restore.vault, restore.erasures},
       .streams = {StreamName::single(schema::StreamKind::AGENCY)}});
  return decided;
}

}  // namespace muniment
