"""The variables of a LANE v2 client that this device uses (spec/lane-rules.md 2)."""
from dataclasses import dataclass


@dataclass
class Variables:
    """What a v2 client waits for and how often (lane-rules 2), in seconds where it is a time."""
    C7: int = 30     # control time-out, in sum
    C7i: int = 5     # the first one
    C7x: int = 2     # how much longer the next one is
    C10: int = 10    # frames to the BUS …
    C11: int = 1     # … in this time, while a destination has no Data Direct VCC
    C12: int = 1200  # idle Data Direct VCC; 0: for ever
    C13: int = 1     # repetitions of an LE_ARP
    C17: int = 300   # age of a cache entry
    C18: int = 15    # of a remote one during a topology change
    C20: int = 1     # for an LE_ARP response
    C21: int = 4     # for a flush response
    C22: int = 6     # after which a path is empty without a flush
    C28: int = 4     # for the first frame on an accepted Data Direct VCC


# TLVs of LE_CONFIGURE_RESPONSE that set a variable (lane-wire 7).
VARIABLE_OF_TLV = {0x00a03e01: 'C7', 0x00a03e02: 'C10', 0x00a03e03: 'C11', 0x00a03e04: 'C12', 0x00a03e05: 'C13',
                   0x00a03e06: 'C17', 0x00a03e07: 'C18', 0x00a03e08: 'C20', 0x00a03e09: 'C21', 0x00a03e0a: 'C22',
                   0x00a03e0f: 'C28'}


def back_off(variables):
    """How long to wait for each answer: C7i, then C7x times longer, until C7 in sum."""
    wait, left = variables.C7i, variables.C7
    while left > 0:
        yield min(wait, left)
        left -= wait
        wait *= variables.C7x
