// Commands as Cap'n Proto messages in the standard framing, one behind the other, unpacked. commands/schema/command.capnp.
//
// They are read in place, in the memory that they came to; hostile bytes end in an error. At most 65,536 bytes, 16 segments, and 16 levels
// of pointers a command, and no more is read of it than a few times its size, however its pointers are woven.
#pragma once

#include <memory>

#include "tools/wire/command_intake.h"

namespace muniment {

class CommandFrames final : public CommandIntake {
 public:
  // `sender`: of all of them, Principal::text().
  explicit CommandFrames(std::string sender) : sender_(std::move(sender)) {}

  void feed(std::string_view bytes) override;
  void end(bool is_in_order) override { is_cut_in_order_ = is_in_order; }
  bool has_next() override;
  TakenCommand next() override;
  // A header that is none: where the next command begins is not known.
  bool is_broken() const override { return is_broken_; }

 private:
  // Memory that whole messages stand in, and what reads them. Lives as long as a command in it.
  struct Piece;
  struct Frame {
    std::size_t header_bytes = 0;
    std::uint64_t bytes = 0;  // With the header.
    std::size_t segments = 0;
  };

  std::size_t pending() const;
  // The frame at at_; `segments` is 0 where its header is not there yet.
  Frame frame() const;
  void skip();

  const std::string sender_;
  std::shared_ptr<Piece> piece_;
  std::size_t at_ = 0;         // Byte of the piece that is not worked on; a multiple of a word.
  std::uint64_t skipped_ = 0;  // Bytes still to be dropped, of a command that is too large.
  std::uint64_t number_ = 0;
  bool is_broken_ = false;
  bool is_cut_in_order_ = false;
};

}  // namespace muniment
