/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Prints the name of the kernel that a process with this environment uses: for tools/kernels.sh. */
#include <stdio.h>

#include "number/montgomery.h"

int main(void)
{
    puts(montgomery_kernel(ADX_BLOCK)->name);
    return 0;
}
