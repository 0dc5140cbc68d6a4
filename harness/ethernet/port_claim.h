/* One port, one user: two programs that play the network on one cable, and tell one device what to be, would
 * judge what the other one did. A claim ends with the program at the latest.
 */
#ifndef ETHERNET_PORT_CLAIM_H
#define ETHERNET_PORT_CLAIM_H

/* Claims the interface with this index in the calling thread's network namespace. Returns a descriptor, which
 * is the claim as long as it is open; -1, with errno (EADDRINUSE: somebody else has it). */
int port_claim(unsigned index);

#endif
