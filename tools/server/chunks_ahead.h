// A body whose pieces are made ahead, on another thread, while the one before is hashed, encoded and sent.
#pragma once

#include "tools/server/call.h"

namespace muniment {

class ChunksAhead : public Chunks {
 public:
  // Makes a piece for next(), unless enough are ahead. Says whether there is room for another. Any thread, beside next(); what fails is
  // thrown there.
  virtual bool make_ahead() = 0;
};

}  // namespace muniment
