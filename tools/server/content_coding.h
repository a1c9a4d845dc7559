// Answers made smaller where the caller asks for it: gzip and zstd, as they are sent, in bounded memory. RFC 9110, 8.4.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "tools/server/call.h"

namespace muniment {

// What can be had, what is liked best first.
inline constexpr std::array<std::string_view, 2> content_codings{"zstd", "gzip"};

// One body. One thread at a time.
class ContentEncoder {
 public:
  ContentEncoder() = default;
  ContentEncoder(const ContentEncoder&) = delete;
  ContentEncoder& operator=(const ContentEncoder&) = delete;
  virtual ~ContentEncoder() = default;

  // Appends what is ready; the rest is kept, in less than a megabyte with everything else.
  virtual void add(std::string_view bytes, std::string& out) = 0;
  virtual void end(std::string& out) = 0;
};

// Precondition: `coding` is one of content_codings. Throws std::bad_alloc.
std::unique_ptr<ContentEncoder> make_encoder(std::string_view coding);

// What gzip made, as it was. Throws std::runtime_error for anything else. Of what the program itself has: the size is not bounded.
std::string decoded_gzip(std::string_view bytes);

// The response with its body in the coding, where that is worth it; empty: as it is. A tiny body stays as it is, and so does one with an
// ETag, which names these bytes; and live events, which must not be held back.
Response encoded(Response response, std::string_view coding);

}  // namespace muniment
