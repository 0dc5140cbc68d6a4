/* The version of vmacheck: in --version, results, captures and reports. */
#ifndef OUTPUT_VERSION_H
#define OUTPUT_VERSION_H

#define VMACHECK_VERSION "0.1.0"

#endif
