#include "projections/attestation.h"

#include "projections/cursor.h"

namespace muniment {
namespace {

constexpr char cursor_of_sheet = 'w';
constexpr std::size_t attestations_at_once = 20;

}  // namespace

std::string_view name_of(Attested attested) {
  switch (attested) {
    case Attested::no:
      return "no";
    case Attested::confirmed:
      return "confirmed";
    case Attested::rejected:
      return "rejected";
    case Attested::outdated:
      break;
  }
  return "outdated";
}

AttestationSheet::AttestationSheet(const EventLog& log, const Trail& trail, const Roster& roster, AttestationQuery query)
    : log_(log),
      trail_(trail),
      roster_(roster),
      query_(query),
      attested_{.provider = query_.provider,
                .type = fact_number("roster_attested"),
                .from = query_.since,
                .moment = query_.moment,
                .limit = attestations_at_once} {
  const Position all = std::min(trail_.position(), roster_.position());
  attested_.moment.position = std::min(all, query_.moment.position.value_or(all));
}

void AttestationSheet::take(schema::Event::Reader event) {
  const auto roster = event.getFact().getRosterAttested();
  Word word{.is_confirmed = true,
            .as_of = roster.getAsOf(),
            .position = event.getPosition(),
            .at = occurred_at(event),
            .by = {event.getActor().getKind(), std::string{text_of(event.getActor().getName())}}};
  for (const auto username : roster.getConfirmed()) words_.try_emplace(std::string{text_of(username)}, word);
  word.is_confirmed = false;
  for (const auto username : roster.getRejected()) words_.try_emplace(std::string{text_of(username)}, word);
}

bool AttestationSheet::read_more(Truth& truth) {
  if (!has_more_) return false;
  const auto page = trail_.search(attested_);
  if (!page) throw std::logic_error("the cursor of a page is not taken for the next one");
  merge(truth, page->truth);
  for (const TrailRow& row : page->rows) {
    log_.read(0, row.position, row.position, [&](Position, RecordWords words) {
      RecordReader record(words);
      take(record.event());
      return false;
    });
    read_down_to_ = row.position;
  }
  has_more_ = page->next.has_value();
  attested_.cursor = page->next.value_or("");
  return true;
}

const AttestationSheet::Word* AttestationSheet::word_about(const std::string& username, Position linked, Truth& truth) {
  while (true) {
    const auto found = words_.find(username);
    if (found != words_.end()) return found->second.as_of < linked ? nullptr : &found->second;
    if (read_down_to_ < linked || !read_more(truth)) return nullptr;
  }
}

std::expected<Page<AttestationRow>, BadCursor> AttestationSheet::page(std::size_t limit, const std::string& cursor) {
  view::Fingerprint question;
  question.add(query_.provider.text());
  question.add(query_.since ? std::optional{static_cast<std::uint64_t>(query_.since->ns)} : std::nullopt);
  question.add(query_.moment.at ? std::optional{static_cast<std::uint64_t>(query_.moment.at->ns)} : std::nullopt);
  question.add(query_.moment.position);
  RosterQuery people{.provider = query_.provider, .moment = attested_.moment, .limit = limit};
  if (!cursor.empty()) {
    const auto read = view::read_cursor(cursor_of_sheet, question, cursor);
    if (!read) return std::unexpected(read.error());
    if (read->position > *attested_.moment.position) return std::unexpected(view::cursor_ahead(read->position, *attested_.moment.position));
    people.moment.position = read->position;
    people.cursor = read->place;
  }
  const auto found = roster_.search(people);
  if (!found) return std::unexpected(found.error());
  Page<AttestationRow> out{.rows = {}, .truth = found->truth, .next = {}};
  if (found->next) out.next = view::write_cursor(cursor_of_sheet, question, {*people.moment.position, *found->next});
  for (const RosterRow& person : found->rows) {
    AttestationRow row{.person = person};
    if (const Word* word = word_about(person.username, person.linked_position, out.truth)) {
      const bool has_changed = person.changed_position > word->as_of;
      row.attested = !word->is_confirmed ? Attested::rejected : has_changed ? Attested::outdated : Attested::confirmed;
      row.as_of = word->as_of;
      row.position = word->position;
      row.at = word->at;
      row.by = word->by;
    }
    out.rows.push_back(std::move(row));
  }
  return out;
}

}  // namespace muniment
