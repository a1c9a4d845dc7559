#include "tools/export/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <stdexcept>
#include <vector>

#include "projections/fact_type.h"
#include "projections/findings/local_clock.h"
#include "projections/findings/rule.h"
#include "tools/export/html.h"
#include "tools/export/text_out.h"
#include "tools/export/trail_export.h"
#include "tools/wire/access_rows.h"
#include "tools/wire/event_cells.h"
#include "tools/wire/finding_rows.h"

namespace muniment {
namespace {

constexpr std::string_view style = R"(
@page { size: letter landscape; margin: 18mm 16mm 16mm;
  @top-right { content: "muniment: access report"; font: 8pt sans-serif; color: #555 }
  @bottom-center { content: "Page " counter(page) " of " counter(pages); font: 8pt sans-serif; color: #555 } }
body { font: 9pt/1.35 "Liberation Sans", "DejaVu Sans", Arial, sans-serif; color: #111; max-width: 247mm; margin: 0 auto }
h1 { font-size: 18pt; margin: 0 0 4mm } h2 { font-size: 12pt; margin: 8mm 0 2mm; break-after: avoid } h3 { font-size: 10pt; break-after: avoid }
table { border-collapse: collapse; table-layout: fixed; width: 100%; font-size: 7.5pt } thead { display: table-header-group }
th, td { border-bottom: .3pt solid #999; padding: .8mm 1.2mm; text-align: left; vertical-align: top; overflow-wrap: anywhere }
th { border-bottom: .8pt solid #333 } tr { break-inside: avoid }
td.mark, th.mark { text-align: center } .small { font-size: 7pt; color: #555 } .number { text-align: right }
.terms th { width: 42mm; font-weight: normal; color: #555; border: 0 } .terms td { border: 0 }
.root { font-family: "Liberation Mono", "DejaVu Sans Mono", monospace; font-size: 8pt }
.signatures { break-inside: avoid } .signatures td { height: 14mm; border-bottom: .6pt solid #333; vertical-align: bottom }
svg text { font: 7pt sans-serif; fill: #333 }
)";

// Rows of all pages of a question.
template <typename Ask, typename Take>
void each_row(const Ask& ask, const Take& take) {
  std::string cursor;
  do {
    const auto page = ask(cursor);
    if (!page) throw std::runtime_error(page.error().message);
    for (const auto& row : page->rows) take(row);
    cursor = page->next.value_or("");
  } while (!cursor.empty());
}

}  // namespace

class Report::Writer {
 public:
  Writer(ReportSources sources, ReportQuestion question) : sources_(std::move(sources)), question_(std::move(question)) {}

  bool write_next() {
    switch (part_) {
      case Part::cover:
        write_cover();
        part_ = Part::access;
        return true;
      case Part::access:
        write_access();
        part_ = Part::timeline;
        return true;
      case Part::timeline:
        begin_timeline();
        part_ = Part::events;
        return true;
      case Part::events:
        if (!write_events()) part_ = Part::findings;
        return true;
      case Part::findings:
        write_findings();
        write_signatures();
        part_ = Part::none;
        return true;
      case Part::none:
        break;
    }
    return false;
  }
  std::string take() { return std::exchange(out_, {}); }
  std::uint64_t rows() const { return rows_; }

 private:
  enum class Part { cover, access, timeline, events, findings, none };

  std::string local(Timestamp time) {
    const view::LocalTime at = clock_.at(time, question_.zone);
    return fmt::format("{} {:02}:{:02}", view::date_of(at.day), at.minute / 60, at.minute % 60);
  }

  void put_term(std::string_view term, std::string_view text, std::string_view css = {}) {
    out_ += "<tr><th>";
    put_html(out_, term);
    out_ += css.empty() ? "</th><td>" : fmt::format("</th><td class=\"{}\">", css);
    put_html(out_, text);
    out_ += "</td></tr>\n";
  }

  void write_cover() {
    out_ = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Access report</title><style>";
    out_ += style;
    out_ += "</style></head><body>\n";
    const auto time_or = [&](const std::optional<Timestamp>& time, const char* otherwise) { return time ? local(*time) : otherwise; };
    out_ += "<h1>Access report</h1>\n<table class=\"terms\">\n";
    put_term("Log", sources_.origin);
    put_term("Provider", question_.provider ? question_.provider->display() : "all");
    put_term("Account", question_.username ? question_.username->text() : "all");
    put_term("Access as of", time_or(question_.moment.at, "all that is recorded"));
    put_term("Timeline from", time_or(question_.from, "the beginning"));
    put_term("Timeline to", time_or(question_.to, "the end"));
    put_term("Times are in", question_.zone);
    put_term("True of position", std::to_string(*question_.moment.position));
    if (const auto missing = incomplete(); !missing.empty())
      put_term("May be incomplete", fmt::format("The views could not handle the events {}.", fmt::join(missing, ", ")));
    put_term("Checkpoint", fmt::format("of size {}, root", sources_.checkpoint_size));
    put_term("", sources_.checkpoint_root, "root");
    put_term("Made", local(question_.now));
    put_term("Prepared by", question_.preparer.empty() ? "____________________" : question_.preparer);
    out_ +=
        "</table>\n<p class=\"small\">It shows who could act, not who did, and what there is to examine. Nothing in it says that anything "
        "complies. Numbers beside marks and in lists are positions of events; each can be proved against the checkpoint.</p>\n";
  }

  // What the views could not handle, and what could have changed one of the answers.
  std::vector<Position> incomplete() {
    std::vector<Position> out;
    const auto add = [&out](const auto& page) {
      if (!page) throw std::runtime_error(page.error().message);
      out.insert(out.end(), page->truth.incomplete.begin(), page->truth.incomplete.end());
    };
    AccessQuery of_access = access();
    TrailQuery of_trail = timeline();
    FindingsQuery of_findings = findings();
    of_access.limit = of_trail.limit = of_findings.limit = 1;
    add(sources_.access.as_of(of_access));
    add(sources_.trail.search(of_trail));
    add(sources_.findings.search(of_findings));
    std::ranges::sort(out);
    const auto doubled = std::ranges::unique(out);
    out.erase(doubled.begin(), doubled.end());
    return out;
  }

  AccessQuery access() const {
    return {.provider = question_.provider, .username = question_.username, .moment = question_.moment, .limit = page_size_max};
  }

  // A provider's matrix is written when the rows of the next one begin: they come in the order of providers.
  void write_access() {
    out_ += "<h2>Access</h2>\n";
    std::vector<AccessRow> of_provider;
    bool is_empty = true;
    AccessQuery query = access();
    each_row(
        [&](const std::string& cursor) {
          query.cursor = cursor;
          return sources_.access.as_of(query);
        },
        [&](const AccessRow& row) {
          is_empty = false;
          if (!of_provider.empty() && of_provider.front().provider != row.provider) write_provider(std::exchange(of_provider, {}));
          of_provider.push_back(row);
        });
    if (!of_provider.empty()) write_provider(of_provider);
    out_ += is_empty ? "<p>Nobody held anything.</p>\n"
                     : "<p class=\"small\">&#9679; held and usable; &#9675; held and not usable, and why. Beside it the position of the "
                       "grant.</p>\n";
  }

  // So many services beside each other as can be read; the others in matrices below, of those who hold any of them.
  void write_provider(const std::vector<AccessRow>& rows) {
    std::set<std::string> distinct;
    for (const AccessRow& row : rows) distinct.insert(row.service);
    const std::vector<std::string> services(distinct.begin(), distinct.end());
    rows_ += rows.size();
    for (std::size_t first = 0; first < services.size(); first += services_a_matrix) {
      const auto shown = std::span(services).subspan(first, std::min(services_a_matrix, services.size() - first));
      out_ += "<h3>";
      put_html(out_, rows.front().provider.display());
      if (services.size() > services_a_matrix)
        out_ += fmt::format(", services {} to {} of {}", first + 1, first + shown.size(), services.size());
      out_ += "</h3>\n";
      write_matrix(rows, shown);
    }
  }

  void write_matrix(const std::vector<AccessRow>& rows, std::span<const std::string> services) {
    std::map<std::string, std::map<std::string, const AccessRow*>> people;
    for (const AccessRow& row : rows) {
      if (row.service >= services.front() && row.service <= services.back()) people[row.username][row.service] = &row;
    }
    std::vector<unsigned> widths(services.size() + 1, share_of_service);
    widths.front() = 100 - share_of_service * static_cast<unsigned>(services.size());
    put_columns(out_, widths);
    out_ += "<thead><tr><th>Account</th>";
    for (const std::string& service : services) {
      out_ += "<th class=\"mark\">";
      put_breakable(out_, service);
      out_ += "</th>";
    }
    out_ += "</tr></thead><tbody>\n";
    for (const auto& [person, held] : people) {
      out_ += "<tr><td>";
      put_html(out_, person);
      out_ += "</td>";
      for (const std::string& service : services) {
        const auto found = held.find(service);
        put_mark(found == held.end() ? nullptr : found->second);
      }
      out_ += "</tr>\n";
    }
    out_ += "</tbody></table>\n";
  }

  void put_mark(const AccessRow* row) {
    if (row == nullptr) {
      out_ += "<td></td>";
      return;
    }
    out_ += row->usable() ? "<td class=\"mark\">&#9679; " : "<td class=\"mark\">&#9675; ";
    out_ += fmt::format("<span class=\"small\">{}", row->granted.position);
    for (const std::string& why : names_of(row->unusable)) {
      out_ += ", ";
      put_html(out_, why);
    }
    out_ += "</span></td>";
  }

  TrailQuery timeline() const {
    return {.username = question_.username,
            .provider = question_.provider,
            .from = question_.from,
            .to = question_.to,
            .newest_first = false,
            .moment = question_.moment,
            .limit = page_size_max};
  }

  std::expected<Page<TrailRow>, BadCursor> events(std::size_t limit, const std::string& cursor) const {
    TrailQuery query = timeline();
    query.limit = limit;
    query.cursor = cursor;
    return sources_.trail.search(query);
  }

  void begin_timeline() {
    out_ += "<h2>Timeline</h2>\n";
    std::vector<Timestamp> times;
    each_row([&](const std::string& cursor) { return events(page_size_max, cursor); },
             [&](const TrailRow& row) { times.push_back(row.at); });
    put_bars(out_, bars_of(times));
    put_columns(out_, {15, 8, 15, 13, 8, 10, 10, 21});
    out_ +=
        "<thead><tr><th>When</th><th class=\"number\">Position</th><th>What</th><th>By</th><th>By right of</th><th>Provider</th>"
        "<th>Account</th><th>Detail</th></tr></thead><tbody>\n";
  }

  // A page of them; false: it was the last one.
  bool write_events() {
    const auto page = events(events_at_once, cursor_);
    if (!page) throw std::runtime_error(page.error().message);
    read_rows(sources_.log, page->rows, [&](schema::Event::Reader event) { put_event(event); });
    cursor_ = page->next.value_or("");
    if (cursor_.empty()) out_ += "</tbody></table>\n";
    return !cursor_.empty();
  }

  // So many events in each day, month or year, whichever makes a row of bars that can be read.
  std::vector<Bar> bars_of(const std::vector<Timestamp>& times) {
    if (times.empty()) return {};
    const auto [first, last] = std::ranges::minmax(times);
    constexpr std::int64_t days_of_days = 62;
    constexpr std::int64_t days_of_months = std::int64_t{3} * 366;
    const std::int64_t days = clock_.at(last, question_.zone).day - clock_.at(first, question_.zone).day;
    const std::size_t digits = days <= days_of_days ? 10 : days <= days_of_months ? 7 : 4;  // Of YYYY-MM-DD.
    std::map<std::string, std::uint64_t> counts;
    const auto label_of = [&](std::int64_t day) { return view::date_of(day).substr(0, digits); };
    // Those too in which there was nothing.
    for (std::int64_t day = clock_.at(first, question_.zone).day; day <= clock_.at(last, question_.zone).day; ++day) counts[label_of(day)];
    for (const Timestamp time : times) ++counts[label_of(clock_.at(time, question_.zone).day)];
    std::vector<Bar> out;
    for (const auto& [label, count] : counts) out.push_back({label, count});
    return out;
  }

  void put_event(schema::Event::Reader event) {
    ++rows_;
    const auto provider = provider_of(event);
    actor_.clear();
    put_principal(actor_, event.getActor().getKind(), text_of(event.getActor().getName()));
    out_ += "<tr>";
    put_cell(out_, local(occurred_at(event)));
    out_ += fmt::format("<td class=\"number\">{}</td>", event.getPosition());
    put_cell(out_, fact_name(static_cast<FactNumber>(event.getFact().which())));
    put_cell(out_, actor_);
    put_cell(out_, name_of(event.getAuthority()));
    put_cell(out_, provider ? provider->display() : std::string{});
    put_cell(out_, text_of(event.getUsername()));
    put_cell(out_, summary_of(event));
    out_ += "</tr>\n";
  }

  FindingsQuery findings() const {
    FindingsQuery out{.now = question_.judged_at, .since = question_.from, .provider = question_.provider, .moment = question_.moment};
    out.limit = page_size_max;
    return out;
  }

  // Whom it is about, or who is the other one in it: who granted, in imported history too, or who was it before.
  static bool concerns(const Finding& finding, std::string_view username) {
    constexpr std::string_view elsewhere = "outsider:";
    std::string_view other = finding.other;
    if (other.starts_with(elsewhere)) other.remove_prefix(elsewhere.size());
    return finding.subject == username || other == username;
  }

  void write_findings() {
    out_ += "<h2>Findings</h2>\n";
    put_columns(out_, {12, 7, 5, 8, 9, 9, 9, 11, 8, 8, 14});
    out_ +=
        "<thead><tr><th>Rule</th><th>Severity</th><th>State</th><th>Provider</th><th>About</th><th>First "
        "seen</th>"
        "<th>Last seen</th><th>Service</th><th>Other</th><th>Evidence</th><th>Disposition</th></tr></thead><tbody>\n";
    std::set<Rule> met;
    FindingsQuery query = findings();
    each_row(
        [&](const std::string& cursor) {
          query.cursor = cursor;
          return sources_.findings.search(query);
        },
        [&](const Finding& finding) {
          if (question_.username && !concerns(finding, question_.username->text())) return;
          met.insert(finding.rule);
          put_finding(finding);
        });
    out_ += "</tbody></table>\n";
    if (met.empty()) out_ += "<p>None.</p>\n";
    out_ += "<table class=\"terms\">\n";
    for (const Rule rule : met) {
      const RuleEntry& entry = entry_of(rule);
      put_term(entry.id, fmt::format("{} Helps to examine {}.", entry.text, entry.examines));
    }
    out_ += "</table>\n";
  }

  void put_finding(const Finding& finding) {
    ++rows_;
    const RuleEntry& entry = entry_of(finding.rule);
    out_ += "<tr>";
    for (const std::string_view text : {std::string_view{entry.id}, name_of(entry.severity), name_of(finding.state)}) put_cell(out_, text);
    put_cell(out_, finding.provider.display());
    put_cell(out_, finding.subject);
    put_cell(out_, local(finding.first_seen));
    put_cell(out_, local(finding.last_seen));
    put_cell(out_, finding.service);
    put_cell(out_, finding.other);
    put_cell(out_, fmt::format("{}", fmt::join(finding.evidence, ", ")));
    put_cell(out_, finding.disposal ? disposition(*finding.disposal) : std::string{});
    out_ += "</tr>\n";
  }

  // What was said last of a finding, until when and by whom, at which position; and whether somebody has to look at it all the same.
  std::string disposition(const FindingDisposal& said) {
    std::string out{name_of(said.disposition)};
    if (said.until) out += " until " + local(*said.until);
    out += fmt::format(", by {} at {}", said.by, said.position);
    return said.counts ? out : out + "; counts again";
  }

  void write_signatures() {
    out_ +=
        "<h2>Signatures</h2>\n<table "
        "class=\"signatures\"><thead><tr><th></th><th>Name</th><th>Signature</th><th>Date</th></tr></thead><tbody>\n";
    for (const std::string_view role : {"Prepared by", "Reviewed by", "Approved by"}) {
      const bool is_known = role == "Prepared by" && !question_.preparer.empty();
      out_ += "<tr>";
      put_cell(out_, role);
      put_cell(out_, is_known ? std::string_view{question_.preparer} : std::string_view{});
      out_ += "<td></td><td></td></tr>\n";
    }
    out_ += "</tbody></table>\n</body></html>\n";
  }

  static constexpr std::size_t events_at_once = 1000;
  static constexpr std::size_t services_a_matrix = 12;
  static constexpr unsigned share_of_service = 7;  // Of the width, in hundredths; the rest is the account's.

  const ReportSources sources_;
  const ReportQuestion question_;
  Part part_ = Part::cover;
  std::string cursor_;  // Of the timeline.
  view::LocalClock clock_;
  std::string out_;
  std::string actor_;
  std::uint64_t rows_ = 0;
};

bool is_time_zone(std::string_view name) { return view::LocalClock().knows(name); }

Report::Report(ReportSources sources, ReportQuestion question)
    : writer_(std::make_unique<Writer>(std::move(sources), std::move(question))) {}
Report::~Report() = default;

bool Report::next(std::string& out) {
  if (!writer_->write_next()) return false;
  out += writer_->take();
  return true;
}

std::uint64_t Report::rows() const { return writer_->rows(); }

}  // namespace muniment
