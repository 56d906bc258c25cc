/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Frames that give back what a call holds when it is unwound; see hold.h. */
#include "hold.h"

#ifdef __x86_64__

#define HOLD_OFFSET 0x80            /* of the address of the struct hold in the frame of hold_call */

/* The argument registers pass through; the stack arguments are copied, as many as there may be, before the call. r10
 * is the static chain. At entry the stack is 8 bytes off its alignment. */
__asm__(
    "    .text\n"
    "    .globl hold_call\n"
    "    .def hold_call; .scl 2; .type 32; .endef\n"
    "    .seh_proc hold_call\n"
    "hold_call:\n"
    "    subq $0x88, %rsp\n"
    "    .seh_stackalloc 0x88\n"
    "    .seh_handler hold_unwind, @unwind\n"
    "    .seh_endprologue\n"
    "    movq %r10, 0x80(%rsp)\n"
    "    movq 0xb0(%rsp), %rax\n"
    "    movq %rax, 0x20(%rsp)\n"
    "    movq 0xb8(%rsp), %rax\n"
    "    movq %rax, 0x28(%rsp)\n"
    "    movq 0xc0(%rsp), %rax\n"
    "    movq %rax, 0x30(%rsp)\n"
    "    movq 0xc8(%rsp), %rax\n"
    "    movq %rax, 0x38(%rsp)\n"
    "    movq 0xd0(%rsp), %rax\n"
    "    movq %rax, 0x40(%rsp)\n"
    "    movq 0xd8(%rsp), %rax\n"
    "    movq %rax, 0x48(%rsp)\n"
    "    movq 0xe0(%rsp), %rax\n"
    "    movq %rax, 0x50(%rsp)\n"
    "    movq 0xe8(%rsp), %rax\n"
    "    movq %rax, 0x58(%rsp)\n"
    "    call *(%r10)\n"
    "    nop\n"
    "    addq $0x88, %rsp\n"
    "    ret\n"
    "    .seh_endproc\n");

/* The frame is the stack pointer of hold_call while it calls. Called for unwinding alone. */
EXCEPTION_DISPOSITION hold_unwind(EXCEPTION_RECORD *record, void *frame, CONTEXT *context, void *dispatcher)
{
    struct hold *hold = *(struct hold **)((char *)frame + HOLD_OFFSET);

    (void)record, (void)context, (void)dispatcher;
    hold->drop(hold->what);
    return ExceptionContinueSearch;
}

#else

#define UNWINDING 6                 /* EXCEPTION_UNWINDING | EXCEPTION_EXIT_UNWIND */

static EXCEPTION_DISPOSITION __cdecl hold_unwind(EXCEPTION_RECORD *record, void *frame, CONTEXT *context,
                                                 void *dispatcher)
{
    struct hold *hold = frame;

    (void)context, (void)dispatcher;
    if (record->ExceptionFlags & UNWINDING) hold->drop(hold->what);
    return ExceptionContinueSearch;
}

/* fs:[0] heads the list of exception frames. */
void hold_enter(struct hold *hold)
{
    hold->handler = (void *)hold_unwind;
    hold->next = (struct hold *)__readfsdword(0);
    __writefsdword(0, (DWORD)hold);
}

void hold_leave(struct hold *hold)
{
    __writefsdword(0, (DWORD)hold->next);
}

#endif
