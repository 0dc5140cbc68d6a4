/* The reader of device files against anything that may be in one, what `dut init` writes, and dates. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/random.h"
#include "base/utf8.h"
#include "dut/date.h"
#include "dut/device_file.h"
#include "dut/schema.h"
#include "dut/writer.h"
#include "dut/yaml_tree.h"

static char path[] = "/tmp/vmacheck-device-XXXXXX";
static struct mistakes mistakes;

static void set_up(void)
{
    strcpy(path + strlen(path) - 6, "XXXXXX");
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    close(file);
    memset(&mistakes, 0, sizeof mistakes);
    setenv("VMACHECK_TODAY", "2030-01-01", 1);
}

static void tear_down(void)
{
    unlink(path);
}

static void put(const char *text, size_t size)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
}

/* What `dut init` writes for a role; freed by the caller. */
static char *written(enum role role, size_t *size)
{
    char *text = NULL;
    struct scope scope = {.roles = (uint8_t)role};
    FILE *file = open_memstream(&text, size);
    ck_assert_ptr_nonnull(file);
    device_file_write(file, &scope);
    ck_assert_int_eq(fclose(file), 0);
    return text;
}

static struct device_file *read_file(void)
{
    memset(&mistakes, 0, sizeof mistakes);
    return device_file_read(path, &mistakes);
}

/* Every mistake has a place and is one line of plain text that names a mend. */
static void check_mistakes(void)
{
    for (size_t i = 0; i < mistakes.count; i++) {
        const struct mistake *mistake = &mistakes.list[i];
        ck_assert_uint_ge(mistake->place.line, 1);
        ck_assert_uint_ge(mistake->place.column, 1);
        ck_assert_msg(strpbrk(mistake->text, ";?"), "%s", mistake->text);
        for (const char *at = mistake->text; *at; at += utf8_character_size(at))
            ck_assert_msg(utf8_character_size(at) || strlen(mistake->text) == MISTAKE_TEXT_SIZE - 1, "%s",
                          at);
    }
}

START_TEST(what_init_writes_claims_the_role)
{
    enum role role = (enum role)(1u << _i);
    size_t size;
    char *text = written(role, &size);
    put(text, size);
    struct device_file *file = read_file();
    ck_assert_msg(file, "%s", mistakes.list[0].text);
    ck_assert_uint_eq(file->profile.claims.roles, role);
    ck_assert_str_eq(file->attached, "reference");
    ck_assert_uint_eq(file->profile.waiver_count, 0);
    struct pixit initial = pixit_default();
    ck_assert_mem_eq(&file->pixit, &initial, sizeof initial);
    device_file_free(file);
    free(text);
}
END_TEST

/* Octets changed, dropped and doubled: a file or mistakes, and never anything else. */
START_TEST(anything_is_read_to_an_end)
{
    struct random random = random_stream((uint64_t)_i, "device file");
    size_t size;
    char *text = written(_i % 2 ? ROLE_VRRP : ROLE_ROUTER, &size);
    for (char *at = text; _i % 2 && (at = strstr(at, "\n#")); at++) /* with the keys that are comments */
        if (at[2] != '#' && (at[2] != ' ' || at[3] == ' '))
            memmove(at + 1, at + 2, strlen(at + 2) + 1);
    size = strlen(text);
    char *spoiled = malloc(2 * size);
    ck_assert_ptr_nonnull(spoiled);
    for (int round = 0; round < 150; round++) {
        size_t length = size;
        memcpy(spoiled, text, size);
        int64_t changes = random_between(&random, 1, 4);
        for (int64_t i = 0; i < changes; i++) {
            static const char marks[] = "-:[]{}\"'&*!|>%@#?, \n\t~0\x80\xff";
            size_t at = (size_t)random_between(&random, 0, (int64_t)length - 1);
            size_t end = (size_t)random_between(&random, (int64_t)at, (int64_t)length - 1);
            switch (random_between(&random, 0, 3)) {
            case 0:
                spoiled[at] = marks[random_between(&random, 0, (int64_t)sizeof marks - 2)];
                break;
            case 1:
                spoiled[at] = (char)random_between(&random, 0, 255);
                break;
            case 2: /* a stretch is lost */
                memmove(spoiled + at, spoiled + end, length - end);
                length -= end - at;
                break;
            default: /* the rest is lost */
                length = at + 1;
                break;
            }
        }
        put(spoiled, length);
        struct device_file *file = read_file();
        ck_assert((file != NULL) == (mistakes.count == 0));
        check_mistakes();
        device_file_free(file);
    }
    free(spoiled);
    free(text);
}
END_TEST

START_TEST(values_arrive)
{
    static const char text[] = "device: {name: n, version: v, attached: mutant:M1}\n"
                               "role: vrrp\nmedia: [ethernet, token-ring]\noptions: [proxy-arp, lan-port]\n"
                               "vrids: [3, 10-12]\npriorities: 100-110\n"
                               "addresses:\n  mac: 00:20:5A:12:34:56\n  ip: 10.1.2.3\n  virtual: [10.1.2.1]\n"
                               "pixit:\n  address_list_check: off\n  time_tolerance_ms: 70\n"
                               "waivers:\n  - {case: transmit/, reason: r, ticket: t, expires: 2030-01-01}\n";
    put(text, strlen(text));
    struct device_file *file = read_file();
    ck_assert_msg(file, "%s", mistakes.list[0].text);
    const struct device_values *values = &file->profile.values;
    ck_assert_str_eq(file->profile.name, "n");
    ck_assert_str_eq(file->profile.version, "v");
    ck_assert_str_eq(file->attached, "mutant:M1");
    ck_assert_uint_eq(file->profile.claims.media, MEDIUM_ETHERNET | MEDIUM_TOKEN_RING);
    ck_assert_uint_eq(file->profile.options, CAPABILITY_PROXY_ARP | CAPABILITY_LAN_PORT);
    for (unsigned vrid = 0; vrid < 256; vrid++)
        ck_assert_int_eq(values->vrid[vrid], vrid == 3 || (vrid >= 10 && vrid <= 12));
    ck_assert(values->vrid_given && values->priority_given && values->mac_given && values->ip_given);
    ck_assert(!values->atm_given && !values->aging_s && !values->le_arp_response_s);
    ck_assert_uint_eq(values->priority_lowest, 100);
    ck_assert_uint_eq(values->priority_highest, 110);
    ck_assert(mac_equal(values->mac, (struct mac_address){{0x00, 0x20, 0x5a, 0x12, 0x34, 0x56}}));
    ck_assert_uint_eq(values->ip.number, 0x0a010203);
    ck_assert_uint_eq(values->virtual_count, 1);
    ck_assert_uint_eq(values->virtual[0].number, 0x0a010201);
    ck_assert_uint_eq(file->pixit.choice[PIXIT_ADDRESS_LIST_CHECK], ADDRESS_LIST_CHECK_OFF);
    ck_assert_uint_eq(file->pixit.choice[PIXIT_TIME_TOLERANCE_MS], 70);
    ck_assert_uint_eq(file->profile.waiver_count, 1);
    ck_assert_str_eq(file->profile.waivers[0].cases, "transmit/");
    ck_assert_str_eq(file->profile.waivers[0].expires, "2030-01-01");
    device_file_free(file);
}
END_TEST

static struct device_file *bound_file(void);

/* A device on wires: what a lab of it needs, with paths and commands of the file's own folder. */
START_TEST(a_wired_device_arrives)
{
    static const char text[] =
        "device: {name: n, version: v, attached: ports}\n"
        "role: vrrp\nmedia: ethernet\noptions: [lan-port]\n"
        "ports: [lab/a%, eth%]\ninstances: 256\n"
        "control:\n  configure: ./hook \"$VMACHECK_MAC\" && echo '%'\n  start: manual\n"
        "  startup: u\n  shutdown: d\n  set-priority: x\n  heartbeat: 'ssh a \"while sleep 0.1; do echo; "
        "done\"'\n"
        "  limit_s: 3600\n";
    put(text, strlen(text));
    struct device_file *file = read_file();
    ck_assert_msg(file, "%s", mistakes.list[0].text);
    ck_assert_str_eq(file->attached, ATTACHED_PORTS);
    ck_assert_uint_eq(file->port_count, 2);
    ck_assert_str_eq(file->ports[0], "lab/a%");
    ck_assert_str_eq(file->ports[1], "eth%");
    ck_assert_uint_eq(file->instances, 256);
    ck_assert(file->control_given);
    ck_assert_str_eq(file->control.folder, "/tmp");
    ck_assert_str_eq(file->control.commands[DEED_CONFIGURE], "./hook \"$VMACHECK_MAC\" && echo '%'");
    ck_assert(control_plan_is_manual(&file->control, DEED_START));
    ck_assert_str_eq(file->control.commands[DEED_HEARTBEAT], "ssh a \"while sleep 0.1; do echo; done\"");
    ck_assert_ptr_null(file->control.commands[DEED_FAIL]);
    ck_assert(control_plan_asks(&file->control));
    ck_assert_int_eq(control_plan_limit_ns(&file->control, DEED_CONFIGURE), SECONDS(3600));
    ck_assert_uint_eq(control_plan_capabilities(&file->control),
                      CAPABILITY_CONTROL_STARTUP | CAPABILITY_CONTROL_PRIORITY);
    device_file_free(file);
}
END_TEST

START_TEST(a_device_without_ports_has_one_instance)
{
    struct device_file *file = bound_file();
    ck_assert_uint_eq(file->instances, 1);
    ck_assert_uint_eq(file->port_count + file->router_count, 0);
    ck_assert(!file->control_given);
    for (unsigned deed = 0; deed < DEED_COUNT; deed++)
        ck_assert_ptr_null(file->control.commands[deed]);
    device_file_free(file);
}
END_TEST

START_TEST(routers_of_a_bridge_arrive)
{
    static const char router[] = "device: {name: n, version: v, attached: ports}\n"
                                 "role: vrrp\nmedia: ethernet\noptions: [lan-port]\nports: [a, b]\n"
                                 "control: {configure: x, start: y, startup: u, shutdown: d}\n";
    char name[] = "/tmp/vmacheck-router-XXXXXX";
    int descriptor = mkstemp(name);
    ck_assert_int_ge(descriptor, 0);
    ck_assert_int_eq(write(descriptor, router, strlen(router)), (ssize_t)strlen(router));
    close(descriptor);
    char text[500];
    snprintf(text, sizeof text,
             "device: {name: n, version: v, attached: reference}\nrole: bridge\nschemes: proxy\nlane: v1\n"
             "media: ethernet\noptions: [lan-port]\nrouters: [%s, %s]\n",
             name, name + strlen("/tmp/"));
    put(text, strlen(text));
    struct device_file *file = read_file();
    ck_assert_msg(file, "%s", mistakes.list[0].text);
    ck_assert_uint_eq(file->router_count, 2);
    ck_assert_str_eq(file->routers[0], name);
    ck_assert_str_eq(file->routers[1], name);
    device_file_free(file);
    snprintf(text, sizeof text,
             "device: {name: n, version: v, attached: reference}\nrole: bridge\nschemes: proxy\nlane: v1\n"
             "media: ethernet\noptions: [lan-port]\nrouters: [%s]\n",
             path);
    put(text, strlen(text)); /* itself */
    ck_assert_ptr_null(read_file());
    ck_assert_uint_eq(mistakes.count, 1);
    unlink(name);
}
END_TEST

static struct device_file *bound_file(void)
{
    size_t size;
    char *text = written(ROLE_ROUTER, &size);
    put(text, size);
    free(text);
    struct device_file *file = read_file();
    ck_assert_ptr_nonnull(file);
    return file;
}

START_TEST(a_lab_offers_what_is_claimed)
{
    struct device_file *file = bound_file();
    struct lab lab = {.name = "lab", .capabilities = ~0u, .claims = {0xff, 0xff, 0xff, 0xff}};
    ck_assert(device_file_bind(file, &lab, &mistakes));
    ck_assert_uint_eq(lab.capabilities, file->profile.options | CAPABILITIES_OF_ATTACHMENT);
    ck_assert_uint_eq(lab.claims.roles, ROLE_ROUTER);
    ck_assert_uint_eq(lab.claims.media, MEDIUM_ETHERNET);
    lab =
        (struct lab){.name = "lab",
                     .capabilities = ~(unsigned)CAPABILITY_REDIRECT,
                     .claims = {ROLE_ROUTER | ROLE_LES, SCHEME_PROXY, LANE_V1 | LANE_V2, MEDIUM_TOKEN_RING}};
    ck_assert(!device_file_bind(file, &lab, &mistakes));
    ck_assert_uint_eq(mistakes.count, 3);
    ck_assert_str_eq(mistakes.list[0].text,
                     "non-proxy is claimed, but lab offers only proxy; claim no more than that");
    ck_assert_str_eq(mistakes.list[1].text,
                     "ethernet is claimed, but lab offers only token-ring; claim no more than that");
    ck_assert_ptr_nonnull(strstr(mistakes.list[2].text, "redirect is claimed, but lab does not offer it"));
    device_file_free(file);
}
END_TEST

/* Every capability is a matter of the attachment, or an option with a row. */
START_TEST(every_option_is_described)
{
    for (const struct capability_name *known = capability_names; known->bit; known++) {
        struct schema_option option;
        bool attachment = known->bit & CAPABILITIES_OF_ATTACHMENT;
        ck_assert_int_eq(schema_option_of(known->bit, &option), !attachment);
        ck_assert_uint_eq(schema_option_bit(known->name), attachment ? 0 : known->bit);
        if (!attachment)
            ck_assert_msg(strcmp(option.text, "docs/adapter.md") != 0, "%s has no row in schema.c",
                          known->name);
    }
}
END_TEST

START_TEST(days_of_the_calendar)
{
    static const char *const days[] = {"2030-01-01", "2028-02-29", "2000-02-29", "2030-12-31", "2030-04-30"};
    static const char *const others[] = {"2030-02-29",  "2100-02-29", "2030-00-01", "2030-13-01",
                                         "2030-01-00",  "2030-04-31", "2030-1-1",   "30-01-01",
                                         "2030-01-011", "",           "2030/01/01", "2030-01-0x"};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        ck_assert_msg(date_is(days[i]), "%s", days[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        ck_assert_msg(!date_is(others[i]), "%s", others[i]);
    char today[DATE_TEXT_SIZE];
    ck_assert(date_today(today, NULL));
    ck_assert_str_eq(today, "2030-01-01");
    unsetenv("VMACHECK_TODAY");
    ck_assert(date_today(today, NULL));
    ck_assert(date_is(today));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("device_file");
    TCase *tests = tcase_create("device_file");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, what_init_writes_claims_the_role, 0, 6);
    tcase_add_loop_test(tests, anything_is_read_to_an_end, 0, 6);
    tcase_add_test(tests, values_arrive);
    tcase_add_test(tests, a_wired_device_arrives);
    tcase_add_test(tests, a_device_without_ports_has_one_instance);
    tcase_add_test(tests, routers_of_a_bridge_arrive);
    tcase_add_test(tests, a_lab_offers_what_is_claimed);
    tcase_add_test(tests, every_option_is_described);
    tcase_add_test(tests, days_of_the_calendar);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
