// The answer to one command as a Cap'n Proto message in the standard framing: tools/wire/schema/answer.capnp.
#pragma once

#include <capnp/common.h>

#include <array>
#include <string>

#include "tools/wire/answer_line.h"

namespace muniment {

// One thread. Keeps its memory from one answer to the next.
class AnswerFrames {
 public:
  void write(std::string& out, const LineAnswer& answer);
  void write(std::string& out, const BatchStopped& stopped);

 private:
  std::array<capnp::word, 512> scratch_{};  // All zero between two answers.
};

}  // namespace muniment
