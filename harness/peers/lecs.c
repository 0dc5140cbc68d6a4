#include "peers/lecs.h"

#include <stdlib.h>

#include "peers/sdu_sender.h"

struct lecs {
    const struct station_services *services;
    struct lecs_settings settings;
    struct sdu_sender sender;
    size_t request_count;
};

static void call_offered(void *station, uint32_t vcc, const struct call *call);
static void call_released(void *station, uint32_t vcc, enum release_cause cause);
static void sdu_received(void *station, uint32_t vcc, const uint8_t *data, size_t size);
static void destroy(void *station);
static uint16_t status_for(const struct lecs *lecs, const struct le_control *request);
static uint8_t number_size(enum le_tlv_type type);

const struct station_handlers lecs_handlers = {
    .call_offered = call_offered,
    .call_released = call_released,
    .sdu_received = sdu_received,
    .destroy = destroy,
};

struct lecs_settings lecs_settings_default(void)
{
    return (struct lecs_settings){.lan_type = LAN_TYPE_8023, .max_frame_size = MAX_FRAME_1516};
}

void lecs_settings_add_number(struct lecs_settings *settings, enum le_tlv_type type, uint32_t number)
{
    uint8_t size = number_size(type);
    size_t place = 0;
    while (place < settings->tlv_count && settings->tlvs[place].type != type)
        place++;
    if (!size || place == LE_TLV_ROOM)
        return;
    if (place == settings->tlv_count)
        settings->tlv_count++;
    struct lecs_tlv *tlv = &settings->tlvs[place];
    *tlv = (struct lecs_tlv){.type = type, .size = size};
    if (size == 4)
        octets_put_u32(tlv->value, number);
    else
        octets_put_u16(tlv->value, (uint16_t)number);
}

struct lecs *lecs_new(const struct station_services *services, const struct lecs_settings *settings)
{
    struct lecs *lecs = malloc(sizeof *lecs);
    if (!lecs)
        abort();
    *lecs = (struct lecs){.services = services, .settings = *settings, .sender = sdu_sender_of(services)};
    services->address_register(services->context, &settings->address);
    return lecs;
}

struct lecs_settings *lecs_settings_of(struct lecs *lecs)
{
    return &lecs->settings;
}

size_t lecs_request_count(const struct lecs *lecs)
{
    return lecs->request_count;
}

static void call_offered(void *station, uint32_t vcc, const struct call *call)
{
    struct lecs *lecs = station;
    const struct station_services *services = lecs->services;
    if (lecs->settings.refuses_calls || call->b_lli != B_LLI_CONTROL)
        services->call_reject(services->context, vcc, CAUSE_REJECTED);
    else
        services->call_accept(services->context, vcc);
}

static void call_released(void *station, uint32_t vcc, enum release_cause cause)
{
    (void)cause;
    sdu_sender_forget_vcc(&((struct lecs *)station)->sender, vcc);
}

static void sdu_received(void *station, uint32_t vcc, const uint8_t *data, size_t size)
{
    struct lecs *lecs = station;
    struct le_control request;
    if (!le_control_decode(data, size, &request, NULL) || request.opcode != LE_CONFIGURE_REQUEST)
        return;
    lecs->request_count++;
    const struct lecs_settings *settings = &lecs->settings;
    if (settings->silent)
        return;
    struct le_control response = le_control_response(&request);
    response.flags = 0;
    response.status = status_for(lecs, &request);
    if (response.status == LE_STATUS_SUCCESS) {
        response.target_atm = settings->les_address;
        response.lan_type = settings->lan_type;
        response.max_frame_size = settings->max_frame_size;
        if (settings->elan_name[0]) {
            response.elan_name_size = (uint8_t)strlen(settings->elan_name);
            memcpy(response.elan_name, settings->elan_name, sizeof response.elan_name);
        }
        for (size_t i = 0; i < settings->tlv_count; i++)
            le_control_add_tlv(&response, settings->tlvs[i].type, settings->tlvs[i].value,
                               settings->tlvs[i].size);
    }
    sdu_sender_send_control(&lecs->sender, vcc, &response, settings->delay_ns);
}

static void destroy(void *station)
{
    struct lecs *lecs = station;
    sdu_sender_clear(&lecs->sender);
    free(lecs);
}

static uint16_t status_for(const struct lecs *lecs, const struct le_control *request)
{
    const struct lecs_settings *settings = &lecs->settings;
    if (settings->status)
        return settings->status;
    if (request->protocol != 1 || request->version != 1)
        return LE_STATUS_VERSION_NOT_SUPPORTED;
    size_t size = strlen(settings->elan_name);
    bool named = size && request->elan_name_size;
    if (named &&
        (request->elan_name_size != size || memcmp(request->elan_name, settings->elan_name, size) != 0))
        return LE_STATUS_NO_CONFIGURATION;
    return LE_STATUS_SUCCESS;
}

/* 2 or 4; 0 when the value of the type is no number of that size. */
static uint8_t number_size(enum le_tlv_type type)
{
    uint8_t size = 0;
    switch (type) {
#define X(name, number, octets, text)                                                                        \
    case TLV_##name:                                                                                         \
        size = octets;                                                                                       \
        break;
        LE_TLVS(X)
#undef X
    }
    return size == 2 || size == 4 ? size : 0;
}
