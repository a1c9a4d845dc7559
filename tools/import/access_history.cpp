#include "tools/import/access_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "commands/field.h"
#include "events/record/record.h"
#include "events/values/text.h"
#include "tools/import/csv_reader.h"

namespace muniment {
namespace {

constexpr std::size_t absent = static_cast<std::size_t>(-1);
constexpr std::size_t person_max = 200;
constexpr std::size_t reference_max = 128;
constexpr std::size_t provider_name_max = 200;

struct ColumnName {
  std::string_view name;
  bool is_required;
};

bool is_printable(const std::string& text) { return is_utf8(text) && !has_control_characters(text); }

// Where each column stands in the file, or `absent`. Says what is missing or there twice; nothing: the heading is good.
std::string find_columns(const std::vector<std::string>& heading, const std::vector<ColumnName>& names, std::vector<std::size_t>& places) {
  // The names of others are repeated to whoever imports them.
  if (!std::all_of(heading.begin(), heading.end(), is_printable)) return "expected names of columns in UTF-8, without control characters";
  std::string problem;
  for (const ColumnName& column : names) {
    const auto found = std::find(heading.begin(), heading.end(), column.name);
    places.push_back(found == heading.end() ? absent : static_cast<std::size_t>(found - heading.begin()));
    const bool is_twice = found != heading.end() && std::find(found + 1, heading.end(), column.name) != heading.end();
    if (is_twice || (found == heading.end() && column.is_required)) {
      problem += fmt::format("{}expected one column {}", problem.empty() ? "" : "; ", column.name);
    }
  }
  return problem;
}

std::vector<std::string> others(const std::vector<std::string>& heading, const std::vector<ColumnName>& names) {
  std::vector<std::string> out;
  for (const std::string& name : heading) {
    const bool is_ours = std::any_of(names.begin(), names.end(), [&](const ColumnName& column) { return column.name == name; });
    if (!is_ours) out.push_back(name);
  }
  return out;
}

// What is wrong with a record as such; nothing: it has a field for every column, all of them text.
std::string problem_of(const std::vector<std::string>& fields, std::size_t columns) {
  if (fields.size() != columns) return fmt::format("expected {} fields, as the first line has", columns);
  if (!std::all_of(fields.begin(), fields.end(), [](const std::string& field) { return is_utf8(field); }))
    return "expected UTF-8 without U+0000";
  return {};
}

// Collects what is wrong with one line.
class Problems {
 public:
  void add(std::string_view field, std::string_view expected) {
    text_ += fmt::format("{}{}: expected {}", text_.empty() ? "" : "; ", field, expected);
  }
  // The value, or its default and a problem more.
  template <typename T>
  T take(Field<T> field) {
    if (field) return std::move(*field);
    add(field.error().field, field.error().expected);
    return T{};
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace

struct AccessHistory::ChangeColumns {
  enum Name { occurred_at, actor, action, provider, username, service, reference, requested_by, approved_by, reason };
  static const std::vector<ColumnName>& names() {
    static const std::vector<ColumnName> all{{"occurred_at", true},  {"actor", true},   {"action", true},     {"provider", true},
                                             {"username", true},     {"service", true}, {"reference", false}, {"requested_by", false},
                                             {"approved_by", false}, {"reason", false}};
    return all;
  }
  const std::string& of(const std::vector<std::string>& fields, Name name) const {
    static const std::string nothing;
    return places[name] == absent ? nothing : fields[places[name]];
  }
  std::vector<std::size_t> places;
};

AccessHistory::AccessHistory(std::istream& providers, std::istream& changes, const std::function<void(std::size_t)>& progress) {
  read_providers(providers);
  read_changes(changes, progress);
}

void AccessHistory::read_providers(std::istream& in) {
  static const std::vector<ColumnName> names{{"provider", true}, {"name", true}, {"organization", false}};
  CsvReader csv(in, "the providers file");
  std::vector<std::string> fields;
  std::vector<std::size_t> places;
  std::unordered_set<ProviderId> seen;
  std::string problem = "expected a first line with the names of the columns";
  const auto first = csv.next(fields);
  const std::size_t columns = fields.size();
  if (first == CsvReader::Result::record) problem = find_columns(fields, names, places);
  if (!problem.empty()) return add_bad(HistoryFile::providers, 1, problem);
  extra_provider_columns_ = others(fields, names);
  for (auto result = csv.next(fields); result != CsvReader::Result::end; result = csv.next(fields)) {
    problem = result == CsvReader::Result::bad ? csv.problem() : problem_of(fields, columns);
    if (problem.empty()) {
      Problems problems;
      const auto id = provider_field(reader_of(fields[places[0]]));
      if (!id) problems.add(id.error().field, id.error().expected);
      auto name = problems.take(text_field(reader_of(fields[places[1]]), "name", provider_name_max));
      std::string organization;
      if (places[2] != absent)
        organization = problems.take(optional_text_field(reader_of(fields[places[2]]), "organization", provider_name_max));
      problem = problems.text();
      if (problem.empty() && !seen.insert(*id).second) problem = "provider: expected each provider once";
      if (problem.empty()) providers_.push_back({csv.line(), *id, std::move(name), std::move(organization)});
    }
    if (!problem.empty()) add_bad(HistoryFile::providers, csv.line(), problem);
  }
}

void AccessHistory::read_changes(std::istream& in, const std::function<void(std::size_t)>& progress) {
  CsvReader csv(in, "the changes file");
  std::vector<std::string> fields;
  ChangeColumns columns;
  std::string problem = "expected a first line with the names of the columns";
  const auto first = csv.next(fields);
  const std::size_t count = fields.size();
  if (first == CsvReader::Result::record) problem = find_columns(fields, ChangeColumns::names(), columns.places);
  if (!problem.empty()) return add_bad(HistoryFile::changes, 1, problem);
  extra_columns_ = others(fields, ChangeColumns::names());
  for (auto result = csv.next(fields); result != CsvReader::Result::end; result = csv.next(fields)) {
    problem = result == CsvReader::Result::bad ? csv.problem() : problem_of(fields, count);
    if (problem.empty()) {
      read_change(columns, fields, csv.line());
    } else {
      add_bad(HistoryFile::changes, csv.line(), problem);
    }
    if (progress) progress(csv.line());
  }
}

void AccessHistory::read_change(const ChangeColumns& columns, const std::vector<std::string>& fields, std::size_t line) {
  using Name = ChangeColumns::Name;
  const auto text = [&](Name name) -> const std::string& { return columns.of(fields, name); };
  Problems problems;
  // Somebody there, in that organization's words.
  const auto person = [&](Name name) {
    return keep(problems.take(optional_text_field(reader_of(text(name)), ChangeColumns::names()[name].name, person_max)));
  };
  const auto at = Timestamp::parse(text(Name::occurred_at));
  if (!at) problems.add("occurred_at", "a time such as 2020-04-02T10:32:23Z, from 1970 to 2261");
  const auto action = text(Name::action) == "grant"    ? HistoryChange::Action::grant
                      : text(Name::action) == "revoke" ? HistoryChange::Action::revoke
                                                       : HistoryChange::Action::unknown;
  if (action == HistoryChange::Action::unknown) problems.add("action", "grant or revoke");
  const auto provider = provider_field(reader_of(text(Name::provider)));
  if (!provider) problems.add("provider", provider.error().expected);
  const auto username = username_field(reader_of(text(Name::username)));
  if (!username) problems.add("username", username.error().expected);
  const auto service = service_field(reader_of(text(Name::service)));
  if (!service) problems.add("service", service.error().expected);
  const std::string_view actor = person(Name::actor);
  const std::string_view requested_by = person(Name::requested_by);
  const std::string_view approved_by = person(Name::approved_by);
  std::string_view reason;
  if (!text(Name::reason).empty()) reason = keep(problems.take(code_field(reader_of(text(Name::reason)), "reason")));
  const std::string reference = problems.take(optional_text_field(reader_of(text(Name::reference)), "reference", reference_max));
  if (!problems.text().empty()) add_bad(HistoryFile::changes, line, problems.text());
  if (!provider || !username || !service) return;
  changes_.push_back({line, !problems.text().empty(), action, at.value_or(Timestamp{}), *provider, keep(username->text()), keep(*service),
                      actor, keep(reference), requested_by, approved_by, reason});
}

std::string_view AccessHistory::keep(std::string_view text) { return *texts_.emplace(text).first; }

}  // namespace muniment
