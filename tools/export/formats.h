// The formats, each in the file of its name. Made by make_event_export alone.
#pragma once

#include <memory>
#include <string>

#include "tools/export/event_export.h"

namespace muniment {

std::unique_ptr<EventExport> make_ocsf_export(const std::string& origin);
std::unique_ptr<EventExport> make_fhir_export(const std::string& origin);
std::unique_ptr<EventExport> make_cloud_events_export(const std::string& origin, bool is_batch);
std::unique_ptr<EventExport> make_csv_export();
std::unique_ptr<EventExport> make_ndjson_export();

}  // namespace muniment
