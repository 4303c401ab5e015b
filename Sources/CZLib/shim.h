// zlib of the system: files that are compressed with gzip.
#include <zlib.h>
