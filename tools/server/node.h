// A running node without its sockets: the store, who may call, how much is under way, what is counted.
//
// Thread-safe, but for what starts and ends it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "events/json/writer.h"
#include "projections/access.h"
#include "projections/roster.h"
#include "projections/trail.h"
#include "tools/server/allowances.h"
#include "tools/server/callers.h"
#include "tools/server/metrics.h"
#include "tools/server/settings.h"
#include "tools/store/store.h"
#include "tools/wire/store_stats.h"

namespace muniment {

class Node {
 public:
  // Below what makes the sequencer's submit() wait, because who submits here must not.
  static constexpr std::size_t commands_max = 8192;

  // Starts the sequencer, and the projector on its own thread. Borrows the store.
  explicit Node(Store& store, const NodeSettings& settings = {});
  ~Node();  // stop()
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  const EventLog& log() const { return store_.log(); }
  Callers& callers() { return callers_; }
  TokenBook& tokens() { return callers_.book(); }
  Allowances& allowances() { return allowances_; }
  Metrics& metrics() { return metrics_; }
  const Projector& projector() const { return projector_; }
  const Views& views() const { return views_; }
  const Access& access() const { return access_; }
  const Roster& roster() const { return roster_; }
  const Trail& trail() const { return trail_; }
  const JsonWriter& event_writer() const { return event_writer_; }

  // What the store holds, as one record. Nothing: the log could not be counted within that time, and the next call goes on there.
  std::optional<std::vector<std::pair<std::string, Cell>>> stats(std::chrono::milliseconds time);

  // Room for one command; false: as many as the node takes are under way. Given back by answered(), or by give_room() for one that is not
  // submitted after all.
  bool take_room();
  void give_room();
  // Precondition: room was taken for each. Never waits. Their answers call answered().
  void submit(std::vector<Submission> submissions);
  void answered(const Answer& answer);
  std::size_t commands_under_way() const { return under_way_; }

  // Nothing new is taken from now on.
  void begin_stop() { is_stopping_ = true; }
  bool is_stopping() const { return is_stopping_; }
  // The store could not record something: nothing more is taken, ever. `on_failure` is called once, from any thread.
  bool has_failed() const { return has_failed_; }
  void set_on_failure(std::function<void()> on_failure) { on_failure_ = std::move(on_failure); }
  // Why the node cannot serve now; empty: it can.
  std::vector<std::string> why_not_ready();

  // Ends the sequencer, after what is under way is durable, and the projector. Idempotent.
  void stop();

 private:
  Store& store_;
  Sequencer& sequencer_;
  Projector& projector_;
  Views& views_;
  Callers callers_;
  Allowances allowances_;
  Metrics metrics_;
  Access access_;
  Roster roster_;
  Trail trail_;
  JsonWriter event_writer_;
  std::mutex counts_mutex_;
  EventCounts counts_;
  std::atomic<std::size_t> under_way_ = 0;
  std::atomic<bool> is_stopping_ = false;
  std::atomic<bool> has_failed_ = false;
  std::function<void()> on_failure_;
};

}  // namespace muniment
