#include "tools/muniment/tar_file.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace muniment {

TarFile::TarFile(const std::filesystem::path& file)
    : descriptor_(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)), archive_(nullptr) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "cannot make " + file.string());
  archive_ = archive_write_new();
  require(archive_write_add_filter_gzip(archive_));
  require(archive_write_set_format_pax_restricted(archive_));
  require(archive_write_open_fd(archive_, descriptor_));
}

TarFile::~TarFile() {
  archive_write_free(archive_);
  ::close(descriptor_);
}

void TarFile::require(int result) const {
  if (result != ARCHIVE_OK) throw std::runtime_error(std::string{"the archive cannot be written: "} + archive_error_string(archive_));
}

void TarFile::add(const std::string& name, const std::string& content) {
  const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(), &archive_entry_free);
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0600);
  archive_entry_set_mtime(entry.get(), std::time(nullptr), 0);
  require(archive_write_header(archive_, entry.get()));
  if (archive_write_data(archive_, content.data(), content.size()) != static_cast<la_ssize_t>(content.size())) require(ARCHIVE_FATAL);
}

void TarFile::finish() { require(archive_write_close(archive_)); }

}  // namespace muniment
