// The body of an export, which ends when what is on record of it is durable, so that nobody has a whole one that is not; whatever else ends
// it is on record as cut off.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>

#include "commands/record_read.h"
#include "tools/server/chunks_ahead.h"
#include "tools/server/horizon.h"

namespace muniment {

class ExportChunks : public ChunksAhead {
 public:
  ~ExportChunks() override;
  Next next(std::string& out) final;
  // Nothing, where it is made as it goes out.
  bool make_ahead() override { return false; }

 protected:
  ExportChunks(Node& node, const Call& call, Horizon horizon) : node_(node), right_(node, call, std::move(horizon)) {}

  // Whoever overrides calls it first in its destructor: what was not sent whole is recorded then.
  void record_cut();

  // Makes the next piece, or takes what was made ahead, which counts from now on as gone out; false: there is none. `out` is empty, and may
  // stay so.
  virtual bool make(std::string& out) = 0;
  // What is on record of it, without the checkpoint. Once, when nothing follows.
  virtual ExportEnd end_of(bool is_cut) = 0;
  virtual const AccessRecord::Read& read() const = 0;

  Node& node_;
  const RightToLook right_;

 private:
  using Clock = std::chrono::steady_clock;

  Next end();
  void record(bool is_cut);

  bool has_sent_ = false;  // Something went out, or was about to.
  bool is_made_ = false;
  std::optional<Clock::time_point> made_at_;   // The last piece.
  std::optional<Clock::time_point> ended_at_;  // And its record was submitted.
  std::shared_ptr<std::atomic<bool>> is_recorded_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace muniment
