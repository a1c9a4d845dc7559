// Commands as Cap'n Proto messages, out of bytes that are cut at a place which the first byte says.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "events/values/assert.h"
#include "tools/wire/answer_frame.h"
#include "tools/wire/command_frames.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  const std::size_t piece = std::size_t{1} + data[0];
  muniment::CommandFrames frames("submitter:portal");
  muniment::AnswerFrames answers;
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    frames.feed(bytes.substr(at, piece));
    while (frames.has_next()) {
      muniment::TakenCommand taken = frames.next();
      if (taken.command) {
        MUNIMENT_ASSERT(!taken.command->request.command_id.empty());
      } else {
        out.clear();
        answers.write(out, {.line = taken.number, .command_id = std::move(taken.command_id), .outcome = std::move(taken.command.error())});
      }
    }
  }
  frames.end(true);
  while (frames.has_next()) frames.next();
  return 0;
}
