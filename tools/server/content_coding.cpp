#include "tools/server/content_coding.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <new>
#include <stdexcept>
#include <vector>

#include "events/values/assert.h"
#include "tools/server/chunks_ahead.h"

namespace muniment {
namespace {

constexpr std::size_t worth_bytes = 1024;
constexpr std::size_t piece_bytes = std::size_t{32} << 10;

class Gzip final : public ContentEncoder {
 public:
  Gzip() {
    constexpr int level = 5;
    constexpr int window_and_gzip = 15 + 16;
    constexpr int memory = 8;
    if (deflateInit2(&stream_, level, Z_DEFLATED, window_and_gzip, memory, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
  }
  ~Gzip() override { deflateEnd(&stream_); }

  void add(std::string_view bytes, std::string& out) override {
    // zlib's older signature: it does not write there.
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    run(Z_NO_FLUSH, out);
  }
  void end(std::string& out) override {
    stream_.next_in = nullptr;
    stream_.avail_in = 0;
    run(Z_FINISH, out);
  }

 private:
  void run(int flush, std::string& out) {
    int status = Z_OK;
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(piece_.data());
      stream_.avail_out = static_cast<uInt>(piece_.size());
      status = deflate(&stream_, flush);
      MUNIMENT_ASSERT(status != Z_STREAM_ERROR);
      out.append(piece_.data(), piece_.size() - stream_.avail_out);
    } while (stream_.avail_out == 0 || (flush == Z_FINISH && status != Z_STREAM_END));
  }

  z_stream stream_{};
  std::vector<char> piece_ = std::vector<char>(piece_bytes);
};

class Zstd final : public ContentEncoder {
 public:
  Zstd() : context_(ZSTD_createCCtx()) {
    if (!context_) throw std::bad_alloc();
    // The window bounds what both ends keep.
    constexpr int window_log = 17;
    set(ZSTD_c_compressionLevel, 3);
    set(ZSTD_c_windowLog, window_log);
    set(ZSTD_c_checksumFlag, 1);
  }

  void add(std::string_view bytes, std::string& out) override {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    while (in.pos < in.size) run(in, ZSTD_e_continue, out);
  }
  void end(std::string& out) override {
    ZSTD_inBuffer in{nullptr, 0, 0};
    while (run(in, ZSTD_e_end, out) > 0) continue;
  }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };

  static std::size_t checked(std::size_t result) {
    if (ZSTD_isError(result) != 0) throw std::runtime_error("zstd failed");
    return result;
  }
  void set(ZSTD_cParameter name, int value) { checked(ZSTD_CCtx_setParameter(context_.get(), name, value)); }
  std::size_t run(ZSTD_inBuffer& in, ZSTD_EndDirective directive, std::string& out) {
    ZSTD_outBuffer piece{piece_.data(), piece_.size(), 0};
    const std::size_t left = checked(ZSTD_compressStream2(context_.get(), &piece, &in, directive));
    out.append(piece_.data(), piece.pos);
    return left;
  }

  std::unique_ptr<ZSTD_CCtx, Free> context_;
  std::vector<char> piece_ = std::vector<char>(piece_bytes);
};

// A stream in a coding: a piece of it is made of as many pieces of the stream as it takes.
class EncodedChunks final : public ChunksAhead {
 public:
  EncodedChunks(std::unique_ptr<Chunks> stream, std::unique_ptr<ContentEncoder> encoder)
      : stream_(std::move(stream)), ahead_(dynamic_cast<ChunksAhead*>(stream_.get())), encoder_(std::move(encoder)) {}

  bool make_ahead() override { return ahead_ != nullptr && ahead_->make_ahead(); }

  Next next(std::string& out) override {
    while (!is_ended_ && out.empty()) {
      plain_.clear();
      const Next next = stream_->next(plain_);
      if (next == Next::wait || next == Next::cut) return next;
      is_ended_ = next == Next::end;
      if (is_ended_) {
        encoder_->end(out);
      } else {
        encoder_->add(plain_, out);
      }
    }
    return out.empty() ? Next::end : Next::chunk;
  }

 private:
  std::unique_ptr<Chunks> stream_;
  ChunksAhead* ahead_;  // The same; null: nothing of it is made ahead.
  std::unique_ptr<ContentEncoder> encoder_;
  std::string plain_;
  bool is_ended_ = false;
};

bool is_worth_it(const Response& response) {
  // One with an ETag, which names these bytes, or in a coding already.
  const bool is_fixed = std::any_of(response.headers.begin(), response.headers.end(),
                                    [](const auto& header) { return header.first == "ETag" || header.first == "Content-Encoding"; });
  if (is_fixed || response.content_type == media::event_stream) return false;
  return response.stream || response.body.size() >= worth_bytes;
}

}  // namespace

std::unique_ptr<ContentEncoder> make_encoder(std::string_view coding) {
  if (coding == "gzip") return std::make_unique<Gzip>();
  MUNIMENT_ASSERT(coding == "zstd");
  return std::make_unique<Zstd>();
}

std::string decoded_gzip(std::string_view bytes) {
  constexpr int window_and_gzip = 15 + 16;
  z_stream stream{};
  if (inflateInit2(&stream, window_and_gzip) != Z_OK) throw std::bad_alloc();
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  int status = Z_OK;
  while (status == Z_OK) {
    const std::size_t had = out.size();
    out.resize(had + piece_bytes);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + had);
    stream.avail_out = static_cast<uInt>(piece_bytes);
    status = inflate(&stream, Z_NO_FLUSH);
    out.resize(had + piece_bytes - stream.avail_out);
  }
  inflateEnd(&stream);
  if (status != Z_STREAM_END) throw std::runtime_error("not what gzip made");
  return out;
}

Response encoded(Response response, std::string_view coding) {
  response.headers.emplace_back("Vary", "Accept, Accept-Encoding");
  if (coding.empty() || !is_worth_it(response)) return response;
  auto encoder = make_encoder(coding);
  response.headers.emplace_back("Content-Encoding", std::string{coding});
  if (response.stream) {
    response.stream = std::make_unique<EncodedChunks>(std::move(response.stream), std::move(encoder));
    return response;
  }
  std::string body;
  encoder->add(response.body, body);
  encoder->end(body);
  response.body = std::move(body);
  return response;
}

}  // namespace muniment
