#include "tools/wire/command_frames.h"

#include <capnp/message.h>
#include <capnp/serialize.h>

#include <array>
#include <cstring>
#include <deque>
#include <vector>

#include "events/values/assert.h"
#include "events/values/text.h"
#include "tools/wire/command_reader.h"

namespace muniment {
namespace {

constexpr std::size_t word_bytes = sizeof(capnp::word);
constexpr std::size_t piece_bytes = std::size_t{64} << 10;
constexpr std::size_t segments_max = 16;
constexpr int levels_max = 16;
// A command is looked at a few times: its fields, their content for the fingerprint, perhaps once more without what is personal.
constexpr std::uint64_t looks_max = 8;

std::uint32_t u32_at(const std::byte* bytes) {
  std::uint32_t out = 0;
  std::memcpy(&out, bytes, sizeof out);
  return out;
}

std::unexpected<JsonError> bad_frame(std::string_view path, std::string_view problem) {
  return std::unexpected(JsonError{std::string{path}, std::string{problem}});
}

// A message with the segments that it stands in.
struct ReadMessage {
  ReadMessage(const capnp::word* words, const std::byte* header, std::size_t segments, const capnp::ReaderOptions& options)
      : table(table_of(words, header, segments)),
        reader(segments == 1 ? kj::arrayPtr(&one, 1) : kj::arrayPtr(table.data(), table.size()), options) {}
  ReadMessage(const ReadMessage&) = delete;
  ReadMessage& operator=(const ReadMessage&) = delete;

  kj::ArrayPtr<const capnp::word> one;
  std::vector<kj::ArrayPtr<const capnp::word>> table;  // Where there are several.
  capnp::SegmentArrayMessageReader reader;

 private:
  std::vector<kj::ArrayPtr<const capnp::word>> table_of(const capnp::word* words, const std::byte* header, std::size_t segments) {
    std::vector<kj::ArrayPtr<const capnp::word>> out;
    for (std::size_t i = 0; i < segments; ++i) {
      const kj::ArrayPtr<const capnp::word> segment(words, u32_at(header + 4 * (i + 1)));
      words += segment.size();
      if (segments == 1) {
        one = segment;
      } else {
        out.push_back(segment);
      }
    }
    return out;
  }
};

std::string command_id_of(request::Command::Reader in) {
  const std::string_view id = text_of(in.getCommandId());
  return id.size() <= command_id_bytes_max && is_utf8(id) && id.find('\0') == std::string_view::npos ? std::string{id} : std::string{};
}

// The same command with its actor, where it does not say it as it is.
std::shared_ptr<capnp::MallocMessageBuilder> with_actor(request::Command::Reader in, const std::string& actor) {
  auto out = std::make_shared<capnp::MallocMessageBuilder>();
  out->setRoot(in);
  out->getRoot<request::Command>().setActor(actor);
  return out;
}

}  // namespace

struct CommandFrames::Piece {
  explicit Piece(std::size_t size)
      : words(std::make_shared_for_overwrite<capnp::word[]>((size + word_bytes - 1) / word_bytes)),
        capacity((size + word_bytes - 1) / word_bytes * word_bytes) {}

  std::byte* bytes() { return reinterpret_cast<std::byte*>(words.get()); }

  std::shared_ptr<capnp::word[]> words;
  std::size_t capacity;
  std::size_t filled = 0;
  std::deque<ReadMessage> messages;
};

std::size_t CommandFrames::pending() const { return piece_ ? piece_->filled - at_ : 0; }

// Commands that were read stay where they are; what is not whole yet moves where there is room for its rest.
void CommandFrames::feed(std::string_view bytes) {
  if (skipped_ > 0) {
    const std::size_t dropped = static_cast<std::size_t>(std::min<std::uint64_t>(skipped_, bytes.size()));
    skipped_ -= dropped;
    bytes.remove_prefix(dropped);
  }
  if (bytes.empty()) return;
  const std::size_t rest = pending();
  if (!piece_ || piece_->capacity - piece_->filled < bytes.size()) {
    auto next = std::make_shared<Piece>(std::max(piece_bytes, rest + bytes.size()));
    if (rest > 0) std::memcpy(next->bytes(), piece_->bytes() + at_, rest);
    next->filled = rest;
    piece_ = std::move(next);
    at_ = 0;
  }
  std::memcpy(piece_->bytes() + piece_->filled, bytes.data(), bytes.size());
  piece_->filled += bytes.size();
}

CommandFrames::Frame CommandFrames::frame() const {
  Frame out;
  if (pending() < 4) return out;
  const std::byte* const header = piece_->bytes() + at_;
  const std::uint64_t segments = std::uint64_t{u32_at(header)} + 1;
  if (segments > segments_max) return {.header_bytes = 0, .bytes = 0, .segments = static_cast<std::size_t>(segments)};
  out.header_bytes = (4 * (static_cast<std::size_t>(segments) + 1) + word_bytes - 1) / word_bytes * word_bytes;
  if (pending() < out.header_bytes) return out;
  out.segments = static_cast<std::size_t>(segments);
  out.bytes = out.header_bytes;
  for (std::size_t i = 0; i < out.segments; ++i) out.bytes += std::uint64_t{u32_at(header + 4 * (i + 1))} * word_bytes;
  return out;
}

bool CommandFrames::has_next() {
  if (is_broken_ || pending() == 0) return false;
  const Frame next = frame();
  const bool is_whole = next.segments > 0 && next.bytes <= pending();
  return is_whole || next.segments > segments_max || next.bytes > command_line_bytes_max || is_cut_in_order_;
}

TakenCommand CommandFrames::next() {
  const Frame next = frame();
  TakenCommand out{.number = ++number_, .command_id = {}, .command = std::unexpected(JsonError{"", command_too_large()})};
  if (next.segments > segments_max) {
    is_broken_ = true;
    out.command = bad_frame("", "has more than 16 segments; what follows is not read");
    return out;
  }
  if (next.bytes > command_line_bytes_max) {
    skipped_ = next.bytes;
    const std::size_t here = static_cast<std::size_t>(std::min<std::uint64_t>(skipped_, pending()));
    at_ += here;
    skipped_ -= here;
    // Whole words were dropped, so what follows is aligned; or nothing is left here.
    if (skipped_ > 0) piece_.reset();
    if (skipped_ > 0) at_ = 0;
    return out;
  }
  if (next.segments == 0 || next.bytes > pending()) {
    is_broken_ = true;
    out.command = bad_frame("", "is cut off");
    return out;
  }
  const auto* const words = piece_->words.get() + (at_ + next.header_bytes) / word_bytes;
  const capnp::ReaderOptions options{.traversalLimitInWords = looks_max * next.bytes / word_bytes + 64, .nestingLimit = levels_max};
  ReadMessage& message = piece_->messages.emplace_back(words, piece_->bytes() + at_, next.segments, options);
  at_ += static_cast<std::size_t>(next.bytes);
  try {
    const auto in = message.reader.getRoot<request::Command>();
    out.command_id = command_id_of(in);
    const std::string_view said = text_of(in.getActor());
    if (said == sender_) {
      out.command = read_checked(in, piece_);
      return out;
    }
    auto actor = named_actor(said, sender_);
    if (!actor) {
      out.command = std::unexpected(std::move(actor.error()));
    } else if (said == actor->text) {
      out.command = read_checked(in, piece_, std::move(actor->submitted_by));
    } else {
      const auto complete = with_actor(in, actor->text);
      out.command = read_checked(complete->getRoot<request::Command>().asReader(), complete, std::move(actor->submitted_by));
    }
  } catch (const kj::Exception&) {
    out.command = bad_frame("", "is no message of commands/schema/command.capnp");
  }
  return out;
}

}  // namespace muniment
