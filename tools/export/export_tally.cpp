#include "tools/export/export_tally.h"

#include <openssl/evp.h>

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>

namespace muniment {
namespace {

void require(int result) {
  if (result != 1) throw std::runtime_error("OpenSSL: SHA-256 failed");
}

}  // namespace

struct RunningDigest::Context {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> state{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

RunningDigest::RunningDigest() : context_(std::make_unique<Context>()) {
  require(EVP_DigestInit_ex(context_->state.get(), EVP_sha256(), nullptr));
}

RunningDigest::~RunningDigest() = default;

void RunningDigest::add(std::string_view bytes) { require(EVP_DigestUpdate(context_->state.get(), bytes.data(), bytes.size())); }

Hash RunningDigest::finish() {
  Hash out{};
  require(EVP_DigestFinal_ex(context_->state.get(), out.data(), nullptr));
  return out;
}

Hash digest_of_file(const std::filesystem::path& file) {
  constexpr std::size_t piece_bytes = std::size_t{64} << 10;
  RunningDigest digest;
  std::ifstream in(file, std::ios::binary);
  std::string bytes(piece_bytes, '\0');
  while (in.read(bytes.data(), static_cast<std::streamsize>(bytes.size())) || in.gcount() > 0)
    digest.add(std::string_view{bytes}.substr(0, static_cast<std::size_t>(in.gcount())));
  if (!in.eof()) throw std::system_error(EIO, std::generic_category(), "cannot read " + file.string());
  return digest.finish();
}

void ExportTally::add(const ExportPiece& piece) {
  digest_.add(piece.text);
  rows_ += piece.rows;
}

ExportEnd ExportTally::end(bool is_cut) {
  return {.format = std::string{name_of(format_)}, .rows = rows_, .digest = digest_.finish(), .is_cut = is_cut};
}

}  // namespace muniment
