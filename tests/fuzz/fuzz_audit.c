/* Whole captures through the audit. */
#include "audit/audit.h"
#include "fuzz.h"

#define BATCH_COUNT 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct capture_record records[BATCH_COUNT];
    struct reason reason;
    struct capture_input *input = capture_input_open(fuzz_file(data, size), &reason);
    if (!input)
        return 0;
    struct audit_options options = {.pixit = pixit_default(), .tolerance_ms = 50, .tolerance_percent = 5};
    struct audit *audit = audit_new(&options);
    for (size_t count; (count = capture_input_batch(input, records, BATCH_COUNT)) > 0;)
        audit_records(audit, input, records, count);
    audit_finish(audit);
    enum verdict verdict = audit_verdict(audit, &reason);
    FUZZ_CHECK(verdict == VERDICT_PASS || reason.text[0]);
    audit_free(audit);
    capture_input_close(input);
    return 0;
}
