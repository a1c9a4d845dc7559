#include "tools/server/content_coding.h"

#include <zlib.h>
#include <zstd.h>

#include <random>

#include "node_fixture.h"
#include "tools/server/chunks_ahead.h"

namespace muniment {
namespace {

std::string gunzipped(const std::string& bytes) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string out(std::size_t{32} << 20, '\0');
  std::string in = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

std::string unzstd(const std::string& bytes) {
  std::string out(std::size_t{32} << 20, '\0');
  ZSTD_DCtx* context = ZSTD_createDCtx();
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  ZSTD_inBuffer from{bytes.data(), bytes.size(), 0};
  EXPECT_EQ(ZSTD_decompressStream(context, &to, &from), 0U);
  EXPECT_EQ(from.pos, from.size);
  ZSTD_freeDCtx(context);
  out.resize(to.pos);
  return out;
}

std::string decoded(std::string_view coding, const std::string& bytes) { return coding == "gzip" ? gunzipped(bytes) : unzstd(bytes); }

std::string header(const Response& response, std::string_view name) {
  for (const auto& [known, value] : response.headers) {
    if (known == name) return value;
  }
  return "";
}

// Pieces of text that repeats, and of noise that does not get smaller.
class Pieces final : public ChunksAhead {
 public:
  explicit Pieces(std::size_t count, Next last = Next::end) : count_(count), last_(last) {}
  Next next(std::string& out) override {
    if (made_ == count_) return last_;
    out = piece(made_++);
    return Next::chunk;
  }
  bool make_ahead() override { return ++ahead < 3; }
  static std::string piece(std::size_t number) {
    std::mt19937 random(static_cast<unsigned>(number));
    std::string out(64 * 1024, 'x');
    if (number % 2 == 0) std::generate(out.begin(), out.end(), [&] { return static_cast<char>(random()); });
    return out;
  }

  int ahead = 0;

 private:
  const std::size_t count_;
  const Next last_;
  std::size_t made_ = 0;
};

TEST(ContentCoding, GivesBackWhatWentIn) {
  for (const std::string_view coding : content_codings) {
    const auto encoder = make_encoder(coding);
    std::string bytes;
    std::string text;
    for (std::size_t i = 0; i < 20; ++i) {
      text += Pieces::piece(i);
      encoder->add(Pieces::piece(i), bytes);
    }
    encoder->end(bytes);
    EXPECT_EQ(decoded(coding, bytes), text);
    std::string nothing;
    make_encoder(coding)->end(nothing);
    EXPECT_EQ(decoded(coding, nothing), "");
  }
}

TEST(ContentCoding, OfAStreamIsMadeAsItIsSent) {
  for (const std::string_view coding : content_codings) {
    Response response{.content_type = "application/x-ndjson"};
    response.stream = std::make_unique<Pieces>(50);
    response = encoded(std::move(response), coding);
    EXPECT_EQ(header(response, "Content-Encoding"), coding);
    std::string bytes;
    std::string piece;
    std::size_t pieces = 0;
    while (response.stream->next(piece) == Chunks::Next::chunk) {
      EXPECT_FALSE(piece.empty());
      EXPECT_LT(piece.size(), std::size_t{512} << 10);
      bytes += std::exchange(piece, {});
      ++pieces;
    }
    EXPECT_GT(pieces, 10U);
    std::string text;
    for (std::size_t i = 0; i < 50; ++i) text += Pieces::piece(i);
    EXPECT_EQ(decoded(coding, bytes), text);
  }
}

TEST(ContentCoding, OfAStreamIsMadeAheadAsTheStreamIs) {
  auto pieces = std::make_unique<Pieces>(1);
  const Pieces& stream = *pieces;
  Response response;
  response.stream = std::move(pieces);
  response = encoded(std::move(response), "zstd");
  auto& ahead = dynamic_cast<ChunksAhead&>(*response.stream);
  EXPECT_TRUE(ahead.make_ahead());
  EXPECT_TRUE(ahead.make_ahead());
  EXPECT_FALSE(ahead.make_ahead());
  EXPECT_EQ(stream.ahead, 3);
}

TEST(ContentCoding, OfAStreamThatIsCutOffIsCutOff) {
  Response response;
  response.stream = std::make_unique<Pieces>(1, Chunks::Next::cut);
  response = encoded(std::move(response), "gzip");
  std::string piece;
  Chunks::Next next = Chunks::Next::chunk;
  while (next == Chunks::Next::chunk) {
    piece.clear();
    next = response.stream->next(piece);
  }
  EXPECT_EQ(next, Chunks::Next::cut);
}

TEST(ContentCoding, IsNotWorthItForWhatIsTinyOrLiveOrHasAnEtag) {
  EXPECT_EQ(header(encoded({.body = std::string(1000, 'x')}, "gzip"), "Content-Encoding"), "");
  EXPECT_EQ(header(encoded({.body = std::string(2000, 'x')}, "gzip"), "Content-Encoding"), "gzip");
  EXPECT_EQ(header(encoded({.body = std::string(2000, 'x')}, ""), "Content-Encoding"), "");
  EXPECT_EQ(header(encoded({.headers = {{"ETag", "\"1\""}}, .body = std::string(2000, 'x')}, "gzip"), "Content-Encoding"), "");
  Response live{.content_type = std::string{media::event_stream}};
  live.stream = std::make_unique<Pieces>(1);
  EXPECT_EQ(header(encoded(std::move(live), "gzip"), "Content-Encoding"), "");
}

class CodedAnswers : public WithNode {};

TEST_F(CodedAnswers, AreTheSameAnswersAndSayWhatTheyVaryBy) {
  const std::string officer = token(TokenRole::OFFICER, "agency");
  for (const char* accept : {"application/json", "text/csv", "application/x-ndjson"}) {
    const Response plain = get("/v1/audit/trail", officer, accept);
    EXPECT_EQ(header(plain, "Vary"), "Accept, Accept-Encoding");
    EXPECT_EQ(header(plain, "Content-Encoding"), "");
    for (const std::string_view coding : content_codings) {
      const Response small = get("/v1/audit/trail", officer, accept, coding);
      EXPECT_EQ(header(small, "Content-Encoding"), coding);
      EXPECT_LT(small.body.size(), plain.body.size());
      EXPECT_EQ(decoded(coding, small.body), plain.body);
    }
  }
}

TEST_F(CodedAnswers, AreNoLeaveToSendCodedBodies) {
  const Response response = post("x", token(TokenRole::OFFICER, "agency"),
                                 {.method = {},
                                  .target = {},
                                  .authorization = {},
                                  .content_type = {},
                                  .content_encoding = "gzip",
                                  .accept = {},
                                  .idempotency_key = {},
                                  .if_match = {},
                                  .last_event_id = {}});
  EXPECT_EQ(response.status, 415U);
  EXPECT_EQ(member(response.body, "field"), "Content-Encoding");
}

}  // namespace
}  // namespace muniment
