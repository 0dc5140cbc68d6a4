/* Moved: include "base/scope.h". */
#include "base/scope.h"
