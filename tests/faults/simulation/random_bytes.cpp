// OpenSSL's random bytes, out of the simulation's seed: a definition in the program goes before the library's.
#include <openssl/rand.h>

#include "tests/faults/simulation/environment.h"

extern "C" int RAND_bytes(unsigned char* out, int size) {
  for (int i = 0; i < size; ++i) out[i] = static_cast<unsigned char>(muniment::faults::environment.chance->bits());
  return 1;
}
