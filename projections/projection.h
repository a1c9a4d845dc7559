// What a projection does with one event. The rows it puts are written together with the position.
#pragma once

#include "events/record/record.h"
#include "projections/store/row_buffer.h"

namespace muniment::view {

class Projection {
 public:
  Projection() = default;
  Projection(const Projection&) = delete;
  Projection& operator=(const Projection&) = delete;
  virtual ~Projection() = default;

  // Either puts everything, or throws before it has changed anything of its own: then the event goes to quarantine and what it put is
  // rolled back. Events come in order, each once.
  virtual void apply(schema::Event::Reader event, RowBuffer& rows) = 0;
  // Whether it takes in what an abandoned import recorded too, and no row of another event depends on that. The others pass over it.
  virtual bool takes_abandoned_imports() const { return false; }
  // About how many bytes are kept back until the batch is complete: a batch is not to be larger than memory allows.
  virtual std::size_t kept_bytes() const { return 0; }
  // The batch is complete: puts what was kept back.
  virtual void finish(RowBuffer& rows) = 0;
  // The batch is written: what is remembered beside the rows may be let go of.
  virtual void written() = 0;
};

}  // namespace muniment::view
