#include "tools/export/sheets.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/export/html.h"

namespace muniment {
namespace {

constexpr std::string_view sheet_style =
    "@page { size: A4 landscape; margin: 14mm; @bottom-right { content: counter(page) \" / \" counter(pages); font: 8pt sans-serif; } }\n"
    "body { font: 9pt/1.35 sans-serif; color: #111; } h1 { font-size: 15pt; } h2 { font-size: 11pt; margin-top: 6mm; }\n"
    "table { border-collapse: collapse; width: 100%; table-layout: fixed; } thead { display: table-header-group; }\n"
    "th, td { border: 0.3pt solid #999; padding: 1mm 1.4mm; text-align: left; vertical-align: top; overflow-wrap: anywhere; }\n"
    "tr { break-inside: avoid; } .terms th { width: 42mm; } .signatures td { height: 11mm; }\n";

class Sheet {
 public:
  explicit Sheet(const SheetSink& sink) : sink_(sink) {}

  void begin(std::string_view title) {
    out_ = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>";
    put_html(out_, title);
    out_ += "</title><style>\n";
    out_ += sheet_style;
    out_ += "</style></head><body>\n<h1>";
    put_html(out_, title);
    out_ += "</h1>\n<table class=\"terms\">\n";
  }
  void term(std::string_view name, std::string_view text) {
    out_ += "<tr><th>";
    put_html(out_, name);
    out_ += "</th>";
    put_cell(out_, text);
    out_ += "</tr>\n";
  }
  void checkpoint(const SheetCheckpoint& checkpoint) {
    term("Log", checkpoint.origin);
    term("Checkpoint", fmt::format("size {}, root {}", checkpoint.size, checkpoint.root));
    out_ += "</table>\n";
  }
  void columns(std::initializer_list<unsigned> percents, std::initializer_list<std::string_view> names) {
    put_columns(out_, percents);
    out_ += "<thead><tr>";
    for (const std::string_view name : names) {
      out_ += "<th>";
      put_html(out_, name);
      out_ += "</th>";
    }
    out_ += "</tr></thead><tbody>\n";
  }
  void row(const std::vector<std::string>& cells) {
    out_ += "<tr>";
    for (const std::string& cell : cells) put_cell(out_, cell);
    out_ += "</tr>\n";
    if (out_.size() > piece_bytes) flush();
  }
  void end_rows() { out_ += "</tbody></table>\n"; }
  // A line for each: the role, and who is known to have signed.
  void signatures(const std::vector<std::pair<std::string, std::string>>& lines) {
    out_ += "<h2>Signatures</h2>\n<div class=\"signatures\">";
    columns({22, 28, 32, 18}, {"", "Name", "Signature", "Date"});
    for (const auto& [role, name] : lines) row({role, name, "", ""});
    end_rows();
    out_ += "</div>\n";
  }
  void end() {
    out_ += "</body></html>\n";
    flush();
  }

 private:
  static constexpr std::size_t piece_bytes = std::size_t{64} << 10;

  void flush() {
    sink_(out_);
    out_.clear();
  }

  const SheetSink& sink_;
  std::string out_;
};

std::string joined(const std::vector<std::string>& texts) { return fmt::format("{}", fmt::join(texts, ", ")); }

std::string person_of(std::string_view last, std::string_view first) {
  if (last.empty() && first.empty()) return {};
  return fmt::format("{}, {}", last, first);
}

// As 2026-Q4, in UTC.
std::string quarter_of(Timestamp at) {
  const std::string text = at.text();
  const int month = (text[5] - '0') * 10 + (text[6] - '0');
  return fmt::format("{}-Q{}", text.substr(0, 4), (month - 1) / 3 + 1);
}

// What is sealed is the whole report: of a part of it there is nothing to compare.
void add_seal(Sheet& sheet, const ReviewPeople& people) {
  const ReviewRow& review = people.review();
  const ReviewReport report = report_of(people);
  const ReviewCounts& counts = report.counts;
  sheet.term("People", fmt::format("{}: kept {}, to be revoked {} ({} not carried out), asked {}, undecided {}", counts.people, counts.kept,
                                   counts.revoked, counts.not_carried_out, counts.asked, counts.undecided));
  if (people.are_all()) sheet.term("Digest of the rows", to_hex(ByteSpan{report.digest}));
  if (review.seal.position == 0) {
    sheet.term("Seal", "none: the node seals a review once it is closed");
    return;
  }
  if (!people.are_all()) {
    sheet.term("Seal", fmt::format("at position {}: digest {} of the whole report; this is a part of it", review.seal.position,
                                   to_hex(bytes_of(review.seal.digest))));
    return;
  }
  const bool is_the_same = review.seal.digest == text_of(ByteSpan{report.digest});
  sheet.term("Seal", fmt::format("at position {}: {}", review.seal.position,
                                 is_the_same ? "the same digest" : "another digest, so these rows are not those that were sealed"));
}

}  // namespace

ReviewPeople as_it_was_closed(const Reviews& all, ReviewPeople people, ReviewsQuery query) {
  const ReviewRow& review = people.review();
  if (review.closed_position == 0 || query.moment != Moment{}) return people;
  query.moment.position = review.closed_position;
  query.now = review.closed_at;
  auto closed = all.people(review.review, query);
  return closed ? std::move(*closed).with_seal(review.seal) : std::move(people);
}

void write_review_sheet(const ReviewPeople& people, const SheetCheckpoint& checkpoint, const SheetSink& sink) {
  const ReviewRow& review = people.review();
  Sheet sheet(sink);
  sheet.begin(fmt::format("Review of access {}", review.review));
  sheet.term("Opened", fmt::format("{} by {}, position {}", review.opened_at.text(), review.opened_by.text(), review.opened_position));
  sheet.term("Due", fmt::format("{}{}", review.due_at.text(), review.is_late ? " (late)" : ""));
  sheet.term("Closed", review.closed_position == 0 ? std::string{"no"}
                                                   : fmt::format("{} by {}, position {}", review.closed_at.text(), review.closed_by.text(),
                                                                 review.closed_position));
  add_seal(sheet, people);
  sheet.checkpoint(checkpoint);
  sheet.columns({9, 9, 13, 20, 12, 9, 16, 12},
                {"Provider", "Username", "Name", "Services at the opening", "Reviewers", "State", "Decided", "Carried out"});
  people.each([&](const ReviewItemRow& row) {
    std::string decided;
    if (row.decided) {
      const ReviewDecisionRow& decision = *row.decided;
      decided = fmt::format("{} {} by {}, {}", decision.at.text(), name_of(decision.decision), decision.by.text(), decision.reason);
      if (!decision.services.empty()) decided += fmt::format(": {}", fmt::join(decision.services, ", "));
      if (decision.decided_together > 1) decided += fmt::format("; one of {}", decision.decided_together);
      if (!decision.refusal.empty()) decided += fmt::format("; {}", decision.refusal);
    }
    sheet.row({row.provider.display(), row.username, person_of(row.last_name, row.first_name), joined(row.services), joined(row.reviewers),
               std::string{name_of(row.state)}, decided, row.revoked_position == 0 ? "" : row.revoked_at.text()});
  });
  sheet.end_rows();
  std::vector<std::pair<std::string, std::string>> lines;
  for (const std::string& signer : review.seal.signers) lines.emplace_back("On record", signer);
  for (const char* role : {"Reviewed by", "Approved by"}) lines.emplace_back(role, "");
  sheet.signatures(lines);
  sheet.end();
}

void write_attestation_sheet(const ProviderId& provider, AttestationSheet& people, Timestamp asked_at, const SheetCheckpoint& checkpoint,
                             const SheetSink& sink) {
  auto page = people.page(page_size_max, "");
  Sheet sheet(sink);
  sheet.begin(fmt::format("Attestation of the roster of {}, {}", provider.display(), quarter_of(asked_at)));
  sheet.term("As of position", fmt::format("{} (as_of, when it is recorded)", page ? page->truth.true_of : 0));
  sheet.term("Printed", asked_at.text());
  sheet.checkpoint(checkpoint);
  sheet.columns({16, 11, 33, 8, 18, 7, 7}, {"Name", "Username", "Services", "Usable", "Attested last", "Belongs", "Leaves"});
  while (page) {
    for (const AttestationRow& row : page->rows) {
      const std::string attested = row.position == 0 ? std::string{name_of(row.attested)}
                                                     : fmt::format("{} {} by {}", name_of(row.attested), row.at.text(), row.by.text());
      sheet.row({person_of(row.person.last_name, row.person.first_name), row.person.username, joined(row.person.services),
                 row.person.usable() ? "yes" : "no", attested, "", ""});
    }
    if (!page->next) break;
    page = people.page(page_size_max, *page->next);
    if (!page) throw std::runtime_error(page.error().message);  // A sheet that lacks somebody must not be signed.
  }
  sheet.end_rows();
  sheet.signatures({{"Attested by", ""}});
  sheet.end();
}

}  // namespace muniment
