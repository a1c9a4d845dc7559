#include "tools/export/trail_export.h"

#include <openssl/evp.h>

#include <stdexcept>

namespace muniment {
namespace {

// Rows of a page: a piece is then some hundred kilobytes.
constexpr std::size_t page_rows = 1000;
// Records that are read and passed over sooner than to begin anew behind them: they stand in one chunk of the log, most likely.
constexpr Position gap_max = 64;

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

void read_rows(const EventLog& log, const std::vector<TrailRow>& rows, const std::function<void(schema::Event::Reader)>& visit) {
  for (std::size_t first = 0; first < rows.size();) {
    std::size_t last = first;
    while (last + 1 < rows.size() && rows[last + 1].position > rows[last].position &&
           rows[last + 1].position - rows[last].position <= gap_max) {
      ++last;
    }
    std::size_t at = first;
    log.read(0, rows[first].position, rows[last].position, [&](Position position, RecordWords words) {
      if (position != rows[at].position) return true;
      RecordReader record(words);
      visit(record.event());
      return ++at <= last;
    });
    first = last + 1;
  }
}

TrailExport::TrailExport(const Trail& trail, const EventLog& log, TrailQuery query, ExportFormat format, const std::string& origin,
                         Show show)
    : trail_(trail),
      log_(log),
      query_(std::move(query)),
      format_(format),
      export_(make_event_export(format, origin)),
      show_(std::move(show)) {
  query_.newest_first = false;
  query_.limit = page_rows;
  query_.cursor.clear();
}

bool TrailExport::next(std::string& out) {
  if (is_ended_) return false;
  const std::size_t before = out.size();
  take_page(out);
  digest_.add(std::string_view{out}.substr(before));
  return true;
}

void TrailExport::take_page(std::string& out) {
  const auto page = trail_.search(query_);
  if (!page) throw std::runtime_error(page.error().message);  // The views have been put back meanwhile.
  if (!has_begun_) {
    truth_ = page->truth;
    export_->begin(out);
    has_begun_ = true;
  }
  const auto add = [&](schema::Event::Reader shown) { rows_ += export_->add(shown, out); };
  read_rows(log_, page->rows, [&](schema::Event::Reader event) { show_ ? show_(event, add) : add(event); });
  if (page->next) {
    query_.cursor = *page->next;
    return;
  }
  export_->end(out);
  is_ended_ = true;
}

ExportEnd TrailExport::end() {
  return {.format = std::string{name_of(format_)}, .rows = rows_, .digest = digest_.finish(), .is_cut = !is_ended_};
}

}  // namespace muniment
