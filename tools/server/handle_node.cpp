// What the node says about itself.
#include <fmt/format.h>

#include <iterator>

#include "tools/server/answer_rows.h"
#include "tools/server/handlers.h"
#include "tools/server/openapi.h"
#include "tools/wire/known_services.h"

namespace muniment {
namespace {

void gauge(std::string& out, std::string_view name, std::string_view help, std::uint64_t value) {
  fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} gauge\n{} {}\n", name, help, name, name, value);
}

void write_views(std::string& out, const Node& node, Position head) {
  const auto to = std::back_inserter(out);
  const auto each = [&](std::string_view name, std::string_view help, auto value_of) {
    fmt::format_to(to, "# HELP {} {}\n# TYPE {} gauge\n", name, help, name);
    for (const ProjectionKind kind : all_projections) fmt::format_to(to, "{}{{view=\"{}\"}} {}\n", name, name_of(kind), value_of(kind));
  };
  each("muniment_view_position", "Last position that a view has taken in.",
       [&](ProjectionKind kind) { return node.projector().position(kind); });
  each("muniment_view_lag_events", "Events that a view has not taken in.", [&](ProjectionKind kind) {
    const Position position = node.projector().position(kind);
    return position > head ? 0 : head - position;
  });
}

}  // namespace

Response answer_healthz(Node&, const Call&) { return {.body = "{\"alive\":true}\n"}; }

Response answer_readyz(Node& node, const Call&) {
  const std::vector<std::string> why_not = node.why_not_ready();
  Response out{.status = why_not.empty() ? 200U : 503U, .body = "{"};
  write_json_member(out.body, "ready", why_not.empty());
  if (!why_not.empty()) write_json_member(out.body, "why_not", why_not);
  out.body += "}\n";
  return out;
}

Response answer_metrics(Node& node, const Call&) {
  Response out{.content_type = "text/plain; version=0.0.4; charset=utf-8"};
  const Position head = node.log().head(0).position;
  node.metrics().write(out.body);
  gauge(out.body, "muniment_commands_under_way", "Commands taken and not yet answered.", node.commands_under_way());
  gauge(out.body, "muniment_commands_under_way_max", "Commands that the node takes at a time.", Node::commands_max);
  gauge(out.body, "muniment_head_position", "Last position of the log.", head);
  write_views(out.body, node, head);
  return out;
}

Response answer_openapi(Node&, const Call&) { return {.body = openapi_document()}; }

// The first call on a long log may not come to its end in time; the next one goes on where it stopped.
Response answer_stats(Node& node, const Call& call) {
  constexpr std::chrono::seconds counting_max{20};
  const auto record = node.stats(counting_max);
  if (!record) return respond(Problem{problem::not_caught_up}, call.id);
  Response out{.body = "{"};
  for (const auto& [name, cell] : *record) write_json_member(out.body, name, cell);
  out.body += "}\n";
  return out;
}

Response answer_services(Node& node, const Call& call) {
  const auto horizon = horizon_of(node, *call.caller);
  if (!horizon) return respond(horizon.error(), call.id);
  const Position head = node.log().head(0).position;
  Response out{.body = "{\"rows\":["};
  static const std::vector<Column> columns = service_columns();
  RowSink sink(media::json, columns, node.event_writer(), out.body);
  for (const auto& row : service_rows(node.log())) sink.add(row);
  out.body += ']';
  write_json_member(out.body, "true_of", Cell{head});
  out.body += "}\n";
  return out;
}

}  // namespace muniment
