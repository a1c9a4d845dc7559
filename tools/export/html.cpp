#include "tools/export/html.h"

#include <fmt/format.h>

#include <algorithm>

namespace muniment {

void put_html(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
}

void put_breakable(std::string& out, std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('_', at), text.size() - 1) + 1;
    put_html(out, text.substr(at, end - at));
    if (end < text.size()) out += "&#8203;";
    at = end;
  }
}

void put_cell(std::string& out, std::string_view text) {
  out += "<td>";
  put_html(out, text);
  out += "</td>";
}

void put_columns(std::string& out, const std::vector<unsigned>& percents) {
  out += "<table><colgroup>";
  for (const unsigned percent : percents) out += fmt::format("<col style=\"width: {}%\">", percent);
  out += "</colgroup>";
}

void put_bars(std::string& out, const std::vector<Bar>& bars) {
  constexpr double width = 680;
  constexpr double height = 90;
  constexpr double room_above = 12;
  constexpr double room_below = 14;
  constexpr std::size_t labels_max = 12;
  if (bars.empty()) return;
  const std::uint64_t most = std::ranges::max_element(bars, {}, &Bar::count)->count;
  const double step = width / static_cast<double>(bars.size());
  const std::size_t label_every = (bars.size() + labels_max - 1) / labels_max;
  out += fmt::format("<svg viewBox=\"0 0 {} {}\" width=\"100%\" role=\"img\" aria-label=\"Events over time\">\n", width,
                     height + room_above + room_below);
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const double tall = height * static_cast<double>(bars[i].count) / static_cast<double>(most);
    const double left = static_cast<double>(i) * step;
    out += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"#46698a\"/>", left,
                       room_above + height - tall, step * 0.8, tall);
    if (i % label_every != 0) continue;
    out += fmt::format("<text font-size=\"9\" x=\"{:.1f}\" y=\"{:.1f}\">", left, height + room_above + room_below - 4);
    put_html(out, bars[i].label);
    out += fmt::format("</text><text font-size=\"9\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", left, room_above + height - tall - 2,
                       bars[i].count);
  }
  out += "</svg>\n";
}

}  // namespace muniment
