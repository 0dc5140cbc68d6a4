/* JSON texts from outside: what RFC 8259 allows is read, what isn't text is refused, and no octets whatever
 * do harm. */
#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "json/json_parse.h"

static struct reason reason;

/* From memory that ends with the text. */
static cJSON *parse(const char *text, size_t size)
{
    char *exact = malloc(size ? size : 1);
    ck_assert_ptr_nonnull(exact);
    memcpy(exact, text, size);
    reason.text[0] = '\0';
    cJSON *json = json_parse(exact, size, &reason);
    free(exact);
    return json;
}

START_TEST(values_of_every_kind)
{
    static const struct {
        const char *text;
        int type;
        double number;
    } values[] = {
        {" null ", cJSON_NULL, 0},       {"true", cJSON_True, 0},
        {"\tfalse\r\n", cJSON_False, 0}, {"-0.5e+2", cJSON_Number, -50},
        {"1E3", cJSON_Number, 1000},     {"9007199254740991", cJSON_Number, 9007199254740991.0},
        {"\"\"", cJSON_String, 0},       {"[]", cJSON_Array, 0},
        {"{ }", cJSON_Object, 0},
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        cJSON *json = parse(values[i].text, strlen(values[i].text));
        ck_assert_msg(json, "%s: %s", values[i].text, reason.text);
        ck_assert_int_eq(json->type, values[i].type);
        ck_assert(json->valuedouble == values[i].number);
        cJSON_Delete(json);
    }
}
END_TEST

START_TEST(strings_with_special_characters)
{
    static const struct {
        const char *written;
        const char *meant;
    } special[] = {
        {"\\\"", "\""},
        {"\\\\", "\\"},
        {"\\/", "/"},
        {"\\b", "\b"},
        {"\\f", "\f"},
        {"\\n", "\n"},
        {"\\r", "\r"},
        {"\\t", "\t"},
        {"\\u0041", "A"},
        {"\\u00fC", "\xc3\xbc"},
        {"\\u20ac", "\xe2\x82\xac"},
        {"\\ud83d\\ude00", "\xf0\x9f\x98\x80"},
        {"\xc3\xbc", "\xc3\xbc"},
        {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
        {"\x7f", "\x7f"},
    };
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        for (int before = 0; before < 3; before++)
            for (int after = 0; after < 3; after++) {
                char text[80], meant[80];
                snprintf(text, sizeof text, "\"%.*s%s%.*s\"", before, "01", special[i].written, after, "zy");
                snprintf(meant, sizeof meant, "%.*s%s%.*s", before, "01", special[i].meant, after, "zy");
                cJSON *json = parse(text, strlen(text));
                ck_assert_msg(json, "%s: %s", text, reason.text);
                ck_assert_str_eq(json->valuestring, meant);
                cJSON_Delete(json);
            }
}
END_TEST

START_TEST(what_is_no_json_is_refused)
{
    static const char *const wrong[] = {
        "",
        " ",
        "nul",
        "nulll",
        "True",
        "tru",
        "-",
        "+1",
        ".5",
        "1e",
        "1e+",
        "0x1",
        "NaN",
        "\"",
        "\"\\",
        "\"\\u00\"",
        "\"\\u000g\"",
        "\"\\u000",
        "\"\\u0041",
        "\"a\\",
        "\"\\x\"",
        "\"\\u0000\"",
        "\"\\\\\\u0000\"",
        "[\"\\u0000x\",1]",
        "\"\n\"",
        "\"\x1f\"",
        "\"\t\"",
        "\x01{}",
        "{}\x0b",
        "{}\xc3\xbc",
        "\x7f{}",
        "\"\xff\"",
        "\"\xc3\"",
        "\"\xc3",
        "\"\xf0\x9f\x98",
        "\"\xc0\xaf\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "\"\\ud800x\"",
        "\"\xed\xa0\x80\"",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "[,]",
        "[1 2]",
        "]",
        "{",
        "{}}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1]",
        "1 2",
        "'a'",
        "[1]//",
        "\xef\xbb\xbf{}",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ck_assert_msg(!parse(wrong[i], strlen(wrong[i])), "accepted: %s", wrong[i]);
        ck_assert_ptr_nonnull(strstr(reason.text, " at octet "));
    }
    ck_assert(!parse("{}\0", 3) && !parse("\"a\0b\"", 5) && !parse("\0", 1));
}
END_TEST

START_TEST(reasons_name_the_place)
{
    static const struct {
        const char *text;
        const char *reason;
    } wrong[] = {
        {"{\"a\":1} {}", "something follows the value at octet 9"},
        {"[\"a\\u0000\"]", "an escape that means nothing at octet 4"},
        {"[\"\xff\"]", "a control character, or no UTF-8, at octet 3"},
        {"[1,]", "not understood at octet 4"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ck_assert(!parse(wrong[i].text, strlen(wrong[i].text)));
        ck_assert_str_eq(reason.text, wrong[i].reason);
    }
}
END_TEST

START_TEST(depth_has_an_end)
{
    static char text[2 * 140000];
    const size_t depths[] = {64, CJSON_NESTING_LIMIT, CJSON_NESTING_LIMIT + 1, sizeof text / 2};
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
        memset(text, '[', depths[i]);
        memset(text + depths[i], ']', depths[i]);
        cJSON *json = parse(text, 2 * depths[i]);
        ck_assert((json != NULL) == (depths[i] <= CJSON_NESTING_LIMIT));
        cJSON_Delete(json);
    }
}
END_TEST

static bool agrees(const cJSON *value, const json_t *other)
{
    const cJSON *at;
    size_t count = 0;
    if (cJSON_IsNumber(value))
        return json_is_number(other) && json_number_value(other) == value->valuedouble;
    if (cJSON_IsString(value))
        return json_is_string(other) && strcmp(json_string_value(other), value->valuestring) == 0;
    if (!cJSON_IsArray(value) && !cJSON_IsObject(value))
        return cJSON_IsNull(value) ? json_is_null(other)
                                   : json_is_boolean(other) && cJSON_IsTrue(value) == json_is_true(other);
    cJSON_ArrayForEach(at, value)
    {
        if (!agrees(at, at->string ? json_object_get(other, at->string) : json_array_get(other, count)))
            return false;
        count++;
    }
    return count == (cJSON_IsArray(value) ? json_array_size(other) : json_object_size(other));
}

/* Another reader finds the same in texts that were damaged. It refuses what is no number by RFC 8259, or none
 * of its own, and names that stand twice. */
START_TEST(damaged_texts_mean_what_another_reader_says)
{
    static const char text[] = "{\"type\":\"sdu\",\"time_ns\":613204000,\"list\":[1,-2.5,true,null,[],{}],"
                               "\"data\":\"ff0001010203040506070809\",\"more\":{\"x\":\"a\\\"\\u00e4\"}}";
    static const char octets[] = "0123456789\"{}[],:-.e\\uab nul\x01\t\x7f\x80\xc3\xa4\xff";
    struct random random = random_stream(1, "damaged texts");
    size_t accepted = 0;
    for (unsigned round = 0; round < 100000; round++) {
        char line[sizeof text];
        size_t size = sizeof text - 1;
        memcpy(line, text, size);
        for (unsigned damage = 0; damage < 1 + round % 3; damage++)
            line[random_next(&random) % size] = octets[random_next(&random) % (sizeof octets - 1)];
        if (round % 7 == 0)
            size = random_next(&random) % (size + 1);
        cJSON *json = parse(line, size);
        json_error_t error = {.text = ""};
        json_t *other = json_loadb(line, size, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
        if (json && other)
            ck_assert_msg(agrees(json, other), "%.*s", (int)size, line);
        else if (json)
            ck_assert_msg(strstr(error.text, "duplicate") || strstr(error.text, "overflow") ||
                              strstr(error.text, "near '0") || strstr(error.text, "near '-") ||
                              strstr(error.text, "."),
                          "%.*s: %s", (int)size, line, error.text);
        else
            ck_assert_msg(!other, "%.*s: %s", (int)size, line, reason.text);
        accepted += json != NULL;
        cJSON_Delete(json);
        json_decref(other);
    }
    ck_assert_uint_gt(accepted, 5000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("JSON from outside");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, values_of_every_kind);
    tcase_add_test(tests, strings_with_special_characters);
    tcase_add_test(tests, what_is_no_json_is_refused);
    tcase_add_test(tests, reasons_name_the_place);
    tcase_add_test(tests, depth_has_an_end);
    tcase_add_test(tests, damaged_texts_mean_what_another_reader_says);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
