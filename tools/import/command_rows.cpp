#include "tools/import/command_rows.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "events/json/json_string.h"
#include "events/values/bytes.h"
#include "events/values/provider_id.h"
#include "events/values/timestamp.h"
#include "events/values/username.h"
#include "tools/wire/command_reader.h"

namespace muniment {
namespace {

constexpr std::size_t import_name_max = 32;
constexpr std::size_t digest_bytes = 16;  // Of a row that is known by its content.

using Form = RowField::Form;

constexpr std::array account_fields{
    RowField{"provider", Form::text, true},
    RowField{"username"},
    RowField{"last_name"},
    RowField{"first_name"},
    RowField{"middle_initial"},
    RowField{"birth_day", Form::birth_day},
    RowField{"email"},
    RowField{"zip"},
    RowField{"pin"},
    RowField{"services", Form::list, true},
    RowField{"allow_duplicate", Form::flag},
    RowField{"requested_by"},
    RowField{"approved_by"},
    RowField{"reason"},
    RowField{"reference"},
};
// Of a row that has a username, which is somebody who has an account already.
constexpr std::array<std::string_view, 7> link_fields{"provider",    "username", "services", "requested_by",
                                                      "approved_by", "reason",   "reference"};

constexpr std::array sign_in_fields{
    RowField{"username", Form::text, true},
    RowField{"at", Form::time, true},
    RowField{"success", Form::flag},
    RowField{"place"},
};
constexpr std::array departure_fields{
    RowField{"username", Form::text, true},
    RowField{"left_at", Form::time, true},
    RowField{"provider"},
    RowField{"requested_by"},
    RowField{"reason"},
    RowField{"reference"},
};

std::string digest_of(std::string_view text) {
  std::array<Byte, EVP_MAX_MD_SIZE> whole{};
  if (EVP_Digest(text.data(), text.size(), whole.data(), nullptr, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("OpenSSL gives no SHA-256: check its configuration and its providers");
  return to_hex(std::span<const Byte>(whole).first(digest_bytes));
}

// One spelling of what can be spelled in several ways. What is of no form stays, and whoever reads the command refuses it.
std::string in_one_spelling(const RowField& field, const std::string& text) {
  if (field.form == Form::time) {
    const auto time = Timestamp::parse(text);
    return time ? time->text() : text;
  }
  if (field.name == "username") {
    const auto username = Username::parse(text);
    return username ? username->text() : text;
  }
  if (field.name == "provider") {
    const auto provider = ProviderId::parse(text);
    return provider ? provider->text() : text;
  }
  return text;
}

void write_value(std::string& out, const RowField& field, const std::vector<std::string>& values) {
  if (field.form == Form::flag) {
    out += values.front();
  } else if (field.form != Form::list) {
    write_json_string(out, values.front());
  } else {
    out += '[';
    for (const std::string& value : values) {
      if (&value != values.data()) out += ',';
      write_json_string(out, value);
    }
    out += ']';
  }
}

class RowCommands {
 public:
  explicit RowCommands(const RowTerms& terms) : terms_(terms) {}

  // A row of a signal is brought into one spelling first, so that the same said otherwise is the same command.
  std::string json_of(Row& row) {
    const bool is_link = terms_.kind == RowKind::accounts && row.has("username");
    if (terms_.kind != RowKind::accounts) spell(row);
    std::string body;
    for (const RowField& field : fields_of(terms_.kind)) {
      const auto values = row.values.find(field.name);
      if (values == row.values.end() || (is_link && std::ranges::find(link_fields, field.name) == link_fields.end())) continue;
      body += fmt::format(",\"{}\":", field.name);
      write_value(body, field, values->second);
    }
    std::string out = fmt::format("{{\"type\":\"{}\",\"command_id\":\"{}\",\"actor\":", type(is_link), command_id(row));
    write_json_string(out, terms_.actor);
    return out + body + '}';
  }

 private:
  void spell(Row& row) const {
    for (const RowField& field : fields_of(terms_.kind)) {
      if (const auto values = row.values.find(field.name); values != row.values.end())
        values->second.front() = in_one_spelling(field, values->second.front());
    }
    if (terms_.kind == RowKind::sign_ins) row.values.try_emplace("success", std::vector<std::string>{"true"});
  }

  std::string_view type(bool is_link) const {
    switch (terms_.kind) {
      case RowKind::accounts:
        return is_link ? "link_subordinate" : "create_subordinate";
      case RowKind::sign_ins:
        return "record_sign_in";
      case RowKind::departures:
        break;
    }
    return "report_departure";
  }

  // Signals are known by what the log has of them in the clear, sign-ins also by how many of the same stand before, because two may be of
  // one second; accounts, whose rows are personal, by their lines.
  std::string command_id(const Row& row) {
    if (terms_.kind == RowKind::accounts) return fmt::format("accounts:{}:{}", terms_.name, row.line);
    const std::string_view what = terms_.kind == RowKind::sign_ins ? "sign-in" : "departure";
    std::string known_by = fmt::format("muniment/{}/1", what);
    for (const std::string_view field : {"username", "at", "success", "left_at", "provider"}) {
      const auto values = row.values.find(field);
      known_by += '\n';
      if (values != row.values.end()) known_by += values->second.front();
    }
    const std::uint32_t ordinal = terms_.kind == RowKind::sign_ins ? same_[known_by]++ : 0;
    return fmt::format("{}:{}", what, digest_of(fmt::format("{}\n{}", known_by, ordinal)));
  }

  const RowTerms& terms_;
  std::map<std::string, std::uint32_t> same_;  // How often what a signal is known by was there.
};

// An error of a command under the file's heading.
std::string told(const JsonError& error, const ColumnMap& map) {
  const std::string field = error.path.substr(0, error.path.find_first_of("[."));
  const std::string_view heading = map.heading_of(field);
  return heading == field ? error.message() : fmt::format("{} ({}): {}", heading, error.path, error.problem);
}

}  // namespace

std::span<const RowField> fields_of(RowKind kind) {
  switch (kind) {
    case RowKind::accounts:
      return account_fields;
    case RowKind::sign_ins:
      return sign_in_fields;
    case RowKind::departures:
      break;
  }
  return departure_fields;
}

bool is_import_name(std::string_view name) {
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_";
  return !name.empty() && name.size() <= import_name_max && name.find_first_not_of(allowed) == std::string_view::npos;
}

CommandRows read_command_rows(std::istream& in, const RowTerms& terms) {
  CommandRows out;
  RowReader reader(in, fields_of(terms.kind), terms.map);
  RowCommands commands(terms);
  CommandReader check;
  std::string id;
  for (Row row; reader.next(row);) {
    std::string json = commands.json_of(row);
    if (const auto command = check.read(json, id)) {
      out.rows.push_back({.line = row.line, .json = std::move(json), .is_known_by_id = terms.kind != RowKind::accounts});
    } else {
      out.problems.push_back({row.line, told(command.error(), terms.map)});
    }
  }
  std::ranges::copy(reader.problems(), std::back_inserter(out.problems));
  std::ranges::stable_sort(out.problems, {}, &RowProblem::line);
  out.extra_columns = reader.extra_columns();
  return out;
}

}  // namespace muniment
