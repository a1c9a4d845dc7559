// GET /v1/audit/privileged: who holds privileged access to the node itself.
#include <fmt/format.h>

#include "tools/server/handlers.h"
#include "tools/server/privileged.h"
#include "tools/server/question.h"

namespace muniment {
namespace {

class PrivilegedLines final : public Chunks {
 public:
  PrivilegedLines(RightToLook right, PrivilegedRows rows) : right_(std::move(right)), rows_(std::move(rows)) {}

  Next next(std::string& out) override {
    if (!right_.holds()) return Next::cut;
    for (const PrivilegedRow& row : rows_.next()) {
      write_json_row(out, columns_, privileged_cells(row));
      out += '\n';
    }
    return out.empty() ? Next::end : Next::chunk;
  }

 private:
  const RightToLook right_;
  const std::vector<Column> columns_ = privileged_columns();
  PrivilegedRows rows_;
};

}  // namespace

Response answer_privileged(Node& node, const Call& call) {
  Question question(node, call);
  const auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  if (!horizon->is_everything) return respond(Problem{problem::outside_scope}, call.id);
  const Moment moment = question.moment();
  question.require_views();
  if (question.problem()) return respond(*question.problem(), call.id);
  if (!node.tokens().failure().empty()) return respond(Problem{problem::tokens_unreadable}, call.id);
  PrivilegedRows rows(node.log(), node.access(), node.tokens().all(), node.now(), moment);
  Response out{.content_type = "application/x-ndjson"};
  out.headers.emplace_back("Muniment-True-Of", std::to_string(rows.truth().true_of));
  out.headers.emplace_back("Muniment-Generation", node.generations().current());
  if (!rows.truth().incomplete.empty())
    out.headers.emplace_back("Muniment-Incomplete", fmt::format("{}", fmt::join(rows.truth().incomplete, ", ")));
  out.stream = std::make_unique<PrivilegedLines>(RightToLook(node, call, *horizon), std::move(rows));
  return out;
}

}  // namespace muniment
