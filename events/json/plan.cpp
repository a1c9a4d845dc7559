#include "events/json/plan.h"

#include <capnp/compat/json.capnp.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "events/json/json_string.h"
#include "events/values/assert.h"

namespace muniment::json {
namespace {

// Ids of capnp/compat/json.capnp and events/schema/annotations.capnp.
constexpr std::uint64_t json_name = 0xfa5b1fd61c2e7c3d;
constexpr std::uint64_t json_flatten = 0x82d3e852af0336bf;
constexpr std::uint64_t json_discriminator = 0xcfa794e8d19a0162;
constexpr std::uint64_t json_base64 = 0xd7d879450a253e4b;
constexpr std::uint64_t json_hex = 0xf061e22f0ae5c7b5;
constexpr std::uint64_t our_optional = 0xe69a5d43c7b1476c;
constexpr std::uint64_t our_time = 0xef97ad18afa10b8c;
constexpr std::uint64_t our_id = 0xd0c6a7d15c1bb3f4;
constexpr std::uint64_t our_provider_id = 0x9b4b6ba2ffb2e6a7;

constexpr std::size_t longest_choice = 12;  // names that a message lists

using Field = capnp::StructSchema::Field;
using Type = capnp::schema::Type;

struct Discriminator {
  std::string tag;                        // empty: the union's own name
  std::optional<std::string> value_name;  // Every case's value goes by this name.
};

Discriminator discriminator_of(const capnp::schema::Annotation::Reader& annotation) {
  const auto options = annotation.getValue().getStruct().getAs<capnp::json::DiscriminatorOptions>();
  Discriminator found;
  if (options.hasName()) found.tag = options.getName().cStr();
  if (options.hasValueName()) found.value_name = options.getValueName().cStr();
  return found;
}

// What the annotations of a field say.
struct Notes {
  std::string name;
  bool flatten = false;
  std::string prefix;  // of the flattened fields' names
  std::optional<Discriminator> discriminator;
  bool hex = false;
  bool base64 = false;
  bool optional = false;
  bool time = false;
  bool id = false;
  bool provider_id = false;
};

Notes notes_of(const Field& field) {
  Notes notes;
  notes.name = field.getProto().getName().cStr();
  for (const auto annotation : field.getProto().getAnnotations()) {
    switch (annotation.getId()) {
      case json_name:
        notes.name = annotation.getValue().getText().cStr();
        break;
      case json_flatten:
        notes.flatten = true;
        notes.prefix = annotation.getValue().getStruct().getAs<capnp::json::FlattenOptions>().getPrefix().cStr();
        break;
      case json_discriminator:
        notes.discriminator = discriminator_of(annotation);
        break;
      case json_hex:
        notes.hex = true;
        break;
      case json_base64:
        notes.base64 = true;
        break;
      case our_optional:
        notes.optional = true;
        break;
      case our_time:
        notes.time = true;
        break;
      case our_id:
        notes.id = true;
        break;
      case our_provider_id:
        notes.provider_id = true;
        break;
      default:
        break;
    }
  }
  return notes;
}

std::optional<Discriminator> discriminator_of(const capnp::StructSchema& schema) {
  for (const auto annotation : schema.getProto().getAnnotations()) {
    if (annotation.getId() == json_discriminator) return discriminator_of(annotation);
  }
  return std::nullopt;
}

// "ServiceUsed" as "service used".
std::string words(std::string_view type_name) {
  std::string out;
  for (const char c : type_name) {
    if (c >= 'A' && c <= 'Z') {
      if (!out.empty()) out.push_back(' ');
      out.push_back(static_cast<char>(c - 'A' + 'a'));
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::string key_of(std::string_view name) {
  std::string key;
  write_json_string(key, name);
  key.push_back(':');
  return key;
}

[[noreturn]] void refuse(const Field& field, std::string_view why) {
  throw std::invalid_argument(fmt::format("schema {}, field {}: {}", field.getContainingStruct().getShortDisplayName().cStr(),
                                          field.getProto().getName().cStr(), why));
}

bool is_void(const Field& field) { return field.getProto().isSlot() && field.getType().which() == Type::VOID; }
bool is_in_union(const Field& field) { return field.getProto().getDiscriminantValue() != capnp::schema::Field::NO_DISCRIMINANT; }

// A scalar's default as the bits that a data section would hold without the XOR.
std::uint64_t bits_of(const capnp::schema::Value::Reader& value) {
  using V = capnp::schema::Value;
  switch (value.which()) {
    case V::BOOL:
      return value.getBool() ? 1 : 0;
    case V::INT8:
      return static_cast<std::uint8_t>(value.getInt8());
    case V::INT16:
      return static_cast<std::uint16_t>(value.getInt16());
    case V::INT32:
      return static_cast<std::uint32_t>(value.getInt32());
    case V::INT64:
      return static_cast<std::uint64_t>(value.getInt64());
    case V::UINT8:
      return value.getUint8();
    case V::UINT16:
      return value.getUint16();
    case V::UINT32:
      return value.getUint32();
    case V::UINT64:
      return value.getUint64();
    case V::ENUM:
      return value.getEnum();
    default:
      return 0;
  }
}

// Names that stand in an object together must differ; the cases of one union never stand together. Returns every name that may stand.
std::set<std::string> checked_names(const Scope& scope, const Object& object) {
  std::set<std::string> all;
  const auto add = [&](const std::string& name) {
    if (!all.insert(name).second)
      throw std::invalid_argument(fmt::format("schema of {}: two fields have the JSON name \"{}\"", object.name, name));
  };
  for (const Member& member : scope.members) add(member.name);
  for (const Union& choice : scope.unions) {
    add(choice.tag);
    std::set<std::string> of_union;
    for (const Scope& one : choice.cases) of_union.merge(checked_names(one, object));
    for (const std::string& name : of_union) add(name);
  }
  return all;
}

// The structs that an object of nothing but defaults contains: their objects would be written, and must be there to be read.
void gather_required(const Scope& scope, std::vector<const Object*>& into) {
  for (const Member& member : scope.members) {
    if (member.value.kind == Kind::group) gather_required(member.value.object->scope, into);
    if (member.value.kind == Kind::object && !member.optional) into.push_back(member.value.object);
  }
  for (const Union& choice : scope.unions) gather_required(choice.cases.front(), into);
}

// An object that must contain itself has no end.
void check_finite(const Object& object, std::vector<const Object*>& around) {
  if (std::find(around.begin(), around.end(), &object) != around.end())
    throw std::invalid_argument(fmt::format("schema of {}: it must contain itself, so one of its fields has to be $optional", object.name));
  around.push_back(&object);
  std::vector<const Object*> required;
  gather_required(object.scope, required);
  for (const Object* inner : required) check_finite(*inner, around);
  around.pop_back();
}

std::size_t scopes_at_once(const Scope& scope) {
  std::size_t count = 1;
  for (const Union& choice : scope.unions) {
    std::size_t most = 0;
    for (const Scope& one : choice.cases) most = std::max(most, scopes_at_once(one));
    count += most;
  }
  return count;
}

class Compiler {
 public:
  Plan compile(const capnp::StructSchema& root) {
    plan_.schema = root;
    plan_.root = object(root, discriminator_of(root));
    for (const auto& made : plan_.objects) {
      std::vector<const Object*> around;
      check_finite(*made, around);
    }
    return std::move(plan_);
  }

 private:
  // Where the fields of a struct or group are added.
  struct Target {
    Scope& scope;
    std::uint8_t place;
    std::string prefix;
  };

  const Object* object(const capnp::StructSchema& schema, const std::optional<Discriminator>& discriminator);
  const Enumeration* enumeration(const capnp::EnumSchema& schema);

  void add_fields(const Target& target, const capnp::StructSchema& schema, const std::optional<Discriminator>& discriminator);
  void add_field(const Target& target, const Field& field, const Notes& notes);
  void add_flattened(const Target& target, const Field& field, const Notes& notes);
  void add_member(const Target& target, const Field& field, const Notes& notes);
  static void place_parts(const Field& group, std::array<Type::Which, 2> types, Member& member);
  void add_union(const Target& target, const capnp::StructSchema& schema, const std::optional<Discriminator>& discriminator);
  void add_case(Union& choice, const Field& field, const Target& around, const Discriminator& discriminator);

  Value value(const Field& field, const Notes& notes);
  Kind kind(const Field& field, const capnp::Type& type, const Notes& notes, Value& into);
  std::uint8_t new_place(const Field& field);
  static void seal(Scope& scope);

  Plan plan_;
  std::vector<std::pair<capnp::Schema, const Object*>> known_objects_;
  std::vector<std::pair<capnp::Schema, const Enumeration*>> known_enumerations_;
  const Object* current_ = nullptr;  // being compiled
  std::size_t places_ = 0;           // taken in it, on the way to where we are
};

const Object* Compiler::object(const capnp::StructSchema& schema, const std::optional<Discriminator>& discriminator) {
  for (const auto& [known, made] : known_objects_) {
    if (known == schema) return made;
  }
  Object& made = *plan_.objects.emplace_back(std::make_unique<Object>());
  known_objects_.emplace_back(schema, &made);  // Before its fields, because one of them may lead back to it.
  made.name = words(schema.getUnqualifiedName().cStr());
  made.data_words = schema.getProto().getStruct().getDataWordCount();
  made.pointers = schema.getProto().getStruct().getPointerCount();

  const Object* const object_around = std::exchange(current_, &made);
  const std::size_t places_around = std::exchange(places_, 1);
  add_fields({made.scope, 0, ""}, schema, discriminator);
  current_ = object_around;
  places_ = places_around;

  checked_names(made.scope, made);
  if (scopes_at_once(made.scope) > max_scopes)
    throw std::invalid_argument(fmt::format("schema of {}: more than {} unions in one JSON object", made.name, max_scopes - 1));
  seal(made.scope);
  return &made;
}

const Enumeration* Compiler::enumeration(const capnp::EnumSchema& schema) {
  for (const auto& [known, made] : known_enumerations_) {
    if (known == schema) return made;
  }
  Enumeration& made = *plan_.enumerations.emplace_back(std::make_unique<Enumeration>());
  known_enumerations_.emplace_back(schema, &made);
  for (const auto enumerant : schema.getEnumerants()) {
    made.names.emplace_back(enumerant.getProto().getName().cStr());
    for (const auto annotation : enumerant.getProto().getAnnotations()) {
      if (annotation.getId() == json_name) made.names.back() = annotation.getValue().getText().cStr();
    }
  }
  made.by_name = NameTable(made.names);
  made.expected = made.names.size() <= longest_choice ? fmt::format("expected one of {}", fmt::join(made.names, ", "))
                                                      : fmt::format("unknown {}", words(schema.getUnqualifiedName().cStr()));
  return &made;
}

void Compiler::add_fields(const Target& target, const capnp::StructSchema& schema, const std::optional<Discriminator>& discriminator) {
  std::vector<Field> fields;
  for (const auto field : schema.getFields()) fields.push_back(field);
  std::sort(fields.begin(), fields.end(),
            [](const Field& a, const Field& b) { return a.getProto().getCodeOrder() < b.getProto().getCodeOrder(); });
  bool union_added = false;
  for (const Field& field : fields) {
    if (!is_in_union(field)) {
      add_field(target, field, notes_of(field));
    } else if (!union_added) {
      add_union(target, schema, discriminator);
      union_added = true;
    }
  }
}

void Compiler::add_field(const Target& target, const Field& field, const Notes& notes) {
  if (notes.flatten) {
    add_flattened(target, field, notes);
  } else {
    add_member(target, field, notes);
  }
}

void Compiler::add_flattened(const Target& target, const Field& field, const Notes& notes) {
  if (field.getType().which() != Type::STRUCT) refuse(field, "only a struct or a group can be flattened");
  const capnp::StructSchema schema = field.getType().asStruct();
  Target inner{target.scope, target.place, target.prefix + notes.prefix};
  if (field.getProto().isSlot()) {
    if (field.getProto().getSlot().getHadExplicitDefault()) refuse(field, "the default of a pointer has no JSON form");
    const auto size = schema.getProto().getStruct();
    inner.place = new_place(field);
    target.scope.order.push_back({Step::What::place, static_cast<std::uint16_t>(target.scope.places.size())});
    target.scope.places.push_back({inner.place, target.place, notes.optional, field.getProto().getSlot().getOffset(),
                                   size.getDataWordCount(), size.getPointerCount()});
  }
  auto discriminator = notes.discriminator ? notes.discriminator : discriminator_of(schema);
  if (discriminator && discriminator->tag.empty()) discriminator->tag = field.getProto().getName().cStr();
  add_fields(inner, schema, discriminator);
}

void Compiler::add_member(const Target& target, const Field& field, const Notes& notes) {
  Member member{target.prefix + notes.name, "", value(field, notes), target.place, notes.optional};
  member.key = key_of(member.name);
  if (field.getProto().isSlot()) {
    const auto slot = field.getProto().getSlot();
    if (member.value.is_pointer() && slot.getHadExplicitDefault()) refuse(field, "the default of a pointer has no JSON form");
    member.offset = slot.getOffset();
    member.default_bits = bits_of(slot.getDefaultValue());
  } else if (member.value.kind == Kind::id) {
    place_parts(field, {Type::UINT64, Type::UINT64}, member);
  } else if (member.value.kind == Kind::provider) {
    place_parts(field, {Type::UINT32, Type::UINT8}, member);
  } else if (notes.optional) {
    refuse(field, "of groups only $id and $providerId can be $optional");
  }
  target.scope.order.push_back({Step::What::member, static_cast<std::uint16_t>(target.scope.members.size())});
  target.scope.members.push_back(std::move(member));
}

// Where the two parts of a group that is one value are kept.
void Compiler::place_parts(const Field& group, std::array<Type::Which, 2> types, Member& member) {
  const auto parts = group.getType().asStruct().getFields();
  bool is_right = parts.size() == types.size();
  for (unsigned i = 0; is_right && i < types.size(); ++i) {
    is_right = parts[i].getProto().isSlot() && parts[i].getType().which() == types[i] &&
               bits_of(parts[i].getProto().getSlot().getDefaultValue()) == 0;
  }
  if (!is_right) refuse(group, "$id is for a group of two UInt64, $providerId for one of a UInt32 and a UInt8, both without defaults");
  member.offset = parts[0].getProto().getSlot().getOffset();
  member.offset_2 = parts[1].getProto().getSlot().getOffset();
}

void Compiler::add_union(const Target& target, const capnp::StructSchema& schema, const std::optional<Discriminator>& discriminator) {
  Union choice;
  const auto fields = schema.getUnionFields();
  if (!discriminator || discriminator->tag.empty()) refuse(fields[0], "its union needs $Json.discriminator with a name");
  choice.tag = target.prefix + discriminator->tag;
  choice.key = key_of(choice.tag);
  choice.place = target.place;
  choice.offset = schema.getProto().getStruct().getDiscriminantOffset();
  choice.expected = "unknown kind of " + current_->name;
  choice.cases.resize(fields.size());
  choice.names.resize(fields.size());
  const std::size_t places_before = places_;
  std::size_t places_after = places_;
  for (const auto field : fields) {
    places_ = places_before;  // Cases never stand together, so they share the numbers of their places.
    add_case(choice, field, target, *discriminator);
    places_after = std::max(places_after, places_);
  }
  places_ = places_after;
  choice.by_name = NameTable(choice.names);
  target.scope.order.push_back({Step::What::choice, static_cast<std::uint16_t>(target.scope.unions.size())});
  target.scope.unions.push_back(std::move(choice));
}

void Compiler::add_case(Union& choice, const Field& field, const Target& around, const Discriminator& discriminator) {
  Notes notes = notes_of(field);
  const std::uint16_t which = field.getProto().getDiscriminantValue();
  MUNIMENT_ASSERT(which < choice.cases.size());
  if (notes.name == "unknown") refuse(field, "the name \"unknown\" is what a writer says of a case that it does not know");
  choice.names[which] = notes.name;
  if (is_void(field)) return;
  if (discriminator.value_name) {
    if (notes.flatten) refuse(field, "a union with a valueName cannot have flattened cases");
    notes.name = *discriminator.value_name;
  }
  add_field({choice.cases[which], around.place, around.prefix}, field, notes);
}

Value Compiler::value(const Field& field, const Notes& notes) {
  const capnp::Type type = field.getType();
  if (field.getProto().isGroup()) {
    if (notes.id) return {.kind = Kind::id};
    if (notes.provider_id) return {.kind = Kind::provider};
    auto discriminator = notes.discriminator;
    if (discriminator && discriminator->tag.empty()) discriminator->tag = field.getProto().getName().cStr();
    return {.kind = Kind::group, .object = object(type.asStruct(), discriminator)};
  }
  Value made{.kind = Kind::list};
  if (type.isList()) {
    made.element = kind(field, type.asList().getElementType(), notes, made);
    if (made.element == Kind::list) refuse(field, "lists of lists have no JSON form");
  } else {
    made.kind = kind(field, type, notes, made);
  }
  if (notes.time && made.kind != Kind::time && made.element != Kind::time) refuse(field, "$time is for Int64");
  const bool is_data = made.kind == Kind::hex || made.kind == Kind::base64 || made.element == Kind::hex || made.element == Kind::base64;
  if ((notes.hex || notes.base64) && !is_data) refuse(field, "$Json.hex and $Json.base64 are for Data");
  if (notes.discriminator) refuse(field, "only a union has a discriminator");
  return made;
}

Kind Compiler::kind(const Field& field, const capnp::Type& type, const Notes& notes, Value& into) {
  switch (type.which()) {
    case Type::BOOL:
      return Kind::boolean;
    case Type::INT8:
      return Kind::int8;
    case Type::INT16:
      return Kind::int16;
    case Type::INT32:
      return Kind::int32;
    case Type::INT64:
      return notes.time ? Kind::time : Kind::int64;
    case Type::UINT8:
      return Kind::uint8;
    case Type::UINT16:
      return Kind::uint16;
    case Type::UINT32:
      return Kind::uint32;
    case Type::UINT64:
      return Kind::uint64;
    case Type::ENUM:
      into.enumeration = enumeration(type.asEnum());
      return Kind::enumeration;
    case Type::TEXT:
      return Kind::text;
    case Type::DATA:
      if (!notes.hex && !notes.base64) refuse(field, "Data needs $Json.hex or $Json.base64");
      return notes.hex ? Kind::hex : Kind::base64;
    case Type::STRUCT:
      into.object = object(type.asStruct(), discriminator_of(type.asStruct()));
      return Kind::object;
    case Type::LIST:
      return Kind::list;
    case Type::FLOAT32:
    case Type::FLOAT64:
      refuse(field, "floating point has no exact JSON form; use an integer in a smaller unit");
    case Type::VOID:
      refuse(field, "Void says nothing outside a union");
    case Type::INTERFACE:
    case Type::ANY_POINTER:
      break;
  }
  refuse(field, "its type has no JSON form");
}

std::uint8_t Compiler::new_place(const Field& field) {
  if (places_ == max_places) refuse(field, fmt::format("one JSON object is spread over more than {} structs", max_places));
  return static_cast<std::uint8_t>(places_++);
}

// Fills what follows from the members and unions: the table of names and who is required.
void Compiler::seal(Scope& scope) {
  std::vector<std::string> names;
  for (const Member& member : scope.members) {
    if (!member.optional && names.size() < max_names) scope.required[member.place] |= std::uint64_t{1} << names.size();
    names.push_back(member.name);
  }
  for (Union& choice : scope.unions) {
    if (names.size() < max_names) scope.required[choice.place] |= std::uint64_t{1} << names.size();
    names.push_back(choice.tag);
    for (Scope& one : choice.cases) seal(one);
  }
  if (names.size() > max_names) throw std::invalid_argument(fmt::format("more than {} fields in one JSON object", max_names));
  scope.names = NameTable(names);
}

}  // namespace

Plan compile(capnp::StructSchema root) { return Compiler().compile(root); }

}  // namespace muniment::json
