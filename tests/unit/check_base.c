/* The tools at the bottom: memory, texts, timers, random numbers, reasons, hexadecimal digits. */
#include <check.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/duration.h"
#include "base/hexadecimal.h"
#include "base/random.h"
#include "base/reason.h"
#include "base/text.h"
#include "base/timer_queue.h"

/* --- arena --- */

START_TEST(memory_is_zeroed_aligned_and_apart)
{
    struct arena *arena = arena_new();
    for (unsigned round = 0; round < 3; round++) {
        unsigned char *before = NULL;
        for (size_t size = 1; size < 5000; size += 37) {
            unsigned char *memory = arena_zeroed(arena, size);
            ck_assert_uint_eq((uintptr_t)memory % 16, 0);
            size_t zeros = 0;
            while (zeros < size && memory[zeros] == 0)
                zeros++;
            ck_assert_uint_eq(zeros, size);
            memset(memory, 0xff, size);
            if (before)
                ck_assert_uint_eq(before[size - 37 - 1], 0xff);
            before = memory;
        }
        arena_clear(arena);
    }
    arena_free(arena);
    arena_free(NULL);
}
END_TEST

START_TEST(memory_of_any_size)
{
    struct arena *arena = arena_new();
    char *small[2];
    unsigned char *large[2];
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 2; i++) {
            small[i] = arena_text(arena, "small %u", i);
            large[i] = arena_zeroed(arena, (size_t)3 << (18 + i));
            memset(large[i], 'x', (size_t)3 << (18 + i));
        }
        ck_assert_str_eq(small[0], "small 0");
        ck_assert_str_eq(small[1], "small 1");
        ck_assert_ptr_nonnull(arena_zeroed(arena, 0));
        arena_clear(arena);
    }
    arena_free(arena);
}
END_TEST

START_TEST(cleared_memory_is_used_again)
{
    struct arena *arena = arena_new();
    void *first = arena_zeroed(arena, 100);
    void *large = arena_zeroed(arena, 1 << 20);
    arena_clear(arena);
    ck_assert_ptr_eq(arena_zeroed(arena, 100), first);
    ck_assert_ptr_eq(arena_zeroed(arena, 1 << 20), large);
    arena_free(arena);
}
END_TEST

START_TEST(size_is_what_came_from_it)
{
    struct arena *arena = arena_new();
    ck_assert_uint_eq(arena_size(arena), 0);
    arena_zeroed(arena, 100);
    ck_assert_uint_eq(arena_size(arena), 112); /* aligned */
    for (unsigned i = 0; i < 1000; i++)
        arena_zeroed(arena, 4096);
    arena_zeroed(arena, 1 << 20);
    ck_assert_uint_eq(arena_size(arena), 112 + 1000 * 4096 + (1 << 20));
    arena_clear(arena);
    ck_assert_uint_eq(arena_size(arena), 0);
    arena_zeroed(arena, 16);
    ck_assert_uint_eq(arena_size(arena), 16);
    arena_free(arena);
}
END_TEST

/* As the system counts it; a checking allocator says nothing. */
START_TEST(memory_of_an_exception_goes_back)
{
    struct arena *arena = arena_new();
    size_t before = mallinfo2().hblkhd;
    for (size_t size = 0; size < 3 * ARENA_KEPT; size += 1 << 20)
        arena_zeroed(arena, 1 << 20);
    if (mallinfo2().hblkhd > before) {
        ck_assert_uint_ge(mallinfo2().hblkhd - before, 3 * ARENA_KEPT);
        arena_clear(arena);
        ck_assert_uint_ge(mallinfo2().hblkhd - before, ARENA_KEPT / 2);
        ck_assert_uint_le(mallinfo2().hblkhd - before, ARENA_KEPT + ARENA_KEPT / 4);
        arena_zeroed(arena, 2 * ARENA_KEPT);
    }
    arena_free(arena);
}
END_TEST

START_TEST(copies_are_copies)
{
    struct arena *arena = arena_new();
    char original[] = "original";
    char *copy = arena_copy(arena, original, sizeof original);
    original[0] = 'O';
    ck_assert_str_eq(copy, "original");
    arena_copy(arena, NULL, 0);
    arena_free(arena);
}
END_TEST

START_TEST(texts_of_any_length)
{
    struct arena *arena = arena_new();
    for (int length = 500; length < 530; length++) {
        char *text = arena_text(arena, "%*d!", length, 7);
        ck_assert_uint_eq(strlen(text), (size_t)length + 1);
        ck_assert_str_eq(text + length - 2, " 7!");
    }
    arena_free(arena);
}
END_TEST

/* --- text --- */

START_TEST(text_grows_piece_by_piece)
{
    char buffer[32] = "old";
    struct text text = text_in(buffer, sizeof buffer);
    ck_assert_str_eq(buffer, "");
    text_add(&text, "a=%d", 5);
    text_put(&text, " %d");
    ck_assert_str_eq(buffer, "a=5 %d");
    ck_assert_uint_eq(text.length, 6);
}
END_TEST

START_TEST(text_is_cut_at_the_end)
{
    char buffer[12];
    memset(buffer, '#', sizeof buffer);
    struct text text = text_in(buffer, 8);
    text_put(&text, "12345");
    if (_i)
        text_put(&text, "67890");
    else
        text_add(&text, "%d", 67890);
    ck_assert_str_eq(buffer, "1234567");
    ck_assert_uint_eq(text.length, 7);
    text_put(&text, "x");
    text_add(&text, "y");
    ck_assert_str_eq(buffer, "1234567");
    ck_assert_uint_eq(text.length, 7);
    for (size_t i = 8; i < sizeof buffer; i++)
        ck_assert_int_eq(buffer[i], '#');
}
END_TEST

START_TEST(text_in_one_octet)
{
    char buffer[1];
    struct text text = text_in(buffer, 1);
    text_put(&text, "x");
    text_add(&text, "y");
    ck_assert_str_eq(buffer, "");
}
END_TEST

/* --- timers --- */

#define TIMERS 300

static struct timer timers[TIMERS];
static struct timer_queue queue;

static void nothing(void *owner)
{
    (void)owner;
}

static void clear_timers(void)
{
    timer_queue_clear(&queue);
}

static void init_timers(void)
{
    for (size_t i = 0; i < TIMERS; i++)
        timer_init(&timers[i], nothing, &timers[i]);
}

START_TEST(timers_fire_by_time_then_by_start)
{
    struct random random = random_stream((uint64_t)_i, "timers");
    bool stopped[TIMERS] = {false};
    size_t running = TIMERS;
    for (size_t i = 0; i < TIMERS; i++)
        timer_queue_start(&queue, &timers[i], random_between(&random, 0, 20));
    for (size_t i = 0; i < TIMERS; i += 3) {
        size_t which = (size_t)random_between(&random, 0, TIMERS - 1);
        running -= !stopped[which];
        stopped[which] = true;
        timer_queue_stop(&queue, &timers[which]);
        ck_assert(!timer_running(&timers[which]));
    }
    for (size_t i = 0; i < TIMERS; i += 7) /* started anew: the last among equals */
        if (!stopped[i])
            timer_queue_start(&queue, &timers[i], timers[i].due_ns);
    const struct timer *last = NULL;
    for (struct timer *timer; (timer = timer_queue_take(&queue, 20)); last = timer, running--) {
        ck_assert(!stopped[timer - timers]);
        ck_assert(!timer_running(timer));
        if (!last)
            continue;
        ck_assert_int_le(last->due_ns, timer->due_ns);
        bool last_anew = (last - timers) % 7 == 0;
        bool anew = (timer - timers) % 7 == 0;
        if (last->due_ns == timer->due_ns)
            ck_assert(last_anew == anew ? last < timer : anew);
    }
    ck_assert_uint_eq(running, 0);
}
END_TEST

START_TEST(timer_is_taken_when_due)
{
    ck_assert_int_eq(timer_queue_next_ns(&queue), TIME_NEVER);
    ck_assert_ptr_null(timer_queue_take(&queue, INT64_MAX));
    timer_queue_start(&queue, &timers[0], 10);
    ck_assert(timer_running(&timers[0]));
    ck_assert_int_eq(timer_queue_next_ns(&queue), 10);
    ck_assert_ptr_null(timer_queue_take(&queue, 9));
    ck_assert_ptr_eq(timer_queue_take(&queue, 10), &timers[0]);
    ck_assert_ptr_null(timer_queue_take(&queue, 10));
}
END_TEST

START_TEST(started_timer_is_started_anew)
{
    timer_queue_start(&queue, &timers[0], 10);
    timer_queue_start(&queue, &timers[0], 20);
    ck_assert_int_eq(timer_queue_next_ns(&queue), 20);
    ck_assert_uint_eq(queue.count, 1);
    timer_queue_stop(&queue, &timers[0]);
    timer_queue_stop(&queue, &timers[0]);
    ck_assert_uint_eq(queue.count, 0);
}
END_TEST

START_TEST(cleared_queue_forgets_its_timers)
{
    timer_queue_start(&queue, &timers[0], 10);
    timer_queue_start(&queue, &timers[1], 10);
    timer_queue_clear(&queue);
    ck_assert(!timer_running(&timers[0]) && !timer_running(&timers[1]));
    timer_queue_stop(&queue, &timers[0]);
    timer_queue_start(&queue, &timers[1], 5);
    ck_assert_ptr_eq(timer_queue_take(&queue, 5), &timers[1]);
}
END_TEST

/* --- random numbers --- */

START_TEST(streams_repeat_and_differ)
{
    struct random a = random_stream(7, "latency");
    struct random b = random_stream(7, "latency");
    struct random other_label = random_stream(7, "latency2");
    struct random other_seed = random_stream(8, "latency");
    unsigned same = 0;
    for (unsigned i = 0; i < 100; i++) {
        uint64_t bits = random_next(&a);
        ck_assert_uint_eq(bits, random_next(&b));
        same += bits == random_next(&other_label) ? 1u : 0u;
        same += bits == random_next(&other_seed) ? 1u : 0u;
    }
    ck_assert_uint_eq(same, 0);
}
END_TEST

/* The published numbers of splitmix64 for the state 1234567. */
START_TEST(numbers_are_those_of_splitmix64)
{
    struct random random = {1234567};
    ck_assert_uint_eq(random_next(&random), 6457827717110365317u);
    ck_assert_uint_eq(random_next(&random), 3203168211198807973u);
    ck_assert_uint_eq(random_next(&random), 9817491932198370423u);
}
END_TEST

START_TEST(numbers_stay_in_their_range)
{
    struct random random = random_stream(1, "range");
    bool seen[5] = {false};
    for (unsigned i = 0; i < 1000; i++) {
        int64_t number = random_between(&random, -2, 2);
        ck_assert(number >= -2 && number <= 2);
        seen[number + 2] = true;
    }
    for (unsigned i = 0; i < 5; i++)
        ck_assert(seen[i]);
    ck_assert_int_eq(random_between(&random, 9, 9), 9);
    ck_assert_int_ge(random_between(&random, INT64_MAX - 1, INT64_MAX), INT64_MAX - 1);
    bool negative = false;
    for (unsigned i = 0; i < 50; i++)
        negative = negative || random_between(&random, INT64_MIN, INT64_MAX) < 0;
    ck_assert(negative);
}
END_TEST

/* --- reasons and digits --- */

START_TEST(reason_is_cut_and_false)
{
    struct reason reason;
    ck_assert(!reason_set(&reason, "%s %d", "why", 5));
    ck_assert_str_eq(reason.text, "why 5");
    ck_assert(!reason_set(NULL, "nobody asks"));
    ck_assert(!reason_set(&reason, "%1000d", 5));
    ck_assert_uint_eq(strlen(reason.text), sizeof reason.text - 1);
}
END_TEST

START_TEST(digits_go_both_ways)
{
    uint8_t octets[256];
    uint8_t back[256] = {0};
    char text[512];
    for (unsigned i = 0; i < 256; i++)
        octets[i] = (uint8_t)i;
    ck_assert_ptr_eq(hexadecimal_write(octets, 256, text), text + 512);
    ck_assert_mem_eq(text, "000102030405060708090a0b0c0d0e0f10", 34);
    ck_assert(hexadecimal_read(text, 256, back));
    ck_assert_mem_eq(octets, back, 256);
    ck_assert(hexadecimal_read("fFAb", 2, back));
    ck_assert_uint_eq(back[0], 0xff);
    ck_assert_uint_eq(back[1], 0xab);
}
END_TEST

START_TEST(what_is_no_digit)
{
    static const char *const texts[] = {"0g", "g0", "0", "", "0 ", "/0", "0:", "@0", "0G", "`0"};
    uint8_t octet;
    ck_assert(!hexadecimal_read(texts[_i], 1, &octet));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base");
    TCase *tests = tcase_create("base");
    tcase_add_checked_fixture(tests, init_timers, clear_timers);
    tcase_add_test(tests, memory_is_zeroed_aligned_and_apart);
    tcase_add_test(tests, memory_of_any_size);
    tcase_add_test(tests, cleared_memory_is_used_again);
    tcase_add_test(tests, size_is_what_came_from_it);
    tcase_add_test(tests, memory_of_an_exception_goes_back);
    tcase_add_test(tests, copies_are_copies);
    tcase_add_test(tests, texts_of_any_length);
    tcase_add_test(tests, text_grows_piece_by_piece);
    tcase_add_loop_test(tests, text_is_cut_at_the_end, 0, 2);
    tcase_add_test(tests, text_in_one_octet);
    tcase_add_loop_test(tests, timers_fire_by_time_then_by_start, 0, 10);
    tcase_add_test(tests, timer_is_taken_when_due);
    tcase_add_test(tests, started_timer_is_started_anew);
    tcase_add_test(tests, cleared_queue_forgets_its_timers);
    tcase_add_test(tests, streams_repeat_and_differ);
    tcase_add_test(tests, numbers_are_those_of_splitmix64);
    tcase_add_test(tests, numbers_stay_in_their_range);
    tcase_add_test(tests, reason_is_cut_and_false);
    tcase_add_test(tests, digits_go_both_ways);
    tcase_add_loop_test(tests, what_is_no_digit, 0, 10);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
