#include "projections/views.h"

#include <fmt/format.h>

#include "projections/access/rows.h"
#include "projections/as_of.h"
#include "projections/fact_type.h"
#include "projections/findings/rule.h"
#include "projections/quarantine.h"

namespace muniment {
namespace {

// A program that knows more facts understands what was quarantined or filed as unknown, so it builds the views anew; one with other rules
// judges all of history by them.
std::string layout() { return fmt::format("{}.{}.{}", view::layout_version, fact_names().size(), rules_version); }

std::unique_ptr<view::Database> open_database(Views::Options options) {
  view::Database::Options database;
  database.folder = std::move(options.folder);
  database.cache_bytes = options.cache_bytes;
  database.layout = layout();
  for (const auto kind : all_projections) database.views.emplace_back(name_of(kind));
  return std::make_unique<view::Database>(std::move(database));
}

}  // namespace

std::string_view name_of(ProjectionKind kind) {
  switch (kind) {
    case ProjectionKind::roster:
      return "roster";
    case ProjectionKind::access:
      return "access";
    case ProjectionKind::trail:
      return "trail";
    case ProjectionKind::findings:
      return "findings";
  }
  return {};
}

std::optional<ProjectionKind> projection_kind(std::string_view name) {
  for (const auto kind : all_projections) {
    if (name_of(kind) == name) return kind;
  }
  return std::nullopt;
}

Views::Views(Options options) : database_(open_database(std::move(options))) {}
Views::~Views() = default;

Position Views::position(ProjectionKind kind) const {
  const auto table = database_->live(static_cast<std::size_t>(kind));
  return view::position_of(database_->snapshot(), *table).position;
}

std::vector<Quarantined> Views::quarantine(ProjectionKind kind) const {
  const auto table = database_->live(static_cast<std::size_t>(kind));
  return view::quarantined_in(database_->snapshot(), *table);
}

std::uint64_t Views::disk_bytes(ProjectionKind kind) const {
  return database_->disk_bytes(*database_->live(static_cast<std::size_t>(kind)));
}

void Views::scrub() { database_->scrub(); }

const std::string& Views::dropped_because() const { return database_->dropped_because(); }

}  // namespace muniment
