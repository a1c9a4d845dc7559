#include "tools/export/event_export.h"

#include "events/values/assert.h"
#include "tools/export/formats.h"

namespace muniment {

std::unique_ptr<EventExport> make_event_export(ExportFormat format, const std::string& origin) {
  switch (format) {
    case ExportFormat::ocsf:
      return make_ocsf_export(origin);
    case ExportFormat::fhir:
      return make_fhir_export(origin);
    case ExportFormat::cloudevents:
      return make_cloud_events_export(origin, false);
    case ExportFormat::cloudevents_batch:
      return make_cloud_events_export(origin, true);
    case ExportFormat::csv:
      return make_csv_export();
    case ExportFormat::ndjson:
      return make_ndjson_export();
  }
  MUNIMENT_ASSERT(false);
  return nullptr;
}

}  // namespace muniment
