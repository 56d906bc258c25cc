/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a call held, out of the chip without ESYS, which takes no command any more once it did not understand an answer.
 * A chip without a manager would keep it, and has three places for all processes (row T.57). */
#include "chip.h"

#define COMMAND_SIZE 14

/* TPM2_FlushContext, in bytes. */
static TSS2_RC flush(TSS2_TCTI_CONTEXT *tcti, TPM2_HANDLE handle)
{
    const uint8_t command[COMMAND_SIZE] =
    {
        TPM2_ST_NO_SESSIONS >> 8, TPM2_ST_NO_SESSIONS & 0xff, 0, 0, 0, COMMAND_SIZE,
        0, 0, TPM2_CC_FlushContext >> 8, TPM2_CC_FlushContext & 0xff,
        handle >> 24, handle >> 16 & 0xff, handle >> 8 & 0xff, handle & 0xff,
    };
    uint8_t answer[CHIP_MOST_ANSWER];
    size_t size = sizeof(answer);
    TSS2_RC rc;

    if ((rc = Tss2_Tcti_Transmit(tcti, sizeof(command), command))) return rc;
    return Tss2_Tcti_Receive(tcti, &size, answer, TSS2_TCTI_TIMEOUT_BLOCK);
}

static void note(struct chip *chip, ESYS_TR object)
{
    TPM2_HANDLE handle;

    if (object == ESYS_TR_NONE || Esys_TR_GetTpmHandle(chip->esys, object, &handle)) return;
    if (chip->left_count < CHIP_MOST_LEFT) chip->left[chip->left_count++] = handle;
}

void chip_flush(struct chip *chip)
{
    if (chip->managed) return;
    while (chip->held_count) note(chip, chip->held[--chip->held_count]);
    note(chip, chip->parent);
    chip_flush_left(chip);
}

/* When the way is lost, the chip is most likely reset; when the time is up, it is most likely busy. */
void chip_flush_left(struct chip *chip)
{
    TSS2_RC rc = TSS2_RC_SUCCESS;

    while (chip->left_count && chip_clock_left() && !rc)
        if (!(rc = flush(chip->tcti, chip->left[chip->left_count - 1]))) chip->left_count--;
    if (chip_clock_left()) chip->left_count = 0;
}
