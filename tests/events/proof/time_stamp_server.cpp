#include "tests/events/proof/time_stamp_server.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace muniment {
namespace {

void write(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TestTimeAuthority::TestTimeAuthority(std::filesystem::path folder, std::chrono::seconds valid_for) : folder_(std::move(folder)) {
  ca_.write_certificate(certificates_file());
  ca_.issue(folder_ / "tsa.pem", folder_ / "tsa.key", "Test Clock", valid_for, "critical,timeStamping");
  const std::string at = folder_.string() + "/";
  write(folder_ / "ts.cnf", "[tsa]\ndefault_tsa = clock\n[clock]\nserial = " + at + "serial\nsigner_cert = " + at +
                                "tsa.pem\nsigner_key = " + at +
                                "tsa.key\nsigner_digest = sha256\ndefault_policy = 1.2.3.4.1\ndigests = sha256, sha512\nordering = yes\n"
                                "ess_cert_id_alg = sha256\n");
}

std::string TestTimeAuthority::certificates() const { return read(certificates_file()); }

std::string TestTimeAuthority::reply(const std::string& query) const {
  write(folder_ / "query", query);
  const std::string at = folder_.string() + "/";
  const std::string command =
      "openssl ts -reply -config " + at + "ts.cnf -queryfile " + at + "query -out " + at + "reply > " + at + "log 2>&1";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("openssl ts -reply failed: " + read(folder_ / "log"));
  return read(folder_ / "reply");
}

}  // namespace muniment
