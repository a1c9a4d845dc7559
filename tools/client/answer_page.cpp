#include "tools/client/answer_page.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace muniment {
namespace {

// What some answers say beside their rows: of the log, of a review, and of what was counted.
constexpr std::array<std::string_view, 9> remark_names{
    "log_size", "log_root", "opened_position", "closed_position", "sealed_position", "digest", "signed_by", "unit", "counted_since"};

using simdjson::ondemand::json_type;

// One thread's parser, with its buffers.
simdjson::ondemand::parser& parser() {
  thread_local simdjson::ondemand::parser one;
  return one;
}

Position position_in(std::string_view text) {
  Position out = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || stop != text.data() + text.size())
    throw AnswerUnreadable("the node's answer has no position where one is due");
  return out;
}

std::vector<std::string> texts_of(simdjson::ondemand::array list) {
  std::vector<std::string> out;
  for (auto text : list) out.emplace_back(std::string_view{text.get_string()});
  return out;
}

Cell cell_of(simdjson::ondemand::value value) {
  switch (value.type().value()) {
    case json_type::string:
      return std::string{std::string_view{value.get_string()}};
    case json_type::boolean:
      return bool{value.get_bool()};
    case json_type::array:
      return texts_of(value.get_array());
    case json_type::number:
      return std::string{std::string_view{value.raw_json_token()}};
    default:
      return Cell{};
  }
}

// Calls `visit` with the name and the value of each member.
template <typename Visit>
void for_each_member(std::string_view json, const Visit& visit) {
  try {
    const simdjson::padded_string padded(json);
    auto document = parser().iterate(padded);
    for (auto field : document.get_object()) {
      const std::string name{std::string_view{field.unescaped_key()}};
      visit(name, field.value().value());
    }
  } catch (const simdjson::simdjson_error&) {
    throw AnswerUnreadable("what answers is no node, or one that this program does not know");
  }
}

}  // namespace

AnswerPage read_page(std::string_view json) {
  AnswerPage out;
  bool has_rows = false;
  for_each_member(json, [&](std::string_view name, simdjson::ondemand::value value) {
    if (name == "rows") {
      has_rows = true;
      for (auto row : value.get_array()) {
        simdjson::ondemand::object object = row.get_object();
        out.rows.emplace_back(std::string_view{object.raw_json()});
      }
    } else if (name == "true_of") {
      out.truth.true_of = position_in(value.get_string());
    } else if (name == "incomplete") {
      for (const std::string& position : texts_of(value.get_array())) out.truth.incomplete.push_back(position_in(position));
    } else if (name == "next") {
      out.next = std::string{std::string_view{value.get_string()}};
    } else if (name == "see_also") {
      out.see_also = std::string_view{value.get_string()};
    } else if (const auto known = std::ranges::find(remark_names, name); known != remark_names.end()) {
      out.remarks.emplace_back(*known, cell_of(value));
    }
  });
  if (!has_rows) throw AnswerUnreadable("the node's answer has no rows");
  return out;
}

std::vector<std::pair<std::string, Cell>> read_record(std::string_view json) {
  std::vector<std::pair<std::string, Cell>> out;
  for_each_member(json, [&](std::string_view name, simdjson::ondemand::value value) { out.emplace_back(name, cell_of(value)); });
  return out;
}

std::vector<Cell> read_cells(std::string_view row, const std::vector<Column>& columns) {
  std::vector<Cell> out(columns.size());
  for_each_member(row, [&](std::string_view name, simdjson::ondemand::value value) {
    const auto column = std::find_if(columns.begin(), columns.end(), [&](const Column& one) { return one.name == name; });
    if (column != columns.end()) out[static_cast<std::size_t>(column - columns.begin())] = cell_of(value);
  });
  return out;
}

AnswerProblem read_problem(std::string_view json) {
  AnswerProblem out;
  try {
    for (const auto& [name, cell] : read_record(json)) {
      const auto* text = std::get_if<std::string>(&cell);
      if (text == nullptr) continue;
      if (name == "type") out.name = text->substr(text->rfind('/') + 1);
      if (name == "title") out.title = *text;
      if (name == "detail") out.detail = *text;
      if (name == "field") out.field = *text;
    }
  } catch (const AnswerUnreadable&) {
    return {};
  }
  return out;
}

std::string AnswerProblem::message() const {
  std::string out = title;
  if (!field.empty()) out += " (" + field + (detail.empty() ? "" : ": " + detail) + ")";
  if (field.empty() && !detail.empty()) out += " (" + detail + ")";
  // Nothing that a terminal would act on.
  std::replace_if(out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return out;
}

}  // namespace muniment
