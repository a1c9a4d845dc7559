// /console: the web console's files, as tools/console/build has made them. Open to all: what they show they ask for, as whoever signs in.
#include <algorithm>
#include <map>

#include "tools/console/assets.h"
#include "tools/server/content_coding.h"
#include "tools/server/handlers.h"
#include "tools/server/problem.h"

namespace muniment {
namespace {

constexpr std::string_view document_name = "index.html";

// No script or style but the node's own files, nothing from elsewhere, nothing that frames it, and no text that becomes code.
constexpr std::string_view content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action "
    "'self'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

// A file in each form in which it is sent, made once.
struct File {
  std::string plain;
  std::map<std::string_view, std::string> coded = {};
};

File made(const console::Asset& asset) {
  File out{decoded_gzip(asset.gzip)};
  for (const std::string_view coding : content_codings) {
    auto encoder = make_encoder(coding);
    encoder->add(out.plain, out.coded[coding]);
    encoder->end(out.coded[coding]);
  }
  out.coded["gzip"] = asset.gzip;
  return out;
}

Response answer_file(std::string_view name, const Call& call) {
  static const auto files = [] {
    std::map<std::string_view, File> out;
    for (const console::Asset& asset : console::assets()) out.emplace(asset.name, made(asset));
    return out;
  }();
  const auto assets = console::assets();
  const auto asset = std::find_if(assets.begin(), assets.end(), [&](const console::Asset& one) { return one.name == name; });
  if (asset == assets.end()) return respond(Problem{problem::not_known}, call.id);
  const File& file = files.at(name);
  const auto coded = file.coded.find(call.coding);
  Response out{.content_type = std::string{asset->media_type}, .body = coded == file.coded.end() ? file.plain : coded->second};
  if (coded != file.coded.end()) out.headers.emplace_back("Content-Encoding", std::string{coded->first});
  out.headers.emplace_back("Content-Security-Policy", std::string{content_policy});
  out.headers.emplace_back("Referrer-Policy", "no-referrer");
  out.headers.emplace_back("X-Frame-Options", "DENY");
  out.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  out.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  out.headers.emplace_back("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
  return out;
}

}  // namespace

Response answer_console(Node&, const Call& call) { return answer_file(document_name, call); }

// Their names have a hash of what is in them, so one that is known never changes.
Response answer_console_asset(Node&, const Call& call) {
  if (call.resource == document_name) return respond(Problem{problem::not_known}, call.id);
  Response out = answer_file(call.resource, call);
  if (out.problem.empty()) out.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
  return out;
}

}  // namespace muniment
