#include "tools/muniment/output.h"

#include <algorithm>
#include <iterator>
#include <ostream>

#include "events/values/assert.h"
#include "events/values/provider_id.h"
#include "events/values/text.h"
#include "tools/muniment/exit_code.h"
#include "tools/wire/csv.h"

namespace muniment {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{64} << 10;
constexpr std::string_view column_gap = "  ";
constexpr std::string_view bold = "\x1b[1m";
constexpr std::string_view plain_color = "\x1b[0m";

std::string text_for_people(const Column& column, const Cell& cell) {
  std::string text = plain_text(cell, ", ");
  if (column.kind != Column::Kind::provider) return text;
  const auto provider = ProviderId::parse(text);
  return provider ? provider->display() : text;
}

bool is_in_table(const Column& column) { return column.shown == Column::Shown::everywhere || column.shown == Column::Shown::not_in_csv; }

std::size_t width_of(std::string_view text) { return is_utf8(text) ? code_points(text) : text.size(); }

}  // namespace

void require_written(const std::ostream& out) {
  if (!out) throw CliError(ExitCode::failure, "the output could not be written: it was closed, or the disk is full");
}

RowWriter::RowWriter(Format format, std::vector<Column> columns, std::ostream& out, bool has_color, const std::vector<NamedCell>& head)
    : format_(format), columns_(std::move(columns)), out_(out), has_color_(has_color) {
  std::copy_if(columns_.begin(), columns_.end(), std::back_inserter(shown_), is_in_table);
  if (format_ == Format::csv) {
    write_csv_heading(buffer_, columns_);
  } else if (format_ == Format::json) {
    buffer_ = "{";
    for (const auto& [name, cell] : head) write_json_member(buffer_, name, cell);
    if (buffer_.size() > 1) buffer_ += ',';
    buffer_ += "\"rows\":[";
  }
}

void RowWriter::add(const std::vector<Cell>& cells) {
  MUNIMENT_ASSERT(cells.size() == columns_.size());
  switch (format_) {
    case Format::json:
    case Format::ndjson:
      begin_json_row();
      write_json_row(buffer_, columns_, cells);
      if (format_ == Format::ndjson) buffer_ += '\n';
      break;
    case Format::csv:
      write_csv_row(buffer_, columns_, cells);
      break;
    case Format::table: {
      std::vector<std::string> row;
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (is_in_table(columns_[i])) row.push_back(text_for_people(columns_[i], cells[i]));
      }
      table_.push_back(std::move(row));
      break;
    }
  }
  ++rows_;
  flush_if_large();
}

void RowWriter::add_json(std::string_view object) {
  MUNIMENT_ASSERT(format_ == Format::json || format_ == Format::ndjson);
  begin_json_row();
  buffer_ += object;
  if (format_ == Format::ndjson) buffer_ += '\n';
  ++rows_;
  flush_if_large();
}

void RowWriter::finish(const std::vector<NamedCell>& tail) {
  if (format_ == Format::json) {
    buffer_ += "]";
    for (const auto& [name, cell] : tail) write_json_member(buffer_, name, cell);
    buffer_ += "}\n";
  } else if (format_ == Format::table) {
    write_table();
  }
  flush();
}

void RowWriter::begin_json_row() {
  if (format_ == Format::json && rows_ > 0) buffer_ += ',';
}

// Columns without content in any row are left out, unless there are no rows.
void RowWriter::write_table() {
  std::vector<std::size_t> places;
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < shown_.size(); ++i) {
    std::size_t content = 0;
    for (const auto& row : table_) content = std::max(content, width_of(row[i]));
    if (content == 0 && !table_.empty()) continue;
    places.push_back(i);
    widths.push_back(std::max(content, shown_[i].name.size()));
  }
  const auto write_line = [&](const auto& text_at) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      const std::string_view text = text_at(places[i]);
      const std::string padding(widths[i] - width_of(text), ' ');
      const bool to_the_right = shown_[places[i]].kind == Column::Kind::number;
      if (i > 0) buffer_ += column_gap;
      if (to_the_right) buffer_ += padding;
      buffer_ += text;
      if (!to_the_right) buffer_ += padding;
    }
    buffer_.erase(buffer_.find_last_not_of(' ') + 1);
  };
  if (has_color_) buffer_ += bold;
  write_line([&](std::size_t i) { return shown_[i].name; });
  if (has_color_) buffer_ += plain_color;
  buffer_ += '\n';
  for (const auto& row : table_) {
    write_line([&](std::size_t i) { return std::string_view{row[i]}; });
    buffer_ += '\n';
    flush_if_large();
  }
}

void RowWriter::flush_if_large() {
  if (buffer_.size() >= buffer_bytes) write_out();
}

void RowWriter::flush() {
  write_out();
  out_.flush();
  require_written(out_);
}

void RowWriter::write_out() {
  out_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  buffer_.clear();
  require_written(out_);
}

void write_record(Format format, const std::vector<std::pair<std::string, Cell>>& record, std::ostream& out) {
  std::string text;
  if (format == Format::json || format == Format::ndjson) {
    text = "{";
    for (const auto& [name, cell] : record) write_json_member(text, name, cell);
    text += "}\n";
  } else if (format == Format::csv) {
    text = "name,value\n";
    for (const auto& [name, cell] : record) {
      write_csv_cell(text, name);
      text += ',';
      write_csv_cell(text, plain_text(cell));
      text += '\n';
    }
  } else {
    std::size_t width = 0;
    for (const auto& [name, cell] : record) width = std::max(width, name.size());
    for (const auto& [name, cell] : record) {
      text += name + std::string(width - name.size(), ' ') + "  " + plain_text(cell) + '\n';
    }
  }
  out << text << std::flush;
  require_written(out);
}

}  // namespace muniment
