#include "base/reason.h"

#include <stdarg.h>
#include <stdio.h>

bool reason_set(struct reason *reason, const char *format, ...)
{
    if (reason) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(reason->text, sizeof reason->text, format, arguments);
        va_end(arguments);
    }
    return false;
}
