// What the node says about itself.
#include <algorithm>
#include <limits>
#include <map>
#include <optional>

#include "tools/server/answer_rows.h"
#include "tools/server/content_coding.h"
#include "tools/server/exposition.h"
#include "tools/server/handlers.h"
#include "tools/server/openapi.h"
#include "tools/server/process_metrics.h"
#include "tools/server/question.h"
#include "tools/wire/known_services.h"

namespace muniment {
namespace {

// How long ago the first event was recorded that the view has not taken in.
double lag_seconds(const Node& node, Position position, Position head, Timestamp now) {
  if (position >= head) return 0;
  std::int64_t behind_ns = 0;
  node.log().read(0, position + 1, position + 1, [&](Position, RecordWords words) {
    RecordReader record(words);
    behind_ns = now.ns - recorded_at(record.event()).ns;
    return false;
  });
  return behind_ns < 0 ? 0 : std::chrono::duration<double>(std::chrono::nanoseconds{behind_ns}).count();
}

void write_views(Exposition& out, const Node& node, Position head) {
  const Timestamp now = system_now();
  const auto each = [&](std::string_view name, std::string_view help, auto value_of) {
    out.family(name, "gauge", help);
    for (const ProjectionKind kind : all_projections)
      out.sample(name, "view=\"" + std::string{name_of(kind)} + "\"", value_of(node.projector().position(kind)));
  };
  each("muniment_view_position", "Last position that a view has taken in.", [](Position position) { return position; });
  each("muniment_view_lag_events", "Events that a view has not taken in.",
       [&](Position position) { return position > head ? std::uint64_t{0} : head - position; });
  each("muniment_view_lag_seconds", "Age of the oldest event that a view has not taken in.",
       [&](Position position) { return lag_seconds(node, position, head, now); });
}

void write_standby(Exposition& out, const Node& node) {
  out.gauge("muniment_standby", "1 while another node appends to the log, and this one follows.",
            std::uint64_t{node.is_standby() ? 1U : 0U});
  if (!node.is_standby()) return;
  const auto seconds = [](std::chrono::milliseconds time) { return std::chrono::duration<double>(time).count(); };
  out.gauge("muniment_standby_out_of_touch_seconds", "Since when the log's database could not be asked.", seconds(node.out_of_touch()));
  out.gauge("muniment_lease_left_seconds", "How long the other node's lease lasts unless it is renewed; 0: it is over.",
            seconds(node.lease().left));
  out.gauge("muniment_reads_waiting", "Records of reads and denials that the node which appends has not recorded yet.",
            std::uint64_t{node.access_forward().waiting()});
}

void write_sequencer(Exposition& out, const Node& node) {
  if (node.is_standby()) return;
  const Sequencer& sequencer = *node.sequencer();
  const auto groups = sequencer.meter().group_sizes();
  out.family("muniment_group_commands", "histogram", "Commands that became durable together.");
  out.buckets("muniment_group_commands", "", GroupMeter::sizes, groups.counts, groups.sum);
  const auto syncs = sequencer.meter().sync_times();
  out.family("muniment_sync_seconds", "histogram", "Time to make a group durable: the vault, then the log.");
  out.buckets("muniment_sync_seconds", "", GroupMeter::times, syncs.counts, syncs.sum);
  out.gauge("muniment_commands_queued", "Commands that wait to be decided.", std::uint64_t{sequencer.queued()});
  out.gauge("muniment_commands_under_way", "Commands taken and not yet answered.", std::uint64_t{node.commands_under_way()});
  out.gauge("muniment_commands_under_way_max", "Commands that the node takes at a time.", std::uint64_t{node.commands_max()});
}

void write_proof(Exposition& out, const Node& node, Position head) {
  const Position signed_to = node.notary().newest()->checkpoint.size;
  out.gauge("muniment_checkpoint_position", "Last position that a checkpoint covers.", signed_to);
  out.gauge("muniment_unsigned_events", "Events that no checkpoint covers yet.", head > signed_to ? head - signed_to : Position{0});
  if (const Cosigners* cosigners = node.cosigners()) {
    const Position witnessed = cosigners->witnessed();
    out.gauge("muniment_witnessed_position", "Last position that a checkpoint covers which enough witnesses cosigned.", witnessed);
    out.gauge("muniment_unwitnessed_events", "Events that too few witnesses have seen yet.",
              head > witnessed ? head - witnessed : Position{0});
    out.gauge("muniment_witness_conflicts", "How often a witness had seen more of the log than there is, or another history of it.",
              cosigners->conflicts());
  }
  if (const TimeStamper* stamper = node.time_stamper()) {
    out.gauge("muniment_time_stamped_position", "Last position that a checkpoint covers which a time authority stamped.",
              stamper->position());
    out.gauge("muniment_time_stamped_at_seconds", "When, by its clock, since 1970; 0: never.",
              static_cast<std::uint64_t>(std::max<std::int64_t>(0, stamper->stamped_at())));
    out.gauge("muniment_time_stamp_failed", "1 while the time authority gives no stamp that can be kept.",
              std::uint64_t{stamper->is_failing() ? 1U : 0U});
  }
  out.gauge("muniment_signing_failed", "1 while checkpoints cannot be signed or kept.",
            std::uint64_t{node.notary().failure().empty() ? 0U : 1U});
  out.gauge("muniment_verified_position", "Last position that was read again in this round and found right.", node.patrol().verified());
  out.gauge("muniment_verify_rounds", "How often the whole log has been read again since the node began.", node.patrol().rounds());
  out.gauge("muniment_log_fault_position", "The position at which the log was found not to be what it was; 0: nothing was.",
            node.patrol().first_fault());
  out.gauge("muniment_log_unreadable_met", "How often a question or a command met what the log cannot read since the node began.",
            node.damage_met());
}

void write_deliveries(Exposition& out, const Node& node, Position head) {
  const auto all = node.deliveries().all();
  const auto each = [&](std::string_view name, std::string_view type, std::string_view help, auto value_of) {
    if (all.empty()) return;
    out.family(name, type, help);
    for (const auto& delivery : all) out.sample(name, "to=\"" + delivery->name() + "\"", std::uint64_t{value_of(*delivery)});
  };
  each("muniment_delivery_position", "gauge", "Position up to which all is delivered, or a dead letter.",
       [](const Delivery& delivery) { return delivery.position(); });
  each("muniment_delivery_waiting_events", "gauge", "Events that are not delivered yet.", [&](const Delivery& delivery) {
    const Position position = delivery.position();
    return head > position ? head - position : Position{0};
  });
  each("muniment_delivery_failing", "gauge", "1 from a failure to the next event that the receiver takes.",
       [](const Delivery& delivery) { return std::uint64_t{delivery.is_failing() ? 1U : 0U}; });
  each("muniment_delivery_failures_total", "counter", "Tries that failed since the node began.",
       [](const Delivery& delivery) { return delivery.failures(); });
  each("muniment_delivery_dead_letters", "gauge", "Events that the receiver refused, and that were not taken since.",
       [](const Delivery& delivery) { return delivery.dead_letters(); });
}

void write_backups(Exposition& out, const Node& node) {
  const Backups& backups = node.backups();
  const Timestamp now = system_now();
  const auto each = [&](std::string_view name, std::string_view type, std::string_view help, auto value_of) {
    if (!std::ranges::any_of(all_backups, [&](BackupOf of) { return backups.makes(of); })) return;
    out.family(name, type, help);
    for (const BackupOf of : all_backups) {
      if (backups.makes(of)) out.sample(name, "of=\"" + std::string{name_of(of)} + "\"", value_of(backups.state(of)));
    }
  };
  each("muniment_backup_age_seconds", "gauge", "Age of the newest good backup; +Inf: none is known.", [&](const Backups::State& state) {
    if (state.last_made.ns == 0) return std::numeric_limits<double>::infinity();
    return std::chrono::duration<double>(std::chrono::nanoseconds{std::max<std::int64_t>(0, now.ns - state.last_made.ns)}).count();
  });
  each("muniment_backup_interval_seconds", "gauge", "So often a backup is made by itself; 0: only when one is asked for.",
       [](const Backups::State& state) { return static_cast<std::uint64_t>(state.interval.count()); });
  each("muniment_backups_made_total", "counter", "Backups made since the node began.",
       [](const Backups::State& state) { return state.made; });
  each("muniment_backup_failures_total", "counter", "Backups that could not be made since the node began.",
       [](const Backups::State& state) { return state.failures; });
}

// Nothing where the log has bytes there that are not what was written: the other metrics tell of that, and are needed then above all.
std::optional<ErasureState> readable_erasures(const Node& node) {
  try {
    return node.erasures();
  } catch (const LogDamaged&) {
    return std::nullopt;
  }
}

void write_erasures(Exposition& out, const Node& node) {
  constexpr std::int64_t ns_a_second = 1'000'000'000;
  out.gauge("muniment_erasing_failed", "1 while erasures that are recorded cannot be carried out.",
            std::uint64_t{node.is_erasing_failing() ? 1U : 0U});
  const std::optional<ErasureState> read = readable_erasures(node);
  if (!read) return;
  const ErasureState& state = *read;
  if (state.pending) out.gauge("muniment_erasures_pending", "Erasures that are recorded and not carried out yet.", *state.pending);
  out.gauge("muniment_erasures_incomplete", "Erasures since the epoch began: copies of the vault from before have the keys until it ends.",
            state.incomplete);
  out.gauge("muniment_epoch_due_seconds", "When the epoch key is due to be rotated, in seconds since 1970: erasures are complete then.",
            static_cast<std::uint64_t>(state.complete_by.ns / ns_a_second));
}

void write_machine(Exposition& out, const Node& node) {
  out.gauge("muniment_disk_free_bytes", "Bytes that the node may still write to the store's disk.", node.disk().free_bytes());
  out.gauge("muniment_disk_reserve_bytes", "With less left, commands are refused; 0: never.", node.disk().reserve_bytes());
  out.gauge("muniment_disk_reserve_reached", "1 while commands are refused for want of disk.",
            std::uint64_t{node.disk().is_reached() ? 1U : 0U});
  out.gauge("muniment_clock_stepped", "1 while commands are refused because the clock has stepped.",
            std::uint64_t{node.clock().is_stepped() ? 1U : 0U});
  out.family("muniment_build_info", "gauge", "1, with the program's version.");
  out.sample("muniment_build_info", "version=\"" MUNIMENT_VERSION "\"", std::uint64_t{1});
  write_process_metrics(out);
}

}  // namespace

Response answer_healthz(Node&, const Call&) { return {.body = "{\"alive\":true}\n"}; }

Response answer_readyz(Node& node, const Call&) {
  const std::vector<std::string> why_not = node.why_not_ready();
  Response out{.status = why_not.empty() ? 200U : 503U, .body = "{"};
  write_json_member(out.body, "ready", why_not.empty());
  if (!why_not.empty()) write_json_member(out.body, "why_not", why_not);
  if (node.is_standby()) write_json_member(out.body, "standby", true);
  out.body += "}\n";
  return out;
}

Response answer_metrics(Node& node, const Call&) {
  Response out{.content_type = "text/plain; version=0.0.4; charset=utf-8"};
  Exposition exposition(out.body);
  const Position head = node.log().head(0).position;
  node.metrics().write(exposition);
  write_standby(exposition, node);
  write_sequencer(exposition, node);
  exposition.gauge("muniment_head_position", "Last position of the log.", head);
  write_views(exposition, node, head);
  write_proof(exposition, node, head);
  exposition.gauge("muniment_ready", "1 while the node can serve; /readyz says why not.",
                   std::uint64_t{node.why_not_ready().empty() ? 1U : 0U});
  write_erasures(exposition, node);
  write_deliveries(exposition, node, head);
  write_backups(exposition, node);
  write_machine(exposition, node);
  return out;
}

// An officer says it as such, if the log has it as one; for an operator, whom the log does not know, the node does.
Response answer_accept_clock(Node& node, const Call& call) {
  const bool is_officer = call.caller->role == TokenRole::OFFICER;
  const auto answer = is_officer ? node.accept_clock(call.caller->principal().value(), {}, call.origin)
                                 : node.accept_clock(Principal::node(), "operator:" + call.caller->name, call.origin);
  if (!answer) return {.body = "{\"status\":\"unchanged\"}\n"};
  return respond(*answer, {}, false, call.id);
}

// Made once in each coding: whoever comes may ask for it.
Response answer_openapi(Node&, const Call& call) {
  static const std::string document = openapi_document();
  static const auto coded = [] {
    std::map<std::string_view, std::string> out;
    for (const std::string_view coding : content_codings) out[coding] = encoded({.body = document}, coding).body;
    return out;
  }();
  const auto found = coded.find(call.coding);
  Response out{.body = found == coded.end() ? document : found->second};
  if (found != coded.end()) out.headers.emplace_back("Content-Encoding", std::string{found->first});
  return out;
}

// The first call on a long log may not come to its end in time; the next one goes on where it stopped.
Response answer_stats(Node& node, const Call& call) {
  constexpr std::chrono::seconds counting_max{5};
  Question question(node, call);
  question.require_views();
  if (question.problem()) return respond(*question.problem(), call.id);
  const auto record = node.stats(counting_max);
  if (!record) return respond(Problem{problem::not_caught_up}, call.id);
  Response out{.body = "{"};
  for (const auto& [name, cell] : *record) write_json_member(out.body, name, cell);
  out.body += "}\n";
  return out;
}

Response answer_services(Node& node, const Call& call) {
  const auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  Question question(node, call);
  question.require_views();
  const Position head = node.log().head(0).position;
  Moment moment = question.moment();
  if (question.problem()) return respond(*question.problem(), call.id);
  moment.position = std::min(moment.position.value_or(head), head);
  Response out{.headers = {{"Muniment-Generation", node.generations().current()}}, .body = "{\"rows\":["};
  static const std::vector<Column> columns = service_columns();
  RowSink sink(media::json, columns, node.event_writer(), out.body);
  for (const auto& row : service_rows(node.log(), moment)) sink.add(row);
  out.body += ']';
  write_json_member(out.body, "true_of", Cell{*moment.position});
  out.body += "}\n";
  return out;
}

}  // namespace muniment
