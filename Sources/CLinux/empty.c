// A header is all there is; SwiftPM wants one source file.
#include "CLinux.h"
