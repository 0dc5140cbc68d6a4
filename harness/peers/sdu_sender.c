#include "peers/sdu_sender.h"

#include <stdlib.h>

struct delayed_sdu {
    struct delayed_sdu *next;
    struct sdu_sender *sender;
    struct timer timer;
    uint32_t vcc;
    size_t size;
    uint8_t data[];
};

static void due(void *owner);
static void drop(struct delayed_sdu **place);

struct sdu_sender sdu_sender_of(const struct station_services *services)
{
    return (struct sdu_sender){.services = services};
}

void sdu_sender_clear(struct sdu_sender *sender)
{
    while (sender->first)
        drop(&sender->first);
}

void sdu_sender_send(struct sdu_sender *sender, uint32_t vcc, const uint8_t *data, size_t size,
                     int64_t delay_ns)
{
    if (vcc == VCC_NONE)
        return;
    const struct station_services *services = sender->services;
    if (delay_ns <= 0) {
        services->sdu_send(services->context, vcc, data, size);
        return;
    }
    struct delayed_sdu *sdu = malloc(sizeof *sdu + size);
    if (!sdu)
        abort();
    *sdu = (struct delayed_sdu){.sender = sender, .vcc = vcc, .size = size};
    memcpy(sdu->data, data, size);
    timer_init(&sdu->timer, due, sdu);
    struct delayed_sdu **end = &sender->first;
    while (*end)
        end = &(*end)->next;
    *end = sdu;
    services->timer_start(services->context, &sdu->timer, delay_ns);
}

void sdu_sender_send_control(struct sdu_sender *sender, uint32_t vcc, const struct le_control *control,
                             int64_t delay_ns)
{
    uint8_t data[PEER_SDU_ROOM];
    size_t size = le_control_encode(control, data, sizeof data);
    if (size)
        sdu_sender_send(sender, vcc, data, size, delay_ns);
}

void sdu_sender_forget_vcc(struct sdu_sender *sender, uint32_t vcc)
{
    struct delayed_sdu **place = &sender->first;
    while (*place) {
        if ((*place)->vcc == vcc)
            drop(place);
        else
            place = &(*place)->next;
    }
}

static void due(void *owner)
{
    struct delayed_sdu *sdu = owner;
    const struct station_services *services = sdu->sender->services;
    services->sdu_send(services->context, sdu->vcc, sdu->data, sdu->size);
    struct delayed_sdu **place = &sdu->sender->first;
    while (*place != sdu)
        place = &(*place)->next;
    drop(place);
}

static void drop(struct delayed_sdu **place)
{
    struct delayed_sdu *sdu = *place;
    const struct station_services *services = sdu->sender->services;
    *place = sdu->next;
    services->timer_stop(services->context, &sdu->timer);
    free(sdu);
}
