# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2154
# The kernels for Montgomery products, on which RSA and P-256 depend, and tests with one that is not the fastest here;
# to be sourced after common.sh.

# The program that names the kernel in use.
kernel_program=tests/unit/kernel_in_use

# kernels: the names of all that the source has, slowest first.
kernels()
{
    sed -n 's/^const struct montgomery_kernel montgomery_\([a-z0-9]*\) *=*$/\1/p' \
        "$top/dlls/ncryptprov/unix/number/montgomery.c" "$top/dlls/ncryptprov/unix/number/montgomery_adx.c"
}

# kernel_with NAME: which one is used when that one is asked for.
kernel_with()
{
    NCRYPT_TEST_KERNEL=$1 "$build/$kernel_program"
}

# force_kernel NAME: for all that this script starts.
force_kernel()
{
    [ "$(kernel_with "$1")" = "$1" ] ||
        die "no kernel '$1' here; there is: $(for name in $(kernels); do kernel_with "$name"; done | uniq | xargs)"
    NCRYPT_TEST_KERNEL=$1
    export NCRYPT_TEST_KERNEL
}

# with_other_kernels COMMAND...: once with each that this processor has, but for the one that everything else here is
# tested with.
with_other_kernels()
{
    in_use=$("$build/$kernel_program")
    was_forced=${NCRYPT_TEST_KERNEL:-}
    for kernel in $(kernels); do
        [ "$kernel" != "$in_use" ] || continue
        if [ "$(kernel_with "$kernel")" = "$kernel" ]; then
            force_kernel "$kernel"
            "$@"
        else
            say "skipped: this processor, or this build, lacks the kernel $kernel"
        fi
    done
    NCRYPT_TEST_KERNEL=$was_forced
}
