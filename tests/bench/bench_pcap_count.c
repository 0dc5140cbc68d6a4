/* The yardstick of audit: counts the frames of a capture with libpcap, and does nothing else.
 *
 *   bench_pcap_count FILE
 */
#define _DEFAULT_SOURCE /* pcap.h uses u_int and its kin */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **words)
{
    char error[PCAP_ERRBUF_SIZE];
    pcap_t *pcap = count == 2 ? pcap_open_offline(words[1], error) : NULL;
    if (!pcap) {
        fprintf(stderr, "bench_pcap_count: %s\n", count == 2 ? error : "one file is counted");
        return EXIT_FAILURE;
    }
    struct pcap_pkthdr *header;
    const u_char *data;
    unsigned long frames = 0;
    while (pcap_next_ex(pcap, &header, &data) == 1)
        frames++;
    pcap_close(pcap);
    printf("frames %lu count\n", frames);
    return EXIT_SUCCESS;
}
