// Keeps the views up with the log: on a thread of its own, or stepped by hand.
//
// A projection's rows and its position are written together, so a process that dies anywhere goes on where the rows are. Writes are not
// synced: after a power cut some events are projected again. Views that are ahead of the log, or of another log (a restored one), are
// dropped and built again when the projector is made.
//
// What an abandoned import recorded is passed over. Views that have taken it in, before it was abandoned, stand still and answer until they
// have been built anew beside, without it.
//
// An event that a projection cannot handle goes to its quarantine and neither stops it nor is lost (views.h).
//
// Threading: everything may be called from several threads. One projector at a time for some views; it must end before they do.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <span>

#include "events/log/event_log.h"
#include "projections/personal.h"
#include "projections/views.h"

namespace muniment {

// How far it has come, and how far it has to go.
using ProjectionProgress = std::function<void(Position done, Position head)>;

class Projector {
 public:
  struct Options {
    Partition partition = 0;
    // A backlog of more events than this is taken in at full speed: a thread for each projection, and large files instead of small writes.
    std::uint64_t bulk_backlog = 200'000;
    std::size_t bulk_batch_events = 400'000;
    std::size_t bulk_batch_bytes = std::size_t{64} << 20;
    std::size_t step_events = 32768;
    // It rests after a batch, so many times as long as the batch took and at most so long: many events at once take a fraction of the
    // processor that the same ones take a few at a time, and the commands have what is left. Whoever waits for a position ends the rest.
    int rests_per_batch = 8;
    std::chrono::milliseconds rest_max{100};
  };

  // The log and the views must outlive it. `open` may be empty: then no name is known.
  Projector(const EventLog& log, Views& views, PersonalOpener open, Options options);
  Projector(const EventLog& log, Views& views, PersonalOpener open) : Projector(log, views, std::move(open), Options{}) {}
  Projector(const Projector&) = delete;
  Projector& operator=(const Projector&) = delete;
  ~Projector();

  // Follows the log on a thread of its own until stop() or the end. If that fails it stops, and wait_for() throws what happened.
  void start();
  void stop();

  // Takes in everything up to the log's head at the call.
  void catch_up(const ProjectionProgress& progress = {});

  Position position(ProjectionKind kind) const;
  // Until every projection has taken in this position; whether they have.
  bool wait_for(Position position, std::chrono::milliseconds time) const;
  // Why the thread of its own takes nothing in; null: nothing keeps it from it.
  std::exception_ptr failure() const;

  // Builds the projections anew from the first event on, beside the live ones, which answer meanwhile, and swaps them in when they have
  // caught up. If the process dies on the way the live ones stay. One rebuild at a time.
  void rebuild(std::span<const ProjectionKind> kinds, const ProjectionProgress& progress = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace muniment
