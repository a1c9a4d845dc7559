#include "projections/attestation.h"

#include <map>

namespace muniment {
namespace {

constexpr std::size_t sheet_page_rows = 1000;

struct Word {
  bool is_confirmed = false;
  Position as_of = 0;
  Position position = 0;
  Timestamp at;
  Principal by;
};

using Words = std::map<std::string, Word, std::less<>>;  // By username: the last about each.

void take_words(schema::Event::Reader event, Words& words) {
  const auto roster = event.getFact().getRosterAttested();
  Word word{.is_confirmed = true,
            .as_of = roster.getAsOf(),
            .position = event.getPosition(),
            .at = occurred_at(event),
            .by = {event.getActor().getKind(), std::string{text_of(event.getActor().getName())}}};
  for (const auto username : roster.getConfirmed()) words.insert_or_assign(std::string{text_of(username)}, word);
  word.is_confirmed = false;
  for (const auto username : roster.getRejected()) words.insert_or_assign(std::string{text_of(username)}, word);
}

Attested attested_by(const Word& word, const RosterRow& person) {
  if (!word.is_confirmed) return Attested::rejected;
  return person.changed_position > word.as_of ? Attested::outdated : Attested::confirmed;
}

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

WholeAnswer<AttestationRow> Attestations::sheet(const AttestationQuery& query) const {
  WholeAnswer<AttestationRow> out;
  RosterQuery people{.provider = query.provider, .moment = query.moment, .limit = sheet_page_rows};
  while (true) {
    const auto page = roster_.search(people);
    if (!page) throw std::logic_error("the cursor of a page is not taken for the next one");
    out.truth = page->truth;
    for (const RosterRow& person : page->rows) out.rows.push_back({.person = person});
    if (!page->next) break;
    people.cursor = *page->next;
  }
  Words words;
  TrailQuery attested{.provider = query.provider,
                      .type = fact_number("roster_attested"),
                      .from = query.since,
                      .newest_first = false,
                      .moment = {.at = query.moment.at, .position = out.truth.true_of},
                      .limit = sheet_page_rows};
  while (true) {
    const auto page = trail_.search(attested);
    if (!page) throw std::logic_error("the cursor of a page is not taken for the next one");
    for (const TrailRow& row : page->rows) {
      log_.read(0, row.position, row.position, [&](Position, RecordWords record) {
        RecordReader reader(record);
        take_words(reader.event(), words);
        return false;
      });
    }
    if (!page->next) break;
    attested.cursor = *page->next;
  }
  for (AttestationRow& row : out.rows) {
    const auto word = words.find(row.person.username);
    if (word == words.end()) continue;
    row.attested = attested_by(word->second, row.person);
    row.as_of = word->second.as_of;
    row.position = word->second.position;
    row.at = word->second.at;
    row.by = word->second.by;
  }
  return out;
}

}  // namespace muniment
