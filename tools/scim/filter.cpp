#include "tools/scim/filter.h"

#include <algorithm>
#include <array>

namespace muniment::scim {

// A node of the filter's tree.
struct Term {
  enum class Kind { comparison, all_of, any_of, negation, value_filter };

  Kind kind = Kind::comparison;
  AttributePath path = {};
  Comparison comparison = Comparison::equal;
  json::value value = {};
  std::vector<std::shared_ptr<const Term>> parts = {};
};

namespace {

using TermPtr = std::shared_ptr<const Term>;

constexpr std::array<std::pair<std::string_view, Comparison>, 10> comparisons{{{"eq", Comparison::equal},
                                                                               {"ne", Comparison::not_equal},
                                                                               {"co", Comparison::contains},
                                                                               {"sw", Comparison::starts_with},
                                                                               {"ew", Comparison::ends_with},
                                                                               {"gt", Comparison::greater},
                                                                               {"ge", Comparison::greater_or_equal},
                                                                               {"lt", Comparison::less},
                                                                               {"le", Comparison::less_or_equal},
                                                                               {"pr", Comparison::present}}};

bool is_order(Comparison comparison) {
  return comparison == Comparison::greater || comparison == Comparison::greater_or_equal || comparison == Comparison::less ||
         comparison == Comparison::less_or_equal;
}

bool is_about_text(Comparison comparison) {
  return comparison == Comparison::contains || comparison == Comparison::starts_with || comparison == Comparison::ends_with;
}

// Recursive descent; `or` binds less than `and`, `and` less than `not`.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::expected<TermPtr, Error> parse() {
    auto out = any_of(0);
    skip_spaces();
    if (out && at_ != text_.size()) return wrong("`and`, `or` or the end");
    return out;
  }

 private:
  using Result = std::expected<TermPtr, Error>;

  std::unexpected<Error> wrong(std::string_view expected) const {
    return std::unexpected(
        Error{400, error_type::invalid_filter, "at character " + std::to_string(at_ + 1) + ": expected " + std::string{expected}});
  }

  void skip_spaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  // A word, where it stands next; otherwise nothing is taken.
  bool take_word(std::string_view word) {
    skip_spaces();
    const std::string_view rest = text_.substr(at_);
    if (rest.size() < word.size() || !is_same_name(rest.substr(0, word.size()), word)) return false;
    if (rest.size() > word.size() && std::string_view{" ()]"}.find(rest[word.size()]) == std::string_view::npos) return false;
    at_ += word.size();
    return true;
  }

  bool take(char c) {
    skip_spaces();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  Result joined(std::size_t depth, Term::Kind kind, std::string_view word, Result (Parser::*part)(std::size_t)) {
    Result first = (this->*part)(depth);
    if (!first) return first;
    Term out{.kind = kind, .parts = {std::move(*first)}};
    while (take_word(word)) {
      Result next = (this->*part)(depth);
      if (!next) return next;
      out.parts.push_back(std::move(*next));
    }
    if (out.parts.size() == 1) return std::move(out.parts.front());
    return std::make_shared<const Term>(std::move(out));
  }

  Result any_of(std::size_t depth) { return joined(depth, Term::Kind::any_of, "or", &Parser::all_of); }
  Result all_of(std::size_t depth) { return joined(depth, Term::Kind::all_of, "and", &Parser::single); }

  Result single(std::size_t depth) {
    if (depth >= Filter::depth_max) return wrong("fewer parentheses");
    const std::size_t before = at_;
    const bool is_negation = take_word("not");
    if (take('(')) {
      Result inner = any_of(depth + 1);
      if (!inner) return inner;
      if (!take(')')) return wrong("`)`");
      if (!is_negation) return inner;
      return std::make_shared<const Term>(Term{.kind = Term::Kind::negation, .parts = {std::move(*inner)}});
    }
    if (is_negation) {
      at_ = before;
      return wrong("`(` behind `not`");
    }
    return about_attribute(depth);
  }

  Result about_attribute(std::size_t depth) {
    skip_spaces();
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != ' ' && text_[at_] != '[' && text_[at_] != ']' && text_[at_] != '(' && text_[at_] != ')')
      ++at_;
    const auto path = AttributePath::parse(text_.substr(begin, at_ - begin));
    if (!path) {
      at_ = begin;
      return wrong("the name of an attribute");
    }
    if (at_ < text_.size() && text_[at_] == '[') return about_values(*path, depth);
    return comparison(*path);
  }

  // `emails[type eq "work"]`, and what some clients put behind it: `.value eq "x"`.
  Result about_values(const AttributePath& path, std::size_t depth) {
    if (is_in_values_ || !path.sub.empty()) return wrong("no filter of values here");
    ++at_;
    is_in_values_ = true;
    Result inner = any_of(depth + 1);
    is_in_values_ = false;
    if (!inner) return inner;
    if (!take(']')) return wrong("`]`");
    Term out{.kind = Term::Kind::value_filter, .path = path, .parts = {std::move(*inner)}};
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      const std::size_t begin = at_;
      while (at_ < text_.size() && text_[at_] != ' ') ++at_;
      AttributePath sub{.name = std::string{text_.substr(begin, at_ - begin)}};
      if (!is_attribute_name(sub.name)) return wrong("the name of a sub-attribute");
      Result behind = comparison(sub);
      if (!behind) return behind;
      out.parts.push_back(std::move(*behind));
    }
    return std::make_shared<const Term>(std::move(out));
  }

  Result comparison(const AttributePath& path) {
    for (const auto& [word, comparison] : comparisons) {
      if (!take_word(word)) continue;
      Term out{.path = path, .comparison = comparison};
      if (comparison == Comparison::present) return std::make_shared<const Term>(std::move(out));
      auto value = literal();
      if (!value) return std::unexpected(std::move(value.error()));
      if (is_order(comparison) && !value->is_string() && !value->is_number()) return wrong("a text or a number behind this operator");
      if (is_about_text(comparison) && !value->is_string()) return wrong("a text behind this operator");
      out.value = std::move(*value);
      return std::make_shared<const Term>(std::move(out));
    }
    return wrong("one of eq, ne, co, sw, ew, gt, ge, lt, le, pr");
  }

  // A text in quotation marks, a number, true, false or null.
  std::expected<json::value, Error> literal() {
    skip_spaces();
    const std::size_t begin = at_;
    if (at_ < text_.size() && text_[at_] == '"') {
      for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
        if (text_[at_] == '\\') ++at_;
      }
      at_ = std::min(at_ + 1, text_.size());
    } else {
      while (at_ < text_.size() && text_[at_] != ' ' && text_[at_] != ')' && text_[at_] != ']') ++at_;
    }
    json::error_code error;
    json::value out = json::parse(text_.substr(begin, at_ - begin), error);
    if (error || out.is_object() || out.is_array()) {
      at_ = begin;
      return wrong("a text in quotation marks, a number, true, false or null");
    }
    if (out.is_string() && out.get_string().find('\0') != json::string::npos) {
      at_ = begin;
      return wrong("a text without U+0000");
    }
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool is_in_values_ = false;
};

std::optional<bool> as_bool(const json::value& value) {
  if (value.is_bool()) return value.get_bool();
  if (value.is_string() && is_same_name(value.get_string(), "true")) return true;
  if (value.is_string() && is_same_name(value.get_string(), "false")) return false;
  return std::nullopt;
}

bool is_exact(std::string_view name) { return is_same_name(name, "id") || is_same_name(name, "externalId") || is_same_name(name, "$ref"); }

bool compare_texts(std::string_view left, std::string_view right, Comparison comparison) {
  switch (comparison) {
    case Comparison::equal:
      return left == right;
    case Comparison::not_equal:
      return left != right;
    case Comparison::contains:
      return left.find(right) != std::string_view::npos;
    case Comparison::starts_with:
      return left.starts_with(right);
    case Comparison::ends_with:
      return left.ends_with(right);
    case Comparison::greater:
      return left > right;
    case Comparison::greater_or_equal:
      return left >= right;
    case Comparison::less:
      return left < right;
    case Comparison::less_or_equal:
      return left <= right;
    case Comparison::present:
      break;
  }
  return false;
}

bool compare_numbers(double left, double right, Comparison comparison) {
  switch (comparison) {
    case Comparison::equal:
      return left == right;
    case Comparison::not_equal:
      return left != right;
    case Comparison::greater:
      return left > right;
    case Comparison::greater_or_equal:
      return left >= right;
    case Comparison::less:
      return left < right;
    case Comparison::less_or_equal:
      return left <= right;
    default:
      return false;
  }
}

// One value that is no list and no object.
bool compare(const json::value& left, const Term& term) {
  const json::value& right = term.value;
  const bool is_unequal = term.comparison == Comparison::not_equal;
  if (left.is_bool()) {
    const auto wanted = as_bool(right);
    if (term.comparison == Comparison::equal) return wanted == left.get_bool();
    return is_unequal && wanted != left.get_bool();
  }
  if (left.is_string() && right.is_string()) {
    const std::string& last = term.path.sub.empty() ? term.path.name : term.path.sub;
    if (is_exact(last)) return compare_texts(left.get_string(), right.get_string(), term.comparison);
    return compare_texts(folded(left.get_string()), folded(right.get_string()), term.comparison);
  }
  if (left.is_number() && right.is_number()) return compare_numbers(left.to_number<double>(), right.to_number<double>(), term.comparison);
  if (term.comparison == Comparison::equal) return left.is_null() && right.is_null();
  return is_unequal && left.kind() != right.kind();
}

bool is_present(const json::value& value) {
  if (value.is_null()) return false;
  if (value.is_string()) return !value.get_string().empty();
  if (value.is_array()) return std::ranges::any_of(value.get_array(), is_present);
  if (value.is_object()) return std::ranges::any_of(value.get_object(), [](const auto& member) { return is_present(member.value()); });
  return true;
}

// Of an attribute's value, `compare` of what the path names in it. Of a complex one without a sub-attribute that is its `value`.
bool compare_value(const json::value& value, const Term& term) {
  if (value.is_array()) return std::ranges::any_of(value.get_array(), [&](const json::value& one) { return compare_value(one, term); });
  if (!value.is_object()) return (term.path.sub.empty() || is_same_name(term.path.sub, "value")) && compare(value, term);
  const json::value* part = find_member(value.get_object(), term.path.sub.empty() ? "value" : std::string_view{term.path.sub});
  if (part == nullptr) return term.comparison == Comparison::not_equal;
  if (part->is_array()) return std::ranges::any_of(part->get_array(), [&](const json::value& one) { return compare(one, term); });
  return compare(*part, term);
}

bool has_value(const json::value& value, const Term& term) {
  if (term.path.sub.empty()) return is_present(value);
  if (value.is_array()) return std::ranges::any_of(value.get_array(), [&](const json::value& one) { return has_value(one, term); });
  if (!value.is_object()) return is_same_name(term.path.sub, "value") && is_present(value);
  const json::value* part = find_member(value.get_object(), term.path.sub);
  return part != nullptr && is_present(*part);
}

bool holds(const Term& term, const json::object& resource);

bool holds_for_value(const Term& term, const json::value& value) {
  if (value.is_object()) return holds(term, value.get_object());
  return holds(term, json::object{{"value", value}});
}

bool holds(const Term& term, const json::object& resource) {
  switch (term.kind) {
    case Term::Kind::all_of:
      return std::ranges::all_of(term.parts, [&](const TermPtr& part) { return holds(*part, resource); });
    case Term::Kind::any_of:
      return std::ranges::any_of(term.parts, [&](const TermPtr& part) { return holds(*part, resource); });
    case Term::Kind::negation:
      return !holds(*term.parts.front(), resource);
    case Term::Kind::value_filter: {
      const json::value* values = term.path.find(resource);
      const auto all_hold = [&](const json::value& one) {
        return std::ranges::all_of(term.parts, [&](const TermPtr& part) { return holds_for_value(*part, one); });
      };
      if (values == nullptr) return false;
      return values->is_array() ? std::ranges::any_of(values->get_array(), all_hold) : all_hold(*values);
    }
    case Term::Kind::comparison:
      break;
  }
  const json::value* value = term.path.find(resource);
  if (term.comparison == Comparison::present) return value != nullptr && has_value(*value, term);
  const bool is_empty = value == nullptr || (value->is_array() && value->get_array().empty());
  if (is_empty) return (term.comparison == Comparison::not_equal) != term.value.is_null();
  return compare_value(*value, term);
}

std::optional<std::string> required_by(const Term& term, std::string_view attribute) {
  if (term.kind == Term::Kind::all_of) {
    for (const TermPtr& part : term.parts) {
      if (auto out = required_by(*part, attribute)) return out;
    }
  }
  const bool is_it = term.kind == Term::Kind::comparison && term.comparison == Comparison::equal && term.path.sub.empty() &&
                     is_same_name(term.path.name, attribute) && term.value.is_string();
  return is_it ? std::optional{std::string{term.value.get_string()}} : std::nullopt;
}

// `holder`: the attribute whose values the term is about; empty: of the resource.
bool looks_at(const Term& term, std::string_view holder, std::string_view attribute, std::string_view sub) {
  const auto among_parts = [&](std::string_view of) {
    return std::ranges::any_of(term.parts, [&](const TermPtr& part) { return looks_at(*part, of, attribute, sub); });
  };
  if (term.kind == Term::Kind::value_filter) return among_parts(term.path.name);
  if (term.kind != Term::Kind::comparison) return among_parts(holder);
  if (!term.path.extension.empty()) return false;
  if (!holder.empty()) return is_same_name(holder, attribute) && is_same_name(term.path.name, sub);
  return is_same_name(term.path.name, attribute) && is_same_name(term.path.sub, sub);
}

bool add_demanded(const Term& term, json::object& out) {
  if (term.kind == Term::Kind::all_of)
    return std::ranges::all_of(term.parts, [&](const TermPtr& part) { return add_demanded(*part, out); });
  if (term.kind != Term::Kind::comparison || term.comparison != Comparison::equal || !term.path.sub.empty()) return false;
  set_member(out, term.path.name, term.value);
  return true;
}

}  // namespace

std::expected<Filter, Error> Filter::parse(std::string_view text) {
  if (text.size() > bytes_max) return std::unexpected(Error{400, error_type::invalid_filter, "it is too long"});
  auto root = Parser(text).parse();
  if (!root) return std::unexpected(std::move(root.error()));
  return Filter(std::move(*root));
}

bool Filter::matches(const json::object& resource) const { return holds(*root_, resource); }
bool Filter::matches_value(const json::value& value) const { return holds_for_value(*root_, value); }

std::optional<std::string> Filter::required(std::string_view attribute) const { return required_by(*root_, attribute); }

bool Filter::looks_at(std::string_view attribute, std::string_view sub) const { return scim::looks_at(*root_, {}, attribute, sub); }

std::optional<json::object> Filter::demanded() const {
  json::object out;
  return add_demanded(*root_, out) ? std::optional{std::move(out)} : std::nullopt;
}

}  // namespace muniment::scim
