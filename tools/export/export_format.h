// The forms in which a trail leaves muniment. docs/exports.md says what stands in each.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace muniment {

enum class ExportFormat { ocsf, fhir, cloudevents, cloudevents_batch, csv, ndjson };

// Public names, in the order of the enumerators.
std::span<const std::string_view> export_format_names();
std::string_view name_of(ExportFormat format);
std::optional<ExportFormat> export_format_named(std::string_view name);
std::string_view media_type_of(ExportFormat format);

}  // namespace muniment
