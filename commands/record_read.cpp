#include "commands/record_read.h"

namespace muniment {

Decision decide(const RecordRead& read, const Request&, Sight& sight) {
  fact::RecordsRead fact{.question = read.question,
                         .narrowed_by = {read.narrowed_by.begin(), read.narrowed_by.end()},
                         .head = read.head,
                         .times = read.times,
                         .token = read.token};
  if (read.times > 1) fact.last_at = read.last_at;
  if (const ExportEnd* end = read.exported.get()) {
    fact.exported = fact::Exported{.format = end->format,
                                   .rows = end->rows,
                                   .digest = end->digest,
                                   .cut = end->is_cut,
                                   .checkpoint_size = end->checkpoint_size,
                                   .checkpoint_root = end->checkpoint_root};
  }
  DecidedEvent event{.id = sight.next_event_id(), .fact = std::move(fact), .streams = {StreamName::single(schema::StreamKind::READS)}};
  if (read.asked_provider && sight.provider(*read.asked_provider).is_registered()) event.provider = read.asked_provider;
  if (read.asked_username && sight.account(*read.asked_username) != nullptr) event.username = read.asked_username->text();
  event.occurred_at = std::min(read.first_at, sight.now());
  Decided decided{.authority = schema::Authority::NODE};
  decided.events.push_back(std::move(event));
  return decided;
}

}  // namespace muniment
