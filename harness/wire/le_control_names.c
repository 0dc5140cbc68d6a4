/* Names of the numbers in LE control frames, for people. */
#include "wire/le_control.h"

const char *le_status_name(uint16_t status)
{
    static const char *const names[] = {
        [LE_STATUS_SUCCESS] = "success",
        [LE_STATUS_VERSION_NOT_SUPPORTED] = "version not supported",
        [LE_STATUS_INVALID_PARAMETERS] = "invalid request parameters",
        [LE_STATUS_DUPLICATE_LAN_DESTINATION] = "duplicate LAN destination",
        [LE_STATUS_DUPLICATE_ATM_ADDRESS] = "duplicate ATM address",
        [LE_STATUS_INSUFFICIENT_RESOURCES] = "insufficient resources",
        [LE_STATUS_ACCESS_DENIED] = "access denied",
        [LE_STATUS_INVALID_LECID] = "invalid LECID",
        [LE_STATUS_INVALID_LAN_DESTINATION] = "invalid LAN destination",
        [LE_STATUS_INVALID_ATM_ADDRESS] = "invalid ATM address",
        [LE_STATUS_NO_CONFIGURATION] = "no configuration",
        [LE_STATUS_CONFIGURE_ERROR] = "LE_CONFIGURE error",
        [LE_STATUS_INSUFFICIENT_INFORMATION] = "insufficient information",
        [LE_STATUS_TLV_NOT_FOUND] = "TLV not found",
    };
    return status < sizeof names / sizeof *names ? names[status] : NULL;
}

const char *le_opcode_name(uint16_t opcode)
{
    switch (opcode) {
#define X(name, value)                                                                                       \
    case value:                                                                                              \
        return #name;
        LE_OPCODES(X)
#undef X
    }
    return NULL;
}
