#include "tools/server/node.h"

namespace muniment {

Node::Node(Store& store, const NodeSettings& settings)
    : store_(store),
      sequencer_(store.sequencer()),
      projector_(store.projector()),
      views_(store.views()),
      callers_(store.folder(), settings.identity_providers),
      allowances_(settings.limits),
      access_(views_),
      roster_(views_),
      trail_(views_),
      event_writer_(capnp::Schema::from<schema::Event>()) {
  projector_.start();
}

Node::~Node() { stop(); }

std::optional<std::vector<std::pair<std::string, Cell>>> Node::stats(std::chrono::milliseconds time) {
  constexpr Position look_every = 4096;
  const auto until = std::chrono::steady_clock::now() + time;
  const std::lock_guard lock(counts_mutex_);
  const LogHead head = log().head(0);
  const auto is_in_time = [&](Position position) { return position % look_every != 0 || std::chrono::steady_clock::now() < until; };
  if (!counts_.count(log(), head.position, is_in_time)) return std::nullopt;
  return store_stats(store_, head, counts_);
}

bool Node::take_room() {
  std::size_t now = under_way_;
  do {
    if (now >= commands_max) return false;
  } while (!under_way_.compare_exchange_weak(now, now + 1));
  return true;
}

void Node::give_room() { --under_way_; }

void Node::submit(std::vector<Submission> submissions) { sequencer_.submit(std::move(submissions)); }

void Node::answered(const Answer& answer) {
  --under_way_;
  metrics_.count(answer);
  if (answer.status != Answer::Status::failed) return;
  // Whoever submits after an orderly stop gets this status too: nothing has failed then.
  if (sequencer_.failure().empty() || has_failed_.exchange(true)) return;
  if (on_failure_) on_failure_();
}

std::vector<std::string> Node::why_not_ready() {
  std::vector<std::string> out;
  if (is_stopping_) out.emplace_back("the node is stopping");
  if (has_failed_) out.emplace_back("the store could not record something; the node's log says what");
  if (!tokens().failure().empty()) out.emplace_back("the file of tokens cannot be read; nobody is let in");
  try {
    projector_.wait_for(0, std::chrono::milliseconds{0});
    constexpr Position lag_max = 100'000;
    Position behind = log().head(0).position;
    for (const ProjectionKind kind : all_projections) behind = std::min(behind, projector_.position(kind));
    if (log().head(0).position - behind > lag_max) out.emplace_back("the views are far behind the log and catching up");
  } catch (const std::exception&) {
    out.emplace_back("the views cannot be kept up; questions are not answered");
  }
  return out;
}

void Node::stop() {
  begin_stop();
  callers_.stop();
  sequencer_.stop();
  projector_.stop();
}

}  // namespace muniment
