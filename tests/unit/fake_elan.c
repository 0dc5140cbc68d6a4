#include "fake_elan.h"

#include <check.h>
#include <stdlib.h>

#define RECORD_ROOM 1024

const struct atm_address fake_lecs = {{0x47, 0, 0x79, [13] = 0xa0, 0x3e, [17] = 1}};
const struct atm_address fake_les = {{0x47, 0, 5, [18] = 100}};
const struct atm_address fake_bus = {{0x47, 0, 5, [18] = 101}};
const struct mac_address fake_own_mac = {{0x02, 0, 0, 0, 0, 50}};

static int64_t now_ns(void *context);
static void timer_start(void *context, struct timer *timer, int64_t delay_ns);
static void timer_stop(void *context, struct timer *timer);
static void address_register(void *context, const struct atm_address *address);
static uint32_t call_setup(void *context, const struct call *call);
static void call_accept(void *context, uint32_t vcc);
static void call_reject(void *context, uint32_t vcc, enum release_cause cause);
static void call_release(void *context, uint32_t vcc, enum release_cause cause);
static void sdu_send(void *context, uint32_t vcc, const uint8_t *data, size_t size);
static uint64_t random_bits(void *context);
static void joined(void *owner);
static void lost(void *owner);
static void frame_received(void *owner, enum lec_arrival arrival, const uint8_t *data, size_t size);
static void registration_refused(void *owner, struct mac_address vmac, uint16_t status);
static struct fake_record *record(struct fake_elan *elan, enum fake_kind kind, uint32_t vcc);

struct atm_address fake_atm(uint8_t number)
{
    return (struct atm_address){{0x47, 0, 5, [13] = 2, [18] = number}};
}

struct mac_address fake_mac(uint8_t number)
{
    return (struct mac_address){{0x02, 0, 0, 0, 0, number}};
}

struct fake_elan *fake_elan_new(void)
{
    struct fake_elan *elan = calloc(1, sizeof *elan);
    struct fake_record *records = calloc(RECORD_ROOM, sizeof *records);
    ck_assert(elan && records);
    elan->records = records;
    elan->next_vcc = 1;
    elan->random = random_stream(1, "fake elan");
    elan->services = (struct station_services){
        .context = elan,
        .now_ns = now_ns,
        .timer_start = timer_start,
        .timer_stop = timer_stop,
        .address_register = address_register,
        .call_setup = call_setup,
        .call_accept = call_accept,
        .call_reject = call_reject,
        .call_release = call_release,
        .sdu_send = sdu_send,
        .random_bits = random_bits,
    };
    elan->events = (struct lec_events){joined, lost, frame_received, registration_refused};
    elan->settings = (struct device_settings){
        .v2_capable = true,
        .atm_address = fake_atm(50),
        .lecs_given = true,
        .lecs_address = fake_lecs,
        .les_address = fake_les,
        .elan_name = "vrrp-elan",
        .elan = {.mac = fake_own_mac},
    };
    elan->options = lec_options_default();
    return elan;
}

void fake_elan_free(struct fake_elan *elan)
{
    lec_free(elan->lec);
    ck_assert_msg(timer_queue_next_ns(&elan->timers) == TIME_NEVER, "a timer outlived the LEC");
    timer_queue_clear(&elan->timers);
    free(elan->records);
    free(elan);
}

void fake_start(struct fake_elan *elan)
{
    if (!elan->lec)
        elan->lec = lec_new(&elan->services, &elan->settings, &elan->options, &elan->events, elan);
    lec_start(elan->lec);
}

void fake_join(struct fake_elan *elan, bool v2)
{
    fake_start(elan);
    fake_join_again(elan, v2);
}

void fake_join_again(struct fake_elan *elan, bool v2)
{
    unsigned joined_before = elan->joined;
    struct le_control request = fake_to_join_request(elan);
    elan->control_distribute = fake_offer(elan, &fake_les, B_LLI_CONTROL);
    fake_next(elan, FAKE_ACCEPT);
    fake_answer_join(elan, &request, elan->control_direct, v2);
    request = fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_connect_bus(elan, &request);
    ck_assert_uint_eq(elan->joined, joined_before + 1);
}

struct le_control fake_to_configure_request(struct fake_elan *elan)
{
    uint32_t configuration_direct = fake_expect_call(elan, &fake_lecs, B_LLI_CONTROL);
    return fake_expect(elan, configuration_direct, LE_CONFIGURE_REQUEST);
}

struct le_control fake_to_join_request(struct fake_elan *elan)
{
    struct le_control request = fake_to_configure_request(elan);
    uint32_t configuration_direct = elan->records[elan->read_count - 1].vcc;
    struct le_control response = le_control_response(&request);
    response.target_atm = fake_les;
    fake_deliver(elan, configuration_direct, &response);
    ck_assert_uint_eq(fake_next(elan, FAKE_RELEASE)->vcc, configuration_direct);
    elan->control_direct = fake_expect_call(elan, &fake_les, B_LLI_CONTROL);
    return fake_expect(elan, elan->control_direct, LE_JOIN_REQUEST);
}

void fake_answer_join(struct fake_elan *elan, const struct le_control *request, uint32_t vcc, bool v2)
{
    static const uint8_t elan_id[4] = {0, 0, 1, 2};
    struct le_control response = le_control_response(request);
    response.requester_lecid = FAKE_LECID;
    if (v2) {
        response.flags |= LE_FLAG_V2_REQUIRED;
        le_control_add_tlv(&response, TLV_ELAN_ID, elan_id, sizeof elan_id);
    }
    fake_deliver(elan, vcc, &response);
}

void fake_connect_bus(struct fake_elan *elan, const struct le_control *request)
{
    ck_assert(lan_destination_is_mac(request->target_lan, MAC_BROADCAST));
    fake_answer_le_arp(elan, request, &fake_bus, false);
    enum b_lli multicast = elan->settings.token_ring ? B_LLI_MULTICAST_8025 : B_LLI_MULTICAST_8023;
    elan->multicast_send = fake_expect_call(elan, &fake_bus, multicast);
    elan->multicast_forward = fake_offer(elan, &fake_bus, multicast);
    fake_next(elan, FAKE_ACCEPT);
}

void fake_wait(struct fake_elan *elan, int64_t delay_ns)
{
    int64_t until_ns = elan->now_ns + delay_ns;
    while (timer_queue_next_ns(&elan->timers) <= until_ns) {
        elan->now_ns = timer_queue_next_ns(&elan->timers);
        struct timer *timer = timer_queue_take(&elan->timers, elan->now_ns);
        timer->fire(timer->owner);
    }
    elan->now_ns = until_ns;
}

const struct fake_record *fake_next(struct fake_elan *elan, enum fake_kind kind)
{
    ck_assert_msg(elan->read_count < elan->record_count, "the LEC did nothing");
    const struct fake_record *next = &elan->records[elan->read_count++];
    ck_assert_int_eq(next->kind, kind);
    return next;
}

struct le_control fake_expect(struct fake_elan *elan, uint32_t vcc, enum le_opcode opcode)
{
    const struct fake_record *next = fake_next(elan, FAKE_SDU);
    struct le_control control;
    struct reason reason = {0};
    ck_assert_msg(le_control_decode(next->data, next->size, &control, &reason), "%s", reason.text);
    ck_assert_uint_eq(control.opcode, opcode);
    ck_assert_uint_eq(next->vcc, vcc);
    return control;
}

/* lane-wire 6 */
static uint16_t max_sdu_size(const struct fake_elan *elan)
{
    return elan->settings.token_ring ? 4544 : 1516;
}

uint32_t fake_expect_call(struct fake_elan *elan, const struct atm_address *called, enum b_lli b_lli)
{
    const struct fake_record *setup = fake_next(elan, FAKE_SETUP);
    ck_assert_mem_eq(setup->call.called.octet, called->octet, ATM_ADDRESS_SIZE);
    ck_assert_mem_eq(setup->call.calling.octet, elan->settings.atm_address.octet, ATM_ADDRESS_SIZE);
    ck_assert_int_eq(setup->call.b_lli, b_lli);
    ck_assert(!setup->call.point_to_multipoint);
    ck_assert_uint_eq(setup->call.max_sdu_size, max_sdu_size(elan));
    lec_call_connected(elan->lec, setup->vcc);
    return setup->vcc;
}

void fake_expect_data(struct fake_elan *elan, uint32_t vcc, uint8_t mark)
{
    const struct fake_record *next = fake_next(elan, FAKE_SDU);
    ck_assert_uint_eq(next->size, LE_DATA_MINIMUM_SIZE);
    ck_assert_uint_eq(octets_u16(next->data), FAKE_LECID);
    ck_assert_uint_eq(next->data[2 + ETHERNET_HEADER_SIZE], mark);
    ck_assert_uint_eq(next->vcc, vcc);
}

void fake_expect_none(struct fake_elan *elan)
{
    ck_assert_uint_eq(elan->record_count - elan->read_count, 0);
}

void fake_expect_none_for(struct fake_elan *elan, int64_t delay_ns)
{
    fake_wait(elan, delay_ns);
    fake_expect_none(elan);
}

void fake_deliver(struct fake_elan *elan, uint32_t vcc, const struct le_control *control)
{
    uint8_t data[512];
    size_t size = le_control_encode(control, data, sizeof data);
    ck_assert_uint_gt(size, 0);
    lec_sdu_received(elan->lec, vcc, data, size);
}

void fake_answer(struct fake_elan *elan, const struct le_control *request, enum le_status status)
{
    struct le_control response = le_control_response(request);
    response.status = (uint16_t)status;
    fake_deliver(elan, elan->control_direct, &response);
}

void fake_answer_le_arp(struct fake_elan *elan, const struct le_control *request,
                        const struct atm_address *atm, bool remote)
{
    struct le_control response = le_control_response(request);
    response.target_atm = *atm;
    response.flags = remote ? LE_FLAG_REMOTE_ADDRESS : 0;
    fake_deliver(elan, elan->control_direct, &response);
}

uint32_t fake_offer(struct fake_elan *elan, const struct atm_address *calling, enum b_lli b_lli)
{
    struct call call = {
        .calling = *calling,
        .called = b_lli == B_LLI_LLC_MULTIPLEXED ? lec_llc_multiplexed_address(&elan->settings)
                                                 : elan->settings.atm_address,
        .b_lli = b_lli,
        .point_to_multipoint =
            b_lli == B_LLI_MULTICAST_8023 || b_lli == B_LLI_MULTICAST_8025 || b_lli == B_LLI_CONTROL,
        .max_sdu_size = max_sdu_size(elan),
    };
    lec_call_offered(elan->lec, elan->next_vcc, &call);
    return elan->next_vcc++;
}

void fake_send(struct fake_elan *elan, struct mac_address destination, uint8_t mark)
{
    uint8_t frame[ETHERNET_HEADER_SIZE + 1] = {0};
    memcpy(frame, destination.octet, 6);
    memcpy(frame + 6, fake_own_mac.octet, 6);
    frame[12] = 0x08;
    frame[ETHERNET_HEADER_SIZE] = mark;
    lec_send(elan->lec, frame, sizeof frame);
}

static int64_t now_ns(void *context)
{
    struct fake_elan *elan = context;
    return elan->now_ns;
}

static void timer_start(void *context, struct timer *timer, int64_t delay_ns)
{
    struct fake_elan *elan = context;
    ck_assert_int_ge(delay_ns, 0);
    timer_queue_start(&elan->timers, timer, elan->now_ns + delay_ns);
}

static void timer_stop(void *context, struct timer *timer)
{
    struct fake_elan *elan = context;
    timer_queue_stop(&elan->timers, timer);
}

static void address_register(void *context, const struct atm_address *address)
{
    struct fake_elan *elan = context;
    ck_assert_uint_lt(elan->registered_count, 4);
    elan->registered[elan->registered_count++] = *address;
}

static uint32_t call_setup(void *context, const struct call *call)
{
    struct fake_elan *elan = context;
    record(elan, FAKE_SETUP, elan->next_vcc)->call = *call;
    return elan->next_vcc++;
}

static void call_accept(void *context, uint32_t vcc)
{
    record(context, FAKE_ACCEPT, vcc);
}

static void call_reject(void *context, uint32_t vcc, enum release_cause cause)
{
    (void)cause;
    record(context, FAKE_REJECT, vcc);
}

static void call_release(void *context, uint32_t vcc, enum release_cause cause)
{
    (void)cause;
    record(context, FAKE_RELEASE, vcc);
}

static void sdu_send(void *context, uint32_t vcc, const uint8_t *data, size_t size)
{
    struct fake_record *sdu = record(context, FAKE_SDU, vcc);
    ck_assert_uint_le(size, sizeof sdu->data);
    memcpy(sdu->data, data, size);
    sdu->size = size;
}

static uint64_t random_bits(void *context)
{
    struct fake_elan *elan = context;
    return random_next(&elan->random);
}

static void joined(void *owner)
{
    struct fake_elan *elan = owner;
    ck_assert(lec_operational(elan->lec));
    elan->joined++;
}

static void lost(void *owner)
{
    struct fake_elan *elan = owner;
    ck_assert(!lec_operational(elan->lec));
    elan->lost++;
    if (!mac_equal(elan->disassociates_in_lost, (struct mac_address){0}))
        lec_disassociate(elan->lec, elan->disassociates_in_lost);
}

static void frame_received(void *owner, enum lec_arrival arrival, const uint8_t *data, size_t size)
{
    struct fake_elan *elan = owner;
    (void)arrival;
    elan->received++;
    elan->last_received_size = size;
    memcpy(elan->last_received, data, size);
}

static void registration_refused(void *owner, struct mac_address vmac, uint16_t status)
{
    struct fake_elan *elan = owner;
    ck_assert(mac_is_vmac(vmac));
    ck_assert_uint_ne(status, LE_STATUS_SUCCESS);
    elan->refused++;
}

static struct fake_record *record(struct fake_elan *elan, enum fake_kind kind, uint32_t vcc)
{
    ck_assert_uint_lt(elan->record_count, RECORD_ROOM);
    struct fake_record *next = &elan->records[elan->record_count++];
    next->kind = kind;
    next->time_ns = elan->now_ns;
    next->vcc = vcc;
    return next;
}
