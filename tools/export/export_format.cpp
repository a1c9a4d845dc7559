#include "tools/export/export_format.h"

#include <algorithm>
#include <array>

namespace muniment {
namespace {

constexpr std::array<std::string_view, 6> format_names{"ocsf", "fhir", "cloudevents", "cloudevents-batch", "csv", "ndjson"};
constexpr std::array<std::string_view, 6> format_media{"application/x-ndjson",
                                                       "application/fhir+ndjson",
                                                       "application/x-ndjson",
                                                       "application/cloudevents-batch+json",
                                                       "text/csv; charset=utf-8; header=present",
                                                       "application/x-ndjson"};

}  // namespace

std::span<const std::string_view> export_format_names() { return format_names; }

std::string_view name_of(ExportFormat format) { return format_names[static_cast<std::size_t>(format)]; }

std::optional<ExportFormat> export_format_named(std::string_view name) {
  const auto found = std::find(format_names.begin(), format_names.end(), name);
  if (found == format_names.end()) return std::nullopt;
  return static_cast<ExportFormat>(found - format_names.begin());
}

std::string_view media_type_of(ExportFormat format) { return format_media[static_cast<std::size_t>(format)]; }

}  // namespace muniment
