#include "events/record/abandoned_imports.h"

#include <algorithm>
#include <optional>

namespace muniment {
namespace {

// Of an event in an import's stream.
std::optional<EventId> import_in(schema::Event::Reader event) {
  for (const auto stream : event.getContext().getMoreStreams()) {
    if (stream.getKind() == schema::StreamKind::IMPORT) return EventId::from(bytes_of(stream.getKey()));
  }
  return std::nullopt;
}

}  // namespace

void AbandonedImports::note(schema::Event::Reader event) {
  if (!event.getFact().isImportAbandoned()) return;
  const Position started = event.getFact().getImportAbandoned().getImportPosition();
  const auto id = import_in(event);
  if (!id) throw BadRecord("an import_abandoned stands in no import's stream");
  if (!contain(started)) all_.push_back({started, event.getPosition(), *id});
}

bool AbandonedImports::contain(Position started) const { return std::ranges::find(all_, started, &One::started) != all_.end(); }

bool AbandonedImports::have_brought(schema::Event::Reader event) const {
  if (all_.empty() || !event.hasContext()) return false;
  const auto fact = event.getFact();
  if (const Position import = event.getContext().getImportedBy(); import != 0) return !fact.isServiceDefined() && contain(import);
  if (!fact.isProviderImportStarted()) return false;
  const auto id = import_in(event);
  return id && std::ranges::find(all_, *id, &One::id) != all_.end();
}

}  // namespace muniment
