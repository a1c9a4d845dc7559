// A time authority of a test's own: `openssl ts -reply` with a certificate that the test made.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "tests/tools/server/test_certificates.h"

namespace muniment {

class TestTimeAuthority {
 public:
  // Keeps its files in `folder`, which is there. Its certificate is valid for so long from now, or has expired before.
  TestTimeAuthority(std::filesystem::path folder, std::chrono::seconds valid_for = std::chrono::days{90});

  // What it answers to a query, both DER.
  std::string reply(const std::string& query) const;
  // The same at a time that its clock does not show, in seconds since 1970.
  std::string reply_at(const std::string& query, std::int64_t seconds) const;
  // Of whoever certifies it, PEM.
  std::string certificates() const;
  std::filesystem::path certificates_file() const { return folder_ / "ca.pem"; }

 private:
  std::filesystem::path folder_;
  TestAuthority ca_;
};

}  // namespace muniment
